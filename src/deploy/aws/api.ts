/** Every call to AWS goes through here: counted, recorded, retried with growing pauses, and named when it fails. */
import type { Clock } from '../../base/clock.ts';
import type { Random } from '../../base/random.ts';
import type { ApiCallTotals } from '../../record/entries.ts';
import type { Recorder } from '../../record/recorder.ts';
import { ApiError, classifyFailure, mayRetry, type ApiService } from './api-failure.ts';

/** Sends one request. */
export type Send<Output> = (options: { readonly abortSignal?: AbortSignal }) => Promise<Output>;

export interface Api {
  /**
   * Calls AWS, trying again where that may help.
   * @throws ApiError when it failed for good; the abort signal's reason when a read was interrupted
   */
  read<Output>(service: ApiService, operation: string, send: Send<Output>): Promise<Output>;
  /**
   * As `read`, but an interruption lets the request finish: half-sent changes would leave the truth unknown.
   * @param arrived for what must not be done twice: before it is sent again, finds what a request has done whose answer was lost
   */
  change<Output>(
    service: ApiService,
    operation: string,
    send: Send<Output>,
    arrived?: () => Promise<Output | undefined>,
  ): Promise<Output>;
  /** As `change`, once: for what must not be done twice. */
  changeOnce<Output>(service: ApiService, operation: string, send: Send<Output>): Promise<Output>;
  totals(): ApiCallTotals;
}

export interface ApiDependencies {
  readonly clock: Clock;
  readonly random: Random;
  readonly recorder: Recorder;
  /** The signal that interrupts now: the first until the command answers it, then the second. */
  readonly signal: () => AbortSignal | undefined;
}

/** Attempts for an answer that may come right; together with the pauses some 90 seconds. */
const ATTEMPTS = 9;
/** Attempts while nobody has ever answered: a wrong endpoint is not worth waiting for. */
const FIRST_ATTEMPTS = 3;
const FIRST_PAUSE_MS = 400;
const LONGEST_PAUSE_MS = 20_000;

/** Builds the one way to AWS of a command. */
export function createApi({ clock, random, recorder, signal: current }: ApiDependencies): Api {
  const byOperation = new Map<string, number>();
  let total = 0;
  let retried = 0;
  let throttled = 0;
  let answered = false;

  async function attempt<Output>(
    service: ApiService,
    operation: string,
    number: number,
    send: () => Promise<Output>,
  ): Promise<Output> {
    const start = clock.monotonic();
    total += 1;
    if (number > 1) retried += 1;
    byOperation.set(operation, (byOperation.get(operation) ?? 0) + 1);
    let error: string | undefined;
    try {
      const output = await send();
      answered = true;
      return output;
    } catch (thrown) {
      if (current()?.aborted === true && isAbort(thrown)) {
        error = 'interrupted';
        throw thrown;
      }
      const kind = classifyFailure(thrown);
      if (kind === undefined) throw thrown;
      if (kind === 'throttled') throttled += 1;
      if (kind !== 'unreachable' && kind !== 'credentials') answered = true;
      const failure = new ApiError(kind, service, operation, thrown);
      error = failure.code;
      throw failure;
    } finally {
      recorder.write({
        kind: 'api-call',
        at: clock.now(),
        service,
        operation,
        durationMs: Math.round((clock.monotonic() - start) * 10) / 10,
        attempt: number,
        ...(error === undefined ? {} : { error }),
      });
    }
  }

  async function persist<Output>(
    service: ApiService,
    operation: string,
    send: () => Promise<Output>,
    arrived: () => Promise<Output | undefined> = () => Promise.resolve(undefined),
  ): Promise<Output> {
    let lost = false;
    for (let number = 1; ; number++) {
      current()?.throwIfAborted();
      try {
        return await attempt(service, operation, number, send);
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        lost ||= error.lost;
        error.lost = lost;
        if (!mayRetry(error.kind)) throw error;
        if (number >= (answered ? ATTEMPTS : FIRST_ATTEMPTS)) throw error;
      }
      // Half of the pause is chance, so that many clients do not come back at once.
      const longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (number - 1));
      await clock.sleep(longest * (0.5 + random.fraction() / 2), current());
      const found = lost ? await arrived() : undefined;
      if (found !== undefined) return found;
    }
  }

  return {
    read: (service, operation, send) =>
      persist(service, operation, () => {
        const abortSignal = current();
        return send(abortSignal === undefined ? {} : { abortSignal });
      }),
    change: (service, operation, send, arrived) =>
      persist(service, operation, () => send({}), arrived),
    changeOnce: (service, operation, send) => {
      current()?.throwIfAborted();
      return attempt(service, operation, 1, () => send({}));
    },
    totals: () => ({
      total,
      retried,
      throttled,
      byOperation: Object.fromEntries(
        [...byOperation].toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)),
      ),
    }),
  };
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}
