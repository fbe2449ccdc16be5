/** One step of one task set: which of its tasks to start and to stop, and whether it is stable (reference: ECS semantics 7). */
import { byUsefulness } from '../rolling/capacity.ts';
import type { Throttle } from '../rolling/restart-throttle.ts';
import type { SchedulerTimings } from '../rolling/snapshot.ts';
import { countsForCompletion, type JudgedTask } from '../rolling/task-health.ts';
import type { TaskSetSnapshot } from './snapshot.ts';

/** What a task set needs now. */
export interface TaskSetStep {
  /** Brought up to date; the given object when nothing changed. */
  readonly taskSet: TaskSetSnapshot;
  /** How many tasks to start. */
  readonly start: number;
  readonly stop: readonly JudgedTask[];
  /** How many tasks it lacks that the restart throttle holds back. */
  readonly held: number;
  /** It was deleted and none of its tasks is left. */
  readonly gone: boolean;
}

/**
 * Unhealthy tasks go at once and are replaced: a task set has no minimum healthy percent, and never more tasks than wanted
 * besides those that are leaving.
 * @param wanted its computed desired count; 0 for one that is being deleted
 * @param tasks its own
 */
export function stepTaskSet(
  taskSet: TaskSetSnapshot,
  wanted: number,
  throttle: Throttle,
  tasks: readonly JudgedTask[],
  timings: SchedulerTimings,
  now: number,
): TaskSetStep {
  const existing = tasks.filter(({ standing }) => standing.kind !== 'stopped');
  const present = existing.filter(({ standing }) => standing.kind !== 'leaving');
  const unhealthy = present.filter(({ standing }) => standing.kind === 'unhealthy');
  const usable = present.filter(({ standing }) => standing.kind !== 'unhealthy');
  const surplus = usable.toSorted(byUsefulness).slice(0, Math.max(0, usable.length - wanted));
  const missing = Math.max(0, wanted - usable.length);
  const mayStart = throttle.throttledUntil === undefined || now >= throttle.throttledUntil;
  const draining = taskSet.status === 'DRAINING';
  const steady =
    !draining &&
    present.length === wanted &&
    present.every(({ task, standing }) => countsForCompletion(task, standing, timings, now));
  return {
    taskSet: brought(taskSet, wanted, throttle, steady),
    start: mayStart ? missing : 0,
    stop: [...unhealthy, ...surplus],
    held: mayStart ? 0 : missing,
    gone: draining && existing.length === 0,
  };
}

function brought(
  taskSet: TaskSetSnapshot,
  computedDesiredCount: number,
  { throttledUntil, throttleStep }: Throttle,
  steady: boolean,
): TaskSetSnapshot {
  const stabilityStatus = steady ? 'STEADY_STATE' : 'STABILIZING';
  if (
    computedDesiredCount === taskSet.computedDesiredCount &&
    stabilityStatus === taskSet.stabilityStatus &&
    throttledUntil === taskSet.throttledUntil &&
    throttleStep === taskSet.throttleStep
  )
    return taskSet;
  return {
    ...taskSet,
    computedDesiredCount,
    stabilityStatus,
    throttleStep,
    ...(throttledUntil === undefined ? {} : { throttledUntil }),
  };
}
