/** Counts response times to three digits: few enough distinct ones to be sent elsewhere, fine enough for any percentile. */

/** Response times that were counted. */
export interface CountedTimes {
  /** Milliseconds, in no order. */
  readonly values: readonly number[];
  /** How often each was counted. */
  readonly counts: readonly number[];
  /** Of all of them, exactly. Milliseconds. */
  readonly sum: number;
}

/** Counts response times. */
export class ResponseTimes {
  /** By microseconds, of which the first three digits count. */
  readonly #counts = new Map<number, number>();
  #sum = 0;

  /** @param ms not negative */
  record(ms: number): void {
    const rounded = threeDigits(Math.round(ms * 1000));
    this.#counts.set(rounded, (this.#counts.get(rounded) ?? 0) + 1);
    this.#sum += ms;
  }

  counted(): CountedTimes {
    return {
      values: Array.from(this.#counts.keys(), (microseconds) => microseconds / 1000),
      counts: [...this.#counts.values()],
      sum: this.#sum,
    };
  }
}

function threeDigits(value: number): number {
  let scale = 1;
  while (value >= 1000 * scale) scale *= 10;
  return Math.round(value / scale) * scale;
}
