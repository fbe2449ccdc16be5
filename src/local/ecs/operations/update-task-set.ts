/** UpdateTaskSet (reference: ECS semantics 7). */
import type { UpdateTaskSetRequest, UpdateTaskSetResponse } from '@aws-sdk/client-ecs';
import type { TaskSet } from '../../state/task-set-entity.ts';
import type { EcsOperation } from '../context.ts';
import { invalidParameter } from '../ecs-errors.ts';
import { findTaskSet, findTaskSetService } from '../lookup/find-task-set.ts';
import { presentTaskSet } from '../presentation/present-task-set.ts';
import { countTasks } from '../presentation/task-counts.ts';
import { checkScale } from '../task-set-scale.ts';

/**
 * Changes the scale, the one thing about a task set that can change. The scheduler computes the count that follows.
 * @throws AwsError
 */
export const updateTaskSet: EcsOperation<UpdateTaskSetRequest, UpdateTaskSetResponse> = (
  input,
  context,
) => {
  const { store, clock } = context;
  const { service } = findTaskSetService(input, context);
  const former = findTaskSet(input.taskSet ?? '', service, context);
  const scale = checkScale(input.scale ?? {});
  if (former.status === 'DRAINING')
    throw invalidParameter(
      `The task set ${former.id} is being deleted (its status is DRAINING), so its scale cannot be changed.`,
    );
  const now = clock.now();
  const taskSet: TaskSet = {
    ...former,
    scale,
    updatedAt: now,
    ...(scale.value === former.scale.value
      ? {}
      : { stabilityStatus: 'STABILIZING', stabilityStatusAt: now }),
  };
  store.transaction(() => {
    store.taskSets.put(taskSet.taskSetArn, taskSet);
    if (scale.value !== former.scale.value)
      store.services.put(service.serviceArn, { ...service, steady: false });
  });
  return {
    taskSet: presentTaskSet(taskSet, countTasks(store, service.serviceArn), { tags: false }),
  };
};
