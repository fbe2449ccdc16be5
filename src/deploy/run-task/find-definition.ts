/** A registered task definition by its name, for a one-off task. */
import { UserError } from '../../base/errors.ts';
import { ApiError } from '../aws/api-failure.ts';
import { describeDefinition } from '../definition/raw-definition.ts';
import type { RegisteredDefinition } from '../definition/task-definition.ts';
import type { Session } from '../session/session.ts';
import { shortDefinition } from '../observed/names.ts';

/**
 * @param name family, family:revision or ARN
 * @throws UserError TASK_DEFINITION_NOT_FOUND or DEFINITION_NOT_ACTIVE (exit code 2), ApiError
 */
export async function findDefinition(
  { api, dependencies }: Session,
  name: string,
): Promise<RegisteredDefinition> {
  const { ecs } = dependencies.clients;
  let definition: RegisteredDefinition;
  try {
    definition = await describeDefinition(api, ecs, name);
  } catch (error) {
    if (!(error instanceof ApiError) || error.kind !== 'refused') throw error;
    throw new UserError(
      'TASK_DEFINITION_NOT_FOUND',
      `there is no task definition "${name}": ${error.message}`,
      {
        hint: 'See which there are: aws ecs list-task-definition-families --status ACTIVE',
        exitCode: 2,
        cause: error,
      },
    );
  }
  if (definition.status === 'ACTIVE') return definition;
  throw new UserError(
    'DEFINITION_NOT_ACTIVE',
    `task definition ${shortDefinition(definition.arn)} is ${definition.status}; ECS starts no task with it`,
    { hint: 'Register it again, or name an ACTIVE revision.', exitCode: 2 },
  );
}
