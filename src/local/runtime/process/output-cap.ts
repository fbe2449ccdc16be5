/** Looks after the size of the outputs of running containers. */
import type { Clock, Timer } from '../../../base/clock.ts';
import type { ContainerFolder } from './container-folder.ts';

/** How often their sizes are looked at. */
const LOOK_MS = 5000;

/** Caps outputs every now and then. */
export class OutputCap {
  readonly #clock: Clock;
  readonly #folders: () => readonly ContainerFolder[];
  #timer: Timer | undefined;
  #pass: Promise<void> | undefined;
  #closed = false;

  /** @param folders those of the containers that run now */
  constructor(clock: Clock, folders: () => readonly ContainerFolder[]) {
    this.#clock = clock;
    this.#folders = folders;
  }

  /** Goes on looking while containers run; to be called when one has started. */
  watch(): void {
    if (this.#timer !== undefined || this.#closed) return;
    this.#timer = this.#clock.setTimer(LOOK_MS, () => {
      this.#pass = this.#look().finally(() => {
        this.#timer = undefined;
        if (this.#folders().length > 0) this.watch();
      });
    });
  }

  /** Resolves when nothing is written any more. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#timer?.cancel();
    await this.#pass;
  }

  async #look(): Promise<void> {
    for (const folder of this.#folders()) {
      if (this.#closed) return;
      await folder.capOutput();
    }
  }
}
