import { describe, expect, it } from 'vitest';
import { Table } from '../../../src/local/state/table.ts';

interface Row {
  readonly name: string;
  readonly groups: readonly string[];
}

function table(): Table<Row> {
  return new Table<Row>(
    'rows',
    { isOpen: true, touch: () => undefined },
    { group: (row) => row.groups },
  );
}

describe('an index with several values', () => {
  it('finds an entity by each of its values', () => {
    const rows = table();
    rows.put('a', { name: 'a', groups: ['x', 'y'] });
    rows.put('b', { name: 'b', groups: ['y'] });
    expect(rows.by('group', 'x').map((row) => row.name)).toEqual(['a']);
    expect(rows.by('group', 'y').map((row) => row.name)).toEqual(['a', 'b']);
  });

  it('forgets the values that a replaced entity no longer has', () => {
    const rows = table();
    rows.put('a', { name: 'a', groups: ['x', 'y'] });
    rows.put('a', { name: 'a', groups: ['y', 'z'] });
    expect(rows.by('group', 'x')).toEqual([]);
    expect(rows.count('group', 'y')).toBe(1);
    expect(rows.count('group', 'z')).toBe(1);
  });

  it('is as before after a rollback', () => {
    const rows = table();
    rows.put('a', { name: 'a', groups: ['x'] });
    rows.accept();
    rows.put('a', { name: 'a', groups: ['z'] });
    rows.rollback();
    expect(rows.count('group', 'x')).toBe(1);
    expect(rows.count('group', 'z')).toBe(0);
  });
});
