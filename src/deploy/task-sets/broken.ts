/** When green cannot become good, or is not good any more. Pure. */
import { certainFailure } from '../verdict/fail-fast.ts';
import { failureOf, ourTasks } from '../observed/tasks.ts';
import type { Observation, RolloutTarget } from '../observed/observation.ts';
import { serves, type SetState } from './world.ts';

/** ECS's circuit breaker gives up after half of the desired count, but at least and at most so many failed tasks. */
const FEWEST_FAILURES = 3;
const MOST_FAILURES = 200;

/**
 * Judges green: why it is broken, undefined while it may be good. No circuit breaker of ECS watches a task set, so what one would
 * count is counted here (reference: ECS semantics 5.5).
 * @param observation with the targets of green's own group alone
 * @param share percent of production traffic on it
 * @param failedBefore how many of its tasks had failed before it got traffic
 */
export function brokenGreen(
  observation: Observation,
  target: RolloutTarget,
  green: SetState,
  share: number,
  failedBefore: number,
): string | undefined {
  const certain = certainFailure(observation, target);
  if (certain !== undefined) return certain;
  const failed = failedTasks(observation, target);
  const half = Math.ceil(green.wanted / 2);
  const tooMany = Math.min(Math.max(FEWEST_FAILURES, half), MOST_FAILURES);
  if (share <= 0) {
    return failed >= tooMany && !serves(green)
      ? `tasks of the new task set keep failing, and none is healthy: ${failed} failed so far`
      : undefined;
  }
  if (!serves(green)) {
    return `no task of the new task set is healthy any more, with ${Math.round(share * 10) / 10} % of the traffic on it`;
  }
  return failed - failedBefore >= tooMany
    ? `tasks of the new task set keep failing under traffic: ${failed - failedBefore} so far`
    : undefined;
}

/** How many of green's tasks have ended against its will. */
export function failedTasks(observation: Observation, target: RolloutTarget): number {
  return ourTasks(observation, target).filter((task) => failureOf(task) !== undefined).length;
}
