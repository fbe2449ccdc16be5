/** When to look at a service's task sets again although nothing happens. */
import type { SchedulerTimings } from '../rolling/snapshot.ts';
import { completionTime, type JudgedTask } from '../rolling/task-health.ts';
import type { TaskSetStep } from './task-set-step.ts';

/**
 * The first instant after `now` at which a throttle that holds tasks back, a grace period or the proof of a task that nothing
 * checks ends; undefined when time alone changes nothing. All times are epoch ms.
 */
export function nextTaskSetWake(
  steps: readonly (Pick<TaskSetStep, 'taskSet' | 'held'> & {
    readonly tasks: readonly JudgedTask[];
  })[],
  timings: SchedulerTimings,
  now: number,
): number | undefined {
  let wakeAt = Infinity;
  const consider = (at = Infinity): void => {
    if (at > now && at < wakeAt) wakeAt = at;
  };
  for (const { taskSet, held, tasks } of steps) {
    if (held > 0) consider(taskSet.throttledUntil);
    // What is stable stays so until something happens: health that was checked is told of when it changes.
    if (taskSet.stabilityStatus === 'STEADY_STATE') continue;
    for (const { task, standing } of tasks) {
      if (standing.kind !== 'starting') continue;
      const completesAt = completionTime(task, timings);
      consider(completesAt === Infinity ? standing.until : completesAt);
    }
  }
  return wakeAt === Infinity ? undefined : wakeAt;
}
