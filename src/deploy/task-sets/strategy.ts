/** A wish for a strategy as steps of production traffic between two task sets. */
import { formatDuration } from '../../base/duration.ts';
import { UserError } from '../../base/errors.ts';
import type { StrategyWish } from '../configuration/configuration.ts';

/** How the traffic moves. */
export interface TaskSetStrategy {
  /** Percent on green after each step, increasing, the last 100. */
  readonly steps: readonly number[];
  /** Milliseconds. */
  readonly stepBakeMs: number;
  readonly finalBakeMs: number;
}

/** After each step, and after the last, where nobody said how long. */
export const DEFAULT_BAKE_MS = 5 * 60_000;

/** A canary's one step where none was given: that of ECS's own canary (reference: ECS semantics 6.1). */
const CANARY_STEP = 5;
const LINEAR_STEP = 10;
/** The plan stands in tags of the task set, and a tag's value has 256 characters. */
const MOST_STEPS = 40;

/**
 * Reads the wish; undefined is blue/green.
 * @throws UserError STRATEGY or ON_CLIENT_LOSS (exit code 2)
 */
export function taskSetStrategy(wish: StrategyWish | undefined): TaskSetStrategy {
  const { stepBakeMs = DEFAULT_BAKE_MS, finalBakeMs = DEFAULT_BAKE_MS } = wish ?? {};
  if (wish?.onClientLoss !== undefined) {
    throw new UserError(
      'ON_CLIENT_LOSS',
      'on_client_loss: rollback is for the strategies of ECS itself: listener weights of task sets are moved by this client alone, so nobody is there when it is gone',
      {
        hint: 'Leave it out. After a lost client, "fairlead resume" or "fairlead rollback" from any machine ends what was begun.',
        exitCode: 2,
      },
    );
  }
  const steps = stepsOf(wish);
  if (steps.length > MOST_STEPS) {
    throw wrong(`${steps.length} steps are too many, ${MOST_STEPS} are the most`, []);
  }
  return { steps, stepBakeMs, finalBakeMs };
}

function stepsOf(wish: StrategyWish | undefined): readonly number[] {
  const given = wish?.steps ?? [];
  given.forEach(checkStep);
  switch (wish?.type) {
    case undefined:
    case 'blue_green':
      if (given.some((step) => step < 100)) {
        throw wrong(`blue_green moves all of the traffic in one step, not ${shown(given)}`, given);
      }
      return [100];
    case 'canary':
      return increasing(given.length === 0 ? [CANARY_STEP] : given);
    case 'linear':
      return given.length > 1 ? increasing(given) : equal(given[0] ?? LINEAR_STEP);
    case 'rolling':
      throw new UserError(
        'STRATEGY',
        'strategy rolling: a service of the deployment controller EXTERNAL is deployed by task sets, which stand beside each other and are not rolled over',
        { hint: 'Use type: blue_green, canary or linear.', exitCode: 2 },
      );
  }
}

function checkStep(step: number): void {
  const tenths = step * 10;
  if (step > 0 && step <= 100 && Math.abs(tenths - Math.round(tenths)) < 1e-9) return;
  throw wrong(`${step}% is no step`, []);
}

function increasing(given: readonly number[]): readonly number[] {
  const falls = given.find((step, index) => step <= (given[index - 1] ?? 0));
  if (falls !== undefined) throw wrong(`${falls}% does not follow ${shown(given)} upwards`, given);
  return given.at(-1) === 100 ? given : [...given, 100];
}

/** 20% is 20, 40, 60, 80, 100. */
function equal(size: number): readonly number[] {
  const steps: number[] = [];
  for (let step = size; step < 100 - 1e-9; step += size) steps.push(Math.round(step * 10) / 10);
  return [...steps, 100];
}

function wrong(message: string, given: readonly number[]): UserError {
  const sorted = [...new Set(given)].toSorted((a, b) => a - b);
  return new UserError('STRATEGY', `strategy.steps: ${message}`, {
    hint:
      sorted.length > 1
        ? `Write them in increasing order, such as steps: [${sorted.map((step) => `${step}%`).join(', ')}] with type: canary.`
        : 'Write percents from 0.1% to 100% in increasing order, such as steps: [10%, 50%] with type: canary; the last, 100%, is implied.',
    exitCode: 2,
  });
}

function shown(steps: readonly number[]): string {
  return `[${steps.map((step) => `${step}%`).join(', ')}]`;
}

/**
 * Refuses a timeout that the bakes alone use up.
 * @param timeScale how many times as fast ECS's time runs than a watch
 * @throws UserError TIMEOUT_TOO_SHORT (exit code 2)
 */
export function checkTimeout(strategy: TaskSetStrategy, timeoutMs: number, timeScale = 1): void {
  const bakes =
    strategy.stepBakeMs * (strategy.steps.length - 1) + Math.max(0, strategy.finalBakeMs);
  if (bakes / timeScale < timeoutMs) return;
  throw new UserError(
    'TIMEOUT_TOO_SHORT',
    `the bakes of ${strategy.steps.length} step${strategy.steps.length === 1 ? '' : 's'} take ${formatDuration(bakes)}, and the timeout is ${formatDuration(timeoutMs)}`,
    {
      hint: `Give a longer timeout, such as --timeout ${Math.ceil(bakes / 60_000) + 15}m, or shorter bakes.`,
      exitCode: 2,
    },
  );
}
