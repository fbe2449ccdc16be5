/** Which tasks failed, which proved healthy, and what that does to the counts of their deployments. */
import { afterExit, afterLaunchFailure, becameImpaired } from './restart-throttle.ts';
import type { DeploymentSnapshot, TaskNote, TaskSnapshot } from './snapshot.ts';
import type { TaskStanding } from './task-health.ts';

/** A task that the scheduler took note of. */
export interface NotedTask {
  readonly taskId: string;
  readonly note: TaskNote;
}

/** What the tasks told. */
export interface FailureReport {
  /** The deployments with their failure counts and throttles brought up to date, in the given order. */
  readonly deployments: readonly DeploymentSnapshot[];
  readonly notes: readonly NotedTask[];
  /** True when the service has to say that it cannot start tasks. */
  readonly impaired: boolean;
}

/** The standing of each task by its id. */
export type Standings = ReadonlyMap<string, TaskStanding>;

/**
 * Counts new failures and resets the count where a task proved healthy. While a deployment is in progress these count as
 * failures: tasks that never ran, that exited by themselves, and that were judged unhealthy; tasks that a user or the
 * scheduler stopped do not (reference: ECS semantics 5.4, 5.5).
 */
export function assessFailures(
  deployments: readonly DeploymentSnapshot[],
  tasks: readonly TaskSnapshot[],
  standings: Standings,
  resetOnHealthyTask: boolean,
  now: number,
): FailureReport {
  const notes: NotedTask[] = [];
  let impaired = false;
  const updated = deployments.map((deployment) => {
    const own = tasks.filter(({ deploymentId }) => deploymentId === deployment.id);
    const result = assessDeployment(deployment, own, standings, resetOnHealthyTask, now);
    notes.push(...result.notes);
    impaired ||= result.impaired;
    return result.deployment;
  });
  // Tasks whose deployment is gone have nothing to tell, but their end is noted once all the same.
  const known = new Set(deployments.map(({ id }) => id));
  for (const task of tasks) {
    if (
      !known.has(task.deploymentId) &&
      standings.get(task.id)?.kind === 'stopped' &&
      !task.noted.has('ended')
    ) {
      notes.push({ taskId: task.id, note: 'ended' });
    }
  }
  return { deployments: updated, notes, impaired };
}

function assessDeployment(
  deployment: DeploymentSnapshot,
  tasks: readonly TaskSnapshot[],
  standings: Standings,
  resetOnHealthyTask: boolean,
  now: number,
): {
  readonly deployment: DeploymentSnapshot;
  readonly notes: readonly NotedTask[];
  readonly impaired: boolean;
} {
  const notes: NotedTask[] = [];
  let throttle: Pick<DeploymentSnapshot, 'throttledUntil' | 'throttleStep'> = deployment;
  let impaired = false;
  let failures = 0;
  let proved = false;
  let ran = false;
  for (const task of tasks) {
    const standing = standings.get(task.id);
    if (standing === undefined) continue;
    switch (standing.kind) {
      case 'healthy':
        ran = true;
        if (!task.noted.has('healthy')) {
          notes.push({ taskId: task.id, note: 'healthy' });
          proved = true;
        }
        break;
      case 'unhealthy':
        ran = true;
        if (!task.noted.has('unhealthy')) {
          notes.push({ taskId: task.id, note: 'unhealthy' });
          throttle = afterExit(throttle, now);
          failures++;
        }
        break;
      case 'stopped': {
        if (task.noted.has('ended')) break;
        notes.push({ taskId: task.id, note: 'ended' });
        if (!endedByItself(task)) break;
        const before = throttle;
        throttle =
          task.startedAt === undefined
            ? afterLaunchFailure(throttle, now)
            : afterExit(throttle, now);
        impaired ||= becameImpaired(before, throttle);
        if (!task.noted.has('unhealthy')) failures++;
        break;
      }
      case 'starting':
        ran = true;
        break;
      case 'pending':
      case 'leaving':
        break;
    }
  }
  const failedTasks =
    deployment.rolloutState === 'IN_PROGRESS'
      ? (proved && resetOnHealthyTask ? 0 : deployment.failedTasks) + failures
      : deployment.failedTasks;
  // A task that runs ends the series of launches that failed.
  const throttleStep = ran ? 0 : throttle.throttleStep;
  const { throttledUntil } = throttle;
  const unchanged =
    failedTasks === deployment.failedTasks &&
    throttleStep === deployment.throttleStep &&
    throttledUntil === deployment.throttledUntil;
  if (unchanged) return { deployment, notes, impaired };
  return {
    deployment: {
      ...deployment,
      failedTasks,
      throttleStep,
      ...(throttledUntil === undefined ? {} : { throttledUntil }),
    },
    notes,
    impaired,
  };
}

/** True when neither a user nor the scheduler asked the task to stop. */
function endedByItself(task: TaskSnapshot): boolean {
  return task.stopCode !== 'UserInitiated' && task.stopCode !== 'ServiceSchedulerInitiated';
}
