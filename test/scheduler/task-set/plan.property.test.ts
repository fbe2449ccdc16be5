import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { computedDesiredCount } from '../../../src/scheduler/task-set/computed-count.ts';
import type { ExternalServiceSnapshot } from '../../../src/scheduler/task-set/snapshot.ts';
import { World, type Behaviour } from './world.ts';

const fate: fc.Arbitrary<Behaviour['fate']> = fc.oneof(
  { weight: 4, arbitrary: fc.constant({ kind: 'stays' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'never-runs' as const }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('exits' as const),
      afterMs: fc.integer({ min: 100, max: 20_000 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('sickens' as const),
      afterMs: fc.integer({ min: 100, max: 20_000 }),
    }),
  },
);
const behaviour: fc.Arbitrary<Behaviour> = fc.record({
  startMs: fc.integer({ min: 1, max: 5000 }),
  balanced: fc.boolean(),
  fate,
  stopMs: fc.integer({ min: 1, max: 10_000 }),
});
const scale = fc.oneof(fc.constantFrom(0, 50, 100), fc.double({ min: 0, max: 100, noNaN: true }));
const index = fc.nat({ max: 4 });
const command = fc.oneof(
  fc.record({ kind: fc.constant('create' as const), behaviour, scale }),
  fc.record({ kind: fc.constant('scale' as const), index, scale }),
  fc.record({ kind: fc.constant('delete' as const), index }),
  fc.record({ kind: fc.constant('count' as const), count: fc.nat({ max: 12 }) }),
);
const script = fc.array(fc.record({ command, waitMs: fc.integer({ min: 0, max: 30_000 }) }), {
  minLength: 1,
  maxLength: 10,
});
type Script = typeof script extends fc.Arbitrary<infer T> ? T : never;

function play(world: World, steps: Script): void {
  for (const { command: what, waitMs } of steps) {
    const chosen = 'index' in what ? world.taskSets[what.index % world.taskSets.length] : undefined;
    switch (what.kind) {
      case 'create':
        if (world.taskSets.length < 5) world.create(what.behaviour, what.scale);
        break;
      case 'scale':
        if (chosen !== undefined && chosen.status !== 'DRAINING')
          world.change(chosen.id, { scale: { value: what.scale } });
        break;
      case 'delete':
        if (chosen !== undefined) world.change(chosen.id, { status: 'DRAINING' });
        break;
      case 'count':
        world.desiredCount = what.count;
        world.settle();
        break;
    }
    world.run(waitMs);
  }
}

function wantedOf(snapshot: ExternalServiceSnapshot, id: string): number {
  const taskSet = snapshot.taskSets.find((each) => each.id === id);
  if (taskSet === undefined || taskSet.status === 'DRAINING') return 0;
  return computedDesiredCount(snapshot.desiredCount, taskSet.scale.value);
}

describe('task sets, whatever is done to them', () => {
  it('never have more tasks than computed, besides those that are leaving', () => {
    fc.assert(
      fc.property(script, (steps) => {
        const world = new World(4);
        world.onPlan = (plan, snapshot) => {
          const stopping = new Set(plan.stop.map(({ taskId }) => taskId));
          for (const { id } of snapshot.taskSets) {
            const present = snapshot.tasks.filter(
              (task) =>
                task.deploymentId === id &&
                task.desiredStatus === 'RUNNING' &&
                !stopping.has(task.id),
            ).length;
            const started = plan.start.find(({ taskSetId }) => taskSetId === id)?.count ?? 0;
            expect(present + started).toBeLessThanOrEqual(wantedOf(snapshot, id));
          }
        };
        play(world, steps);
      }),
    );
  });

  it('are in STEADY_STATE only with every task running and none that is unhealthy', () => {
    fc.assert(
      fc.property(script, (steps) => {
        const world = new World(4);
        world.onPlan = (plan, snapshot) => {
          for (const { id, stabilityStatus, status } of plan.taskSets) {
            if (stabilityStatus === 'STABILIZING') continue;
            const present = snapshot.tasks.filter(
              (task) => task.deploymentId === id && task.desiredStatus === 'RUNNING',
            );
            expect(status).not.toBe('DRAINING');
            expect(present).toHaveLength(wantedOf(snapshot, id));
            for (const { lastStatus, expectedTargets, targets } of present) {
              expect(lastStatus).toBe('RUNNING');
              expect(targets.filter(({ health }) => health === 'healthy')).toHaveLength(
                expectedTargets,
              );
            }
          }
          if (plan.steady)
            expect(
              plan.taskSets
                .filter(({ status }) => status !== 'DRAINING')
                .map((set) => set.stabilityStatus),
            ).not.toContain('STABILIZING');
        };
        play(world, steps);
      }),
    );
  });

  it('settle: with tasks that stay each set ends with just its count, and deleted ones are gone', () => {
    const calm = script.map((steps) =>
      steps.map((step) =>
        step.command.kind === 'create'
          ? {
              ...step,
              command: {
                ...step.command,
                behaviour: { ...step.command.behaviour, fate: { kind: 'stays' as const } },
              },
            }
          : step,
      ),
    );
    fc.assert(
      fc.property(calm, (steps) => {
        const world = new World(4);
        play(world, steps);
        while (world.step());
        for (const { id, status, stabilityStatus, computedDesiredCount: count } of world.taskSets) {
          expect(status).not.toBe('DRAINING');
          expect(stabilityStatus).toBe('STEADY_STATE');
          expect(count).toBe(wantedOf(world.snapshot(), id));
          expect(world.tasks.filter((task) => task.deploymentId === id)).toHaveLength(count);
        }
        expect(
          world.tasks.filter(({ deploymentId }) =>
            world.taskSets.every(({ id }) => id !== deploymentId),
          ),
        ).toEqual([]);
        expect(world.steady).toBe(world.taskSets.length > 0);
      }),
    );
  });

  it('end with their service: it becomes inactive and leaves no task', () => {
    fc.assert(
      fc.property(script, (steps) => {
        const world = new World(4);
        play(world, steps);
        world.remove();
        while (world.active && world.step());
        expect(world.active).toBe(false);
        expect(world.taskSets).toEqual([]);
        while (world.step());
        expect(world.tasks.filter(({ lastStatus }) => lastStatus !== 'STOPPED')).toEqual([]);
      }),
    );
  });

  it('start tasks that fail again and again ever more slowly, at most once in a second', () => {
    const failing = fc.constantFrom<Behaviour['fate']>(
      { kind: 'never-runs' },
      { kind: 'exits', afterMs: 50 },
      { kind: 'sickens', afterMs: 50 },
    );
    fc.assert(
      fc.property(failing, fc.integer({ min: 1, max: 6 }), (how, count) => {
        const world = new World(count);
        const starts: number[] = [];
        world.onPlan = (plan) => {
          if (plan.start.length > 0) starts.push(world.now);
        };
        world.create({ startMs: 10, balanced: true, fate: how, stopMs: 10 }, 100);
        world.run(300_000);
        const gaps = starts.slice(1).map((at, each) => at - (starts[each] ?? 0));
        expect(Math.min(...gaps)).toBeGreaterThanOrEqual(1000);
        if (how.kind === 'never-runs') {
          expect(gaps.toSorted((a, b) => a - b)).toEqual(gaps);
          expect(gaps.length).toBeLessThan(20);
          expect(world.events.join('\n')).toContain(
            '(service web, taskSet ecs-svc/1) is unable to consistently start tasks successfully.',
          );
        }
      }),
      { numRuns: 20 },
    );
  });
});
