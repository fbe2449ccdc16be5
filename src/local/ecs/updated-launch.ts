/** What an UpdateService does to launch type, capacity provider strategy and platform version (reference: ECS semantics 4.4). */
import type { UpdateServiceRequest } from '@aws-sdk/client-ecs';
import type { Cluster, Service, TaskDefinition } from '../state/entities.ts';
import { invalidParameter } from './ecs-errors.ts';
import {
  checkCompatibility,
  launchOptions,
  runsOnOf,
  type LaunchOptions,
  type LaunchRequest,
} from './launch-options.ts';
import { sameValue } from './same-value.ts';

/**
 * The launch options after the update. An empty strategy goes back to the launch type that the strategy stood for.
 * @throws AwsError InvalidParameterException, among others for another strategy without forceNewDeployment
 */
export function updatedLaunch(
  input: UpdateServiceRequest,
  former: Service,
  cluster: Cluster,
  taskDefinition: TaskDefinition,
): LaunchOptions {
  const formerStrategy = former.capacityProviderStrategy;
  const formerRunsOn = formerStrategy === undefined ? former.launchType : runsOnOf(formerStrategy);
  const request = launchRequest(input, former, formerRunsOn);
  const next = launchOptions(
    { ...request, platformVersion: input.platformVersion },
    cluster,
    taskDefinition,
  );
  const strategyChanged = !sameValue(next.capacityProviderStrategy, formerStrategy);
  if (strategyChanged && input.forceNewDeployment !== true)
    throw invalidParameter(
      'When switching from launch type to capacity provider strategy on an existing service, or making a change to a ' +
        'capacity provider strategy on a service that is already using one, you must force a new deployment.',
    );
  checkCompatibility(taskDefinition, next.runsOn);
  const keepsPlatform =
    input.platformVersion === undefined && next.runsOn === 'FARGATE' && formerRunsOn === 'FARGATE';
  return keepsPlatform && former.platformVersion !== undefined
    ? { ...next, platformVersion: former.platformVersion }
    : next;
}

function launchRequest(
  { capacityProviderStrategy: given }: UpdateServiceRequest,
  former: Service,
  formerRunsOn: string | undefined,
): LaunchRequest {
  if (given !== undefined && given.length > 0) return { capacityProviderStrategy: given };
  if (given === undefined && former.capacityProviderStrategy !== undefined)
    return { capacityProviderStrategy: former.capacityProviderStrategy };
  return { launchType: formerRunsOn };
}
