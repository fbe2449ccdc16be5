/** What a rollout by task sets is decided on: the plan, the world as it was seen last, and what this client has done. Plain data. */
import type { CheckMoment } from '../observed/open-gate.ts';

/** Which way traffic and tasks go: to green, the new task set, or back to blue, the old one. */
export type Direction = 'forward' | 'back';

/** One of the two task sets of a rollout. */
export type Colour = 'blue' | 'green';

/** What a rollout is to do; fixed when it begins. Every client that goes on with it reads the same from green's tags. */
export interface RolloutPlan {
  /** Percent of production traffic on green after each step: above 0, increasing, the last 100. */
  readonly steps: readonly number[];
  /** Milliseconds after each step but the last. */
  readonly stepBakeMs: number;
  /** Milliseconds that both task sets are kept after the last step. */
  readonly finalBakeMs: number;
  /** Milliseconds between moving traffic away from a task set and stopping its tasks: a load balancer needs some seconds. */
  readonly settleMs: number;
  /** Percent of the desired count at which blue was kept: what it is brought back to. */
  readonly blueScale: number;
  /** The service has no primary task set: there is no blue, and nothing to go back to. */
  readonly first: boolean;
  /** A listener or rule shares the traffic by weights; false for a service without a load balancer. */
  readonly balanced: boolean;
  /** A second listener or rule takes test traffic to green before production traffic comes. */
  readonly tested: boolean;
  /** Moments at which something is measured. */
  readonly measured: ReadonlySet<CheckMoment>;
}

/** A task set as ECS and its target group show it. */
export interface SetState {
  /** `ecs-svc/NUMBER`. */
  readonly id: string;
  /** PRIMARY, ACTIVE, or DRAINING once it was deleted. */
  readonly status: string;
  /** Percent of the service's desired count, 0-100. */
  readonly scale: number;
  /** How many tasks that is. */
  readonly wanted: number;
  readonly running: number;
  readonly pending: number;
  /** ECS says STEADY_STATE: all tasks run and are healthy. */
  readonly steady: boolean;
  /** Healthy targets in its target group; undefined without one, or where it cannot be read. */
  readonly healthy: number | undefined;
}

/** Shares of a rule's traffic in percent. */
export interface Split {
  readonly blue: number;
  readonly green: number;
  /** What goes to target groups that are neither's. */
  readonly other: number;
  /** Both target groups stand in the rule, if only with weight 0: without that nothing checks their targets. */
  readonly attached: boolean;
}

/** One look. */
export interface World {
  /** Undefined once it is gone. */
  readonly blue: SetState | undefined;
  /** Undefined before it is created, and once it is gone. */
  readonly green: SetState | undefined;
  /** Id of the primary task set. */
  readonly primary: string | undefined;
  /** Undefined without a load balancer. */
  readonly production: Split | undefined;
  /** Undefined without a test listener. */
  readonly test: Split | undefined;
}

/** What this client has done and seen. A client that goes on with another's rollout starts with nothing of it. */
export interface Memory {
  readonly direction: Direction;
  /** Green was created, here or by the one who began. */
  readonly created: boolean;
  /** ECS has listed green since. */
  readonly seen: boolean;
  /** The last change of the production weights by this client. */
  readonly written: WrittenWeights | undefined;
  /** Names of the bakes and gates that are done. */
  readonly passed: ReadonlySet<string>;
  /** Green may have had traffic: its tasks are not stopped in the same moment. */
  readonly shifted: boolean;
  /** Blue has been waited for long enough: one healthy task is better than none. */
  readonly patienceOver: boolean;
  /** ECS does not delete these before their last task has stopped. */
  readonly emptyFirst: ReadonlySet<Colour>;
}

/** A change of weights, until it was read back and after. */
export interface WrittenWeights {
  /** Percent on green. */
  readonly green: number;
  /** What it was before; undefined where it was not known. */
  readonly before: number | undefined;
  readonly readBack: boolean;
}

/** A client that begins. */
export function freshMemory(direction: Direction, created: boolean): Memory {
  return {
    direction,
    created,
    seen: created,
    written: undefined,
    passed: new Set(),
    // Another client may have moved traffic a moment ago.
    shifted: created,
    patienceOver: false,
    emptyFirst: new Set(),
  };
}

/** Shares that differ by less than this are the same: weights are whole numbers. */
const SAME_PERCENT = 0.06;

/** True for the same share of traffic. */
export function samePercent(a: number, b: number): boolean {
  return Math.abs(a - b) < SAME_PERCENT;
}

/** True while a task set is there and not being deleted. */
export function isAlive(set: SetState | undefined): set is SetState {
  return set !== undefined && set.status !== 'DRAINING';
}

/**
 * True for a task set that can take all of the traffic: at its scale, steady as ECS counts it, and every target healthy as the
 * load balancer counts it.
 * @param scale percent of the desired count that it is to have
 */
export function isFit(set: SetState | undefined, scale: number): boolean {
  return (
    isAlive(set) &&
    set.scale >= scale &&
    set.steady &&
    set.running >= set.wanted &&
    (set.healthy === undefined || set.healthy >= set.wanted)
  );
}

/** True for a task set that serves at all. */
export function serves(set: SetState | undefined): boolean {
  if (!isAlive(set)) return false;
  return set.wanted === 0 || (set.healthy ?? set.running) > 0;
}
