/** The last phase of a target: no new requests; it ends when none is in flight or the deregistration delay has passed. */
import type { Clock, Timer } from '../../base/clock.ts';

/** A drain under way. */
export interface Drain {
  /** To be called when a request has ended: the last one ends the drain. */
  requestEnded(): void;
  /** The target was registered again or is gone: nothing will be said. */
  cancel(): void;
}

/**
 * Starts to drain. What is still in flight when the delay passes is left alone: it ends with its target.
 * @param inFlight how many requests and upgraded connections the target has now
 * @param onDrained called exactly once, never before this function has returned
 */
export function startDrain(
  clock: Clock,
  delayMs: number,
  inFlight: () => number,
  onDrained: () => void,
): Drain {
  let over = false;
  const end = (): void => {
    if (over) return;
    over = true;
    timer.cancel();
    onDrained();
  };
  const timer: Timer = clock.setTimer(inFlight() === 0 ? 0 : delayMs, end);
  return {
    requestEnded() {
      if (inFlight() === 0) end();
    },
    cancel() {
      over = true;
      timer.cancel();
    },
  };
}
