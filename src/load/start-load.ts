/**
 * An open-loop load: requests leave at a fixed rate whatever becomes of those before them, so that a server that stalls
 * is seen to stall. Every request is counted once, by what became of it.
 */
import { Pool } from 'undici';
import type { Clock, Timer } from '../base/clock.ts';
import { messageOf } from '../base/errors.ts';
import type { LoadAnswer } from './answer-version.ts';
import { outcomeOfAnswer, outcomeOfError, type Outcome } from './outcome.ts';
import { Tally, type LoadSnapshot } from './tally.ts';
import { sendRequest, type RequestEnd, type RequestFacts } from './timed-request.ts';

/** A request that did not end well. */
export interface LoadFailure {
  /** Epoch milliseconds at which it ended. */
  readonly at: number;
  readonly outcome: Exclude<Outcome, 'ok'>;
  /** Absent when there was no answer. */
  readonly status?: number;
  readonly version?: string;
  /** What the answer or the error said, in one line. */
  readonly message: string;
}

/** What to send, how fast, and how to judge the answers. */
export interface LoadOptions {
  /** `http:` or `https:`. */
  readonly url: string;
  /** `GET` unless said. */
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Arrivals a second; may be below 1. */
  readonly ratePerSecond: number;
  /** A request without its whole answer after so long is counted as `timeout` and dropped. */
  readonly timeoutMs: number;
  /** The versions that may answer, fixed or as of now; left out: any. */
  readonly expectedVersions?: readonly string[] | (() => readonly string[]);
  /** Which version gave an answer. */
  readonly versionOf: (answer: LoadAnswer) => string | undefined;
  readonly clock: Clock;
  readonly onFailure?: (failure: LoadFailure) => void;
}

/** The end of a load: nothing is in flight, the outcomes add up to what was sent. */
export type LoadReport = LoadSnapshot & { readonly inFlight: 0 };

/** A load under way. */
export interface LoadRun {
  snapshot(): LoadSnapshot;
  /** Sends no more and waits for what is in flight, at most for the deadline. Later calls give the same report. */
  stop(): Promise<LoadReport>;
}

/**
 * Starts a load; the first request is due now.
 * @throws RangeError naming the option that has no meaning
 */
export function startLoad(options: LoadOptions): LoadRun {
  return new Run(options);
}

class Run implements LoadRun {
  readonly #options: LoadOptions;
  readonly #clock: Clock;
  readonly #pool: Pool;
  readonly #request: RequestFacts;
  readonly #tally = new Tally();
  readonly #startedAt: number;
  #endedAt: number | undefined;
  #arrivals = 0;
  #timer: Timer;
  #report: Promise<LoadReport> | undefined;
  #onIdle: (() => void) | undefined;

  constructor(options: LoadOptions) {
    const url = checkOptions(options);
    this.#options = options;
    this.#clock = options.clock;
    this.#pool = new Pool(url.origin, { allowH2: false, connect: { timeout: options.timeoutMs } });
    this.#request = {
      method: options.method ?? 'GET',
      path: url.pathname + url.search,
      headers: options.headers ?? {},
      body: options.body,
      timeoutMs: options.timeoutMs,
    };
    this.#startedAt = this.#clock.monotonic();
    this.#timer = this.#clock.setTimer(0, () => this.#arrive());
  }

  snapshot(): LoadSnapshot {
    return this.#tally.snapshot((this.#endedAt ?? this.#clock.monotonic()) - this.#startedAt);
  }

  stop(): Promise<LoadReport> {
    return (this.#report ??= this.#stop());
  }

  async #stop(): Promise<LoadReport> {
    this.#timer.cancel();
    if (this.#tally.inFlight > 0) await new Promise<void>((resolve) => (this.#onIdle = resolve));
    this.#endedAt = this.#clock.monotonic();
    await this.#pool.destroy();
    return { ...this.snapshot(), inFlight: 0 };
  }

  /** When the n-th request is due does not depend on when those before it were sent. */
  #dueAt(arrival: number): number {
    return this.#startedAt + (arrival * 1000) / this.#options.ratePerSecond;
  }

  #arrive(): void {
    const now = this.#clock.monotonic();
    while (this.#dueAt(this.#arrivals) <= now) this.#send(this.#dueAt(this.#arrivals++), now);
    this.#timer = this.#clock.setTimer(this.#dueAt(this.#arrivals) - now, () => this.#arrive());
  }

  #send(dueAt: number, now: number): void {
    this.#tally.started(now - dueAt);
    sendRequest(this.#pool, this.#request, this.#clock, (end) => this.#ended(end, dueAt));
  }

  #ended(end: RequestEnd, dueAt: number): void {
    const at = this.#clock.now();
    if (end.kind === 'error') {
      const outcome = outcomeOfError(end.error);
      this.#tally.failed(outcome);
      if (outcome !== 'ok') this.#tell({ at, outcome, message: messageOf(end.error) });
    } else {
      const { status } = end.answer;
      const version = this.#options.versionOf(end.answer);
      const outcome = outcomeOfAnswer(status, version, this.#expected());
      this.#tally.answered(outcome, version, this.#clock.monotonic() - dueAt);
      if (outcome !== 'ok') {
        const message = `answered ${status} by ${version === undefined ? 'no named version' : `version ${version}`}`;
        this.#tell({ at, outcome, status, message, ...(version === undefined ? {} : { version }) });
      }
    }
    if (this.#tally.inFlight === 0) this.#onIdle?.();
  }

  #expected(): readonly string[] | undefined {
    const { expectedVersions } = this.#options;
    return typeof expectedVersions === 'function' ? expectedVersions() : expectedVersions;
  }

  #tell(failure: LoadFailure): void {
    this.#options.onFailure?.(failure);
  }
}

function checkOptions({ url, ratePerSecond, timeoutMs }: LoadOptions): URL {
  const parsed = URL.parse(url);
  if (parsed === null || !/^https?:$/.test(parsed.protocol))
    throw new RangeError(`url "${url}" is not an address such as http://127.0.0.1:8080/`);
  if (!(ratePerSecond > 0 && ratePerSecond <= 100_000))
    throw new RangeError(`ratePerSecond ${ratePerSecond} is not a rate above 0, at most 100000`);
  if (!(timeoutMs > 0 && Number.isFinite(timeoutMs)))
    throw new RangeError(`timeoutMs ${timeoutMs} is not a number of milliseconds above 0`);
  return parsed;
}
