import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ServicePlan } from '../../../src/scheduler/rolling/service-plan.ts';
import { ECS_TIMINGS, type ServiceSnapshot } from '../../../src/scheduler/rolling/snapshot.ts';
import { countsForCompletion, standingOf } from '../../../src/scheduler/rolling/task-health.ts';
import { stagesOf } from '../../../src/scheduler/traffic-shift/course.ts';
import { isOpen, type LifecycleHook } from '../../../src/scheduler/traffic-shift/hook.ts';
import { STAGE_LIMIT_MS } from '../../../src/scheduler/traffic-shift/interruption.ts';
import type { LifecycleStage } from '../../../src/scheduler/traffic-shift/lifecycle-stage.ts';
import type { ShiftProgress } from '../../../src/scheduler/traffic-shift/progress.ts';
import {
  trafficSteps,
  type TrafficStrategy,
} from '../../../src/scheduler/traffic-shift/strategy.ts';
import { GOOD, World, type Behaviour, type Shifting } from '../rolling/world.ts';

const MINUTE = 60_000;
const PAUSABLE: readonly LifecycleStage[] = [
  'PRE_SCALE_UP',
  'POST_SCALE_UP',
  'POST_TEST_TRAFFIC_SHIFT',
  'PRE_PRODUCTION_TRAFFIC_SHIFT',
  'POST_PRODUCTION_TRAFFIC_SHIFT',
];

const strategy: fc.Arbitrary<TrafficStrategy> = fc.oneof(
  fc.constant<TrafficStrategy>({ type: 'BLUE_GREEN' }),
  fc.record({
    type: fc.constant('CANARY' as const),
    canaryPercent: fc.integer({ min: 1, max: 1000 }).map((tenths) => tenths / 10),
    canaryBakeMs: fc.integer({ min: 0, max: 30 }).map((minutes) => minutes * MINUTE),
  }),
  fc.record({
    type: fc.constant('LINEAR' as const),
    stepPercent: fc.integer({ min: 30, max: 1000 }).map((tenths) => tenths / 10),
    stepBakeMs: fc.integer({ min: 0, max: 10 }).map((minutes) => minutes * MINUTE),
  }),
);

const hook: fc.Arbitrary<LifecycleHook> = fc.oneof(
  fc.record({
    targetType: fc.constant('PAUSE' as const),
    stages: fc.subarray([...PAUSABLE], { minLength: 1 }),
    timeoutMs: fc.integer({ min: 1, max: 60 }).map((minutes) => minutes * MINUTE),
    timeoutAction: fc.constantFrom('ROLLBACK' as const, 'CONTINUE' as const),
  }),
  fc.record({
    targetType: fc.constant('AWS_LAMBDA' as const),
    stages: fc.subarray<LifecycleStage>(
      ['RECONCILE_SERVICE', ...PAUSABLE, 'TEST_TRAFFIC_SHIFT', 'PRODUCTION_TRAFFIC_SHIFT'],
      { minLength: 1 },
    ),
    timeoutMs: fc.integer({ min: 1, max: 60 }).map((minutes) => minutes * MINUTE),
    timeoutAction: fc.constantFrom('ROLLBACK' as const, 'CONTINUE' as const),
  }),
);

const shifting: fc.Arbitrary<Shifting> = fc.record({
  strategy,
  bakeMs: fc.integer({ min: 0, max: 60 }).map((minutes) => minutes * MINUTE),
  hooks: fc.array(hook, { maxLength: 3 }),
});

const behaviour: fc.Arbitrary<Behaviour> = fc.record({
  startMs: fc.integer({ min: 0, max: 5000 }),
  checked: fc.boolean(),
  stopMs: fc.integer({ min: 0, max: 20_000 }),
  fate: fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant('healthy' as const),
        afterMs: fc.integer({ min: 0, max: 8000 }),
      }),
    },
    fc.record({ kind: fc.constant('never-runs' as const) }),
    fc.record({ kind: fc.constant('exits' as const), afterMs: fc.integer({ min: 0, max: 8000 }) }),
    fc.record({
      kind: fc.constant('unhealthy' as const),
      afterMs: fc.integer({ min: 0, max: 8000 }),
    }),
  ),
});

/** A revision that comes up, however slowly: the one that a rollback goes back to. */
const good = behaviour.filter(({ fate }) => fate.kind === 'healthy');

type Deed =
  | { readonly kind: 'deploy'; readonly behaviour: Behaviour; readonly shifting: Shifting }
  | { readonly kind: 'roll' | 'alarm' | 'stop' }
  | { readonly kind: 'scale'; readonly to: number }
  | { readonly kind: 'crash'; readonly which: number }
  | { readonly kind: 'answer'; readonly which: number; readonly ok: boolean }
  | { readonly kind: 'wait'; readonly ms: number };

const deed: fc.Arbitrary<Deed> = fc.oneof(
  fc.record({ kind: fc.constant('deploy' as const), behaviour, shifting }),
  fc.record({ kind: fc.constantFrom('roll' as const, 'alarm' as const, 'stop' as const) }),
  fc.record({ kind: fc.constant('scale' as const), to: fc.integer({ min: 0, max: 6 }) }),
  fc.record({ kind: fc.constant('crash' as const), which: fc.nat(50) }),
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('answer' as const),
      which: fc.nat(5),
      ok: fc.boolean(),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('wait' as const),
      ms: fc.oneof(fc.integer({ min: 0, max: 30_000 }), fc.integer({ min: 0, max: 30 * MINUTE })),
    }),
  },
);

const anyDeeds = fc.array(deed, { maxLength: 10 });

/** Another deployment while one is probably under way. */
const superseding: fc.Arbitrary<Deed[]> = fc
  .tuple(
    fc.record({
      kind: fc.constant('wait' as const),
      ms: fc.integer({ min: 15_000, max: 20 * MINUTE }),
    }),
    fc.array(deed, { maxLength: 2 }),
    fc.oneof(
      fc.record({ kind: fc.constant('deploy' as const), behaviour, shifting }),
      fc.record({ kind: fc.constant('roll' as const) }),
    ),
    fc.array(deed, { maxLength: 6 }),
  )
  .map(([wait, between, next, after]) => [wait, ...between, next, ...after]);

function answer(world: World, which: number, ok: boolean): void {
  world.changeProgress((progress) => {
    const open = progress.hooks.filter(isOpen);
    const chosen = open[which % Math.max(1, open.length)];
    return {
      ...progress,
      hooks: progress.hooks.map((each) =>
        each === chosen
          ? {
              ...each,
              status: ok ? 'SUCCEEDED' : 'FAILED',
              ...(ok ? {} : { failure: 'It said no.' }),
            }
          : each,
      ),
    };
  });
}

function perform(world: World, action: Deed): void {
  switch (action.kind) {
    case 'deploy':
      world.alarms = undefined;
      world.deploy(action.behaviour, action.shifting);
      break;
    case 'roll':
      world.alarms = undefined;
      world.deploy(GOOD);
      break;
    case 'alarm':
      world.alarms = { triggered: ['errors'], rollback: true, bakeMs: 0 };
      break;
    case 'stop': {
      const status = world.serviceDeployment?.status;
      if (status === 'PENDING' || status === 'IN_PROGRESS')
        world.serviceDeployment = { status: 'ROLLBACK_REQUESTED' };
      break;
    }
    case 'scale':
      world.desiredCount = action.to;
      break;
    case 'crash': {
      const running = world.tasks.filter(({ lastStatus }) => lastStatus === 'RUNNING');
      const task = running[action.which % Math.max(1, running.length)];
      if (task !== undefined) world.crash(task);
      break;
    }
    case 'answer':
      answer(world, action.which, action.ok);
      break;
    case 'wait':
      world.run(() => false, action.ms);
      break;
  }
}

/** Time for every hook to time out and every bake to end. */
const LONG = 60 * 60 * MINUTE;

/** A plan other than the one that ends a shift before a rolling update, which changes nothing else. */
type ShiftPlan = ServicePlan & { readonly shift?: ShiftProgress };

function story(
  check: (world: World, plan: ShiftPlan, snapshot: ServiceSnapshot) => void,
  end: (world: World) => void = () => undefined,
  { crashes = false, breaks = fc.boolean(), seconds = behaviour, deeds = anyDeeds } = {},
): void {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 6 }),
      breaks,
      good,
      seconds,
      shifting,
      deeds,
      (desiredCount, breaker, first, second, how, actions) => {
        const world = new World(desiredCount, {
          circuitBreaker: {
            enable: breaker,
            rollback: true,
            resetOnHealthyTask: true,
            threshold: { type: 'COUNT', value: 3 },
          },
        });
        world.crashes = crashes;
        world.deploy(first);
        world.run(() => world.outcomes.length > 0);
        world.onPlan = ({ shift, ...plan }, snapshot) => {
          if (shift !== 'over')
            check(world, { ...plan, ...(shift === undefined ? {} : { shift }) }, snapshot);
        };
        world.deploy(second, how);
        for (const action of actions) perform(world, action);
        end(world);
      },
    ),
    { numRuns: 300 },
  );
}

function healthy(snapshot: ServiceSnapshot, id: string, now: number): number {
  return snapshot.tasks.filter((task) => {
    const standing = standingOf(task, 0, ECS_TIMINGS, now);
    return task.deploymentId === id && countsForCompletion(task, standing, ECS_TIMINGS, now);
  }).length;
}

const share = (progress: ShiftProgress | undefined, id: string): number => {
  if (progress === undefined) return 0;
  if (id === progress.greenId) return progress.productionPercent;
  return id === progress.blueId ? 100 - progress.productionPercent : 0;
};

describe('a deployment that shifts traffic', () => {
  it('never shifts production traffic to a revision that is not healthy', () => {
    story((world, plan, snapshot) => {
      const former = snapshot.shift?.progress;
      if (plan.shift === undefined || former === undefined) return;
      const { greenId, blueId = '' } = plan.shift;
      if (plan.shift.productionPercent > former.productionPercent)
        expect(healthy(snapshot, greenId, world.now)).toBe(snapshot.desiredCount);
      if (plan.shift.productionPercent < former.productionPercent)
        expect(healthy(snapshot, blueId, world.now)).toBeGreaterThanOrEqual(snapshot.desiredCount);
    });
  });

  it('never takes healthy tasks from a revision that has production traffic, unless it has more than are desired', () => {
    story((world, plan, snapshot) => {
      const { shift } = snapshot;
      if (shift === undefined || shift.progress.position === 0) return;
      for (const { id } of snapshot.deployments) {
        if (share(shift.progress, id) === 0) continue;
        const stopped = plan.stop.filter(({ taskId }) => {
          const task = snapshot.tasks.find((each) => each.id === taskId);
          return (
            task?.deploymentId === id &&
            standingOf(task, 0, ECS_TIMINGS, world.now).kind === 'healthy'
          );
        });
        const left = healthy(snapshot, id, world.now) - stopped.length;
        if (stopped.length > 0) expect(left).toBeGreaterThanOrEqual(snapshot.desiredCount);
      }
    });
  });

  it('leaves those alone that have traffic of an interrupted deployment, until blue takes it back and can', () => {
    let served = 0;
    const look = (world: World, plan: ShiftPlan, snapshot: ServiceSnapshot): void => {
      const { shift } = snapshot;
      if (shift?.progress.othersServe !== true) return;
      const { greenId, blueId = '', enteredAt } = shift.progress;
      const isOther = (id: string): boolean => id !== greenId && id !== blueId;
      const others = snapshot.deployments.filter(({ id }) => isOther(id));
      const stopped = snapshot.tasks.filter(
        ({ id, deploymentId }) =>
          isOther(deploymentId) && plan.stop.some(({ taskId }) => taskId === id),
      );
      expect(stopped).toEqual([]);
      if (plan.shift === undefined || plan.shift.othersServe === true) return;
      served++;
      const withOthers = others.reduce((sum, { id }) => sum + healthy(snapshot, id, world.now), 0);
      if (withOthers > 0 && world.now - enteredAt < STAGE_LIMIT_MS)
        expect(healthy(snapshot, blueId, world.now)).toBeGreaterThanOrEqual(snapshot.desiredCount);
    };
    story(look, undefined, { seconds: good, deeds: superseding });
    expect(served).toBeGreaterThan(50);
  });

  it('goes through its stages in order, then, if anything demands it, back', () => {
    const seen = new Map<string, string[]>();
    story((_world, plan, snapshot) => {
      const { shift } = snapshot;
      if (plan.shift === undefined || shift === undefined) return;
      const [before, after] = [shift.progress, plan.shift];
      const steps = trafficSteps(shift.strategy, after.blueId !== undefined);
      expect(stagesOf(after.course, steps)[after.position]?.stage).toBe(after.stage);
      if (after.course.direction === before.course.direction)
        expect(after.position - before.position).toBeOneOf([0, 1]);
      else expect([before.course.direction, after.position]).toEqual(['forward', 0]);
      expect(after.othersServe).toBeOneOf([undefined, before.othersServe]);
      seen.set(after.stage, [...(seen.get(after.stage) ?? []), after.course.direction]);
    });
    // The stories reach every stage, or the test would prove nothing.
    expect([...seen.keys()].toSorted()).toEqual(
      [
        ...new Set(
          stagesOf({ direction: 'forward', reconcile: true }, [
            { greenPercent: 100, bakeMs: 0 },
          ]).map(({ stage }) => stage),
        ),
      ].toSorted(),
    );
  });

  it('shifts traffic only in the stages that are there for it, and by the steps of its strategy', () => {
    story((_world, plan, { shift }) => {
      if (plan.shift === undefined || shift === undefined) return;
      const [before, after] = [shift.progress, plan.shift];
      const { course, stage } = after;
      expect(after.productionPercent).toBeGreaterThanOrEqual(0);
      expect(after.productionPercent).toBeLessThanOrEqual(100);
      if (after.productionPercent !== before.productionPercent) {
        expect(stage).toBe('PRODUCTION_TRAFFIC_SHIFT');
        const allowed = trafficSteps(shift.strategy, after.blueId !== undefined).map(
          ({ greenPercent }) => greenPercent,
        );
        expect(after.productionPercent).toBeOneOf(course.direction === 'forward' ? allowed : [0]);
      }
      if (after.testPercent !== before.testPercent) expect(stage).toBe('TEST_TRAFFIC_SHIFT');
    });
  });

  it('ends no stage before its hooks have answered and its bake is over', () => {
    story((world, plan, { shift }) => {
      if (plan.shift === undefined || shift === undefined) return;
      const [before, after] = [shift.progress, plan.shift];
      const forward = before.course.direction === 'forward' && after.course.direction === 'forward';
      if (!forward || after.position !== before.position + 1) return;
      expect(before.hooks.filter((each) => isOpen(each) && world.now < each.expiresAt)).toEqual([]);
      expect(before.hooks.filter(({ failure }) => failure !== undefined)).toEqual([]);
      const bake =
        before.stage === 'BAKE_TIME'
          ? shift.bakeMs
          : before.stage === 'PRODUCTION_TRAFFIC_SHIFT'
            ? (trafficSteps(shift.strategy, before.blueId !== undefined).find(
                ({ greenPercent }) => greenPercent === before.productionPercent,
              )?.bakeMs ?? 0)
            : 0;
      expect(world.now - (before.begunAt ?? Infinity)).toBeGreaterThanOrEqual(bake);
    });
  });

  for (const crashes of [false, true])
    it(`ends in exactly one way, ${crashes ? 'from a journal too, ' : ''}with traffic and tasks where that way leads`, () => {
      const outcomes = new Set<string>();
      story(
        () => undefined,
        (world) => {
          const before = world.outcomes.length;
          const wasShifting = world.isShifting;
          world.run(() => !wasShifting || world.outcomes.length > before, LONG);
          if (!wasShifting) return;
          expect(world.isShifting, JSON.stringify(world.shift?.progress)).toBe(false);
          expect(world.outcomes.slice(before)).toHaveLength(1);
          const [outcome = ''] = world.outcomes.slice(-1);
          outcomes.add(outcome);
          const [primary, ...others] = world.deployments;
          // A rolling update ends by its own rules.
          if (world.shift === undefined) return;
          const { progress } = world.shift;
          if (outcome === 'SUCCESSFUL') {
            expect(primary?.id).toBe(progress.greenId);
            expect(progress.productionPercent).toBe(100);
          } else if (outcome === 'ROLLBACK_SUCCESSFUL') {
            expect(primary?.id).toBe(progress.blueId);
            expect([progress.productionPercent, progress.testPercent]).toEqual([0, 0]);
          } else {
            expect(outcome).toBe('ROLLBACK_FAILED');
            return;
          }
          expect(others.flatMap(({ id }) => world.existing(id))).toEqual([]);
          expect(healthy(world.snapshot(), primary?.id ?? '', world.now)).toBe(world.desiredCount);
        },
        // Without a breaker a revision whose tasks exit at once is started again for a day, once a second.
        { crashes, breaks: fc.constant(true) },
      );
      expect([...outcomes]).toEqual(expect.arrayContaining(['SUCCESSFUL', 'ROLLBACK_SUCCESSFUL']));
    });
});
