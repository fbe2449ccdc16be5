import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { taskBounds } from '../../../src/scheduler/rolling/bounds.ts';
import type { ServicePlan } from '../../../src/scheduler/rolling/service-plan.ts';
import {
  ECS_TIMINGS,
  type DeploymentRules,
  type ServiceSnapshot,
} from '../../../src/scheduler/rolling/snapshot.ts';
import { standingOf } from '../../../src/scheduler/rolling/task-health.ts';
import { GOOD, RULES, World, isTerminal, type Behaviour } from './world.ts';

const behaviour: fc.Arbitrary<Behaviour> = fc.record({
  startMs: fc.integer({ min: 0, max: 5000 }),
  checked: fc.boolean(),
  stopMs: fc.integer({ min: 0, max: 20_000 }),
  fate: fc.oneof(
    {
      weight: 3,
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

const rules: fc.Arbitrary<DeploymentRules> = fc
  .record({
    minimumHealthyPercent: fc.integer({ min: 0, max: 100 }),
    maximumPercent: fc.integer({ min: 100, max: 300 }),
    circuitBreaker: fc.record({
      enable: fc.boolean(),
      rollback: fc.boolean(),
      resetOnHealthyTask: fc.boolean(),
      threshold: fc.oneof(
        fc.record({
          type: fc.constantFrom('BOUNDED_PERCENT' as const, 'UNBOUNDED_PERCENT' as const),
          value: fc.integer({ min: 1, max: 100 }),
        }),
        fc.record({ type: fc.constant('COUNT' as const), value: fc.integer({ min: 1, max: 6 }) }),
      ),
    }),
  })
  .chain((base) => {
    const earlySuccess = fc.record({
      healthyPercent: fc.integer({ min: base.minimumHealthyPercent, max: 100 }),
      waitForCleanup: fc.boolean(),
    });
    return fc.oneof(
      { weight: 3, arbitrary: fc.constant(base) },
      earlySuccess.map((criteria) => ({ ...base, earlySuccess: criteria })),
    );
  });

type Deed =
  | { readonly kind: 'deploy'; readonly behaviour: Behaviour }
  | { readonly kind: 'scale'; readonly to: number }
  | { readonly kind: 'crash' | 'user-stop'; readonly which: number }
  | { readonly kind: 'roll-back' | 'abort' }
  | { readonly kind: 'wait'; readonly ms: number };

const deed: fc.Arbitrary<Deed> = fc.oneof(
  fc.record({ kind: fc.constant('deploy' as const), behaviour }),
  fc.record({ kind: fc.constant('scale' as const), to: fc.integer({ min: 0, max: 9 }) }),
  fc.record({ kind: fc.constantFrom('crash' as const, 'user-stop' as const), which: fc.nat(50) }),
  fc.record({ kind: fc.constantFrom('roll-back' as const, 'abort' as const) }),
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('wait' as const),
      ms: fc.integer({ min: 0, max: 30_000 }),
    }),
  },
);

function perform(world: World, action: Deed): void {
  switch (action.kind) {
    case 'deploy':
      world.deploy(action.behaviour);
      break;
    case 'scale':
      world.desiredCount = action.to;
      break;
    case 'crash':
    case 'user-stop': {
      const running = world.tasks.filter(({ lastStatus }) => lastStatus === 'RUNNING');
      const task = running[action.which % Math.max(1, running.length)];
      if (task !== undefined) {
        if (action.kind === 'crash') world.crash(task);
        else world.userStops(task);
      }
      break;
    }
    case 'roll-back':
    case 'abort': {
      const status = world.serviceDeployment?.status;
      if (status !== 'PENDING' && status !== 'IN_PROGRESS') break;
      world.serviceDeployment = {
        status: action.kind === 'abort' ? 'STOP_REQUESTED' : 'ROLLBACK_REQUESTED',
      };
      break;
    }
    case 'wait':
      world.run(() => false, action.ms);
      break;
  }
}

/** Runs any story and calls the check with every plan. */
function everyPlan(
  check: (plan: ServicePlan, snapshot: ServiceSnapshot, now: number) => void,
): void {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 9 }),
      rules,
      behaviour,
      fc.array(deed, { maxLength: 12 }),
      (desiredCount, theRules, first, deeds) => {
        const world = new World(desiredCount, theRules);
        world.onPlan = (plan, snapshot) => check(plan, snapshot, world.now);
        world.deploy(first);
        world.run(() => false, 20_000);
        for (const action of deeds) perform(world, action);
        world.run(() => false, 60_000);
      },
    ),
    { numRuns: 400 },
  );
}

const standing = (task: ServiceSnapshot['tasks'][number], now: number): string =>
  standingOf(task, 0, ECS_TIMINGS, now).kind;

describe('whatever happens to a service', () => {
  it('never starts a task above floor(desired x maximum percent)', () => {
    everyPlan((plan, snapshot) => {
      const existing = snapshot.tasks.filter(({ lastStatus }) => lastStatus !== 'STOPPED').length;
      const started = plan.start.reduce((sum, { count }) => sum + count, 0);
      const { upper } = taskBounds(snapshot.desiredCount, snapshot.rules);
      if (started > 0) expect(existing + started).toBeLessThanOrEqual(upper);
    });
  });

  it('never stops a healthy task below ceil(desired x minimum healthy percent)', () => {
    everyPlan((plan, snapshot, now) => {
      const healthy = snapshot.tasks.filter((task) => standing(task, now) === 'healthy');
      const stopped = new Set(plan.stop.map(({ taskId }) => taskId));
      const stoppedHealthy = healthy.filter(({ id }) => stopped.has(id)).length;
      const { lower } = taskBounds(snapshot.desiredCount, snapshot.rules);
      if (stoppedHealthy > 0) expect(healthy.length - stoppedHealthy).toBeGreaterThanOrEqual(lower);
    });
  });

  it('starts no task of a deployment that has failed', () => {
    everyPlan((plan, snapshot) => {
      for (const { deploymentId } of plan.start) {
        const deployment = snapshot.deployments.find(({ id }) => id === deploymentId);
        expect(deployment?.rolloutState).not.toBe('FAILED');
      }
    });
  });

  it('stops only tasks that exist and are not already leaving, each once', () => {
    everyPlan((plan, snapshot) => {
      const ids = plan.stop.map(({ taskId }) => taskId);
      expect(new Set(ids).size).toBe(ids.length);
      for (const id of ids) {
        const task = snapshot.tasks.find((candidate) => candidate.id === id);
        expect(task?.desiredStatus).toBe('RUNNING');
        expect(task?.lastStatus).not.toBe('STOPPED');
      }
    });
  });

  it('starts no task of a deployment while its throttle holds', () => {
    everyPlan((plan, _snapshot, now) => {
      for (const { deploymentId } of plan.start) {
        const deployment = plan.deployments.find(({ id }) => id === deploymentId);
        expect(deployment?.throttledUntil ?? 0).toBeLessThanOrEqual(now);
      }
    });
  });

  it('completes only when as many tasks run as are wanted, and nothing of a former revision is left', () => {
    everyPlan((plan, { tasks, desiredCount, rules: { earlySuccess } }) => {
      const status = plan.serviceDeployment?.status;
      if (status !== 'SUCCESSFUL' && status !== 'ROLLBACK_SUCCESSFUL') return;
      const primary = plan.deployments[0]?.id;
      const existing = tasks.filter(({ lastStatus }) => lastStatus !== 'STOPPED');
      const running = existing.filter(
        (task) =>
          task.deploymentId === primary &&
          task.desiredStatus === 'RUNNING' &&
          task.lastStatus === 'RUNNING',
      );
      const wanted = (desiredCount * (earlySuccess?.healthyPercent ?? 100)) / 100;
      expect(running.length).toBeGreaterThanOrEqual(wanted);
      if (earlySuccess === undefined) expect(running).toHaveLength(desiredCount);
      if (earlySuccess?.waitForCleanup !== false)
        expect(existing.filter((task) => task.deploymentId !== primary)).toHaveLength(0);
    });
  });

  it('has one PRIMARY deployment, in front, and says steady only when the desired tasks run', () => {
    everyPlan((plan, snapshot) => {
      expect(plan.deployments.map(({ status }) => status === 'PRIMARY')).toEqual(
        plan.deployments.map((_, index) => index === 0),
      );
      if (!plan.steady) return;
      const running = snapshot.tasks.filter(
        (task) => task.desiredStatus === 'RUNNING' && task.lastStatus === 'RUNNING',
      );
      expect(running).toHaveLength(snapshot.desiredCount);
      expect(plan.deployments[0]?.rolloutState).toBe('COMPLETED');
    });
  });

  it('ends each service deployment exactly once', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 6 }),
        rules,
        fc.array(deed, { maxLength: 10 }),
        (desiredCount, theRules, deeds) => {
          const world = new World(desiredCount, theRules);
          world.deploy(GOOD);
          let deployments = 1;
          for (const action of deeds) {
            if (action.kind === 'deploy') deployments++;
            perform(world, action);
          }
          world.run(() => false, 60_000);
          const open = isTerminal(world.serviceDeployment?.status ?? 'PENDING') ? 0 : 1;
          expect(world.outcomes.length + open).toBe(deployments);
        },
      ),
      { numRuns: 400 },
    );
  });
});

describe('a scheduler that crashes between any two steps', () => {
  it('comes to the same end by the same steps, from what was written down', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 6 }),
        rules,
        fc.array(deed, { maxLength: 8 }),
        (desiredCount, theRules, deeds) => {
          const [steady, crashing] = [false, true].map((crashes) => {
            const world = new World(desiredCount, theRules);
            world.crashes = crashes;
            world.trustsFinalPlans = !crashes;
            world.deploy(GOOD);
            for (const action of deeds) perform(world, action);
            world.run(() => false, 120_000);
            return {
              outcomes: world.outcomes,
              events: world.events,
              deployments: world.deployments,
              tasks: world.existing(),
            };
          });
          expect(crashing).toEqual(steady);
        },
      ),
      { numRuns: 150 },
    );
  });
});

describe('a rollout to a good revision', () => {
  it('ends SUCCESSFUL and steady from whatever was before, unless the percentages forbid it', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 9 }),
        rules,
        fc.array(deed, { maxLength: 8 }),
        fc.boolean(),
        (desiredCount, theRules, deeds, checked) => {
          const world = new World(desiredCount, theRules);
          world.deploy(GOOD);
          world.run(() => false, 10_000);
          for (const action of deeds) perform(world, action);
          world.desiredCount = desiredCount;
          world.deploy({ ...GOOD, checked });
          world.run(() => world.steady && world.deployments.length === 1, 30 * 60_000);
          const { lower, upper } = taskBounds(desiredCount, theRules);
          if (!world.steady) {
            expect(lower === upper).toBe(true);
            expect(world.events.at(-1)).toContain(
              'Update the minimumHealthyPercent or maximumPercent value',
            );
            return;
          }
          expect(world.serviceDeployment?.status).toBe('SUCCESSFUL');
          expect(world.deployments).toHaveLength(1);
          expect(world.existing()).toHaveLength(desiredCount);
        },
      ),
      { numRuns: 400 },
    );
  });
});

describe('a rollout to a bad revision with circuit breaker and rollback', () => {
  it('ends ROLLBACK_SUCCESSFUL with the former tasks, and never has fewer healthy tasks than the minimum', () => {
    const fate = fc.constantFrom<Behaviour['fate']>(
      { kind: 'never-runs' },
      { kind: 'exits', afterMs: 300 },
      { kind: 'unhealthy', afterMs: 2000 },
    );
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 0, max: 100 }),
        fate,
        (desiredCount, minimum, bad) => {
          const world = new World(desiredCount, {
            minimumHealthyPercent: minimum,
            circuitBreaker: { ...RULES.circuitBreaker, enable: true, rollback: true },
          });
          const first = world.deploy(GOOD);
          world.run(() => world.steady);
          const { lower } = taskBounds(desiredCount, world.rules);
          world.onPlan = (_plan, snapshot) => {
            const healthy = snapshot.tasks.filter(
              (task) => standing(task, world.now) === 'healthy',
            );
            expect(healthy.length).toBeGreaterThanOrEqual(lower);
          };
          world.deploy({ ...GOOD, fate: bad });
          world.run(() => world.steady, 230 * 60_000);
          expect(world.serviceDeployment?.status).toBe('ROLLBACK_SUCCESSFUL');
          expect(world.deployments.map(({ id }) => id)).toEqual([first]);
          expect(world.existing(first)).toHaveLength(desiredCount);
        },
      ),
      { numRuns: 200 },
    );
  });
});
