/** The state folder of a local ECS while it runs. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { messageOf, UserError } from '../base/errors.ts';
import { memoryJournal, type Journal } from './state/journal.ts';
import { JournalLockedError, sqliteJournal } from './state/sqlite-journal.ts';
import {
  makeStateFolder,
  readNotice,
  removeNotice,
  removeStateFolder,
  stateFolder,
  type StateFolder,
} from './state-folder.ts';

/** Where the state is, and how to let go of it. */
export interface Home {
  readonly folder: StateFolder;
  readonly journal: Journal;
  readonly release: () => void;
  /** Lets go of it after a start that failed: as if it had never been made, where this start has made it. */
  readonly abandon: () => void;
}

/**
 * The state folder, locked, with its journal; a temporary one without a path.
 * @throws UserError when another local ECS has it, or what is in it cannot be read
 */
export function openHome(path: string | undefined): Home {
  if (path === undefined) {
    // Containers need a folder even when the state does not.
    const folder = stateFolder(mkdtempSync(join(tmpdir(), 'fairlead-')));
    const release = (): void => removeStateFolder(folder);
    return { folder, journal: memoryJournal, release, abandon: release };
  }
  const folder = stateFolder(path);
  const isNew = makeStateFolder(folder);
  const journal = lockedJournal(folder);
  removeNotice(folder);
  const release = (): void => journal.close();
  const abandon = (): void => {
    release();
    if (isNew) removeStateFolder(folder);
  };
  return { folder, journal, release, abandon };
}

function lockedJournal(folder: StateFolder): Journal {
  try {
    return sqliteJournal(folder.journalPath);
  } catch (cause) {
    if (!(cause instanceof JournalLockedError)) {
      throw new UserError(
        'STATE_FOLDER',
        `The state in ${folder.journalPath} cannot be opened: ${messageOf(cause)}`,
        {
          hint: 'Name another folder with --state, or remove it with "fairlead local reset".',
          cause,
        },
      );
    }
    const notice = readNotice(folder);
    const where = notice === undefined ? '' : ` on ${notice.url} (pid ${notice.pid})`;
    throw new UserError(
      'ALREADY_RUNNING',
      `A local ECS already runs${where} with the state folder ${folder.path}.`,
      {
        hint: 'Use that one, stop it with "fairlead local down", or start with another --state folder and --port.',
        cause,
      },
    );
  }
}
