/** Where the store writes its changes: nowhere (virtual time, tests) or to SQLite (sqlite-journal.ts). */
import type { Change } from './table.ts';

/** Keeps the newest version of each entity. */
export interface Journal {
  /** Everything that was written before. */
  load(): Iterable<Change>;
  /** Writes all changes or none. Throws when it cannot. */
  write(changes: readonly Change[]): void;
  close(): void;
}

/** Keeps nothing: for virtual time and for a state that need not survive. */
export const memoryJournal: Journal = {
  load: () => [],
  write: () => undefined,
  close: () => undefined,
};
