/**
 * The way to green: create, wait until it is fit, test traffic, production traffic step by step, primary, and blue goes. Nothing
 * moves to green unless it is fit, and blue keeps its tasks while it has traffic.
 */
import type { Step } from './step.ts';
import { FINAL_GATE, readBackOf, retire } from './retire.ts';
import {
  isAlive,
  isFit,
  samePercent,
  serves,
  type Memory,
  type RolloutPlan,
  type SetState,
  type Split,
  type World,
} from './world.ts';

/** Green is to have as many tasks as the service wants. */
const WHOLE = 100;

export function stepForward(world: World, plan: RolloutPlan, memory: Memory): Step {
  const { green, blue, primary } = world;
  if (primary !== undefined && primary !== green?.id && primary !== blue?.id) {
    return superseded(primary);
  }
  if (green === undefined) return withoutGreen(world, plan, memory);
  const { id } = green;
  if (!isAlive(green)) return { kind: 'turn-back', why: `somebody deleted task set ${id}` };
  if (green.scale < WHOLE) return { kind: 'scale', set: 'green', percent: WHOLE };
  const alone = !plan.first && !isAlive(blue);
  if (!plan.balanced) {
    return primary === green.id
      ? finish(world, plan, memory, green)
      : enter(world, plan, memory, { kind: 'make-primary', set: 'green' });
  }
  const split = world.production;
  if (split === undefined) return ruleGone();
  const halted = halt(split, plan.first || alone, memory);
  if (halted !== undefined) return halted;
  // With blue gone, nobody else can serve.
  if (alone && !samePercent(split.green, WHOLE)) {
    return isFit(green, WHOLE)
      ? { kind: 'set-weights', green: WHOLE }
      : { kind: 'wait', why: `${green.id} becomes steady; the other task set is gone` };
  }
  const reached = reachedStep(split.green, plan.steps);
  if (reached >= WHOLE) return finish(world, plan, memory, green);
  if (!samePercent(split.green, reached)) {
    // Somebody's weights, before we came: back to the step below them.
    return serves(blue)
      ? { kind: 'set-weights', green: reached }
      : { kind: 'wait', why: 'the old task set has no healthy task' };
  }
  const next = plan.steps.find((step) => step > reached) ?? WHOLE;
  const climb: Step = { kind: 'set-weights', green: next };
  if (reached === 0) return enter(world, plan, memory, climb);
  return leaveStep(plan, memory, reached) ?? whenReady(world, plan, green, climb);
}

/** The highest step that this share has come to; 0 before the first. */
function reachedStep(share: number, steps: readonly number[]): number {
  return steps.findLast((step) => step < share || samePercent(step, share)) ?? 0;
}

/** Another task set than green or blue was made the primary one. */
export function superseded(primary: string): Step {
  return {
    kind: 'stop',
    code: 'superseded',
    why: `somebody made ${primary} the primary task set`,
  };
}

/** The listener or rule that shared the traffic is not there any more. */
export function ruleGone(): Step {
  return {
    kind: 'stop',
    code: 'lost',
    why: 'the listener or rule that shares the production traffic is gone',
  };
}

function withoutGreen(world: World, plan: RolloutPlan, memory: Memory): Step {
  if (memory.created) {
    return memory.seen
      ? { kind: 'turn-back', why: 'somebody deleted the new task set' }
      : { kind: 'wait', why: 'ECS lists the new task set' };
  }
  if (!plan.balanced) return { kind: 'create-green' };
  const split = world.production;
  if (split === undefined) return ruleGone();
  const halted = halt(split, plan.first, memory);
  if (halted !== undefined) return halted;
  // Targets of a group that no rule names are never checked, so its tasks would never be healthy.
  return split.attached ? { kind: 'create-green' } : { kind: 'set-weights', green: 0 };
}

/** Weights that are not read back yet are waited for; somebody else's are left alone. */
function halt(split: Split, noBlue: boolean, memory: Memory): Step | undefined {
  const readBack = readBackOf(split.green, memory.written);
  if (readBack === 'pending') return { kind: 'wait', why: 'the new weights can be read back' };
  const foreign = split.other > 0 && !noBlue;
  if (readBack !== 'changed-by-others' && !foreign) return undefined;
  const expected = memory.written === undefined ? '' : ` instead of ${memory.written.green} %`;
  return {
    kind: 'stop',
    code: 'hand',
    why: foreign
      ? `somebody gave ${percent(split.other)} of the production traffic to a target group of neither task set`
      : `somebody changed the weights: the new task set has ${percent(split.green)}${expected}`,
  };
}

/** Before the first production traffic: fit, test traffic, its checks. */
function enter(world: World, plan: RolloutPlan, memory: Memory, first: Step): Step {
  const { green } = world;
  const ready = whenReady(world, plan, green, first);
  if (ready !== first) return ready;
  if (plan.measured.has('test') && !memory.passed.has('test')) {
    return { kind: 'gate', moment: 'test', name: 'test', weight: 0 };
  }
  return first;
}

/** A step is over when its bake is, and its checks say so; undefined then. */
function leaveStep(plan: RolloutPlan, memory: Memory, reached: number): Step | undefined {
  const bake = `bake ${reached} %`;
  if (plan.stepBakeMs > 0 && !memory.passed.has(bake)) {
    return { kind: 'bake', name: bake, ms: plan.stepBakeMs };
  }
  const gate = `step ${reached} %`;
  if (plan.measured.has('production') && !memory.passed.has(gate)) {
    return { kind: 'gate', moment: 'production', name: gate, weight: reached };
  }
  return undefined;
}

/** The step, once green can take more. */
function whenReady(world: World, plan: RolloutPlan, green: SetState | undefined, step: Step): Step {
  if (!isFit(green, WHOLE)) return { kind: 'wait', why: 'the new task set becomes steady' };
  if (plan.tested && world.test !== undefined && !samePercent(world.test.green, WHOLE)) {
    return { kind: 'shift-test', to: 'green' };
  }
  return step;
}

/** Green has all of the traffic: primary, the last bake and checks, then blue goes. */
function finish(world: World, plan: RolloutPlan, memory: Memory, green: SetState): Step {
  const { blue, primary } = world;
  if (primary !== green.id) return { kind: 'make-primary', set: 'green' };
  if (!isAlive(blue)) return { kind: 'done', on: 'green' };
  // A client that was here before has begun to stop blue: it had passed everything.
  if (blue.scale === 0) return retire('blue', blue, memory) ?? { kind: 'done', on: 'green' };
  const bakeMs = Math.max(plan.finalBakeMs, plan.balanced ? plan.settleMs : 0);
  if (bakeMs > 0 && !memory.passed.has('final bake')) {
    return { kind: 'bake', name: 'final bake', ms: bakeMs };
  }
  if (plan.measured.has('production') && !memory.passed.has(FINAL_GATE)) {
    return { kind: 'gate', moment: 'production', name: FINAL_GATE, weight: WHOLE };
  }
  const end = retire('blue', blue, memory) ?? { kind: 'done', on: 'green' };
  return whenReady(world, plan, green, end);
}

/** `12.5 %`. */
function percent(share: number): string {
  return `${Math.round(share * 10) / 10} %`;
}
