/** The way back to blue, from wherever forward has come to: its tasks, its traffic, its place as the primary one; then green goes. */
import type { Step } from './step.ts';
import { readBackOf, retire } from './retire.ts';
import { ruleGone, superseded } from './step-forward.ts';
import {
  isAlive,
  isFit,
  samePercent,
  serves,
  type Memory,
  type RolloutPlan,
  type SetState,
  type World,
} from './world.ts';

export function stepBack(world: World, plan: RolloutPlan, memory: Memory): Step {
  const { green, blue, primary } = world;
  if (primary !== undefined && primary !== green?.id && primary !== blue?.id) {
    return superseded(primary);
  }
  if (plan.first) return undoFirst(world, memory);
  if (!isAlive(blue)) return onlyGreenIsLeft(world, plan);
  if (blue.scale < plan.blueScale) {
    return { kind: 'scale', set: 'blue', percent: plan.blueScale };
  }
  const traffic = plan.balanced ? trafficBack(world, plan, memory, blue) : undefined;
  if (traffic !== undefined) return traffic;
  if (plan.tested && world.test !== undefined && !samePercent(world.test.blue, 100)) {
    return { kind: 'shift-test', to: 'blue' };
  }
  if (primary !== blue.id) {
    return canTake(blue, world, plan, memory)
      ? { kind: 'make-primary', set: 'blue' }
      : { kind: 'wait', why: 'the old task set becomes healthy' };
  }
  return removeGreen(world, plan, memory) ?? { kind: 'done', on: 'blue' };
}

/** Undefined once blue has all of the production traffic. */
function trafficBack(
  world: World,
  plan: RolloutPlan,
  memory: Memory,
  blue: SetState,
): Step | undefined {
  const split = world.production;
  if (split === undefined) return ruleGone();
  if (samePercent(split.blue, 100)) return undefined;
  if (readBackOf(split.green, memory.written) === 'pending') {
    return { kind: 'wait', why: 'the old weights can be read back' };
  }
  // Whoever changed them meanwhile: on the way back they are set again.
  return canTake(blue, world, plan, memory)
    ? { kind: 'set-weights', green: 0 }
    : { kind: 'wait', why: 'the old task set becomes healthy' };
}

/**
 * While blue is the primary task set it was never scaled down, and traffic returns at once. Later its tasks may just be starting:
 * all of them are waited for, for a while.
 */
function canTake(blue: SetState, world: World, plan: RolloutPlan, memory: Memory): boolean {
  if (world.primary === blue.id || memory.patienceOver) return serves(blue);
  return isFit(blue, plan.blueScale);
}

function removeGreen(world: World, plan: RolloutPlan, memory: Memory): Step | undefined {
  const { green } = world;
  if (green === undefined) {
    return memory.created && !memory.seen
      ? { kind: 'wait', why: 'ECS lists the new task set' }
      : undefined;
  }
  const settles = isAlive(green) && green.scale > 0 && memory.shifted && plan.balanced;
  if (settles && plan.settleMs > 0 && !memory.passed.has('settle')) {
    return { kind: 'bake', name: 'settle', ms: plan.settleMs };
  }
  return retire('green', green, memory);
}

/** There never was anything else: what was begun is taken away, unless it serves already. */
function undoFirst({ green, primary }: World, memory: Memory): Step {
  if (green === undefined && memory.created && !memory.seen) {
    return { kind: 'wait', why: 'ECS lists the new task set' };
  }
  if (green !== undefined && green.id === primary) {
    return {
      kind: 'stop',
      code: 'lost',
      why: `${green.id} is the service's first task set: there is nothing to go back to`,
    };
  }
  return retire('green', green, memory) ?? { kind: 'done', on: 'nothing' };
}

/** Blue is gone or going: the only way to an end is green. */
function onlyGreenIsLeft({ green, primary, production }: World, plan: RolloutPlan): Step {
  if (!isAlive(green)) {
    return { kind: 'stop', code: 'lost', why: 'both task sets are gone or being deleted' };
  }
  if (plan.balanced && production === undefined) return ruleGone();
  if (production !== undefined && !samePercent(production.green, 100)) {
    return serves(green)
      ? { kind: 'set-weights', green: 100 }
      : { kind: 'wait', why: 'the new task set becomes healthy; the old one is gone' };
  }
  if (primary !== green.id) return { kind: 'make-primary', set: 'green' };
  return { kind: 'done', on: 'green' };
}
