import { describe, expect, it } from 'vitest';
import {
  ECS_TIMINGS,
  type DeploymentSnapshot,
  type TaskSnapshot,
} from '../../../src/scheduler/rolling/snapshot.ts';
import { standingOf } from '../../../src/scheduler/rolling/task-health.ts';
import { nextWake } from '../../../src/scheduler/rolling/wake.ts';
import {
  NEW,
  NOW,
  OLD,
  PENDING,
  UNHEALTHY,
  completed,
  deployment,
  target,
  task,
  times,
} from './builders.ts';

/** In how many ms the service is looked at again. */
function wakesIn(
  tasks: readonly TaskSnapshot[],
  deployments: readonly DeploymentSnapshot[] = [deployment(NEW), completed(OLD)],
  graceMs = 0,
): number | undefined {
  const judged = tasks.map((each) => ({
    task: each,
    standing: standingOf(each, graceMs, ECS_TIMINGS, NOW),
  }));
  const at = nextWake(judged, deployments, 2, ECS_TIMINGS, NOW);
  return at === undefined ? undefined : at - NOW;
}

const running = (ms: number, members: Partial<TaskSnapshot> = {}): TaskSnapshot =>
  task({ startedAt: NOW - ms, ...members });

describe('a service is looked at again', () => {
  it('when its unchecked tasks count for the completion, the last of them', () => {
    expect(wakesIn([running(1000)])).toBe(6000);
    expect(wakesIn([running(1000), running(3000), running(2000)])).toBe(6000);
  });

  it('when the first of them counts as healthy', () => {
    expect(wakesIn([running(8000), running(9000)])).toBe(31_000);
  });

  it('only for health where tasks are of a former deployment', () => {
    expect(wakesIn([running(1000, { deploymentId: OLD })])).toBe(39_000);
  });

  it('when a grace period ends', () => {
    const failing = { expectedTargets: 1, targets: [target('unhealthy')] };
    expect(wakesIn([running(1000, failing)], [deployment(NEW)], 5000)).toBe(4000);
  });

  it('when a throttle ends, the first of them', () => {
    const held = (id: string, ms: number) => deployment(id, { throttledUntil: NOW + ms });
    expect(wakesIn([], [held(NEW, 2000), held(OLD, 1000)])).toBe(1000);
    expect(wakesIn([], [held(NEW, 0), held(OLD, -1)])).toBeUndefined();
    expect(wakesIn([running(8000)], [held(NEW, 2000)])).toBe(2000);
  });

  it('not for the health of unchecked tasks once the service is at rest', () => {
    const done = [completed(NEW)];
    expect(wakesIn([running(8000)], done)).toBeUndefined();
    expect(wakesIn([running(8000), task()], done)).toBeUndefined();
    expect(wakesIn([running(1000)], done)).toBe(6000);
  });

  it.each<[string, readonly TaskSnapshot[], readonly DeploymentSnapshot[]]>([
    ['while it goes on', [running(8000)], [deployment(NEW)]],
    [
      'while former tasks may stop in their favour',
      [running(8000)],
      [completed(NEW), completed(OLD)],
    ],
    ['while there are tasks too many', [running(8000), ...times(2)], [completed(NEW)]],
    ['while they may replace an unhealthy one', [running(8000), task(UNHEALTHY)], [completed(NEW)]],
  ])('for their health %s', (_name, tasks, deployments) => {
    expect(wakesIn(tasks, deployments)).toBe(32_000);
  });

  it('at rest, too, when a grace period ends', () => {
    const failing = { expectedTargets: 1, targets: [target('unhealthy')] };
    expect(wakesIn([running(1000, failing)], [completed(NEW)], 5000)).toBe(4000);
  });

  it('not for tasks that wait for something else', () => {
    expect(wakesIn([])).toBeUndefined();
    expect(wakesIn([task(PENDING), task(), running(0, { hasHealthCheck: true })])).toBeUndefined();
    expect(wakesIn([running(0, { desiredStatus: 'STOPPED' })])).toBeUndefined();
  });

  it('not for a service without deployments', () => {
    expect(wakesIn([], [])).toBeUndefined();
  });
});
