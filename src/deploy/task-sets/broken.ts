/** When green cannot become good, or is not good any more. Pure. */
import { certainFailure } from '../verdict/fail-fast.ts';
import { failureOf, ourTasks, type Observation, type RolloutTarget } from '../watch/observation.ts';
import { serves, type SetState } from './world.ts';

/** So many of green's tasks may fail once it has traffic, or as many as it has: more is no accident. */
const FEWEST_FAILURES = 3;

/**
 * Judges green.
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
  if (share <= 0) return undefined;
  if (!serves(green)) {
    return `no task of the new task set is healthy any more, with ${Math.round(share * 10) / 10} % of the traffic on it`;
  }
  const failed = failedTasks(observation, target) - failedBefore;
  const most = Math.max(FEWEST_FAILURES, green.wanted);
  return failed >= most
    ? `tasks of the new task set keep failing under traffic: ${failed} so far`
    : undefined;
}

/** How many of green's tasks have ended against its will. */
export function failedTasks(observation: Observation, target: RolloutTarget): number {
  return ourTasks(observation, target).filter((task) => failureOf(task) !== undefined).length;
}
