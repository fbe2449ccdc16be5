/** When to look again: soon after a change, more and more seldom while nothing happens. And how long things have been waited for. */
import type { Session } from '../session/session.ts';

const DEFAULT_POLLING = { shortestMs: 1000, longestMs: 5000 };
const GROWTH = 1.5;

/** The pace of one client. */
export class Pace {
  readonly #session: Session;
  /** Monotonic ms at which something was first waited for, by what it is. */
  readonly #since = new Map<string, number>();
  #pause: number;

  constructor(session: Session) {
    this.#session = session;
    this.#pause = this.#polling.shortestMs;
  }

  /** Something has happened: the next look comes soon. */
  quicken(): void {
    this.#pause = this.#polling.shortestMs;
  }

  /**
   * Sleeps until the next look.
   * @param atMostMs when something is due before that
   * @param stretch how many times as long the longest pause may get
   * @throws the signal's reason when interrupted
   */
  async sleep(atMostMs = Infinity, stretch = 1): Promise<undefined> {
    const pause = Math.max(1, Math.min(this.#pause, atMostMs));
    this.#pause = Math.min(this.#polling.longestMs * stretch, this.#pause * GROWTH);
    await this.#session.dependencies.clock.sleep(pause, this.#session.signal());
    return undefined;
  }

  /** Milliseconds since this was first asked for. */
  elapsed(key: string): number {
    const since = this.#since.get(key) ?? this.now();
    this.#since.set(key, since);
    return this.now() - since;
  }

  /** Milliseconds for which this has lasted without a break; 0 when it does not. */
  lasting(key: string, lasts: boolean): number {
    if (lasts) return this.elapsed(key);
    this.forget(key);
    return 0;
  }

  /** The next time that it is asked for is the first. */
  forget(key: string): void {
    this.#since.delete(key);
  }

  /** Monotonic ms. */
  now(): number {
    return this.#session.dependencies.clock.monotonic();
  }

  get #polling(): { readonly shortestMs: number; readonly longestMs: number } {
    return this.#session.dependencies.polling ?? DEFAULT_POLLING;
  }
}
