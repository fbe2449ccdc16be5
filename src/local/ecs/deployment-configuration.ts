/** How a service's deployments go: defaults, what an update changes, and which values are refused (reference: ECS semantics 4.2-4.4). */
import type {
  DeploymentAlarms,
  DeploymentCircuitBreaker,
  DeploymentConfiguration,
  DeploymentEarlySuccessCriteria,
  ThresholdConfiguration,
} from '@aws-sdk/client-ecs';
import { mergeStrategy, type StrategyConfiguration } from './deployment-strategy.ts';
import { failureThreshold } from '../../scheduler/rolling/circuit-breaker.ts';
import type { Service } from '../state/entities.ts';
import { invalidParameter, unsupportedFeature } from './ecs-errors.ts';
import { checkLifecycleHooks } from './lifecycle-hooks.ts';

/** A configuration with everything that a deployment goes by. */
export interface CompleteDeploymentConfiguration
  extends Omit<DeploymentConfiguration, keyof StrategyConfiguration>, StrategyConfiguration {
  readonly deploymentCircuitBreaker: CompleteCircuitBreaker;
  /** 100-200. */
  readonly maximumPercent: number;
  /** 0-100. */
  readonly minimumHealthyPercent: number;
}

/** A circuit breaker with everything that it goes by. */
export interface CompleteCircuitBreaker extends DeploymentCircuitBreaker {
  readonly enable: boolean;
  readonly rollback: boolean;
  readonly resetOnHealthyTask: boolean;
  readonly thresholdConfiguration: ThresholdConfiguration & {
    readonly type: 'BOUNDED_PERCENT' | 'UNBOUNDED_PERCENT' | 'COUNT';
    readonly value: number;
  };
}

const NO_BREAKER: CompleteCircuitBreaker = {
  enable: false,
  rollback: false,
  resetOnHealthyTask: true,
  thresholdConfiguration: { type: 'BOUNDED_PERCENT', value: 50 },
};

/**
 * The configuration of a new service.
 * @throws AwsError InvalidParameterException
 */
export function newDeploymentConfiguration(
  given: DeploymentConfiguration,
  schedulingStrategy: Service['schedulingStrategy'],
): CompleteDeploymentConfiguration {
  const daemon = schedulingStrategy === 'DAEMON';
  return mergeDeploymentConfiguration(
    {
      deploymentCircuitBreaker: NO_BREAKER,
      maximumPercent: daemon ? 100 : 200,
      minimumHealthyPercent: daemon ? 0 : 100,
      strategy: 'ROLLING',
      bakeTimeInMinutes: 0,
    },
    given,
    schedulingStrategy,
  );
}

/**
 * The configuration after an update: omitted members keep their values, inside the circuit breaker too.
 * @throws AwsError InvalidParameterException
 */
export function mergeDeploymentConfiguration(
  former: DeploymentConfiguration,
  given: DeploymentConfiguration,
  schedulingStrategy: Service['schedulingStrategy'],
): CompleteDeploymentConfiguration {
  const strategy = mergeStrategy(former, given);
  const isRolling = strategy.strategy === 'ROLLING';
  const lifecycleHooks = given.lifecycleHooks ?? (isRolling ? [] : (former.lifecycleHooks ?? []));
  // They go with the strategy that they belong to.
  const earlySuccessCriteria =
    given.earlySuccessCriteria ?? (isRolling ? former.earlySuccessCriteria : undefined);
  const alarms = given.alarms ?? former.alarms;
  if (given.alarms !== undefined) checkAlarms(given.alarms);
  const merged: CompleteDeploymentConfiguration = {
    deploymentCircuitBreaker: mergeBreaker(
      former.deploymentCircuitBreaker,
      given.deploymentCircuitBreaker,
    ),
    maximumPercent: given.maximumPercent ?? former.maximumPercent ?? 200,
    minimumHealthyPercent: given.minimumHealthyPercent ?? former.minimumHealthyPercent ?? 100,
    ...strategy,
    ...(lifecycleHooks.length === 0 ? {} : { lifecycleHooks }),
    ...(earlySuccessCriteria === undefined ? {} : { earlySuccessCriteria }),
    ...(alarms === undefined ? {} : { alarms }),
  };
  checkPercentages(merged, schedulingStrategy);
  checkBreaker(merged.deploymentCircuitBreaker);
  checkStrategy(merged, schedulingStrategy);
  checkLifecycleHooks(lifecycleHooks);
  if (earlySuccessCriteria !== undefined)
    checkEarlySuccess(earlySuccessCriteria, merged.minimumHealthyPercent);
  return merged;
}

/** How many failed tasks end a deployment at this desired count (reference: ECS semantics 5.5). */
export function circuitBreakerThreshold(
  configuration: DeploymentConfiguration,
  desiredCount: number,
): number {
  const { thresholdConfiguration } = mergeBreaker(
    configuration.deploymentCircuitBreaker,
    undefined,
  );
  return failureThreshold(thresholdConfiguration, desiredCount);
}

function mergeBreaker(
  former: DeploymentCircuitBreaker | undefined,
  given: DeploymentCircuitBreaker | undefined,
): CompleteCircuitBreaker {
  const threshold = given?.thresholdConfiguration ?? former?.thresholdConfiguration;
  const enable = given?.enable ?? former?.enable ?? NO_BREAKER.enable;
  return {
    enable,
    // ECS stores no rollback for a breaker that is off.
    rollback: enable && (given?.rollback ?? former?.rollback ?? NO_BREAKER.rollback),
    resetOnHealthyTask:
      given?.resetOnHealthyTask ?? former?.resetOnHealthyTask ?? NO_BREAKER.resetOnHealthyTask,
    thresholdConfiguration: {
      type: threshold?.type ?? NO_BREAKER.thresholdConfiguration.type,
      value: threshold?.value ?? NO_BREAKER.thresholdConfiguration.value,
    },
  };
}

function checkPercentages(
  { maximumPercent, minimumHealthyPercent }: CompleteDeploymentConfiguration,
  schedulingStrategy: Service['schedulingStrategy'],
): void {
  if (maximumPercent < 100) throw invalidParameter('maximumPercent must be at least 100');
  if (maximumPercent > 200) throw invalidParameter('maximumPercent must be at most 200');
  if (minimumHealthyPercent < 0) throw invalidParameter('minimumHealthyPercent must be at least 0');
  if (minimumHealthyPercent > 100)
    throw invalidParameter('minimumHealthyPercent must be at most 100');
  if (maximumPercent === 100 && minimumHealthyPercent === 100)
    throw invalidParameter(
      'Both maximumPercent and minimumHealthyPercent cannot be 100 as this will block deployments',
    );
  if (schedulingStrategy === 'DAEMON' && maximumPercent !== 100)
    throw invalidParameter(
      `maximumPercent of a service with scheduling strategy DAEMON must be 100, but it is ${maximumPercent}.`,
    );
}

function checkBreaker({ thresholdConfiguration: { type, value } }: CompleteCircuitBreaker): void {
  const most = type === 'COUNT' ? Infinity : 100;
  if (value < 1 || value > most)
    throw invalidParameter('Invalid deployment circuit breaker threshold value.');
}

/** What a strategy cannot be combined with. */
function checkStrategy(
  { strategy, lifecycleHooks = [], earlySuccessCriteria }: CompleteDeploymentConfiguration,
  schedulingStrategy: Service['schedulingStrategy'],
): void {
  if (strategy === 'ROLLING') {
    if (lifecycleHooks.length > 0)
      throw unsupportedFeature(
        'Lifecycle hooks of the deployment strategy ROLLING are not built in this local ECS. Leave out lifecycleHooks, or use BLUE_GREEN, CANARY or LINEAR.',
      );
    return;
  }
  if (schedulingStrategy === 'DAEMON')
    throw invalidParameter(
      `The deployment strategy ${strategy} is not supported with scheduling strategy DAEMON. Use ROLLING.`,
    );
  if (earlySuccessCriteria?.enable === true)
    throw invalidParameter(
      `earlySuccessCriteria are not valid with deployment strategy ${strategy}. Leave them out.`,
    );
}

function checkAlarms({ enable, alarmNames }: DeploymentAlarms): void {
  const names = alarmNames ?? [];
  if (enable === true && names.length === 0)
    throw invalidParameter(
      'alarms that are enabled need alarmNames: the CloudWatch alarms to watch.',
    );
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined)
    throw invalidParameter(`The alarm ${twice} is named more than once in alarmNames.`);
}

function checkEarlySuccess(
  { enable, healthyPercent, sourceServiceRevisionCleanup }: DeploymentEarlySuccessCriteria,
  minimumHealthyPercent: number,
): void {
  if (healthyPercent !== undefined && (healthyPercent < 0 || healthyPercent > 100))
    throw invalidParameter(
      `healthyPercent of earlySuccessCriteria must be from 0 to 100, but it is ${healthyPercent}.`,
    );
  if (enable !== true) return;
  if (healthyPercent === undefined || sourceServiceRevisionCleanup === undefined)
    throw invalidParameter(
      'earlySuccessCriteria that are enabled need healthyPercent and sourceServiceRevisionCleanup.',
    );
  if (healthyPercent < minimumHealthyPercent)
    throw invalidParameter(
      `healthyPercent of earlySuccessCriteria must be at least minimumHealthyPercent (${minimumHealthyPercent}), but it is ${healthyPercent}.`,
    );
}
