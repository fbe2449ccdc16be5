/** Bounds how many containers start at the same time, in the order in which they came. */

/** A queue with a number of places. */
export class StartQueue {
  readonly #waiting: (() => void)[] = [];
  #free: number;

  /** @param places so many run at the same time */
  constructor(places: number) {
    this.#free = places;
  }

  /** Runs the start once there is a place for it. */
  async run<Result>(start: () => Promise<Result>): Promise<Result> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await start();
    } finally {
      // A place goes from hand to hand, so that nobody who came later takes it.
      const next = this.#waiting.shift();
      if (next === undefined) this.#free++;
      else next();
    }
  }
}
