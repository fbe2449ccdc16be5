/** How a rollout's client is told to stop waiting. */
import type { InterruptSignal } from '../../record/verdict.ts';

/**
 * The reason to abort with: `controller.abort(new Interruption('SIGTERM'))`. The client stops waiting; the rollout on ECS
 * goes on.
 */
export class Interruption extends Error {
  override readonly name = 'Interruption';
  readonly signal: InterruptSignal;

  constructor(signal: InterruptSignal) {
    super(`interrupted by ${signal}`);
    this.signal = signal;
  }
}

/** Which signal interrupted; SIGINT when the one who aborted did not say. */
export function interruptedBy(signal: AbortSignal): InterruptSignal {
  return signal.reason instanceof Interruption ? signal.reason.signal : 'SIGINT';
}
