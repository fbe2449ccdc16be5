/** When to look at a service again although nothing happens. */
import type { Standings } from './failures.ts';
import type { DeploymentSnapshot, SchedulerTimings, TaskSnapshot } from './snapshot.ts';
import { completionTime } from './task-health.ts';

/**
 * The first instant after `now` at which a grace period, a proof of health or a throttle ends; undefined when time alone
 * changes nothing. All times are epoch ms.
 */
export function nextWake(
  tasks: readonly TaskSnapshot[],
  deployments: readonly DeploymentSnapshot[],
  standings: Standings,
  timings: SchedulerTimings,
  now: number,
): number | undefined {
  let wakeAt = Infinity;
  const consider = (at = Infinity): void => {
    if (at > now && at < wakeAt) wakeAt = at;
  };
  for (const task of tasks) {
    const standing = standings.get(task.id);
    if (standing?.kind !== 'starting') continue;
    consider(standing.until);
    consider(completionTime(task, timings));
  }
  for (const { throttledUntil } of deployments) consider(throttledUntil);
  return wakeAt === Infinity ? undefined : wakeAt;
}
