/** Launch type, capacity provider strategy and platform version of services and tasks (reference: ECS semantics 4.1-4.3). */
import type { CapacityProviderStrategyItem } from '@aws-sdk/client-ecs';
import { defined } from '../../base/defined.ts';
import type { Cluster, TaskDefinition } from '../state/entities.ts';
import { isFargateProvider } from '../state/new-service-task.ts';
import { AwsError } from '../wire/aws-error.ts';
import { checkCapacityProviderStrategy } from './capacity-provider-strategy.ts';
import { invalidParameter, unsupportedFeature } from './ecs-errors.ts';

/** What a request says about it. */
export interface LaunchRequest {
  readonly launchType?: string | undefined;
  readonly capacityProviderStrategy?: readonly CapacityProviderStrategyItem[] | undefined;
  readonly platformVersion?: string | undefined;
}

/** What follows. Either a launch type or a strategy. */
export interface LaunchOptions {
  readonly launchType?: 'EC2' | 'FARGATE';
  readonly capacityProviderStrategy?: readonly CapacityProviderStrategyItem[];
  /** Fargate only, as the caller sees it on the service: `LATEST` or a version. */
  readonly platformVersion?: string;
  /** Fargate only: `Linux`. */
  readonly platformFamily?: string;
  /** Where the tasks run in the end. */
  readonly runsOn: 'EC2' | 'FARGATE';
}

const LATEST_PLATFORM = '1.4.0';
const PLATFORMS = ['1.0.0', '1.1.0', '1.2.0', '1.3.0', LATEST_PLATFORM];

/**
 * Launch type EC2 when nothing is given and the cluster has no default strategy.
 * @throws AwsError InvalidParameterException, UnsupportedFeatureException, PlatformUnknownException
 */
export function launchOptions(
  request: LaunchRequest,
  cluster: Cluster,
  taskDefinition: TaskDefinition,
): LaunchOptions {
  const given = request.capacityProviderStrategy ?? [];
  if (request.launchType !== undefined && given.length > 0)
    throw invalidParameter(
      'Specifying both a launch type and capacity provider strategy is not supported',
    );
  const strategy =
    request.launchType === undefined && given.length === 0
      ? cluster.defaultCapacityProviderStrategy
      : checkCapacityProviderStrategy(given, cluster);
  const runsOn =
    strategy.length > 0 ? runsOnOf(strategy) : supportedLaunchType(request.launchType ?? 'EC2');
  return {
    ...(strategy.length > 0 ? { capacityProviderStrategy: strategy } : { launchType: runsOn }),
    ...platformOf(runsOn, request.platformVersion, taskDefinition),
    runsOn,
  };
}

/**
 * Checks that the definition can run there.
 * @throws AwsError InvalidParameterException `Task definition does not support launch_type FARGATE.`
 */
export function checkCompatibility(
  taskDefinition: TaskDefinition,
  runsOn: 'EC2' | 'FARGATE',
): void {
  if (!taskDefinition.compatibilities.includes(runsOn))
    throw invalidParameter(`Task definition does not support launch_type ${runsOn}.`);
}

/** Where tasks with such a launch type or strategy run. */
export function runsOnOf(strategy: readonly CapacityProviderStrategyItem[]): 'EC2' | 'FARGATE' {
  return strategy.some(({ capacityProvider }) => isFargateProvider(capacityProvider ?? ''))
    ? 'FARGATE'
    : 'EC2';
}

/** The platform version that tasks really get: `LATEST` stands for 1.4.0. */
export function resolvedPlatformVersion(platformVersion: string): string {
  return platformVersion === 'LATEST' ? LATEST_PLATFORM : platformVersion;
}

function platformOf(
  runsOn: 'EC2' | 'FARGATE',
  platformVersion: string | undefined,
  { definition }: TaskDefinition,
): Pick<LaunchOptions, 'platformVersion' | 'platformFamily'> {
  if (runsOn === 'EC2') {
    if (platformVersion !== undefined)
      throw invalidParameter(
        'The platform version must be null when specifying an EC2 launch type',
      );
    return {};
  }
  if (
    platformVersion !== undefined &&
    platformVersion !== 'LATEST' &&
    !PLATFORMS.includes(platformVersion)
  )
    throw new AwsError(
      'PlatformUnknownException',
      `The specified platform does not exist: '${platformVersion}'. It must be LATEST or one of [${PLATFORMS.join(',')}].`,
    );
  const family = definition.runtimePlatform?.operatingSystemFamily ?? 'LINUX';
  return defined({
    platformVersion: platformVersion ?? 'LATEST',
    platformFamily: family === 'LINUX' ? 'Linux' : family,
  });
}

function supportedLaunchType(launchType: string): 'EC2' | 'FARGATE' {
  if (launchType === 'EC2' || launchType === 'FARGATE') return launchType;
  throw unsupportedFeature(
    `Launch type ${launchType} is not built in this local ECS yet. Use FARGATE or EC2.`,
  );
}
