/** When to look at a service again although nothing happens. */
import type { DeploymentSnapshot, SchedulerTimings } from './snapshot.ts';
import { completionTime, type JudgedTask } from './task-health.ts';

/**
 * The first instant after `now` at which a grace period, a proof of health or a throttle ends; undefined when time alone
 * changes nothing. All times are epoch ms.
 */
export function nextWake(
  tasks: readonly JudgedTask[],
  deployments: readonly DeploymentSnapshot[],
  desiredCount: number,
  timings: SchedulerTimings,
  now: number,
): number | undefined {
  let wakeAt = Infinity;
  const consider = (at = Infinity): void => {
    if (at > now && at < wakeAt) wakeAt = at;
  };
  const [primary] = deployments;
  const proofMatters = !isAtRest(tasks, deployments, desiredCount);
  let completion = -Infinity;
  for (const { task, standing } of tasks) {
    if (standing.kind !== 'starting') continue;
    const completesAt = completionTime(task, timings);
    if (proofMatters || completesAt === Infinity) consider(standing.until);
    // A deployment completes with the last of its tasks: the times of the others change nothing.
    if (task.deploymentId === primary?.id) completion = Math.max(completion, completesAt);
  }
  consider(completion);
  for (const { throttledUntil } of deployments) consider(throttledUntil);
  return wakeAt === Infinity ? undefined : wakeAt;
}

/** True when nothing waits for an unchecked task to count as healthy: there is no task that could stop in its favour. */
function isAtRest(
  tasks: readonly JudgedTask[],
  deployments: readonly DeploymentSnapshot[],
  desiredCount: number,
): boolean {
  return (
    deployments.length === 1 &&
    deployments[0]?.rolloutState === 'COMPLETED' &&
    tasks.length <= desiredCount &&
    tasks.every(({ standing }) => standing.kind !== 'unhealthy')
  );
}
