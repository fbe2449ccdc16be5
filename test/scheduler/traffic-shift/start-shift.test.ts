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

  it.each([
    { percent: 100, blueId: 'half', serve: undefined },
    { percent: 51, blueId: 'half', serve: true },
    { percent: 50, blueId: 'old', serve: true },
    { percent: 0, blueId: 'old', serve: undefined },
  ])('from $blueId where none ever completed and $percent % were shifted', (given) => {
    const { deployments, ...former } = interrupted(given.percent);
    const begun = shift({
      ...former,
      deployments: deployments.map((each) => ({ ...each, rolloutState: 'FAILED' })),
    });
    expect(begun.blueId).toBe(given.blueId);
    expect(begun.othersServe).toBe(given.serve);
  });

  it('from the newest where none ever completed and no traffic was being shifted', () => {
    const deployments = [
      deployment('newer', 'FAILED', 'PRIMARY'),
      deployment('older', 'IN_PROGRESS'),
    ];
    expect(shift({ deployments })).toMatchObject({ blueId: 'newer', othersServe: true });
  });

  it('from the newest that is left where the one with the traffic has gone', () => {
    const { progress } = interrupted(100);
    const former = {
      deployments: [deployment('newer', 'FAILED', 'PRIMARY'), deployment('older', 'FAILED')],
      ...(progress === undefined ? {} : { progress }),
    };
    // What it has is not known: others are left alone until it can take everything.
    expect(shift(former)).toMatchObject({ blueId: 'newer', othersServe: true });
    expect(shift({ ...former, ...interrupted(0, { blueId: 'gone' }) }).othersServe).toBe(true);
  });

  it('without a former revision in a new service', () => {
    const begun = shift({ deployments: [] });
    expect(begun).toEqual({
      ...{ greenId: 'new', course: { direction: 'forward', reconcile: false } },
      ...{ stage: 'PRE_SCALE_UP', position: 0, enteredAt: NOW, hooks: [] },
      ...{ productionPercent: 0, testPercent: 0 },
    });
  });
});

describe('a rolling update begins', () => {
  it('at once where no traffic was being shifted', () => {
    const { deployments } = interrupted(0);
    expect(startReconciliation('new', { deployments }, NOW)).toBeUndefined();
  });

  it('at once where nothing is left that could have had traffic', () => {
    expect(
      startReconciliation('new', { ...interrupted(50), deployments: [] }, NOW),
    ).toBeUndefined();
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
