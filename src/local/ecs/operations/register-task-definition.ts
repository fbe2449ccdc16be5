/** RegisterTaskDefinition: the next revision of a family (reference: ECS semantics 3.1-3.3). */
import type {
  RegisterTaskDefinitionRequest,
  RegisterTaskDefinitionResponse,
} from '@aws-sdk/client-ecs';
import type { TaskDefinition } from '../../state/entities.ts';
import { checkCompatibilities, compatibilities } from '../compatibilities.ts';
import type { EcsOperation } from '../context.ts';
import { familyKey, taskDefinitionArn } from '../lookup/find-task-definition.ts';
import { presentTaskDefinition } from '../presentation/present-task-definition.ts';
import { requiredAttributes } from '../required-attributes.ts';
import { checkSomeTags } from '../tag-rules.ts';
import { withDefaults } from '../task-definition-defaults.ts';
import { validateTaskDefinition } from '../task-definition-validation/validate-task-definition.ts';

/** Every registration makes a revision, the same definition included; numbers are never used again. */
export const registerTaskDefinition: EcsOperation<
  RegisterTaskDefinitionRequest,
  RegisterTaskDefinitionResponse
> = (input, { store, call, clock }) => {
  const size = validateTaskDefinition(input);
  const tags = checkSomeTags(input.tags);
  const definition = withDefaults(input, size);
  const possible = compatibilities(definition, size);
  checkCompatibilities(definition, possible);
  const { region } = call;
  // validateTaskDefinition refuses a definition without a family.
  const family = definition.family ?? '';
  const stored = store.transaction((): TaskDefinition => {
    const key = familyKey(region, family);
    const revision = (store.taskDefinitionFamilies.get(key)?.latestRevision ?? 0) + 1;
    const next: TaskDefinition = {
      taskDefinitionArn: taskDefinitionArn(call, family, revision),
      region,
      family,
      revision,
      status: 'ACTIVE',
      definition,
      compatibilities: possible,
      requiresAttributes: requiredAttributes(definition),
      tags,
      registeredAt: clock.now(),
      registeredBy: call.principalArn,
    };
    store.taskDefinitionFamilies.put(key, { region, family, latestRevision: revision });
    store.taskDefinitions.put(next.taskDefinitionArn, next);
    return next;
  });
  return {
    taskDefinition: presentTaskDefinition(stored),
    ...(tags.length === 0 ? {} : { tags: [...tags] }),
  };
};
