/** A small world that steps are taken in: task sets that come up and go down, weights, clients that die at any point. */
import { nextStep } from '../../../src/deploy/task-sets/next-step.ts';
import type { Step } from '../../../src/deploy/task-sets/step.ts';
import {
  afterLook,
  afterPassing,
  afterWeights,
  turnedBack,
} from '../../../src/deploy/task-sets/remember.ts';
import {
  freshMemory,
  type Colour,
  type Direction,
  type Memory,
  type RolloutPlan,
  type SetState,
  type Split,
  type World,
} from '../../../src/deploy/task-sets/world.ts';

/** What chance does in one turn. */
export interface Chance {
  /** The client dies before its change arrives, after it arrived, or not. */
  readonly dies: 'before' | 'after' | 'no';
  /** Tasks of these are unhealthy in this turn. */
  readonly sick: readonly Colour[];
  /** Somebody says that it goes back. */
  readonly goesBack: boolean;
}

interface Set {
  status: 'PRIMARY' | 'ACTIVE' | 'DRAINING';
  scale: number;
  running: number;
}

const DESIRED = 4;

/** One step with the world in which it was taken. */
export interface Taken {
  readonly step: Step;
  readonly world: World;
  readonly direction: Direction;
}

/** The model. */
export class Model {
  readonly plan: RolloutPlan;
  readonly taken: Taken[] = [];
  blue: Set | undefined;
  green: Set | undefined;
  /** Percent on green. */
  share = 0;
  test = 0;
  attached = false;
  /** As the tag on ECS says. */
  direction: Direction = 'forward';
  #memory: Memory;
  #sick: readonly Colour[] = [];

  constructor(plan: RolloutPlan) {
    this.plan = plan;
    this.blue = plan.first
      ? undefined
      : { status: 'PRIMARY', scale: plan.blueScale, running: wanted(plan.blueScale) };
    this.attached = plan.first;
    this.#memory = freshMemory('forward', false);
  }

  /** What a client sees. */
  world(): World {
    const split = (green: number): Split => ({
      green,
      blue: 100 - green,
      other: 0,
      attached: this.attached,
    });
    const primary = (['blue', 'green'] as const).find(
      (colour) => this[colour]?.status === 'PRIMARY',
    );
    return {
      blue: this.#shown('blue'),
      green: this.#shown('green'),
      primary,
      production: this.plan.balanced ? split(this.share) : undefined,
      test: this.plan.tested ? split(this.test) : undefined,
    };
  }

  /** One turn of a client; returns the step that it took. */
  turn(chance: Chance): Step {
    this.#live();
    this.#sick = chance.sick;
    if (chance.goesBack && !this.#tooLate()) {
      this.direction = 'back';
      this.#memory = turnedBack(this.#memory);
    }
    const world = this.world();
    this.#memory = afterLook(this.#memory, world);
    const step = nextStep(world, this.plan, this.#memory);
    this.taken.push({ step, world, direction: this.#memory.direction });
    if (chance.dies !== 'before') this.#apply(step, world);
    if (chance.dies !== 'no') {
      const created = this.green !== undefined;
      this.#memory = freshMemory(created ? this.direction : 'forward', created);
    }
    return step;
  }

  /** Whoever decides to go back does not do so once blue is being stopped. */
  #tooLate(): boolean {
    return (
      this.green?.status === 'PRIMARY' &&
      (this.blue === undefined || this.blue.status === 'DRAINING' || this.blue.scale === 0)
    );
  }

  #apply(step: Step, world: World): void {
    switch (step.kind) {
      case 'create-green':
        this.green = { status: 'ACTIVE', scale: 100, running: 0 };
        this.#memory = { ...this.#memory, created: true };
        break;
      case 'set-weights':
        this.share = step.green;
        this.attached = true;
        this.#memory = afterWeights(this.#memory, step.green, world);
        break;
      case 'shift-test':
        this.test = step.to === 'green' ? 100 : 0;
        break;
      case 'make-primary': {
        const [next, former] =
          step.set === 'green' ? [this.green, this.blue] : [this.blue, this.green];
        if (next !== undefined) next.status = 'PRIMARY';
        if (former?.status === 'PRIMARY') former.status = 'ACTIVE';
        break;
      }
      case 'scale': {
        const set = this[step.set];
        if (set !== undefined) set.scale = step.percent;
        break;
      }
      case 'delete': {
        const set = this[step.set];
        if (set !== undefined) set.status = 'DRAINING';
        break;
      }
      case 'bake':
      case 'gate':
        this.#memory = afterPassing(this.#memory, step.name);
        break;
      case 'turn-back':
        this.direction = 'back';
        this.#memory = turnedBack(this.#memory);
        break;
      case 'wait':
      case 'stop':
      case 'done':
        break;
    }
  }

  /** Tasks start and stop, one at a time. */
  #live(): void {
    for (const colour of ['blue', 'green'] as const) {
      const set = this[colour];
      if (set === undefined) continue;
      const goal = set.status === 'DRAINING' ? 0 : wanted(set.scale);
      set.running += Math.sign(goal - set.running);
      if (set.status === 'DRAINING' && set.running === 0) this[colour] = undefined;
    }
  }

  #shown(colour: Colour): SetState | undefined {
    const set = this[colour];
    if (set === undefined) return undefined;
    const sick = this.#sick.includes(colour);
    const healthy = sick ? Math.max(0, set.running - 2) : set.running;
    return {
      id: colour,
      status: set.status,
      scale: set.scale,
      wanted: wanted(set.scale),
      running: set.running,
      pending: 0,
      steady: healthy === wanted(set.scale),
      healthy,
    };
  }
}

function wanted(scale: number): number {
  return Math.ceil((DESIRED * scale) / 100);
}
