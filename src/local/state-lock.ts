/** Whether a control plane holds a state folder, seen from outside. */
import { statSync } from 'node:fs';
import { messageOf, UserError } from '../base/errors.ts';
import { JournalLockedError, sqliteJournal } from './state/sqlite-journal.ts';
import { readNotice, type ControlPlaneNotice, type StateFolder } from './state-folder.ts';

/**
 * True while a control plane has the folder's journal open. To find out, the journal is opened for a moment: a control plane
 * that starts in that moment would be refused.
 * @throws UserError when the folder cannot be read
 */
export function isHeld(folder: StateFolder): boolean {
  try {
    if (statSync(folder.journalPath, { throwIfNoEntry: false }) === undefined) return false;
    sqliteJournal(folder.journalPath).close();
    return false;
  } catch (cause) {
    if (cause instanceof JournalLockedError) return true;
    throw new UserError(
      'STATE_FOLDER',
      `The state in ${folder.path} cannot be read: ${messageOf(cause)}.`,
      {
        hint: 'It may belong to another user, or be damaged; name another folder with --state.',
        cause,
      },
    );
  }
}

/**
 * What the control plane that runs on the folder says of itself; undefined when none answers yet or any more.
 * @throws UserError when the folder cannot be read
 */
export function runningControlPlane(folder: StateFolder): ControlPlaneNotice | undefined {
  // Looked at first: while one is starting there is none, and opening the journal would disturb it.
  const notice = readNotice(folder);
  return notice !== undefined && isHeld(folder) ? notice : undefined;
}
