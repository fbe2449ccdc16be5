/**
 * What comes next in a rollout by task sets. A pure function of the world, so that any client on any machine can go on from
 * wherever the last one stopped: what ECS and the load balancer show is the progress.
 */
import type { Step } from './step.ts';
import { FINAL_GATE } from './retire.ts';
import { stepBack } from './step-back.ts';
import { stepForward } from './step-forward.ts';
import type { Memory, RolloutPlan, World } from './world.ts';

/** Decides the next step. */
export function nextStep(world: World, plan: RolloutPlan, memory: Memory): Step {
  return memory.direction === 'forward'
    ? stepForward(world, plan, memory)
    : stepBack(world, plan, memory);
}

/** True once blue's tasks are being stopped after everything was passed: from here on it only goes forward. */
export function isRetiring(world: World, memory: Memory): boolean {
  return (
    world.green !== undefined &&
    world.primary === world.green.id &&
    (world.blue === undefined ||
      world.blue.status === 'DRAINING' ||
      world.blue.scale === 0 ||
      memory.passed.has(FINAL_GATE))
  );
}
