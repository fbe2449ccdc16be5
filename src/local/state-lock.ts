/** Whether a control plane holds a state folder, seen from outside. */
import { existsSync } from 'node:fs';
import { JournalLockedError, sqliteJournal } from './state/sqlite-journal.ts';
import type { StateFolder } from './state-folder.ts';

/** True while a control plane has the folder's journal open. */
export function isHeld(folder: StateFolder): boolean {
  if (!existsSync(folder.journalPath)) return false;
  try {
    sqliteJournal(folder.journalPath).close();
    return false;
  } catch (error) {
    if (error instanceof JournalLockedError) return true;
    throw error;
  }
}
