import { describe, expect, it } from 'vitest';
import { readiness, type Readiness } from '../../../src/scheduler/rolling/readiness.ts';
import {
  ECS_TIMINGS,
  type DeploymentRules,
  type TaskSnapshot,
} from '../../../src/scheduler/rolling/snapshot.ts';
import { standingOf } from '../../../src/scheduler/rolling/task-health.ts';
import {
  LEAVING,
  NEW,
  NOW,
  OLD,
  PENDING,
  RULES,
  UNHEALTHY,
  deployment,
  service,
  task,
  times,
} from './builders.ts';

function ready(
  desiredCount: number,
  tasks: readonly TaskSnapshot[],
  earlySuccess?: DeploymentRules['earlySuccess'],
): Readiness {
  const judged = tasks.map((each) => ({
    task: each,
    standing: standingOf(each, 0, ECS_TIMINGS, NOW),
  }));
  const rules = { ...RULES, ...(earlySuccess === undefined ? {} : { earlySuccess }) };
  return readiness(service({ desiredCount, rules }), deployment(NEW), judged, ECS_TIMINGS, NOW);
}

const old = (members: Partial<TaskSnapshot> = {}) => task({ deploymentId: OLD, ...members });
const GONE = { lastStatus: 'STOPPED', desiredStatus: 'STOPPED' } as const;
const RUNS = { startedAt: NOW - 7000 };
const JUST_RUNS = { startedAt: NOW - 6999 };

describe('a rollout', () => {
  it.each<[string, readonly TaskSnapshot[], boolean, boolean]>([
    // complete, steady
    ['with every task healthy', times(2), true, true],
    ['with a task too few', times(1), false, false],
    ['with a task too many', times(3), false, false],
    ['with unchecked tasks that run for 7 s', times(2, RUNS), true, true],
    ['with one that runs for less', [task(), task(JUST_RUNS)], false, false],
    ['with a pending task', [task(), task(PENDING)], false, false],
    ['with an unhealthy task', [task(), task(UNHEALTHY)], false, false],
    ['with an unhealthy task beside enough others', [...times(2), task(UNHEALTHY)], false, false],
    ['with a task of its own that is leaving', [...times(2), task(LEAVING)], true, true],
    ['with a task of its own that has stopped', [...times(2), task(GONE)], true, true],
    ['with an old task', [...times(2), old()], false, false],
    ['with an old task that is leaving', [...times(2), old(LEAVING)], false, true],
    ['with an old task that has stopped', [...times(2), old(GONE)], true, true],
    ['with old tasks only', [old(), old()], false, false],
  ])('%s: complete %s, steady %s', (_name, tasks, complete, steady) => {
    expect(ready(2, tasks)).toEqual({ early: false, complete, completeUncleaned: false, steady });
  });

  it('is complete without tasks when none is wanted', () => {
    expect(ready(0, [])).toMatchObject({ complete: true, steady: true });
    expect(ready(0, [old(LEAVING)])).toMatchObject({ complete: false, steady: true });
  });
});

describe('early success criteria', () => {
  const blocking = { healthyPercent: 50, waitForCleanup: true };
  const deferred = { healthyPercent: 50, waitForCleanup: false };

  it.each<[string, number, readonly TaskSnapshot[], boolean]>([
    ['50 % of 4 are 2 healthy tasks', 4, [...times(2), ...times(2, PENDING)], true],
    ['1 of 4 is not enough', 4, [...times(1), ...times(3, PENDING)], false],
    ['50 % of 3 are 2, rounded up', 3, [...times(1), ...times(2, PENDING)], false],
    ['50 % of 3 are 2', 3, [...times(2), task(PENDING)], true],
    ['tasks that only run do not count', 4, times(4, JUST_RUNS), false],
    ['nor do unhealthy ones', 2, [task(UNHEALTHY)], false],
    ['nor old ones', 4, [old(), old()], false],
    ['nor leaving ones', 4, times(2, LEAVING), false],
    ['none of none is enough', 0, [], true],
  ])('%s', (_name, desired, tasks, early) => {
    expect(ready(desired, tasks, blocking).early).toBe(early);
    expect(ready(desired, tasks, deferred).early).toBe(early);
  });

  it('BLOCKING waits for the old tasks to be gone', () => {
    const enough = [...times(2), ...times(2, PENDING)];
    expect(ready(4, enough, blocking)).toMatchObject({ complete: true, completeUncleaned: false });
    expect(ready(4, [...enough, old(LEAVING)], blocking)).toMatchObject({
      complete: false,
      completeUncleaned: false,
    });
  });

  it('DEFERRED does not', () => {
    const enough = [...times(2), ...times(2, PENDING)];
    expect(ready(4, [...enough, old()], deferred)).toMatchObject({
      complete: false,
      completeUncleaned: true,
    });
    expect(ready(4, times(1), deferred).completeUncleaned).toBe(false);
  });

  it('are met by what completes a rollout without them', () => {
    const all = { healthyPercent: 100, waitForCleanup: true };
    expect(ready(2, times(2, RUNS), all)).toMatchObject({ early: false, complete: true });
    expect(
      ready(2, [...times(2, RUNS), old()], { ...all, waitForCleanup: false }).completeUncleaned,
    ).toBe(true);
  });

  it('do not make a service steady', () => {
    expect(ready(4, [...times(2), ...times(2, PENDING)], deferred).steady).toBe(false);
  });
});
