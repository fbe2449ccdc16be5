/** How many tasks of a service run and are on their way, in all and by deployment. */
import type { Task } from '../../state/entities.ts';
import type { Store } from '../../state/store.ts';

/** Tasks that are wanted; those on their way out are in neither count. */
export interface TaskCounts {
  readonly running: number;
  /** Not yet RUNNING. */
  readonly pending: number;
}

/** The counts of one service. */
export interface ServiceTaskCounts extends TaskCounts {
  /** By deployment id; none where a deployment has no such task. */
  readonly byDeployment: ReadonlyMap<string, TaskCounts>;
}

/** The counts of a deployment that has no task. */
export const NO_TASKS: TaskCounts = { running: 0, pending: 0 };

/**
 * Counts the tasks of a service. A task leaves the running count when it is asked to stop, not when it has stopped: ECS
 * reports a steady state while tasks are still stopping (reference: ECS semantics 5.4).
 */
export function countTasks(store: Pick<Store, 'tasks'>, serviceArn: string): ServiceTaskCounts {
  const byDeployment = new Map<string, TaskCounts>();
  let running = 0;
  let pending = 0;
  for (const task of store.tasks.by('service', serviceArn)) {
    const standing = standingOf(task);
    if (standing === 'leaving') continue;
    if (standing === 'running') running++;
    else pending++;
    const { deploymentId } = task;
    if (deploymentId === undefined) continue;
    const counts = byDeployment.get(deploymentId) ?? NO_TASKS;
    byDeployment.set(deploymentId, { ...counts, [standing]: counts[standing] + 1 });
  }
  return { running, pending, byDeployment };
}

/** How the API counts a task: services and clusters alike. */
export function standingOf(task: Task): 'running' | 'pending' | 'leaving' {
  if (task.desiredStatus === 'STOPPED') return 'leaving';
  switch (task.lastStatus) {
    case 'PROVISIONING':
    case 'PENDING':
    case 'ACTIVATING':
      return 'pending';
    case 'RUNNING':
      return 'running';
    case 'DEACTIVATING':
    case 'STOPPING':
    case 'DEPROVISIONING':
    case 'STOPPED':
      return 'leaving';
  }
}
