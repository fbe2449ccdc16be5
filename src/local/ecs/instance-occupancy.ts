/**
 * What the tasks on each container instance take, for the placement of further ones. Kept up to date with every change of a
 * task: to count a hundred thousand tasks anew for each one that starts would cost more than all the rest.
 */
import { Occupancy, type TaskDemand } from '../../scheduler/placement.ts';
import type { Task } from '../state/entities.ts';
import type { Store } from '../state/store.ts';
import { demandOf } from './task-placement.ts';

/** One for each store: it begins when it is first asked for. */
const ledgers = new WeakMap<Store, OccupancyLedger>();

/**
 * What is taken of a container instance at this moment, the open transaction included; stopping tasks keep their place until
 * they have stopped. What the caller adds is for its own reckoning only.
 */
export function instanceOccupancy(store: Store, containerInstanceArn: string): Occupancy {
  let ledger = ledgers.get(store);
  if (ledger === undefined) {
    ledger = new OccupancyLedger(store);
    ledgers.set(store, ledger);
  }
  return new Occupancy(ledger.of(containerInstanceArn));
}

interface Entry {
  readonly containerInstanceArn: string;
  /** As it was when the task came: its definition may be gone when it goes. */
  readonly demand: TaskDemand;
}

class OccupancyLedger {
  readonly #store: Store;
  /** By container instance. */
  readonly #occupancies = new Map<string, Occupancy>();
  /** By task ARN. */
  readonly #entries = new Map<string, Entry>();

  constructor(store: Store) {
    this.#store = store;
    for (const task of store.tasks.values()) this.#follow(undefined, task);
    store.tasks.observe((former, task) => this.#follow(former, task));
  }

  of(containerInstanceArn: string): Occupancy {
    let occupancy = this.#occupancies.get(containerInstanceArn);
    if (occupancy === undefined) {
      occupancy = new Occupancy();
      this.#occupancies.set(containerInstanceArn, occupancy);
    }
    return occupancy;
  }

  #follow(former: Task | undefined, task: Task | undefined): void {
    const before = former === undefined ? undefined : instanceOf(former);
    const after = task === undefined ? undefined : instanceOf(task);
    if (before === after) return;
    if (former !== undefined && before !== undefined) this.#leave(former.taskArn);
    if (task !== undefined && after !== undefined) {
      const demand = demandOf(task, this.#store);
      this.#entries.set(task.taskArn, { containerInstanceArn: after, demand });
      this.of(after).add(demand);
    }
  }

  #leave(taskArn: string): void {
    const entry = this.#entries.get(taskArn);
    if (entry === undefined) return;
    this.#entries.delete(taskArn);
    this.of(entry.containerInstanceArn).remove(entry.demand);
  }
}

/** Where the task takes a place. */
function instanceOf({ lastStatus, containerInstanceArn }: Task): string | undefined {
  return lastStatus === 'STOPPED' ? undefined : containerInstanceArn;
}
