/** How a deployment moves traffic: strategy, bake time and steps, their defaults and limits (reference: ECS semantics 6.1). */
import type {
  CanaryConfiguration,
  DeploymentConfiguration,
  LinearConfiguration,
} from '@aws-sdk/client-ecs';
import { invalidParameter } from './ecs-errors.ts';

const DAY_MINUTES = 1440;
const DEFAULT_CANARY = { canaryPercent: 5, canaryBakeTimeInMinutes: 10 };
const DEFAULT_LINEAR = { stepPercent: 10, stepBakeTimeInMinutes: 6 };

/** The members that say how traffic moves, complete. */
export interface StrategyConfiguration {
  readonly strategy: 'ROLLING' | 'BLUE_GREEN' | 'CANARY' | 'LINEAR';
  readonly bakeTimeInMinutes: number;
  /** Present with CANARY. */
  readonly canaryConfiguration?: Required<CanaryConfiguration>;
  /** Present with LINEAR. */
  readonly linearConfiguration?: Required<LinearConfiguration>;
}

/**
 * Merges what a request gives into what the service had. Settings of a strategy go with it.
 * @throws AwsError InvalidParameterException
 */
export function mergeStrategy(
  former: DeploymentConfiguration,
  given: DeploymentConfiguration,
): StrategyConfiguration {
  const strategy = given.strategy ?? former.strategy ?? 'ROLLING';
  refuseForeign(strategy, given);
  const changed = strategy !== (former.strategy ?? 'ROLLING');
  if (strategy === 'BLUE_GREEN' && changed && given.bakeTimeInMinutes === undefined)
    throw invalidParameter(
      'bakeTimeInMinutes must be given with deployment strategy BLUE_GREEN: how long both revisions run after the production traffic has moved, 0 to 1440.',
    );
  return {
    strategy,
    bakeTimeInMinutes:
      strategy === 'ROLLING'
        ? 0
        : minutes('bakeTimeInMinutes', given.bakeTimeInMinutes ?? former.bakeTimeInMinutes ?? 0),
    ...(strategy === 'CANARY'
      ? {
          canaryConfiguration: canary({
            ...former.canaryConfiguration,
            ...given.canaryConfiguration,
          }),
        }
      : {}),
    ...(strategy === 'LINEAR'
      ? {
          linearConfiguration: linear({
            ...former.linearConfiguration,
            ...given.linearConfiguration,
          }),
        }
      : {}),
  };
}

/** Settings of another strategy would be accepted and never looked at. */
function refuseForeign(
  strategy: StrategyConfiguration['strategy'],
  { canaryConfiguration, linearConfiguration, bakeTimeInMinutes }: DeploymentConfiguration,
): void {
  const foreign =
    linearConfiguration !== undefined && strategy !== 'LINEAR'
      ? 'linearConfiguration'
      : canaryConfiguration !== undefined && strategy !== 'CANARY'
        ? 'canaryConfiguration'
        : (bakeTimeInMinutes ?? 0) !== 0 && strategy === 'ROLLING'
          ? 'bakeTimeInMinutes'
          : undefined;
  if (foreign !== undefined)
    throw invalidParameter(
      `${foreign} is not valid with deployment strategy ${strategy}. Leave it out, or choose the strategy that it belongs to.`,
    );
}

function canary(given: CanaryConfiguration): Required<CanaryConfiguration> {
  return {
    canaryPercent: percent(
      'canaryPercent',
      given.canaryPercent ?? DEFAULT_CANARY.canaryPercent,
      0.1,
    ),
    canaryBakeTimeInMinutes: minutes(
      'canaryBakeTimeInMinutes',
      given.canaryBakeTimeInMinutes ?? DEFAULT_CANARY.canaryBakeTimeInMinutes,
    ),
  };
}

function linear(given: LinearConfiguration): Required<LinearConfiguration> {
  return {
    stepPercent: percent('stepPercent', given.stepPercent ?? DEFAULT_LINEAR.stepPercent, 3),
    stepBakeTimeInMinutes: minutes(
      'stepBakeTimeInMinutes',
      given.stepBakeTimeInMinutes ?? DEFAULT_LINEAR.stepBakeTimeInMinutes,
    ),
  };
}

function minutes(name: string, value: number): number {
  if (value < 0 || value > DAY_MINUTES)
    throw invalidParameter(`${name} must be from 0 to ${DAY_MINUTES}, but it is ${value}.`);
  return value;
}

function percent(name: string, value: number, least: number): number {
  // 0.3 is not 3 times 0.1 for a computer, but it is near enough.
  const isMultiple = Math.abs(value * 10 - Math.round(value * 10)) < 1e-9;
  if (value < least || value > 100 || !isMultiple)
    throw invalidParameter(
      `${name} must be a multiple of 0.1 from ${least.toFixed(1)} to 100.0, but it is ${value}.`,
    );
  return value;
}
