/**
 * The journal in one SQLite file: every entity as a JSON text under its table and key, each transaction written and synced
 * before it returns. What was acknowledged survives kill -9 and a power failure.
 */
import { closeSync, openSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { systemCode } from '../../base/errors.ts';
import type { Journal } from './journal.ts';
import { loadSqlite } from './sqlite.ts';
import type { Change } from './table.ts';

/** Raised when entities change in a way that an older file does not have. */
const VERSION = 1;

/** The file was written by a newer Fairlead. */
export class JournalVersionError extends Error {
  override readonly name = 'JournalVersionError';
}

/** Another process has the journal open. */
export class JournalLockedError extends Error {
  override readonly name = 'JournalLockedError';
}

/** SQLite's result code when a lock is held by somebody else. */
const SQLITE_BUSY = 5;

/**
 * Opens the file, or makes it for its owner alone, and locks it for as long as it is open: the lock is the operating system's, so that it goes
 * with the process, however that ends.
 * @throws JournalLockedError when another process has it open
 * @throws JournalVersionError when a newer version wrote it; SQLite's error when it is no such file
 */
export function sqliteJournal(path: string): Journal {
  makeFile(path);
  const { DatabaseSync } = loadSqlite();
  const database = new DatabaseSync(path);
  try {
    // In this mode the first transaction takes the lock and nothing gives it back.
    database.exec('PRAGMA locking_mode = EXCLUSIVE');
    lock(database, path);
    database.exec('PRAGMA journal_mode = WAL');
    database.exec('PRAGMA synchronous = FULL');
    const version = database.prepare('PRAGMA user_version').get()?.['user_version'];
    if (typeof version === 'number' && version > VERSION) {
      throw new JournalVersionError(
        `${path} was written by a newer version of Fairlead (format ${version}, this one knows ${VERSION}).`,
      );
    }
    database.exec(
      'CREATE TABLE IF NOT EXISTS entities ' +
        '(kind TEXT NOT NULL, key TEXT NOT NULL, entity TEXT NOT NULL, PRIMARY KEY (kind, key))',
    );
    database.exec(`PRAGMA user_version = ${VERSION}`);
  } catch (error) {
    database.close();
    throw error;
  }
  return journalOf(database);
}

/**
 * SQLite would make a file that everyone may read, and the environment of containers holds secrets; its other files take their
 * mode from this one. A file that exists is not opened: closing it would drop the lock that this process may have on it.
 */
function makeFile(path: string): void {
  try {
    closeSync(openSync(path, 'wx', 0o600));
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error;
  }
}

function lock(database: DatabaseSync, path: string): void {
  try {
    database.exec('BEGIN EXCLUSIVE; COMMIT');
  } catch (cause) {
    const busy = cause instanceof Error && 'errcode' in cause && cause.errcode === SQLITE_BUSY;
    if (!busy) throw cause;
    throw new JournalLockedError(`another process has ${path} open`, { cause });
  }
}

function journalOf(database: DatabaseSync): Journal {
  // An update keeps the rowid, so that entities load in the order in which they were made.
  const put = database.prepare(
    'INSERT INTO entities (kind, key, entity) VALUES (?, ?, ?) ' +
      'ON CONFLICT (kind, key) DO UPDATE SET entity = excluded.entity',
  );
  const remove = database.prepare('DELETE FROM entities WHERE kind = ? AND key = ?');
  return {
    *load(): Iterable<Change> {
      const rows = database.prepare('SELECT kind, key, entity FROM entities ORDER BY rowid').all();
      for (const { kind, key, entity } of rows) {
        yield {
          table: String(kind),
          key: String(key),
          entity: JSON.parse(String(entity)) as unknown,
        };
      }
    },
    write(changes) {
      database.exec('BEGIN IMMEDIATE');
      try {
        for (const { table, key, entity } of changes) {
          if (entity === undefined) remove.run(table, key);
          else put.run(table, key, JSON.stringify(entity));
        }
        database.exec('COMMIT');
      } catch (error) {
        // A full disk may already have ended the transaction.
        if (database.isTransaction) database.exec('ROLLBACK');
        throw error;
      }
    },
    close: () => database.close(),
  };
}
