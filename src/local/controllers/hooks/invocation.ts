/** One invocation of a function, with its time limit. */
import type { Clock } from '../../../base/clock.ts';
import {
  INVOCATION_LIMIT_MS,
  type Invocation,
} from '../../../scheduler/traffic-shift/hook-answer.ts';
import { FunctionError, type Functions } from '../../functions/functions.ts';

/** How long, and until when. */
export interface InvocationTerms {
  readonly clock: Clock;
  /** Of the clock. */
  readonly limitMs: number;
  /** Cancels it; what it then resolves with means nothing. */
  readonly signal: AbortSignal;
}

/** Invokes the function and waits for its answer, as long as Lambda would let it run. */
export async function invocationOf(
  functions: Functions,
  functionArn: string,
  payload: string,
  { clock, limitMs, signal }: InvocationTerms,
): Promise<Invocation> {
  const limit = new AbortController();
  const tooLate = new Promise<Invocation>((resolve) => {
    const detail = `it did not answer within ${INVOCATION_LIMIT_MS / 60_000} minutes`;
    limit.signal.addEventListener('abort', () => resolve({ kind: 'failed', detail }));
  });
  const timer = clock.setTimer(limitMs, () => limit.abort());
  try {
    const answer = ask(functions, functionArn, payload, AbortSignal.any([signal, limit.signal]));
    return await Promise.race([answer, tooLate]);
  } finally {
    timer.cancel();
  }
}

async function ask(
  functions: Functions,
  functionArn: string,
  payload: string,
  signal: AbortSignal,
): Promise<Invocation> {
  try {
    return { kind: 'answered', text: await functions.invoke(functionArn, payload, signal) };
  } catch (error) {
    if (error instanceof FunctionError) return { kind: error.kind, detail: error.message };
    // Whatever stopped it says only that it was stopped.
    if (signal.aborted) return { kind: 'failed', detail: 'it was cancelled' };
    throw error;
  }
}
