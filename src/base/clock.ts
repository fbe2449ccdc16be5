/**
 * The one place that touches time. Everything else receives a Clock, so that a rollout can run in virtual time and a test
 * never sleeps.
 */

/** A started timer. */
export interface Timer {
  /** Stops the timer; harmless when it has already fired. */
  cancel(): void;
}

/** Time as the rest of Fairlead sees it. */
export interface Clock {
  /** Wall time in epoch milliseconds. */
  now(): number;
  /** Milliseconds since an arbitrary start; never goes back. For durations, never for timestamps. */
  monotonic(): number;
  /** Calls `callback` once, `delayMs` milliseconds from now (at least one turn of the event loop later). */
  setTimer(delayMs: number, callback: () => void): Timer;
  /**
   * Resolves after `ms` milliseconds; rejects with the signal's reason when it aborts first.
   */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** The longest delay that setTimeout takes; longer ones fire at once, which no caller means. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

/** Builds `sleep` from `setTimer`, the same way for every clock. */
export function sleepWith(
  clock: Pick<Clock, 'setTimer'>,
  ms: number,
  signal?: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) {
      reject(abortReason(signal));
      return;
    }
    const onAbort = (): void => {
      timer.cancel();
      if (signal !== undefined) reject(abortReason(signal));
    };
    const timer = clock.setTimer(ms, () => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    });
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}

function abortReason(signal: AbortSignal): Error {
  return signal.reason instanceof Error ? signal.reason : new Error(String(signal.reason));
}

/** The clock of the machine. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  setTimer(delayMs, callback) {
    const deadline = performance.now() + delayMs;
    let handle: NodeJS.Timeout;
    const arm = (): void => {
      const left = Math.max(0, deadline - performance.now());
      handle = setTimeout(
        () => {
          if (left > LONGEST_TIMEOUT_MS) arm();
          else callback();
        },
        Math.min(left, LONGEST_TIMEOUT_MS),
      );
    };
    arm();
    return { cancel: () => clearTimeout(handle) };
  },
  sleep: (ms, signal) => sleepWith(systemClock, ms, signal),
};

/** Resolves when every promise callback and I/O event that is ready now has run. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Epoch milliseconds as an ISO 8601 string in UTC. */
export function isoTime(epochMs: number): string {
  return new Date(epochMs).toISOString();
}

/** Epoch milliseconds as the Date that the AWS SDK's types ask for. */
export function toDate(epochMs: number): Date {
  return new Date(epochMs);
}
