/** DeleteTaskSet (reference: ECS semantics 7). */
import type { DeleteTaskSetRequest, DeleteTaskSetResponse } from '@aws-sdk/client-ecs';
import type { TaskSet } from '../../state/task-set-entity.ts';
import type { EcsOperation } from '../context.ts';
import { invalidParameter } from '../ecs-errors.ts';
import { findTaskSet, findTaskSetService } from '../lookup/find-task-set.ts';
import { presentTaskSet } from '../presentation/present-task-set.ts';
import { countTasks } from '../presentation/task-counts.ts';
import { withoutRevision } from '../with-revision.ts';

/**
 * Makes the task set DRAINING: its tasks leave their target group and stop, then it is gone. With it goes what the service
 * showed of it, when it was the primary one. Repeated, it answers with the task set as it is.
 * @throws AwsError
 */
export const deleteTaskSet: EcsOperation<DeleteTaskSetRequest, DeleteTaskSetResponse> = (
  input,
  context,
) => {
  const { store, clock } = context;
  const { service } = findTaskSetService(input, context);
  const former = findTaskSet(input.taskSet ?? '', service, context);
  if (former.status !== 'DRAINING' && input.force !== true) checkMayGo(former);
  const now = clock.now();
  const taskSet: TaskSet =
    former.status === 'DRAINING'
      ? former
      : {
          ...former,
          status: 'DRAINING',
          stabilityStatus: 'STABILIZING',
          stabilityStatusAt: now,
          updatedAt: now,
        };
  if (taskSet !== former)
    store.transaction(() => {
      store.taskSets.put(taskSet.taskSetArn, taskSet);
      store.services.put(service.serviceArn, {
        ...(former.status === 'PRIMARY' ? withoutRevision(service) : service),
        steady: false,
      });
    });
  return {
    taskSet: presentTaskSet(taskSet, countTasks(store, service.serviceArn), { tags: false }),
  };
};

function checkMayGo({ id, status, scale }: TaskSet): void {
  if (status === 'PRIMARY')
    throw invalidParameter(
      `The task set ${id} is the primary task set of the service and cannot be deleted. Make another one primary with UpdateServicePrimaryTaskSet first, or set force to true.`,
    );
  if (scale.value > 0)
    throw invalidParameter(
      `The task set ${id} cannot be deleted while it is scaled above 0. Set its scale to 0 with UpdateTaskSet first, or set force to true.`,
    );
}
