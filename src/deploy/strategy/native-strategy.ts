/** A wish for a strategy as ECS's own deployment configuration (reference: ECS semantics 6.1). */
import type { DeploymentConfiguration } from '@aws-sdk/client-ecs';
import { formatDuration } from '../../base/duration.ts';
import { UserError, unreachable } from '../../base/errors.ts';
import type { StrategyWish } from '../configuration/configuration.ts';

/** The members of a deployment configuration that say how traffic and tasks move. */
export type StrategyConfiguration = Pick<
  DeploymentConfiguration,
  'strategy' | 'bakeTimeInMinutes' | 'canaryConfiguration' | 'linearConfiguration'
>;

/** What the service does today. */
export interface PresentStrategy {
  readonly strategy: string;
  readonly bakeTimeInMinutes: number | undefined;
}

const MINUTE_MS = 60_000;
/** ECS's longest bake. */
const LONGEST_MINUTES = 1440;
/** Blue/green must be told how long both revisions run; so long where nobody said. */
const BLUE_GREEN_BAKE_MINUTES = 5;

/**
 * What UpdateService takes for the wish.
 * @throws UserError STRATEGY (exit code 2) naming the nearest thing that ECS can do
 */
export function strategyConfiguration(
  wish: StrategyWish,
  present: PresentStrategy,
): StrategyConfiguration {
  const bake =
    wish.finalBakeMs === undefined ? undefined : minutesOf('final_bake', wish.finalBakeMs);
  const bakeTimeInMinutes = bake === undefined ? {} : { bakeTimeInMinutes: bake };
  switch (wish.type) {
    case 'rolling':
      return { strategy: 'ROLLING' };
    case 'blue_green':
      return {
        strategy: 'BLUE_GREEN',
        bakeTimeInMinutes:
          bake ??
          (present.strategy === 'BLUE_GREEN' ? present.bakeTimeInMinutes : undefined) ??
          BLUE_GREEN_BAKE_MINUTES,
      };
    case 'canary':
      return { strategy: 'CANARY', ...bakeTimeInMinutes, ...canary(wish) };
    case 'linear':
      return { strategy: 'LINEAR', ...bakeTimeInMinutes, ...linear(wish) };
    default:
      return unreachable(wish.type);
  }
}

function canary(wish: StrategyWish): Pick<StrategyConfiguration, 'canaryConfiguration'> {
  const { steps, stepBakeMs } = wish;
  if (steps.length > 1) throw tooManySteps(steps);
  const [canaryPercent] = steps;
  if (canaryPercent !== undefined) inTenths('canary', canaryPercent, 0.1);
  const configuration = {
    ...(canaryPercent === undefined ? {} : { canaryPercent }),
    ...(stepBakeMs === undefined
      ? {}
      : { canaryBakeTimeInMinutes: minutesOf('step_bake', stepBakeMs) }),
  };
  return Object.keys(configuration).length === 0 ? {} : { canaryConfiguration: configuration };
}

function linear(wish: StrategyWish): Pick<StrategyConfiguration, 'linearConfiguration'> {
  const { steps, stepBakeMs } = wish;
  if (steps.length > 1) throw tooManySteps(steps);
  const [stepPercent] = steps;
  if (stepPercent !== undefined) inTenths('linear', stepPercent, 3);
  const configuration = {
    ...(stepPercent === undefined ? {} : { stepPercent }),
    ...(stepBakeMs === undefined
      ? {}
      : { stepBakeTimeInMinutes: minutesOf('step_bake', stepBakeMs) }),
  };
  return Object.keys(configuration).length === 0 ? {} : { linearConfiguration: configuration };
}

/** Arbitrary steps need task sets; what ECS can do natively and comes nearest is named. */
function tooManySteps(steps: readonly number[]): UserError {
  const given = steps.map((step) => `${step}%`).join(', ');
  return new UserError(
    'STRATEGY',
    `steps [${given}]: ECS's own canary has one step and its linear equal ones; this service is deployed by ECS itself`,
    {
      hint: `Nearest: ${nearestNative(steps)}. Any steps are possible with a service of the deployment controller EXTERNAL.`,
      exitCode: 2,
    },
  );
}

/** `type: linear, steps: [25%]` for steps that are nearly equal, else `type: canary` with the first. */
export function nearestNative(steps: readonly number[]): string {
  const [first = 10] = steps;
  const gaps = [...steps, 100].map((step, index, all) => step - (all[index - 1] ?? 0));
  const equal = Math.min(...gaps) * 2 > Math.max(...gaps);
  const mean = Math.max(3, Math.round(100 / gaps.length));
  return equal ? `type: linear, steps: [${mean}%]` : `type: canary, steps: [${first}%]`;
}

function inTenths(type: string, percent: number, least: number): void {
  const tenths = Math.round(percent * 10);
  if (Math.abs(percent * 10 - tenths) < 1e-9 && percent >= least && percent <= 100) return;
  throw new UserError('STRATEGY', `steps [${percent}%]: ECS has no ${type} of this size`, {
    hint: `Give ${least}% to 100% in steps of 0.1.`,
    exitCode: 2,
  });
}

/** ECS counts bakes in whole minutes. */
function minutesOf(field: string, ms: number): number {
  const minutes = ms / MINUTE_MS;
  if (Number.isInteger(minutes) && minutes <= LONGEST_MINUTES) return minutes;
  throw new UserError(
    'STRATEGY',
    `${field} ${formatDuration(ms)}: ECS counts this time in whole minutes, up to ${LONGEST_MINUTES}`,
    {
      hint: `Write ${field}: ${Math.max(1, Math.min(LONGEST_MINUTES, Math.round(minutes)))}m.`,
      exitCode: 2,
    },
  );
}
