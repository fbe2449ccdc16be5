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
  timings: SchedulerTimings,
  now: number,
): number | undefined {
  let wakeAt = Infinity;
  const consider = (at = Infinity): void => {
    if (at > now && at < wakeAt) wakeAt = at;
  };
  const [primary] = deployments;
  let completion = -Infinity;
  for (const { task, standing } of tasks) {
    if (standing.kind !== 'starting') continue;
    consider(standing.until);
    // A deployment completes with the last of its tasks: the times of the others change nothing.
    if (task.deploymentId === primary?.id)
      completion = Math.max(completion, completionTime(task, timings));
  }
  consider(completion);
  for (const { throttledUntil } of deployments) consider(throttledUntil);
  return wakeAt === Infinity ? undefined : wakeAt;
}
