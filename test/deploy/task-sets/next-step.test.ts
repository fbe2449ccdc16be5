import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextStep } from '../../../src/deploy/task-sets/next-step.ts';
import type { Step } from '../../../src/deploy/task-sets/step.ts';
import { afterWeights } from '../../../src/deploy/task-sets/remember.ts';
import {
  freshMemory,
  isFit,
  serves,
  type RolloutPlan,
  type World,
} from '../../../src/deploy/task-sets/world.ts';
import { Model, type Chance } from './model.ts';

const PLAN: RolloutPlan = {
  steps: [10, 50, 100],
  stepBakeMs: 1000,
  finalBakeMs: 1000,
  settleMs: 10,
  blueScale: 100,
  first: false,
  balanced: true,
  tested: true,
  measured: new Set(['test', 'production']),
};

const CALM: Chance = { dies: 'no', sick: [], goesBack: false };

const steps = fc
  .uniqueArray(fc.integer({ min: 1, max: 999 }), { maxLength: 6 })
  .map((tenths) => [...tenths.toSorted((a, b) => a - b).map((each) => each / 10), 100]);

const plans: fc.Arbitrary<RolloutPlan> = fc
  .record({
    steps,
    stepBakeMs: fc.constantFrom(0, 1000),
    finalBakeMs: fc.constantFrom(0, 1000),
    settleMs: fc.constantFrom(0, 10),
    blueScale: fc.constantFrom(25, 50, 100),
    first: fc.boolean(),
    balanced: fc.boolean(),
    tested: fc.boolean(),
    measured: fc.subarray(['test', 'production'] as const).map((moments) => new Set(moments)),
  })
  .map((plan) => ({
    ...plan,
    steps: plan.balanced && !plan.first ? plan.steps : [100],
    tested: plan.balanced && plan.tested,
  }));

const chances: fc.Arbitrary<Chance> = fc.record({
  dies: fc.constantFrom('no', 'no', 'before', 'after'),
  sick: fc.constantFrom([], [], ['green'], ['blue'], ['blue', 'green']),
  goesBack: fc.nat(20).map((number) => number === 0),
});

/** Plays chance, and then undisturbed to the end. */
function play(plan: RolloutPlan, story: readonly Chance[]): { model: Model; last: Step } {
  const model = new Model(plan);
  let last: Step = { kind: 'wait', why: 'nothing yet' };
  const over = (): boolean => last.kind === 'done' || last.kind === 'stop';
  for (const chance of story) {
    if (over()) break;
    last = model.turn(chance);
    if (chance.dies !== 'no' && over()) last = { kind: 'wait', why: 'the client died' };
  }
  for (let turn = 0; turn < 300 && !over(); turn++) last = model.turn(CALM);
  return { model, last };
}

const stories = fc.array(chances, { maxLength: 60 });

describe('the next step of a rollout by task sets', () => {
  it('goes through test traffic, every step with its bake and gate, primary, last bake, and the end of blue', () => {
    const { model } = play(PLAN, []);
    const named = (step: Step): string => {
      switch (step.kind) {
        case 'set-weights':
          return `green ${step.green} %`;
        case 'bake':
        case 'gate':
          return `${step.kind} ${step.name}`;
        case 'shift-test':
          return `test traffic to ${step.to}`;
        case 'scale':
          return `${step.set} to ${step.percent} %`;
        case 'make-primary':
        case 'delete':
          return `${step.kind} ${step.set}`;
        case 'done':
          return `done on ${step.on}`;
        case 'create-green':
        case 'wait':
        case 'stop':
        case 'turn-back':
          return step.kind;
      }
    };
    expect(model.taken.map(({ step }) => named(step)).filter((name) => name !== 'wait')).toEqual([
      'green 0 %',
      'create-green',
      'test traffic to green',
      'gate test',
      'green 10 %',
      'bake bake 10 %',
      'gate step 10 %',
      'green 50 %',
      'bake bake 50 %',
      'gate step 50 %',
      'green 100 %',
      'make-primary green',
      'bake final bake',
      'gate final',
      'blue to 0 %',
      'delete blue',
      'done on green',
    ]);
  });

  it('comes back from any point: traffic first, then test traffic, primary, and green goes', () => {
    fc.assert(
      fc.property(plans, fc.nat(60), (plan, turns) => {
        fc.pre(!plan.first);
        const calm = Array.from({ length: turns }, () => CALM);
        const { model, last } = play(plan, [...calm, { ...CALM, goesBack: true }]);
        const begun = model.taken.some(({ direction }) => direction === 'back');
        fc.pre(begun);
        expect(last).toEqual({ kind: 'done', on: 'blue' });
        expect(model.share).toBe(0);
        expect(model.test).toBe(0);
        expect(model.blue).toMatchObject({ status: 'PRIMARY', scale: plan.blueScale });
        expect(model.green?.status ?? 'DRAINING').toBe('DRAINING');
      }),
    );
  });

  it('ends fully on one side, whatever fails and whenever clients die', () => {
    fc.assert(
      fc.property(plans, stories, (plan, story) => {
        const { model, last } = play(plan, story);
        const { green, blue, share } = model;
        if (last.kind === 'stop') {
          // Only a service's first task set, once it is primary, has nothing to go back to.
          expect(plan.first && green?.status === 'PRIMARY').toBe(true);
          return;
        }
        expect(last.kind).toBe('done');
        const on = last.kind === 'done' ? last.on : undefined;
        if (on === 'green') {
          expect(green).toMatchObject({ status: 'PRIMARY', scale: 100 });
          expect(blue?.status ?? 'DRAINING').toBe('DRAINING');
          if (plan.balanced) expect(share).toBe(100);
          if (plan.tested && !plan.first) expect(model.test).toBe(100);
        } else {
          expect(green?.status ?? 'DRAINING').toBe('DRAINING');
          if (on === 'nothing') {
            expect(blue).toBeUndefined();
          } else {
            expect(share).toBe(0);
            expect(model.test).toBe(0);
            expect(blue).toMatchObject({ status: 'PRIMARY', scale: plan.blueScale });
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  it('never gives production traffic to a green that is not steady with healthy targets, and only the next step of it', () => {
    fc.assert(
      fc.property(plans, stories, (plan, story) => {
        const { model } = play(plan, story);
        for (const { step, world } of model.taken) {
          if (step.kind !== 'set-weights') continue;
          const share = world.production?.green ?? 0;
          if (step.green <= share) continue;
          expect(isFit(world.green, 100)).toBe(true);
          expect(plan.steps.find((each) => each > share)).toBe(step.green);
        }
      }),
    );
  });

  it('stops no task of a task set that has traffic, and makes nothing primary that has not all of it', () => {
    fc.assert(
      fc.property(plans, stories, (plan, story) => {
        const { model } = play(plan, story);
        for (const { step, world } of model.taken) {
          const share = world.production;
          if (step.kind === 'scale' && step.percent === 0) {
            const other = step.set === 'blue' ? 'green' : 'blue';
            expect(share?.[step.set] ?? 0).toBe(0);
            if (!plan.first) expect(world.primary).toBe(other);
          }
          if (step.kind === 'delete') expect(world[step.set]?.scale).toBe(0);
          if (step.kind === 'make-primary') expect(share?.[step.set] ?? 100).toBe(100);
        }
      }),
    );
  });

  it('gives traffic back only to a blue that serves, and to one that was stopped only when it is whole', () => {
    fc.assert(
      fc.property(plans, stories, (plan, story) => {
        const { model } = play(plan, story);
        for (const { step, world, direction } of model.taken) {
          if (step.kind !== 'set-weights' || direction === 'forward') continue;
          if (world.primary === 'blue') expect(serves(world.blue)).toBe(true);
          else expect(isFit(world.blue, plan.blueScale)).toBe(true);
        }
      }),
    );
  });
});

describe('hands of others', () => {
  const task = (id: string, status: string) => ({
    ...{ id, status, scale: 100, wanted: 4, running: 4, pending: 0, steady: true, healthy: 4 },
  });
  const shared = (green: number): World => ({
    blue: task('blue', 'PRIMARY'),
    green: task('green', 'ACTIVE'),
    primary: 'blue',
    production: { green, blue: 100 - green, other: 0, attached: true },
    test: undefined,
  });
  const plan = { ...PLAN, tested: false, measured: new Set<never>() };
  const begun = freshMemory('forward', true);

  it('on the weights are left alone, with the reason', () => {
    const memory = {
      ...afterWeights(begun, 10, shared(0)),
      written: { green: 10, before: 0, readBack: true },
    };
    expect(nextStep(shared(30), plan, memory)).toEqual({
      kind: 'stop',
      code: 'hand',
      why: 'somebody changed the weights: the new task set has 30 % instead of 10 %',
    });
  });

  it('are not suspected while an older answer is read', () => {
    const memory = afterWeights(begun, 10, shared(0));
    expect(nextStep(shared(0), plan, memory)).toMatchObject({ kind: 'wait' });
  });

  it('that gave traffic to a third target group are left alone', () => {
    const world = {
      ...shared(0),
      production: { green: 0, blue: 60, other: 40, attached: true },
    };
    expect(nextStep(world, plan, begun)).toMatchObject({ kind: 'stop', code: 'hand' });
  });

  it('that set weights before a client goes on are taken for the step below', () => {
    expect(nextStep(shared(30), plan, begun)).toEqual({ kind: 'set-weights', green: 10 });
    expect(nextStep(shared(3), plan, begun)).toEqual({ kind: 'set-weights', green: 0 });
  });

  it('that set weights are undone on the way back', () => {
    const memory = {
      ...freshMemory('back', true),
      written: { green: 0, before: 10, readBack: true },
    };
    expect(nextStep(shared(30), plan, memory)).toEqual({ kind: 'set-weights', green: 0 });
  });

  it('that deleted green turn the rollout back', () => {
    const world = { ...shared(10), green: { ...task('green', 'DRAINING') } };
    expect(nextStep(world, plan, begun)).toEqual({
      kind: 'turn-back',
      why: 'somebody deleted task set green',
    });
    expect(nextStep({ ...shared(10), green: undefined }, plan, begun)).toMatchObject({
      kind: 'turn-back',
    });
  });

  it('that deleted blue leave green as the only one to serve', () => {
    const world = { ...shared(10), blue: undefined, primary: undefined };
    expect(nextStep(world, plan, begun)).toEqual({ kind: 'set-weights', green: 100 });
    expect(nextStep(world, plan, freshMemory('back', true))).toEqual({
      kind: 'set-weights',
      green: 100,
    });
  });

  it('that made another task set primary have taken over', () => {
    expect(nextStep({ ...shared(10), primary: 'third' }, plan, begun)).toMatchObject({
      kind: 'stop',
      code: 'superseded',
    });
  });

  it('that scaled green down are undone before it gets more', () => {
    const world = { ...shared(10), green: { ...task('green', 'ACTIVE'), scale: 50 } };
    expect(nextStep(world, plan, begun)).toEqual({ kind: 'scale', set: 'green', percent: 100 });
  });

  it('that took the rule away leave nothing to shift', () => {
    const world = { ...shared(10), production: undefined };
    expect(nextStep(world, plan, begun)).toMatchObject({ kind: 'stop', code: 'lost' });
  });
});
