/** ListTaskDefinitionFamilies: families that have revisions (reference: ECS semantics 3.4). */
import type {
  ListTaskDefinitionFamiliesRequest,
  ListTaskDefinitionFamiliesResponse,
} from '@aws-sdk/client-ecs';
import type { EcsOperation } from '../context.ts';
import { paginate } from '../pagination.ts';

/** ACTIVE families have an ACTIVE revision, INACTIVE ones none; without a status both are listed. */
export const listTaskDefinitionFamilies: EcsOperation<
  ListTaskDefinitionFamiliesRequest,
  ListTaskDefinitionFamiliesResponse
> = (input, { store, call }) => {
  const { familyPrefix = '', status = 'ALL' } = input;
  const hasActive = new Map<string, boolean>();
  for (const revision of store.taskDefinitions.by('region', call.region)) {
    if (!revision.family.startsWith(familyPrefix)) continue;
    const isActive = revision.status === 'ACTIVE';
    hasActive.set(revision.family, isActive || (hasActive.get(revision.family) ?? false));
  }
  const families = Array.from(hasActive)
    .filter(([, active]) => status === 'ALL' || active === (status === 'ACTIVE'))
    .map(([family]) => family);
  const { items, ...next } = paginate(families, input, {
    operation: 'ListTaskDefinitionFamilies',
    defaultResults: 100,
    mostResults: 100,
    keyOf: (family) => family,
  });
  return { families: [...items], ...next };
};
