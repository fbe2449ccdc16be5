/** Counts what became of requests; the sum of the outcomes and of what is in flight is what was sent, always. */
import { LatencyHistogram } from './latency-histogram.ts';
import { OUTCOMES, type Outcome } from './outcome.ts';

/** A start later than this after its due time is counted as late: the generator itself was held up. */
const LATE_MS = 10;

/** How a load stands. Times in milliseconds. */
export interface LoadSnapshot {
  readonly elapsedMs: number;
  readonly sent: number;
  /** Sent and not ended. */
  readonly inFlight: number;
  readonly outcomes: Readonly<Record<Outcome, number>>;
  /** Answers by the version that gave them; those that named none are in `unversioned`. */
  readonly byVersion: Readonly<Record<string, number>>;
  readonly unversioned: number;
  /** Requests that were started more than 10 ms after they were due, because this process was held up. */
  readonly lateStarts: { readonly count: number; readonly maxMs: number };
  /**
   * Time from when a request was due (not from when it was sent, so that a stall shows) to its whole answer; requests that
   * got no answer are not in it.
   */
  readonly latency: {
    readonly p50Ms: number;
    readonly p99Ms: number;
    readonly maxMs: number;
  };
}

/** The counts of one load. */
export class Tally {
  #sent = 0;
  #inFlight = 0;
  readonly #outcomes = new Map<Outcome, number>(OUTCOMES.map((outcome) => [outcome, 0]));
  readonly #versions = new Map<string, number>();
  #unversioned = 0;
  #late = 0;
  #latest = 0;
  readonly #latency = new LatencyHistogram();

  get inFlight(): number {
    return this.#inFlight;
  }

  /** A request is sent, `lateMs` after it was due. */
  started(lateMs: number): void {
    this.#sent++;
    this.#inFlight++;
    if (lateMs > LATE_MS) this.#late++;
    this.#latest = Math.max(this.#latest, lateMs);
  }

  /** It got a whole answer. */
  answered(outcome: Outcome, version: string | undefined, latencyMs: number): void {
    this.#end(outcome);
    if (version === undefined) this.#unversioned++;
    else this.#versions.set(version, (this.#versions.get(version) ?? 0) + 1);
    this.#latency.record(latencyMs);
  }

  /** It got none. */
  failed(outcome: Outcome): void {
    this.#end(outcome);
  }

  snapshot(elapsedMs: number): LoadSnapshot {
    return {
      elapsedMs,
      sent: this.#sent,
      inFlight: this.#inFlight,
      outcomes: Object.fromEntries(this.#outcomes) as Record<Outcome, number>,
      byVersion: Object.fromEntries(this.#versions),
      unversioned: this.#unversioned,
      lateStarts: { count: this.#late, maxMs: this.#latest },
      latency: {
        p50Ms: this.#latency.percentile(0.5),
        p99Ms: this.#latency.percentile(0.99),
        maxMs: this.#latency.max,
      },
    };
  }

  #end(outcome: Outcome): void {
    this.#inFlight--;
    this.#outcomes.set(outcome, (this.#outcomes.get(outcome) ?? 0) + 1);
  }
}

/** Requests that did not end well, out of a snapshot. */
export function failures(snapshot: Pick<LoadSnapshot, 'outcomes'>): number {
  return OUTCOMES.reduce(
    (sum, outcome) => (outcome === 'ok' ? sum : sum + snapshot.outcomes[outcome]),
    0,
  );
}
