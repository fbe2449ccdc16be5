import { describe, expect, it } from 'vitest';
import { settleDeployments } from '../../../src/scheduler/rolling/deployments.ts';
import type { DeploymentSnapshot } from '../../../src/scheduler/rolling/snapshot.ts';
import { NEW, OLD, OLDER, completed, deployment } from './builders.ts';

/** The list with tasks given as [present, leaving] by deployment. */
function settled(
  deployments: readonly DeploymentSnapshot[],
  tasks: Readonly<Record<string, readonly [present: number, leaving: number]>>,
): unknown {
  return settleDeployments(deployments, 4, (id) => {
    const [present, leaving] = tasks[id] ?? [0, 0];
    return { present, existing: present + leaving };
  }).map(({ id, status, desiredCount }) => [id, status, desiredCount]);
}

describe('the list of deployments', () => {
  it('has the PRIMARY first, which wants what the service wants', () => {
    expect(settled([deployment(NEW)], {})).toEqual([[NEW, 'PRIMARY', 4]]);
  });

  it('keeps former deployments while they have tasks, wanting what they have', () => {
    expect(
      settled([deployment(NEW), completed(OLD), deployment(OLDER)], {
        [OLD]: [3, 1],
        [OLDER]: [1, 0],
      }),
    ).toEqual([
      [NEW, 'PRIMARY', 4],
      [OLD, 'ACTIVE', 3],
      [OLDER, 'ACTIVE', 1],
    ]);
  });

  it.each(['COMPLETED', 'FAILED', 'IN_PROGRESS'] as const)(
    'shows a former %s deployment as DRAINING while only leaving tasks are left of it',
    (rolloutState) => {
      const former = deployment(OLD, { rolloutState });
      expect(settled([deployment(NEW), former], { [OLD]: [0, 2] })).toEqual([
        [NEW, 'PRIMARY', 4],
        [OLD, 'DRAINING', 0],
      ]);
    },
  );

  it('drops a former deployment with its last task', () => {
    expect(settled([completed(NEW), completed(OLD)], {})).toEqual([[NEW, 'PRIMARY', 4]]);
    expect(settled([deployment(NEW), deployment(OLD)], {})).toEqual([[NEW, 'PRIMARY', 4]]);
  });

  it.each(['IN_PROGRESS', 'FAILED'] as const)(
    'keeps the one that a rollback would go back to, without a task, while the PRIMARY is %s',
    (rolloutState) => {
      const list = [deployment(NEW, { rolloutState }), completed(OLD), completed(OLDER)];
      expect(settled(list, {})).toEqual([
        [NEW, 'PRIMARY', 4],
        [OLD, 'ACTIVE', 0],
      ]);
    },
  );

  it('is empty without deployments', () => {
    expect(settled([], {})).toEqual([]);
  });

  it('keeps the very objects that do not change', () => {
    const list = [deployment(NEW, { desiredCount: 4 }), completed(OLD, { desiredCount: 2 })];
    const tasks = { present: 2, existing: 3 };
    const same = settleDeployments(list, 4, () => tasks);
    expect(same[0]).toBe(list[0]);
    expect(same[1]).toBe(list[1]);
    const changed = settleDeployments(list, 5, () => ({ present: 0, existing: 2 }));
    expect(changed[0]).toEqual({ ...list[0], desiredCount: 5 });
    expect(changed[1]).toEqual({ ...list[1], desiredCount: 0, status: 'DRAINING' });
    const status = settleDeployments(
      [deployment(NEW), completed(OLD, { status: 'DRAINING' })],
      0,
      () => ({
        present: 0,
        existing: 0,
      }),
    );
    expect(status[1]).toEqual(completed(OLD));
  });
});
