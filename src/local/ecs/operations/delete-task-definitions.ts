/** DeleteTaskDefinitions: INACTIVE revisions become DELETE_IN_PROGRESS (reference: ECS semantics 3.4). */
import type {
  DeleteTaskDefinitionsRequest,
  DeleteTaskDefinitionsResponse,
  Failure,
} from '@aws-sdk/client-ecs';
import type { TaskDefinition } from '../../state/entities.ts';
import { AwsError } from '../../wire/aws-error.ts';
import { checkBatch } from '../batch.ts';
import type { EcsContext, EcsOperation } from '../context.ts';
import { expireTaskDefinitions } from '../expire-task-definitions.ts';
import {
  findTaskDefinition,
  parseTaskDefinitionReference,
} from '../lookup/find-task-definition.ts';
import { presentTaskDefinition } from '../presentation/present-task-definition.ts';

const MOST_REVISIONS = 10;

const FAILURES = {
  invalid:
    'The specified task definition identifier is invalid. Specify a valid name or ARN and try again.',
  missing:
    'The specified task definition does not exist. Specify a valid account, family, revision and try again.',
  active:
    'The specified task definition is still in ACTIVE status. Please deregister the target and try again.',
} as const;

/** What cannot be deleted is a failure beside the others. Deleting again is no error. */
export const deleteTaskDefinitions: EcsOperation<
  DeleteTaskDefinitionsRequest,
  DeleteTaskDefinitionsResponse
> = (input, context) => {
  const { store, clock } = context;
  const references = checkBatch(input.taskDefinitions, 'Task definitions', MOST_REVISIONS);
  expireTaskDefinitions(context);
  const failures: Failure[] = [];
  const deleted = store.transaction(() =>
    references.flatMap((reference) => {
      const found = lookUp(reference, context);
      if (typeof found === 'string') {
        failures.push({ arn: reference, reason: FAILURES[found] });
        return [];
      }
      const deleting = { ...found, status: 'DELETE_IN_PROGRESS' as const };
      store.taskDefinitions.put(found.taskDefinitionArn, {
        ...deleting,
        deleteRequestedAt: found.deleteRequestedAt ?? clock.now(),
      });
      return [deleting];
    }),
  );
  return { taskDefinitions: deleted.map(presentTaskDefinition), failures };
};

function lookUp(reference: string, context: EcsContext): TaskDefinition | keyof typeof FAILURES {
  try {
    if (parseTaskDefinitionReference(reference, context).revision === undefined) return 'invalid';
  } catch (error) {
    if (error instanceof AwsError) return 'invalid';
    throw error;
  }
  const found = findTaskDefinition(reference, context);
  if (found === undefined) return 'missing';
  return found.status === 'ACTIVE' ? 'active' : found;
}
