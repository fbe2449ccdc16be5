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
  return Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.max(0, step - 1));
}

/**
 * The throttle after a task that never reached RUNNING. Failures of one wave count once: those that come while the throttle
 * already holds do not make it longer.
 */
export function afterLaunchFailure(throttle: Throttle, now: number): Throttle {
  if (throttle.throttledUntil !== undefined && now < throttle.throttledUntil) return throttle;
  const throttleStep = throttle.throttleStep + 1;
  return { throttleStep, throttledUntil: now + launchDelayMs(throttleStep) };
}

/** The throttle after a task that had been RUNNING exited or failed its checks: it does not grow, but a second passes. */
export function afterExit(throttle: Throttle, now: number): Throttle {
  const until = now + FIRST_DELAY_MS;
  if (throttle.throttledUntil !== undefined && throttle.throttledUntil >= until) return throttle;
  return { throttleStep: throttle.throttleStep, throttledUntil: until };
}

/** True when this change of the throttle is worth the event "is unable to consistently start tasks successfully". */
export function becameImpaired(before: Throttle, after: Throttle): boolean {
  return after.throttleStep > before.throttleStep && after.throttleStep >= IMPAIRED_STEP;
}
