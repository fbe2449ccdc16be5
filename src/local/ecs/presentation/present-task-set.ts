/** A task set as the API shows it (reference: ECS semantics 7). */
import type { TaskSet as ShownTaskSet } from '@aws-sdk/client-ecs';
import { toDate } from '../../../base/clock.ts';
import { defined } from '../../../base/defined.ts';
import type { TaskSet } from '../../state/task-set-entity.ts';
import { launchMembers } from './launch-members.ts';
import { NO_TASKS, type ServiceTaskCounts } from './task-counts.ts';

/** The task set with the counts of its tasks at this moment; tags only where the reply shows them. */
export function presentTaskSet(
  taskSet: TaskSet,
  counts: ServiceTaskCounts,
  view: { readonly tags: boolean },
): ShownTaskSet {
  const { running, pending } = counts.byDeployment.get(taskSet.id) ?? NO_TASKS;
  // Between a task's end and the scheduler's next look the stored word is not true any more.
  const steady =
    taskSet.stabilityStatus === 'STEADY_STATE' &&
    running === taskSet.computedDesiredCount &&
    pending === 0;
  return {
    id: taskSet.id,
    taskSetArn: taskSet.taskSetArn,
    serviceArn: taskSet.serviceArn,
    clusterArn: taskSet.clusterArn,
    status: taskSet.status,
    taskDefinition: taskSet.taskDefinition,
    computedDesiredCount: taskSet.computedDesiredCount,
    pendingCount: pending,
    runningCount: running,
    createdAt: toDate(taskSet.createdAt),
    updatedAt: toDate(taskSet.updatedAt),
    ...launchMembers(taskSet),
    loadBalancers: [...taskSet.loadBalancers],
    serviceRegistries: [...taskSet.serviceRegistries],
    scale: taskSet.scale,
    stabilityStatus: steady ? 'STEADY_STATE' : 'STABILIZING',
    stabilityStatusAt: toDate(taskSet.stabilityStatusAt),
    ...(view.tags ? { tags: [...taskSet.tags] } : {}),
    ...defined({
      externalId: taskSet.externalId,
      networkConfiguration: taskSet.networkConfiguration,
    }),
  };
}
