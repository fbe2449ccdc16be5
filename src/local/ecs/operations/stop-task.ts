/** StopTask (reference: ECS semantics 8.3, 8.5). */
import type { StopTaskRequest, StopTaskResponse } from '@aws-sdk/client-ecs';
import type { Task } from '../../state/entities.ts';
import type { EcsOperation } from '../context.ts';
import { invalidParameter } from '../ecs-errors.ts';
import { findCluster } from '../lookup/find-cluster.ts';
import { taskArnOf } from '../lookup/find-task.ts';
import { presentTask } from '../presentation/present-task.ts';

const LONGEST_REASON = 1024;

/**
 * Wants a task stopped; the task controller stops it. A task that is stopping or stopped keeps the reason that it has.
 * @throws AwsError InvalidParameterException `The referenced task was not found.`
 */
export const stopTask: EcsOperation<StopTaskRequest, StopTaskResponse> = (input, context) => {
  const { store } = context;
  const cluster = findCluster(input.cluster, context);
  const reason = checkReason(input.reason);
  const task = store.tasks.get(taskArnOf(input.task ?? '', cluster, context));
  if (task === undefined) throw invalidParameter('The referenced task was not found.');
  const next: Task =
    task.desiredStatus === 'STOPPED' || task.lastStatus === 'STOPPED'
      ? task
      : {
          ...task,
          desiredStatus: 'STOPPED',
          stopCode: 'UserInitiated',
          stoppedReason: reason,
          version: task.version + 1,
        };
  if (next !== task) store.transaction(() => store.tasks.put(next.taskArn, next));
  return { task: presentTask(next, context, { tags: true }) };
};

function checkReason(reason = 'Task stopped by user'): string {
  if (reason.length > LONGEST_REASON)
    throw invalidParameter(
      `A reason can have at most ${LONGEST_REASON} characters, but it has ${reason.length}.`,
    );
  return reason;
}
