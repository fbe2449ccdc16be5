/** The changes of a rollout by task sets. Each may be sent twice: a lost answer is no harm. */
import {
  CreateTaskSetCommand,
  DeleteTaskSetCommand,
  UpdateServicePrimaryTaskSetCommand,
  UpdateTaskSetCommand,
  type CreateTaskSetCommandInput,
  type TaskSet,
} from '@aws-sdk/client-ecs';
import type { Session } from '../session/session.ts';
import { readActions, writeActions, type RuleArn } from './rule.ts';
import { withWeights, type GroupPair } from './weights.ts';

/**
 * Creates green. The client token makes a repetition answer with the same task set.
 * @throws ApiError
 */
export async function createTaskSet(
  { api, dependencies }: Session,
  input: CreateTaskSetCommandInput,
): Promise<TaskSet> {
  const { taskSet } = await api.change('ecs', 'CreateTaskSet', (options) =>
    dependencies.clients.ecs.send(new CreateTaskSetCommand(input), options),
  );
  if (taskSet === undefined) throw new Error('CreateTaskSet answered without the task set');
  return taskSet;
}

/**
 * Gives green this percent of a rule's traffic and blue the rest. The rule is read just before, so that whatever else was changed
 * in it stays.
 * @returns false when the rule is gone
 * @throws ApiError
 */
export async function setWeights(
  session: Session,
  rule: RuleArn,
  groups: GroupPair,
  percent: number,
): Promise<boolean> {
  const actions = await readActions(session, rule);
  if (actions === undefined) return false;
  await writeActions(session, rule, withWeights(actions, groups, percent));
  return true;
}

/** Makes a task set the primary one. @throws ApiError */
export async function makePrimary(
  { api, dependencies, name }: Session,
  taskSet: string,
): Promise<void> {
  await api.change('ecs', 'UpdateServicePrimaryTaskSet', (options) =>
    dependencies.clients.ecs.send(
      new UpdateServicePrimaryTaskSetCommand({
        cluster: name.cluster,
        service: name.service,
        primaryTaskSet: taskSet,
      }),
      options,
    ),
  );
}

/** Sets a task set's scale in percent of the desired count. @throws ApiError */
export async function scaleTaskSet(
  { api, dependencies, name }: Session,
  taskSet: string,
  percent: number,
): Promise<void> {
  await api.change('ecs', 'UpdateTaskSet', (options) =>
    dependencies.clients.ecs.send(
      new UpdateTaskSetCommand({
        cluster: name.cluster,
        service: name.service,
        taskSet,
        scale: { value: percent, unit: 'PERCENT' },
      }),
      options,
    ),
  );
}

/** Deletes a task set that is scaled to zero; never by force. @throws ApiError */
export async function deleteTaskSet(
  { api, dependencies, name }: Session,
  taskSet: string,
): Promise<void> {
  await api.change('ecs', 'DeleteTaskSet', (options) =>
    dependencies.clients.ecs.send(
      new DeleteTaskSetCommand({ cluster: name.cluster, service: name.service, taskSet }),
      options,
    ),
  );
}
