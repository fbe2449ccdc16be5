/** Response times in buckets whose bounds grow by a twentieth: small, mergeable, and exact to 5 %. */

/** The first bound, in milliseconds; everything faster falls into the first bucket. */
const FIRST_MS = 0.05;
const GROWTH = 1.05;
const LOG_GROWTH = Math.log(GROWTH);

/** A bucket that is not empty: how many fell at or below its bound and above the bound of the one before. */
export interface LatencyBucket {
  readonly upToMs: number;
  readonly count: number;
}

/** Counts response times. */
export class LatencyHistogram {
  readonly #counts: number[] = [];
  #count = 0;
  #max = 0;

  /** @param ms a response time in milliseconds, not negative */
  record(ms: number): void {
    const index = ms <= FIRST_MS ? 0 : Math.ceil(Math.log(ms / FIRST_MS) / LOG_GROWTH);
    while (this.#counts.length <= index) this.#counts.push(0);
    this.#counts[index] = (this.#counts[index] ?? 0) + 1;
    this.#count++;
    if (ms > this.#max) this.#max = ms;
  }

  get count(): number {
    return this.#count;
  }

  /** The longest time recorded, exactly; 0 when there is none. */
  get max(): number {
    return this.#max;
  }

  /**
   * A time that the given share of the recorded ones does not exceed, at most 5 % too high; 0 when there is none.
   * @param share 0 to 1: 0.99 for the 99th percentile
   */
  percentile(share: number): number {
    const rank = Math.max(1, Math.ceil(share * this.#count));
    let seen = 0;
    for (const [index, count] of this.#counts.entries()) {
      seen += count;
      if (seen >= rank) return Math.min(bound(index), this.#max);
    }
    return this.#max;
  }

  /** The buckets that are not empty, fastest first. */
  buckets(): readonly LatencyBucket[] {
    return this.#counts
      .map((count, index) => ({ upToMs: bound(index), count }))
      .filter(({ count }) => count > 0);
  }
}

function bound(index: number): number {
  return FIRST_MS * GROWTH ** index;
}
