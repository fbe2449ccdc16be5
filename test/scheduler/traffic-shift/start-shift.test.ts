import { describe, expect, it } from 'vitest';
import type { DeploymentSnapshot } from '../../../src/scheduler/rolling/snapshot.ts';
import type { ShiftProgress } from '../../../src/scheduler/traffic-shift/progress.ts';
import {
  startReconciliation,
  startShift,
  type FormerState,
} from '../../../src/scheduler/traffic-shift/start-shift.ts';

const NOW = 1_000;

const deployment = (
  id: string,
  rolloutState: DeploymentSnapshot['rolloutState'],
  status: DeploymentSnapshot['status'] = 'ACTIVE',
): DeploymentSnapshot => ({
  ...{ id, status, rolloutState, rolloutStateReason: '' },
  ...{ desiredCount: 2, failedTasks: 0, throttleStep: 0 },
});

/** `old` completed and `half` was on its way, with this share of production traffic. */
const interrupted = (
  productionPercent: number,
  progress: Partial<ShiftProgress> = {},
): FormerState => ({
  deployments: [deployment('half', 'IN_PROGRESS', 'PRIMARY'), deployment('old', 'COMPLETED')],
  progress: {
    ...{ greenId: 'half', blueId: 'old', course: { direction: 'forward', reconcile: false } },
    ...{ stage: 'PRODUCTION_TRAFFIC_SHIFT', position: 6, enteredAt: 0, hooks: [] },
    ...{ productionPercent, testPercent: 100 },
    ...progress,
  },
});

const shift = (former: FormerState): ShiftProgress =>
  startShift('new', former, { type: 'BLUE_GREEN' }, NOW);

describe('a deployment that shifts traffic begins', () => {
  it('without anything to reconcile after one that completed', () => {
    const begun = shift({ deployments: [deployment('old', 'COMPLETED', 'PRIMARY')] });
    expect(begun).toMatchObject({ greenId: 'new', blueId: 'old', stage: 'PRE_SCALE_UP' });
    expect(begun.othersServe).toBeUndefined();
  });

  it('with what draining tasks are left of left alone', () => {
    const former = {
      deployments: [
        deployment('half', 'IN_PROGRESS', 'PRIMARY'),
        deployment('old', 'COMPLETED', 'DRAINING'),
      ],
    };
    expect(shift(former)).toMatchObject({ blueId: 'half', stage: 'PRE_SCALE_UP' });
  });

  it.each([
    { name: 'half of it', percent: 50, serve: true },
    { name: 'all of it', percent: 100, serve: true },
    { name: 'none of it', percent: 0, serve: undefined },
  ])('by reconciling where an interrupted one has $name', ({ percent, serve }) => {
    const begun = shift(interrupted(percent));
    expect(begun).toMatchObject({ blueId: 'old', stage: 'RECONCILE_SERVICE' });
    expect(begun.othersServe).toBe(serve);
  });

  it('by reconciling where the interrupted one had not brought traffic back either', () => {
    expect(shift(interrupted(0, { othersServe: true })).othersServe).toBe(true);
  });

  it('by reconciling where a rolling update was under way, whose tasks share a target group', () => {
    const { deployments } = interrupted(0);
    expect(shift({ deployments })).toMatchObject({ blueId: 'old', othersServe: true });
  });

  it('from the one that has all traffic where none ever completed', () => {
    const { deployments, ...former } = interrupted(100);
    const begun = shift({
      ...former,
      deployments: deployments.map((each) => ({ ...each, rolloutState: 'FAILED' })),
    });
    expect(begun.blueId).toBe('half');
    expect(begun.othersServe).toBeUndefined();
  });
});

describe('a rolling update begins', () => {
  it('at once where no traffic was being shifted', () => {
    const { deployments } = interrupted(0);
    expect(startReconciliation('new', { deployments }, NOW)).toBeUndefined();
  });

  it.each([
    { percent: 0, serve: undefined },
    { percent: 12.5, serve: true },
  ])('by bringing traffic back where an interrupted shift has $percent %', ({ percent, serve }) => {
    const begun = startReconciliation('new', interrupted(percent), NOW);
    expect(begun).toMatchObject({
      ...{ greenId: 'new', blueId: 'old', course: { direction: 'reconcile' } },
      ...{ stage: 'RECONCILE_SERVICE', position: 0, enteredAt: NOW, productionPercent: 0 },
    });
    expect(begun?.othersServe).toBe(serve);
  });
});
