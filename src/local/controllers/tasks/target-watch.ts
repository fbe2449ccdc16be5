/** Which tasks wait for a row of the target table to change: those that drain, and those whose place is still taken. */
import type { Task } from '../../state/entities.ts';
import { targetKey } from '../../state/store.ts';

/** Tasks by the targets that they wait for. */
export class TargetWatch {
  /** Draining tasks by the keys of their targets. */
  readonly #draining = new Map<string, string>();
  readonly #keys = new Map<string, readonly string[]>();
  /** Tasks that wait until a former target with the same id and port is gone; rare, so any change wakes them all. */
  readonly #activating = new Set<string>();

  /** Takes note of what the task, as it is stored now, waits for. */
  update(task: Task): void {
    const arn = task.taskArn;
    if (task.lastStatus === 'ACTIVATING') this.#activating.add(arn);
    else this.#activating.delete(arn);
    if (task.lastStatus !== 'DEACTIVATING') {
      this.#undrain(arn);
    } else if (!this.#keys.has(arn)) {
      const keys = task.targets.map(targetKey);
      this.#keys.set(arn, keys);
      for (const key of keys) this.#draining.set(key, arn);
    }
  }

  /** The task waits for nothing any more. */
  forget(taskArn: string): void {
    this.#activating.delete(taskArn);
    this.#undrain(taskArn);
  }

  /** The tasks that a change of this row may let go on. */
  waitingFor(key: string): readonly string[] {
    const draining = this.#draining.get(key);
    return [...(draining === undefined ? [] : [draining]), ...this.#activating];
  }

  #undrain(taskArn: string): void {
    const keys = this.#keys.get(taskArn);
    if (keys === undefined) return;
    this.#keys.delete(taskArn);
    for (const key of keys) {
      if (this.#draining.get(key) === taskArn) this.#draining.delete(key);
    }
  }
}
