/** What an UpdateService makes of a service's own members (reference: ECS semantics 4.4). */
import type { NetworkConfiguration, UpdateServiceRequest } from '@aws-sdk/client-ecs';
import { defined } from '../../base/defined.ts';
import type { Cluster, Service, TaskDefinition } from '../state/entities.ts';
import { availabilityZoneRebalancing } from './availability-zone-rebalancing.ts';
import type { EcsContext } from './context.ts';
import { mergeDeploymentConfiguration } from './deployment-configuration.ts';
import { clientException } from './ecs-errors.ts';
import { findActiveTaskDefinition } from './lookup/find-task-definition.ts';
import { checkNetworkConfiguration, checkPublicAddress } from './network-configuration.ts';
import { checkPlacement } from './placement-rules.ts';
import { desiredCountOfUpdated } from './service-validation/desired-count.ts';
import { checkHealthCheckGracePeriod } from './service-validation/health-check-grace-period.ts';
import {
  checkLoadBalancedContainers,
  checkLoadBalancers,
} from './service-validation/load-balancers.ts';
import { checkStrategyLoadBalancers } from './service-validation/advanced-configuration.ts';
import { serviceRole } from './service-validation/role.ts';
import { checkServiceConnect } from './service-validation/service-connect.ts';
import { checkServiceRegistries } from './service-validation/service-registries.ts';
import { checkServiceFeatures } from './service-validation/unbuilt-features.ts';
import { checkVolumes } from './service-validation/volumes.ts';
import { updatedLaunch } from './updated-launch.ts';

/** The service with its new members, and the definition that it then has. */
export interface UpdatedService {
  /** Its deployments are still the former ones. */
  readonly service: Service;
  readonly taskDefinition: TaskDefinition;
}

/**
 * Applies the request: omitted members keep their values, empty lists remove.
 * @throws AwsError for a service that ECS would refuse; nothing has changed then
 */
export function updatedService(
  input: UpdateServiceRequest,
  former: Service,
  cluster: Cluster,
  context: EcsContext,
): UpdatedService {
  checkServiceFeatures(input);
  const desiredCount = desiredCountOfUpdated(input.desiredCount, former);
  const current = currentTaskDefinition(former, context);
  const taskDefinition =
    input.taskDefinition === undefined
      ? current
      : findActiveTaskDefinition(input.taskDefinition, context);
  const networkConfiguration = updatedNetwork(input, former, taskDefinition);
  const { runsOn, ...launch } = updatedLaunch(input, former, cluster, taskDefinition);
  checkPublicAddress(networkConfiguration, runsOn);
  const deploymentConfiguration = mergeDeploymentConfiguration(
    former.deploymentConfiguration,
    input.deploymentConfiguration ?? {},
    former.schedulingStrategy,
  );
  const placementConstraints = input.placementConstraints ?? former.placementConstraints;
  const placementStrategy = input.placementStrategy ?? former.placementStrategy;
  checkPlacement(placementConstraints, placementStrategy, runsOn);
  const serviceConnectConfiguration =
    input.serviceConnectConfiguration ?? former.serviceConnectConfiguration;
  const volumeConfigurations = input.volumeConfigurations ?? former.volumeConfigurations;
  checkServiceConnect(serviceConnectConfiguration, taskDefinition);
  checkVolumes(volumeConfigurations ?? [], taskDefinition);
  const { networkConfiguration: _network, ...rest } = withoutLaunch(former);
  const trafficMembers = traffic(
    input,
    former,
    { current, next: taskDefinition },
    deploymentConfiguration.strategy,
    context,
  );
  const neededRole = serviceRole(
    undefined,
    trafficMembers.loadBalancers,
    networkConfiguration,
    context.call,
  );
  return {
    taskDefinition,
    service: {
      ...rest,
      desiredCount,
      taskDefinition: taskDefinition.taskDefinitionArn,
      ...launch,
      deploymentConfiguration,
      ...trafficMembers,
      placementConstraints,
      placementStrategy,
      enableECSManagedTags: input.enableECSManagedTags ?? former.enableECSManagedTags,
      propagateTags: input.propagateTags ?? former.propagateTags,
      enableExecuteCommand: input.enableExecuteCommand ?? former.enableExecuteCommand,
      availabilityZoneRebalancing: availabilityZoneRebalancing(
        input.availabilityZoneRebalancing,
        former.availabilityZoneRebalancing,
        deploymentConfiguration,
      ),
      ...defined({
        networkConfiguration,
        roleArn: former.roleArn ?? neededRole,
        serviceConnectConfiguration,
        volumeConfigurations,
        vpcLatticeConfigurations: input.vpcLatticeConfigurations ?? former.vpcLatticeConfigurations,
        monitoring: input.monitoring ?? former.monitoring,
      }),
    },
  };
}

/** Load balancers, registries and grace period. */
function traffic(
  input: UpdateServiceRequest,
  former: Service,
  {
    current,
    next: taskDefinition,
  }: { readonly current: TaskDefinition; readonly next: TaskDefinition },
  strategy: string,
  { store }: EcsContext,
): Pick<Service, 'loadBalancers' | 'serviceRegistries' | 'healthCheckGracePeriodSeconds'> {
  const loadBalancers = input.loadBalancers ?? former.loadBalancers;
  const networkModeChanged =
    taskDefinition.definition.networkMode !== current.definition.networkMode;
  // A target group that lost its listener meanwhile is no reason to refuse an update that does not name it.
  if (input.loadBalancers !== undefined || networkModeChanged)
    checkLoadBalancers(loadBalancers, taskDefinition, store);
  else checkLoadBalancedContainers(loadBalancers, taskDefinition);
  const serviceRegistries = input.serviceRegistries ?? former.serviceRegistries;
  checkServiceRegistries(serviceRegistries, taskDefinition);
  checkStrategyLoadBalancers(strategy, loadBalancers);
  checkHealthCheckGracePeriod(input.healthCheckGracePeriodSeconds, loadBalancers.length > 0);
  return {
    loadBalancers,
    serviceRegistries,
    healthCheckGracePeriodSeconds:
      input.healthCheckGracePeriodSeconds ??
      (loadBalancers.length > 0 ? former.healthCheckGracePeriodSeconds : 0),
  };
}

/** A definition that needs no network configuration any more drops the service's. */
function updatedNetwork(
  input: UpdateServiceRequest,
  former: Service,
  taskDefinition: TaskDefinition,
): NetworkConfiguration | undefined {
  const inherited =
    taskDefinition.definition.networkMode === 'awsvpc' ? former.networkConfiguration : undefined;
  return checkNetworkConfiguration(input.networkConfiguration ?? inherited, taskDefinition);
}

/** An INACTIVE definition that the service already uses goes on being used (reference: ECS semantics 3.4). */
function currentTaskDefinition(former: Service, { store }: EcsContext): TaskDefinition {
  const current =
    former.taskDefinition === undefined
      ? undefined
      : store.taskDefinitions.get(former.taskDefinition);
  if (current === undefined) throw clientException('TaskDefinition not found.');
  return current;
}

function withoutLaunch(
  service: Service,
): Omit<Service, 'launchType' | 'capacityProviderStrategy' | 'platformVersion' | 'platformFamily'> {
  const {
    launchType: _launchType,
    capacityProviderStrategy: _strategy,
    platformVersion: _platformVersion,
    platformFamily: _platformFamily,
    ...rest
  } = service;
  return rest;
}
