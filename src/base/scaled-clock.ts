/** A clock that runs faster than another: long waits pass in a fraction of their time (design: `local up --time-scale`). */
import { sleepWith, type Clock, type Timer } from './clock.ts';

/** Where a scaled clock and the one beneath it stood at the same moment; both in epoch ms. */
export interface ClockAnchor {
  readonly baseAt: number;
  readonly at: number;
}

/** Runs `scale` times as fast as the clock beneath it. */
export class ScaledClock implements Clock {
  readonly #base: Clock;
  readonly #scale: number;
  readonly #anchor: ClockAnchor;

  constructor(base: Clock, scale: number, anchor: ClockAnchor) {
    this.#base = base;
    this.#scale = scale;
    this.#anchor = anchor;
  }

  now(): number {
    const { baseAt, at } = this.#anchor;
    return Math.round(at + (this.#base.now() - baseAt) * this.#scale);
  }

  monotonic(): number {
    return this.#base.monotonic() * this.#scale;
  }

  setTimer(delayMs: number, callback: () => void): Timer {
    return this.#base.setTimer(delayMs / this.#scale, callback);
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return sleepWith(this, ms, signal);
  }
}
