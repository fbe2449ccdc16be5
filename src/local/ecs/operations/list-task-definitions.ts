/** ListTaskDefinitions: revisions by family and number (reference: ECS semantics 1.5, 3.4). */
import type { ListTaskDefinitionsRequest, ListTaskDefinitionsResponse } from '@aws-sdk/client-ecs';
import type { EcsOperation } from '../context.ts';
import { familyKey } from '../lookup/find-task-definition.ts';
import { paginate, sortableNumber } from '../pagination.ts';

/** `familyPrefix` is a whole family name here; without a status the ACTIVE ones are listed. */
export const listTaskDefinitions: EcsOperation<
  ListTaskDefinitionsRequest,
  ListTaskDefinitionsResponse
> = (input, { store, call }) => {
  const { familyPrefix, status = 'ACTIVE', sort = 'ASC' } = input;
  const candidates =
    familyPrefix === undefined
      ? store.taskDefinitions.by('region', call.region)
      : store.taskDefinitions.by('family', familyKey(call.region, familyPrefix));
  const { items, ...next } = paginate(
    candidates.filter((candidate) => candidate.status === status),
    input,
    {
      operation: 'ListTaskDefinitions',
      defaultResults: 100,
      mostResults: 100,
      // A space sorts before every character that a family can have.
      keyOf: ({ family, revision }) => `${family} ${sortableNumber(revision)}`,
      order: sort === 'DESC' ? 'descending' : 'ascending',
    },
  );
  return { taskDefinitionArns: items.map((item) => item.taskDefinitionArn), ...next };
};
