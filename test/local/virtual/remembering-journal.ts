/** A journal that outlives a crash of its control plane. */
import type { Journal } from '../../../src/local/state/journal.ts';
import type { Change } from '../../../src/local/state/table.ts';

/** Keeps what was written, as text, so that no object survives a crash. */
export class RememberingJournal implements Journal {
  readonly #entities = new Map<string, { readonly change: Change; readonly text: string }>();

  load(): Iterable<Change> {
    return Array.from(this.#entities.values(), ({ change, text }) => ({
      ...change,
      entity: JSON.parse(text) as unknown,
    }));
  }

  write(changes: readonly Change[]): void {
    for (const change of changes) {
      const { table, key, entity } = change;
      if (entity === undefined) this.#entities.delete(`${table}|${key}`);
      else {
        const text = JSON.stringify(entity);
        this.#entities.set(`${table}|${key}`, { change: { table, key, entity: undefined }, text });
      }
    }
  }

  close(): void {
    this.#entities.clear();
  }
}
