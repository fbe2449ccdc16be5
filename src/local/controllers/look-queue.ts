/** Whom a controller looks at in its next turn, and when it looks again although nothing happened. */
import type { Clock, Timer } from '../../base/clock.ts';

/** Keys of what is to be looked at; all changes of one instant are looked at together. */
export class LookQueue {
  readonly #clock: Clock;
  readonly #look: (key: string) => void;
  readonly #dirty = new Set<string>();
  /** Timers of those that wait for time to pass, and when they fire (epoch ms). */
  readonly #wakes = new Map<string, { readonly timer: Timer; readonly at: number }>();
  #turn: Timer | undefined;
  #closed = false;

  /** Calls `look` with each key, once a turn. */
  constructor(clock: Clock, look: (key: string) => void) {
    this.#clock = clock;
    this.#look = look;
  }

  /** Looks at it in the next turn. */
  add(key: string): void {
    if (this.#closed) return;
    this.#dirty.add(key);
    this.#turn ??= this.#clock.setTimer(0, () => {
      this.#turn = undefined;
      const dirty = [...this.#dirty];
      this.#dirty.clear();
      for (const each of dirty) this.#look(each);
    });
  }

  /** Looks at it at that time (epoch ms) instead of the one that was said before; undefined: at none. */
  wakeAt(key: string, at: number | undefined): void {
    const former = this.#wakes.get(key);
    if (former?.at === at) return;
    former?.timer.cancel();
    if (at === undefined) {
      this.#wakes.delete(key);
      return;
    }
    const timer = this.#clock.setTimer(at - this.#clock.now(), () => {
      this.#wakes.delete(key);
      this.add(key);
    });
    this.#wakes.set(key, { timer, at });
  }

  /** Looks at nothing any more. */
  close(): void {
    this.#closed = true;
    this.#turn?.cancel();
    for (const { timer } of this.#wakes.values()) timer.cancel();
    this.#wakes.clear();
  }
}
