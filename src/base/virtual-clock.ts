/**
 * A clock that never waits: it jumps from timer to timer. Two runs with the same inputs see the same times in the same
 * order (timers of one instant fire in the order in which they were set).
 */
import { nextTurn, sleepWith, type Clock, type Timer } from './clock.ts';

interface Entry {
  readonly at: number;
  readonly order: number;
  callback: (() => void) | undefined;
}

/** Thrown by `runUntil` when nothing is left that could ever make the condition true, or the time limit passed. */
export class VirtualTimeError extends Error {
  override readonly name = 'VirtualTimeError';
}

/** Virtual time, advanced by the one who owns the clock. */
export class VirtualClock implements Clock {
  #now: number;
  readonly #startedAt: number;
  #order = 0;
  #pending = 0;
  /** A binary heap, earliest first. */
  readonly #heap: Entry[] = [];

  /** @param startAt epoch milliseconds at which virtual time begins. */
  constructor(startAt = 1_700_000_000_000) {
    this.#now = startAt;
    this.#startedAt = startAt;
  }

  now(): number {
    return this.#now;
  }

  monotonic(): number {
    return this.#now - this.#startedAt;
  }

  setTimer(delayMs: number, callback: () => void): Timer {
    const entry: Entry = { at: this.#now + Math.max(0, delayMs), order: this.#order++, callback };
    this.#push(entry);
    return { cancel: () => (entry.callback = undefined) };
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return sleepWith(this, ms, signal);
  }

  /** Holds time still until the operation has settled: for work that really takes I/O, such as a store's write. */
  async track<T>(operation: Promise<T>): Promise<T> {
    this.#pending++;
    try {
      return await operation;
    } finally {
      this.#pending--;
    }
  }

  /**
   * Lets time pass until the condition holds, checked each time that nothing is left to do at the present instant.
   * @param limitMs virtual milliseconds after which it gives up
   * @throws VirtualTimeError when the limit passes, or no timer is left and the condition does not hold
   */
  async runUntil(condition: () => boolean, limitMs: number): Promise<void> {
    const deadline = this.#now + limitMs;
    for (;;) {
      await this.#settle();
      if (condition()) return;
      const next = this.#peek();
      if (next === undefined)
        throw new VirtualTimeError('no timer is left and the condition does not hold');
      if (next.at > deadline)
        throw new VirtualTimeError(`the condition did not hold within ${limitMs} ms`);
      this.#fireInstant(next.at);
    }
  }

  /** Lets exactly `ms` virtual milliseconds pass. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    for (;;) {
      await this.#settle();
      const next = this.#peek();
      if (next === undefined || next.at > end) break;
      this.#fireInstant(next.at);
    }
    this.#now = end;
  }

  /** Runs everything that is ready at this instant; time stands still while a tracked operation is pending. */
  async #settle(): Promise<void> {
    do await nextTurn();
    while (this.#pending > 0);
  }

  #fireInstant(at: number): void {
    this.#now = at;
    for (let next = this.#peek(); next?.at === at; next = this.#peek()) {
      this.#pop();
      next.callback?.();
    }
  }

  #peek(): Entry | undefined {
    for (let top = this.#heap[0]; top !== undefined; top = this.#heap[0]) {
      if (top.callback !== undefined) return top;
      this.#pop();
    }
    return undefined;
  }

  #push(entry: Entry): void {
    const heap = this.#heap;
    let child = heap.push(entry) - 1;
    while (child > 0) {
      const parent = (child - 1) >> 1;
      if (before(at(heap, parent), entry)) break;
      heap[child] = at(heap, parent);
      child = parent;
    }
    heap[child] = entry;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let parent = 0;
    for (;;) {
      let child = parent * 2 + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(at(heap, child + 1), at(heap, child))) child++;
      if (before(last, at(heap, child))) break;
      heap[parent] = at(heap, child);
      parent = child;
    }
    heap[parent] = last;
  }
}

function before(a: Entry, b: Entry): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}

function at(heap: readonly Entry[], index: number): Entry {
  const entry = heap[index];
  if (entry === undefined) throw new RangeError(`no timer at ${index}`);
  return entry;
}
