import * as fc from 'fast-check';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Cluster } from '../../../src/local/state/entities.ts';
import { memoryJournal, type Journal } from '../../../src/local/state/journal.ts';
import {
  JournalLockedError,
  JournalVersionError,
  sqliteJournal,
} from '../../../src/local/state/sqlite-journal.ts';
import { StateWriteError, Store } from '../../../src/local/state/store.ts';
import type { Change } from '../../../src/local/state/table.ts';

function cluster(name: string, region = 'eu-west-1'): Cluster {
  return {
    clusterArn: name,
    clusterName: name,
    region,
    status: 'ACTIVE',
    settings: [],
    capacityProviders: [],
    defaultCapacityProviderStrategy: [],
    tags: [],
    createdAt: 0,
  };
}

/** A path for a journal, in a folder that goes with the test. */
function journalPath(): string {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-journal-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'state.sqlite');
}

/** Everything that a store has of clusters, by key and through an index. */
function contents(store: Store) {
  const names = (region: string) =>
    store.clusters
      .by('region', region)
      .map(({ clusterName }) => clusterName)
      .sort();
  return {
    rows: Object.fromEntries(Array.from(store.clusters.values(), (row) => [row.clusterArn, row])),
    settings: Array.from(store.accountSettings.values(), ({ value }) => value).sort(),
    west: names('eu-west-1'),
    north: names('eu-north-1'),
  };
}

const change = fc.record({
  name: fc.constantFrom('a', 'b', 'c', 'd'),
  region: fc.constantFrom('eu-west-1', 'eu-north-1'),
  isDeleted: fc.boolean(),
});
const transaction = fc.record({
  changes: fc.array(change, { maxLength: 4 }),
  fate: fc.constantFrom('kept', 'kept', 'throws', 'disk full'),
});

describe('a store', () => {
  it('and its journal agree after every transaction, whether it was kept, failed, or could not be written', () => {
    const path = journalPath();
    fc.assert(
      fc.property(fc.array(transaction, { maxLength: 12 }), (transactions) => {
        rmSync(path, { force: true });
        const disk = sqliteJournal(path);
        let isFull = false;
        const journal: Journal = {
          ...disk,
          write(changes) {
            if (isFull) throw new Error('database or disk is full');
            disk.write(changes);
          },
        };
        const store = new Store(journal);
        const heard: (readonly Change[])[] = [];
        store.onChange((changes) => heard.push(changes));
        for (const { changes, fate } of transactions) {
          const before = contents(store);
          const heardBefore = heard.length;
          isFull = fate === 'disk full';
          const run = () =>
            store.transaction(() => {
              for (const { name, region, isDeleted } of changes) {
                if (isDeleted) store.clusters.delete(name);
                else store.clusters.put(name, cluster(name, region));
              }
              if (fate === 'throws') throw new RangeError('refused');
              return 'done';
            });
          const isLost = fate === 'throws' || (fate === 'disk full' && changes.length > 0);
          if (!isLost) {
            expect(run()).toBe('done');
            continue;
          }
          expect(run).toThrow(fate === 'throws' ? RangeError : StateWriteError);
          expect(contents(store)).toEqual(before);
          expect(heard.length).toBe(heardBefore);
        }
        const after = contents(store);
        store.close();
        const reopened = new Store(sqliteJournal(path));
        expect(contents(reopened)).toEqual(after);
        reopened.close();
      }),
      { numRuns: 60 },
    );
  });

  it('tells its listeners what is, and what was', () => {
    const store = new Store(memoryJournal);
    const heard: (readonly Change[])[] = [];
    store.onChange((changes) => {
      // Whoever is told may begin the next transaction.
      if (heard.push(changes) === 1) store.transaction(() => store.clusters.delete('b'));
    });
    store.transaction(() => {
      store.clusters.put('a', cluster('a'));
      store.clusters.put('a', cluster('a', 'eu-north-1'));
    });
    store.transaction(() => undefined);
    expect(heard).toEqual([
      [{ table: 'clusters', key: 'a', entity: cluster('a', 'eu-north-1'), former: undefined }],
      [{ table: 'clusters', key: 'b', entity: undefined, former: undefined }],
    ]);
  });

  it('is written in transactions only, and these do not nest', () => {
    const store = new Store(memoryJournal);
    expect(() => store.clusters.put('a', cluster('a'))).toThrow(
      'table clusters was written outside of a transaction',
    );
    expect(() => store.transaction(() => store.transaction(() => undefined))).toThrow(
      'transactions do not nest',
    );
    store.transaction(() => store.clusters.put('a', cluster('a')));
    expect(store.clusters.size).toBe(1);
  });

  it('says why it could not be written', () => {
    const cause = new Error('database or disk is full');
    const journal: Journal = {
      ...memoryJournal,
      write: () => {
        throw cause;
      },
    };
    const store = new Store(journal);
    expect(() => store.transaction(() => store.clusters.put('a', cluster('a')))).toThrow(
      expect.objectContaining({ name: 'StateWriteError', cause }) as Error,
    );
  });
});

describe('a journal on disk', () => {
  it('gives entities back in the order in which they were made, whatever was changed since', () => {
    const path = journalPath();
    const store = new Store(sqliteJournal(path));
    for (const name of ['c', 'a', 'b', 'd'])
      store.transaction(() => store.clusters.put(name, cluster(name)));
    store.transaction(() => store.clusters.put('c', cluster('c', 'eu-north-1')));
    store.transaction(() => store.clusters.delete('b'));
    const names = (of: Store) => Array.from(of.clusters.values(), (row) => row.clusterName);
    expect(names(store)).toEqual(['c', 'a', 'd']);
    store.close();
    const reopened = new Store(sqliteJournal(path));
    expect(names(reopened)).toEqual(['c', 'a', 'd']);
    reopened.close();
  });

  it('and its write-ahead log are readable by their owner only', () => {
    const path = journalPath();
    const journal = sqliteJournal(path);
    onTestFinished(() => journal.close());
    const modes = [path, `${path}-wal`].map((file) => statSync(file).mode & 0o777);
    expect(modes).toEqual([0o600, 0o600]);
  });

  it('is open once only, in one process or in several, and free when it is closed', () => {
    const path = journalPath();
    const first = sqliteJournal(path);
    expect(() => sqliteJournal(path)).toThrow(JournalLockedError);
    first.write([{ table: 'clusters', key: 'a', entity: cluster('a') }]);
    first.close();
    const second = sqliteJournal(path);
    expect([...second.load()]).toEqual([{ table: 'clusters', key: 'a', entity: cluster('a') }]);
    second.close();
  });

  it('of a newer version, or that is none, is refused and left as it is', () => {
    const path = journalPath();
    sqliteJournal(path).close();
    const database = new DatabaseSync(path);
    database.exec('PRAGMA user_version = 99');
    database.close();
    expect(() => sqliteJournal(path)).toThrow(JournalVersionError);
    // It was let go of again.
    expect(() => sqliteJournal(path)).toThrow(/format 99, this one knows \d+/);
  });

  it('keeps nothing of a transaction that fails half way', () => {
    const journal = sqliteJournal(journalPath());
    const unwritable = {
      toJSON: () => {
        throw new Error('no JSON');
      },
    };
    expect(() =>
      journal.write([
        { table: 'clusters', key: 'a', entity: cluster('a') },
        { table: 'clusters', key: 'b', entity: unwritable },
      ]),
    ).toThrow('no JSON');
    expect([...journal.load()]).toEqual([]);
    journal.write([{ table: 'clusters', key: 'c', entity: cluster('c') }]);
    expect(Array.from(journal.load(), ({ key }) => key)).toEqual(['c']);
    journal.close();
  });
});
