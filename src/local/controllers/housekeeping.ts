/** Forgets what nobody needs any more and no other controller looks after: deleted task definitions. */
import type { Clock, Timer } from '../../base/clock.ts';
import { expireTaskDefinitions } from '../ecs/expire-task-definitions.ts';
import type { TaskDefinition } from '../state/entities.ts';
import type { Store } from '../state/store.ts';

/** How often deleted revisions are looked at while there are any. */
const INTERVAL_MS = 60_000;

/** Runs only while there is something to forget, so that a virtual clock can come to rest. */
export class Housekeeping {
  readonly #store: Store;
  readonly #clock: Clock;
  #timer: Timer | undefined;
  #closed = false;

  constructor({ store, clock }: { readonly store: Store; readonly clock: Clock }) {
    this.#store = store;
    this.#clock = clock;
  }

  /** Begins. */
  start(): void {
    this.#store.onChange((changes) => {
      const deleted = changes.some(
        ({ table, entity }) =>
          table === 'taskDefinitions' && isDeleted(entity as TaskDefinition | undefined),
      );
      if (deleted) this.#schedule();
    });
    if (this.#anyDeleted()) this.#schedule();
  }

  /** Stops. */
  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
  }

  #schedule(): void {
    if (this.#closed) return;
    this.#timer ??= this.#clock.setTimer(INTERVAL_MS, () => {
      this.#timer = undefined;
      expireTaskDefinitions({ store: this.#store, clock: this.#clock });
      if (this.#anyDeleted()) this.#schedule();
    });
  }

  #anyDeleted(): boolean {
    return Array.from(this.#store.taskDefinitions.values()).some(isDeleted);
  }
}

function isDeleted(taskDefinition: TaskDefinition | undefined): boolean {
  return taskDefinition?.status === 'DELETE_IN_PROGRESS';
}
