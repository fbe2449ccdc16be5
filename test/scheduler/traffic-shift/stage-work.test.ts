import { describe, expect, it } from 'vitest';
import type { ServiceSnapshot } from '../../../src/scheduler/rolling/snapshot.ts';
import type { LifecycleStage } from '../../../src/scheduler/traffic-shift/lifecycle-stage.ts';
import type { ShiftProgress } from '../../../src/scheduler/traffic-shift/progress.ts';
import type { RevisionHealth } from '../../../src/scheduler/traffic-shift/revision-health.ts';
import {
  bakedAt,
  begin,
  firstStage,
  isDone,
  mayBegin,
  nextStage,
  wantedTasks,
  type StageFacts,
} from '../../../src/scheduler/traffic-shift/stage-work.ts';
import { deployment, NOW, RULES } from '../rolling/builders.ts';
import * as given from './shifting.ts';

const { BACK, BEFORE_ROLLING, BETWEEN, BLUE, DAY, FORWARD, GREEN, MINUTE, RECONCILING } = given;
const { begun, hook, hookRun, shift, shiftingService, waiting } = given;

const NONE: RevisionHealth = { present: 0, existing: 0, healthy: 0 };
/** The service wants two tasks. */
const FULL: RevisionHealth = { present: 2, existing: 2, healthy: 2 };
const HALF: RevisionHealth = { present: 2, existing: 2, healthy: 1 };
const LEAVING: RevisionHealth = { present: 0, existing: 1, healthy: 0 };

/** GREEN, BLUE and the others have no tasks but those that a test mentions. */
function facts(
  progress: ShiftProgress,
  health: Partial<Pick<StageFacts, 'green' | 'blue' | 'others'>> = {},
  members: Partial<ServiceSnapshot> = {},
): StageFacts {
  const seen = shift(progress);
  const snapshot = shiftingService(seen, members);
  return { snapshot, shift: seen, green: NONE, blue: NONE, others: NONE, now: NOW, ...health };
}

const FREE: readonly LifecycleStage[] = [
  'PRE_SCALE_UP',
  'SCALE_UP',
  'POST_SCALE_UP',
  'TEST_TRAFFIC_SHIFT',
  'POST_TEST_TRAFFIC_SHIFT',
  'PRE_PRODUCTION_TRAFFIC_SHIFT',
  'POST_PRODUCTION_TRAFFIC_SHIFT',
  'BAKE_TIME',
];

describe('a stage begins', () => {
  it.each(FREE)('%s at once', (stage) => {
    expect(mayBegin(facts(waiting(stage)))).toBe(true);
  });

  it.each(['PRODUCTION_TRAFFIC_SHIFT', 'CLEAN_UP'] as const)(
    '%s once all of the new revision is healthy, whatever the former one is',
    (stage) => {
      expect(mayBegin(facts(waiting(stage), { green: FULL }))).toBe(true);
      expect(mayBegin(facts(waiting(stage), { green: HALF, blue: FULL }))).toBe(false);
    },
  );

  it('PRODUCTION_TRAFFIC_SHIFT back once the former revision can serve, whatever the new one is', () => {
    const back = waiting('PRODUCTION_TRAFFIC_SHIFT', { course: BACK });
    expect(mayBegin(facts(back, { blue: FULL }))).toBe(true);
    expect(mayBegin(facts(back, { blue: HALF, green: FULL }))).toBe(false);
    // As a rolling update would: with the minimum.
    const rules = { ...RULES, minimumHealthyPercent: 50 };
    expect(mayBegin(facts(back, { blue: HALF }, { rules }))).toBe(true);
  });

  it.each(['TEST_TRAFFIC_SHIFT', 'CLEAN_UP'] as const)('%s at once on the way back', (stage) => {
    expect(mayBegin(facts(waiting(stage, { course: BACK })))).toBe(true);
  });
});

describe('RECONCILE_SERVICE begins', () => {
  const divided = waiting('RECONCILE_SERVICE', { course: RECONCILING, othersServe: true });

  it('once the former revision can take back what others have', () => {
    expect(mayBegin(facts(divided, { others: FULL, blue: HALF }))).toBe(false);
    expect(mayBegin(facts(divided, { others: FULL, blue: FULL }))).toBe(true);
    const rules = { ...RULES, minimumHealthyPercent: 50 };
    expect(mayBegin(facts(divided, { others: FULL, blue: HALF }, { rules }))).toBe(true);
  });

  it('at once where the former revision has all traffic', () => {
    const undivided = waiting('RECONCILE_SERVICE', { course: RECONCILING });
    expect(mayBegin(facts(undivided, { others: FULL }))).toBe(true);
  });

  it('at once where nobody who has traffic could answer', () => {
    expect(mayBegin(facts(divided, { others: { ...FULL, healthy: 0 } }))).toBe(true);
  });

  it('after a day in any case', () => {
    const since = (enteredAt: number): ShiftProgress => ({ ...divided, enteredAt });
    expect(mayBegin(facts(since(NOW - DAY), { others: FULL }))).toBe(true);
    expect(mayBegin(facts(since(NOW - DAY + 1), { others: FULL }))).toBe(false);
  });
});

describe('a stage that begins', () => {
  it('runs its hooks from then on, and leaves traffic alone where it is not there to shift it', () => {
    const progress = waiting('POST_SCALE_UP', { productionPercent: 10, testPercent: 100 });
    const seen = shift(progress, { hooks: [hook({ stages: ['POST_SCALE_UP'] })] });
    expect(begin({ ...facts(progress), shift: seen })).toEqual({
      ...progress,
      begunAt: NOW,
      hooks: [hookRun({ startedAt: NOW })].map((run) => ({ ...run, expiresAt: NOW + given.HOUR })),
    });
  });

  it.each([
    { stage: 'TEST_TRAFFIC_SHIFT', course: FORWARD, before: 0, after: 100 },
    { stage: 'TEST_TRAFFIC_SHIFT', course: BACK, before: 100, after: 0 },
  ] as const)(
    'shifts test traffic from $before to $after % in $stage, $course.direction',
    ({ stage, course, before, after }) => {
      const traffic = { testPercent: before, productionPercent: 10 };
      expect(begin(facts(waiting(stage, { course, ...traffic })))).toMatchObject({
        testPercent: after,
        productionPercent: 10,
      });
    },
  );

  it('shifts production traffic by its step, and back all of it', () => {
    const stage = 'PRODUCTION_TRAFFIC_SHIFT';
    const canary = waiting(stage, { testPercent: 100 });
    expect(begin(facts(canary))).toMatchObject({ productionPercent: 10, testPercent: 100 });
    const rest = { ...canary, position: canary.position + 2, productionPercent: 10 };
    expect(begin(facts(rest))).toMatchObject({ productionPercent: 100, testPercent: 100 });
    const back = waiting(stage, { course: BACK, productionPercent: 10, testPercent: 100 });
    expect(begin(facts(back))).toMatchObject({ productionPercent: 0, testPercent: 100 });
  });

  it.each([
    ['RECONCILE_SERVICE', RECONCILING],
    ['RECONCILE_SERVICE', BEFORE_ROLLING],
    ['PRODUCTION_TRAFFIC_SHIFT', BACK],
  ] as const)('takes from others what they have in %s, %j', (stage, course) => {
    expect(begin(facts(waiting(stage, { course, othersServe: true })))).not.toHaveProperty(
      'othersServe',
    );
  });

  it('leaves others what they have in TEST_TRAFFIC_SHIFT, the way back included', () => {
    const progress = waiting('TEST_TRAFFIC_SHIFT', { course: BACK, othersServe: true });
    expect(begin(facts(progress)).othersServe).toBe(true);
  });

  it('has to have a place in the course', () => {
    expect(() => begin(facts(waiting('BAKE_TIME', { position: 99 })))).toThrow(
      'the course has no place 99',
    );
  });
});

const THROUGH: readonly LifecycleStage[] = [
  'PRE_SCALE_UP',
  'POST_SCALE_UP',
  'TEST_TRAFFIC_SHIFT',
  'POST_TEST_TRAFFIC_SHIFT',
  'PRE_PRODUCTION_TRAFFIC_SHIFT',
  'POST_PRODUCTION_TRAFFIC_SHIFT',
];

describe('a stage ends', () => {
  it.each(THROUGH)('%s once its hooks have a result', (stage) => {
    expect(isDone(facts(begun(stage)))).toBe(true);
    const answered = hookRun({ status: 'SUCCEEDED' });
    expect(isDone(facts(begun(stage, { hooks: [answered] })))).toBe(true);
    expect(isDone(facts(begun(stage, { hooks: [answered, hookRun()] })))).toBe(false);
  });

  it('SCALE_UP once all of the new revision is healthy', () => {
    expect(isDone(facts(begun('SCALE_UP'), { green: HALF, blue: FULL }))).toBe(false);
    expect(isDone(facts(begun('SCALE_UP'), { green: FULL }))).toBe(true);
  });

  it('RECONCILE_SERVICE once others have only tasks that leave', () => {
    const progress = begun('RECONCILE_SERVICE', { course: RECONCILING });
    expect(isDone(facts(progress, { others: LEAVING }))).toBe(true);
    expect(isDone(facts(progress, { others: { ...LEAVING, present: 1 } }))).toBe(false);
  });

  it('BAKE_TIME once both revisions have run for as long as they are to, to the millisecond', () => {
    const since = (begunAt: number): StageFacts => facts(begun('BAKE_TIME', { begunAt }));
    expect(isDone(since(NOW - 5 * MINUTE))).toBe(true);
    expect(isDone(since(NOW - 5 * MINUTE + 1))).toBe(false);
  });

  it('PRODUCTION_TRAFFIC_SHIFT of a canary once it was watched for as long as it is to be', () => {
    const since = (begunAt: number, later = 0): StageFacts => {
      const progress = begun('PRODUCTION_TRAFFIC_SHIFT', { begunAt });
      return facts({ ...progress, position: progress.position + later });
    };
    expect(isDone(since(NOW - 3 * MINUTE))).toBe(true);
    expect(isDone(since(NOW - 3 * MINUTE + 1))).toBe(false);
    // The rest is watched in BAKE_TIME.
    expect(isDone(since(NOW, 2))).toBe(true);
  });

  it('PRODUCTION_TRAFFIC_SHIFT back at once', () => {
    const course = BACK;
    expect(isDone(facts(begun('PRODUCTION_TRAFFIC_SHIFT', { course, begunAt: NOW })))).toBe(true);
  });

  it('CLEAN_UP once the last task of the former revision and of others is gone', () => {
    const clean = begun('CLEAN_UP');
    expect(isDone(facts(clean, { green: FULL }))).toBe(true);
    expect(isDone(facts(clean, { green: FULL, blue: LEAVING }))).toBe(false);
    expect(isDone(facts(clean, { green: FULL, others: LEAVING }))).toBe(false);
    expect(isDone(facts(clean, { green: FULL, blue: LEAVING, others: LEAVING }))).toBe(false);
  });

  it('CLEAN_UP back once the last task of the new revision and of others is gone, and the former one complete', () => {
    const clean = begun('CLEAN_UP', { course: BACK });
    expect(isDone(facts(clean, { blue: FULL }))).toBe(true);
    expect(isDone(facts(clean, { blue: HALF }))).toBe(false);
    expect(isDone(facts(clean, { blue: FULL, green: LEAVING }))).toBe(false);
    expect(isDone(facts(clean, { blue: FULL, others: LEAVING }))).toBe(false);
    expect(isDone(facts(clean, { blue: FULL, green: LEAVING, others: LEAVING }))).toBe(false);
  });
});

describe('the end of a bake', () => {
  const at = (progress: ShiftProgress): number => bakedAt(shift(progress));

  it('is known from when the stage began', () => {
    expect(at(begun('BAKE_TIME', { begunAt: NOW }))).toBe(NOW + 5 * MINUTE);
    expect(at(begun('PRODUCTION_TRAFFIC_SHIFT', { begunAt: NOW }))).toBe(NOW + 3 * MINUTE);
  });

  it.each([
    ['that waits for what it needs', waiting('PRODUCTION_TRAFFIC_SHIFT')],
    ['that shifts no production traffic', begun('PRE_PRODUCTION_TRAFFIC_SHIFT')],
    ['on the way back', begun('PRODUCTION_TRAFFIC_SHIFT', { course: BACK })],
  ])('holds up no stage %s', (_name, progress) => {
    expect(at(progress)).toBeLessThanOrEqual(NOW);
  });
});

describe('the next stage', () => {
  it('is entered without what the one before has begun', () => {
    const before = begun('SCALE_UP', { hooks: [hookRun({ status: 'SUCCEEDED' })], testPercent: 5 });
    expect(nextStage(shift(before), NOW)).toEqual({
      ...waiting('POST_SCALE_UP', { testPercent: 5 }),
      enteredAt: NOW,
    });
  });

  it('comes again for the next step', () => {
    const before = begun('PRODUCTION_TRAFFIC_SHIFT');
    expect(nextStage(shift(before), NOW)).toMatchObject({
      stage: 'PRE_PRODUCTION_TRAFFIC_SHIFT',
      position: before.position + 1,
    });
  });

  it('does not come for a next step where there is no former revision to share with', () => {
    const { blueId: _none, ...before } = begun('PRODUCTION_TRAFFIC_SHIFT');
    expect(nextStage(shift(before), NOW)?.stage).toBe('POST_PRODUCTION_TRAFFIC_SHIFT');
  });

  it('is none after the last', () => {
    expect(nextStage(shift(begun('CLEAN_UP', { position: 11 })), NOW)).toBeUndefined();
    expect(
      nextStage(shift(begun('RECONCILE_SERVICE', { course: BEFORE_ROLLING })), NOW),
    ).toBeUndefined();
  });

  it('is, first of all, the first of the course', () => {
    const { greenId, blueId, productionPercent, testPercent } = waiting('CLEAN_UP');
    const start = { greenId, ...(blueId === undefined ? {} : { blueId }), productionPercent };
    expect(firstStage({ ...start, testPercent, course: RECONCILING }, given.CANARY, NOW)).toEqual({
      ...waiting('RECONCILE_SERVICE', { course: RECONCILING }),
      enteredAt: NOW,
    });
  });
});

describe('of two tasks that are wanted', () => {
  const wanted = (id: string, progress: ShiftProgress): number | undefined =>
    wantedTasks(deployment(id), progress, 2);

  it.each([
    ['RECONCILE_SERVICE', 0],
    ['PRE_SCALE_UP', 0],
    ['SCALE_UP', 2],
    ['POST_SCALE_UP', 2],
    ['BAKE_TIME', 2],
    ['CLEAN_UP', 2],
  ] as const)('the new revision has in %s %d', (stage, count) => {
    const course = stage === 'RECONCILE_SERVICE' ? RECONCILING : FORWARD;
    expect(wanted(GREEN, begun(stage, { course }))).toBe(count);
  });

  it('the former revision keeps all until CLEAN_UP has begun', () => {
    expect(wanted(BLUE, begun('RECONCILE_SERVICE', { course: RECONCILING }))).toBe(2);
    expect(wanted(BLUE, begun('BAKE_TIME'))).toBe(2);
    expect(wanted(BLUE, waiting('CLEAN_UP'))).toBe(2);
    expect(wanted(BLUE, begun('CLEAN_UP'))).toBe(0);
  });

  it('on the way back the new revision keeps all until CLEAN_UP has begun, the former one for good', () => {
    const course = BACK;
    expect(wanted(GREEN, begun('PRODUCTION_TRAFFIC_SHIFT', { course }))).toBe(2);
    expect(wanted(GREEN, waiting('CLEAN_UP', { course }))).toBe(2);
    expect(wanted(GREEN, begun('CLEAN_UP', { course }))).toBe(0);
    expect(wanted(BLUE, begun('CLEAN_UP', { course }))).toBe(2);
  });

  it('others keep what they have while they have traffic, and none after that', () => {
    const course = RECONCILING;
    const divided = waiting('RECONCILE_SERVICE', { course, othersServe: true });
    expect(wanted(BETWEEN, divided)).toBeUndefined();
    expect(wanted(BETWEEN, begun('RECONCILE_SERVICE', { course }))).toBe(0);
  });
});
