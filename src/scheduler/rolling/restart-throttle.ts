/**
 * How fast a deployment may start tasks again after failures (reference: ECS semantics 8.6). ECS documents only the ends:
 * tasks that never reach RUNNING are retried ever more slowly, up to 15 minutes; a new deployment starts afresh.
 */

/** The throttle of one deployment. */
export interface Throttle {
  /** Epoch ms before which no task starts. */
  readonly throttledUntil?: number;
  /** How often the delay has grown; 0: not at all. */
  readonly throttleStep: number;
}

const FIRST_DELAY_MS = 1_000;
const LONGEST_DELAY_MS = 15 * 60_000;
/** From this step on the service says that it is unable to start tasks. */
const IMPAIRED_STEP = 3;

/** The delay after the n-th wave of tasks that never ran: 1 s, 2 s, 4 s, … 15 minutes. */
export function launchDelayMs(step: number): number {
  return Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (step - 1));
}

/**
 * The throttle after a task that never reached RUNNING. The failures of one wave count once: a task that was created before
 * the throttle let tasks start again belongs to the wave that has already failed, however late it fails itself.
 * @param createdAt when the task was created; epoch ms
 */
export function afterLaunchFailure(throttle: Throttle, createdAt: number, now: number): Throttle {
  if (throttle.throttledUntil !== undefined && createdAt < throttle.throttledUntil) return throttle;
  const throttleStep = throttle.throttleStep + 1;
  return { throttleStep, throttledUntil: now + launchDelayMs(throttleStep) };
}

/** The throttle after a task that had been RUNNING exited or failed its checks: it does not grow, but a second passes. */
export function afterExit(throttle: Throttle, now: number): Throttle {
  const until = now + FIRST_DELAY_MS;
  if (throttle.throttledUntil !== undefined && throttle.throttledUntil >= until) return throttle;
  return { throttleStep: throttle.throttleStep, throttledUntil: until };
}

/**
 * The throttle once a task is seen to have become RUNNING at `startedAt` (epoch ms): one that did so after the last wave had
 * failed ends the series of launches that failed; those that ran all the while prove nothing.
 */
export function afterStart(throttle: Throttle, startedAt: number): Throttle {
  const { throttledUntil, throttleStep } = throttle;
  if (throttleStep === 0 || throttledUntil === undefined) return throttle;
  const grewAt = throttledUntil - launchDelayMs(throttleStep);
  return startedAt > grewAt ? { throttledUntil, throttleStep: 0 } : throttle;
}

/** True when this change of the throttle is worth the event "is unable to consistently start tasks successfully". */
export function becameImpaired(before: Throttle, after: Throttle): boolean {
  return after.throttleStep > before.throttleStep && after.throttleStep >= IMPAIRED_STEP;
}
