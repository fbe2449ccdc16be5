import { describe, expect, it } from 'vitest';
import { leftoversOf } from '../../../../src/local/runtime/process/leftovers.ts';
import type { ListedProcess } from '../../../../src/local/runtime/process/process-table.ts';

function listed(pid: number, groupId: number, containerId?: string): ListedProcess {
  return { pid, groupId, containerId, healthCheck: false };
}

const pids = (id: string, group: number | undefined, ...processes: ListedProcess[]): number[] =>
  leftoversOf(id, group)(processes).map(({ pid }) => pid);

describe('the leftovers of a container', () => {
  it('are its group, with and without its leader, and whoever carries its mark', () => {
    expect(
      pids(
        'a',
        10,
        listed(10, 10, 'a'),
        listed(11, 10, 'a'),
        listed(12, 12, 'a'),
        listed(13, 13, 'b'),
        listed(14, 14),
      ),
    ).toEqual([10, 11, 12]);
    expect(pids('a', 10, listed(11, 10), listed(14, 14))).toEqual([11]);
  });

  it('are not a group that a stranger leads', () => {
    expect(pids('a', 10, listed(10, 10), listed(11, 10), listed(12, 10, 'a'))).toEqual([12]);
    expect(pids('a', 10, listed(10, 10, 'b'), listed(11, 10, 'b'))).toEqual([]);
  });

  it('are only marked processes when the group is not known', () => {
    expect(pids('a', undefined, listed(10, 10), listed(12, 12, 'a'))).toEqual([12]);
  });
});
