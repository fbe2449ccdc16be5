/** What differs in how a service's deployments go. Members that are not named keep their values (reference: ECS semantics 4.4). */
import type {
  DeploymentAlarms,
  DeploymentCircuitBreaker,
  DeploymentConfiguration,
  DeploymentEarlySuccessCriteria,
  DeploymentLifecycleHook,
} from '@aws-sdk/client-ecs';
import { isSame, unordered } from './plain-value.ts';

/** The present configuration, and of its hooks the user's own. */
export interface PresentDeployments {
  readonly configuration: DeploymentConfiguration;
  readonly own: readonly DeploymentLifecycleHook[];
  readonly schedulingStrategy: string;
}

/** What ECS goes by where nobody said anything (reference: ECS semantics 4.2, 6.1). */
const DEFAULTS = {
  strategy: 'ROLLING',
  bakeTimeInMinutes: 0,
  canaryConfiguration: { canaryPercent: 5, canaryBakeTimeInMinutes: 10 },
  linearConfiguration: { stepPercent: 10, stepBakeTimeInMinutes: 6 },
  deploymentCircuitBreaker: {
    enable: false,
    rollback: false,
    resetOnHealthyTask: true,
    thresholdConfiguration: { type: 'BOUNDED_PERCENT', value: 50 },
  },
  /** ECS waits so long for each kind of hook. */
  hookMinutes: 1440,
} as const;

/** The members to send, and no others; undefined when nothing differs. */
export function deploymentConfigurationChange(
  present: PresentDeployments,
  wanted: DeploymentConfiguration,
): DeploymentConfiguration | undefined {
  const change: DeploymentConfiguration = {
    ...percentages(present, wanted),
    ...shift(present.configuration, wanted),
    ...watchers(present.configuration, wanted),
  };
  const { lifecycleHooks } = wanted;
  if (lifecycleHooks !== undefined && !isSame(hooks(present.own), hooks(lifecycleHooks))) {
    change.lifecycleHooks = lifecycleHooks;
  }
  return Object.keys(change).length === 0 ? undefined : change;
}

function percentages(
  { configuration, schedulingStrategy }: PresentDeployments,
  { maximumPercent, minimumHealthyPercent }: DeploymentConfiguration,
): DeploymentConfiguration {
  const daemon = schedulingStrategy === 'DAEMON';
  const maximum = configuration.maximumPercent ?? (daemon ? 100 : 200);
  const minimum = configuration.minimumHealthyPercent ?? (daemon ? 0 : 100);
  return {
    ...(maximumPercent === undefined || maximumPercent === maximum ? {} : { maximumPercent }),
    ...(minimumHealthyPercent === undefined || minimumHealthyPercent === minimum
      ? {}
      : { minimumHealthyPercent }),
  };
}

/** Strategy, bake and steps. Steps are sent whole, so that what is not named stays whatever ECS makes of a part. */
function shift(
  present: DeploymentConfiguration,
  wanted: DeploymentConfiguration,
): DeploymentConfiguration {
  const change: DeploymentConfiguration = {};
  const { strategy, bakeTimeInMinutes, canaryConfiguration, linearConfiguration } = wanted;
  const formerStrategy = present.strategy ?? DEFAULTS.strategy;
  if (strategy !== undefined && strategy !== formerStrategy) change.strategy = strategy;
  if (
    bakeTimeInMinutes !== undefined &&
    (bakeTimeInMinutes !== (present.bakeTimeInMinutes ?? DEFAULTS.bakeTimeInMinutes) ||
      // Blue/green is not begun without it.
      change.strategy === 'BLUE_GREEN')
  ) {
    change.bakeTimeInMinutes = bakeTimeInMinutes;
  }
  const canary = { ...DEFAULTS.canaryConfiguration, ...present.canaryConfiguration };
  if (
    canaryConfiguration !== undefined &&
    (formerStrategy !== 'CANARY' || !isWithin(canary, canaryConfiguration))
  ) {
    change.canaryConfiguration = { ...canary, ...canaryConfiguration };
  }
  const linear = { ...DEFAULTS.linearConfiguration, ...present.linearConfiguration };
  if (
    linearConfiguration !== undefined &&
    (formerStrategy !== 'LINEAR' || !isWithin(linear, linearConfiguration))
  ) {
    change.linearConfiguration = { ...linear, ...linearConfiguration };
  }
  return change;
}

/** What ends a deployment early: the circuit breaker, alarms, success before the old tasks are gone. */
function watchers(
  present: DeploymentConfiguration,
  { deploymentCircuitBreaker, alarms, earlySuccessCriteria }: DeploymentConfiguration,
): DeploymentConfiguration {
  const former = { ...DEFAULTS.deploymentCircuitBreaker, ...present.deploymentCircuitBreaker };
  return {
    ...(deploymentCircuitBreaker === undefined ||
    isWithin(breaker(former), breaker(deploymentCircuitBreaker))
      ? {}
      : { deploymentCircuitBreaker }),
    ...(alarms === undefined || isSame(alarmsOf(present.alarms), alarmsOf(alarms))
      ? {}
      : { alarms }),
    ...(earlySuccessCriteria === undefined ||
    isWithin(earlySuccess(present.earlySuccessCriteria), earlySuccess(earlySuccessCriteria))
      ? {}
      : { earlySuccessCriteria }),
  };
}

/** Members that are not named keep their values. ECS stores no rollback for a breaker that is off. */
function breaker({ enable, rollback, ...rest }: DeploymentCircuitBreaker): object {
  return { ...rest, enable, rollback: enable === true && rollback === true };
}

function alarmsOf(value: DeploymentAlarms | undefined): object {
  const { alarmNames = [], enable = false, rollback = false } = value ?? {};
  return { alarmNames: unordered(alarmNames), enable, rollback: enable && rollback };
}

/** Switched off, the rest means nothing. */
function earlySuccess(value: DeploymentEarlySuccessCriteria | undefined): object {
  return value?.enable === true ? value : { enable: false };
}

/** Hooks of one stage run side by side, so their order means nothing (reference: ECS semantics 6.3). */
function hooks(list: readonly DeploymentLifecycleHook[]): readonly unknown[] {
  return unordered(
    list.map(({ targetType = 'AWS_LAMBDA', lifecycleStages, timeoutConfiguration, ...rest }) => ({
      ...rest,
      targetType,
      lifecycleStages: unordered(lifecycleStages ?? []),
      timeoutInMinutes: timeoutConfiguration?.timeoutInMinutes ?? DEFAULTS.hookMinutes,
      action: timeoutConfiguration?.action ?? 'ROLLBACK',
    })),
  );
}

/** True when each member that the part names is the same in the whole. */
function isWithin(whole: object, part: object): boolean {
  const members = new Map<string, unknown>(Object.entries(whole));
  return Object.entries(part).every(
    ([name, value]) => value === undefined || isSame(members.get(name), value),
  );
}
