/** CreateService (reference: ECS semantics 4.1-4.3). */
import type {
  CreateServiceRequest,
  CreateServiceResponse,
  NetworkConfiguration,
} from '@aws-sdk/client-ecs';
import { defined } from '../../../base/defined.ts';
import type { Cluster, Service, TaskDefinition } from '../../state/entities.ts';
import { clientTokenKey } from '../../state/store.ts';
import { availabilityZoneRebalancing } from '../availability-zone-rebalancing.ts';
import type { EcsContext, EcsOperation } from '../context.ts';
import { newDeploymentConfiguration } from '../deployment-configuration.ts';
import { invalidParameter } from '../ecs-errors.ts';
import { findActiveCluster } from '../lookup/find-cluster.ts';
import { serviceArn } from '../lookup/find-service.ts';
import { findActiveTaskDefinition } from '../lookup/find-task-definition.ts';
import { checkCompatibility, launchOptions, type LaunchOptions } from '../launch-options.ts';
import { checkNetworkConfiguration, checkPublicAddress } from '../network-configuration.ts';
import { newDeployment } from '../new-deployment.ts';
import { newExternalService } from '../new-external-service.ts';
import { checkPlacement } from '../placement-rules.ts';
import { presentService } from '../presentation/present-service.ts';
import { fingerprintOf } from '../same-value.ts';
import { checkStrategyLoadBalancers } from '../service-validation/advanced-configuration.ts';
import { desiredCountOfNew } from '../service-validation/desired-count.ts';
import { checkHealthCheckGracePeriod } from '../service-validation/health-check-grace-period.ts';
import { checkClientToken, checkServiceName } from '../service-validation/identity.ts';
import { checkLoadBalancers } from '../service-validation/load-balancers.ts';
import { serviceRole } from '../service-validation/role.ts';
import { checkServiceConnect } from '../service-validation/service-connect.ts';
import { checkServiceRegistries } from '../service-validation/service-registries.ts';
import { checkServiceFeatures } from '../service-validation/unbuilt-features.ts';
import { checkVolumes } from '../service-validation/volumes.ts';
import { checkTags } from '../tag-rules.ts';
import { countTasks } from '../presentation/task-counts.ts';

/**
 * Creates a service with its first deployment, or without any under the EXTERNAL controller. Repeated with the same input
 * it answers with the service as it is.
 * @throws AwsError
 */
export const createService: EcsOperation<CreateServiceRequest, CreateServiceResponse> = (
  input,
  context,
) => {
  const { store, ids, clock } = context;
  const cluster = findActiveCluster(input.cluster, context);
  const identity = identityOf(input, cluster, context);
  const existing = formerCreation(identity, context);
  if (existing !== undefined) return { service: present(existing, context) };

  if (input.deploymentController?.type === 'EXTERNAL') {
    const external = newExternalService(input, identity, context);
    store.transaction(() => {
      forgetFormerIncarnation(external.serviceArn, context);
      store.services.put(external.serviceArn, external);
    });
    return { service: present(external, context) };
  }
  const { service, taskDefinition } = newService(input, identity, cluster, context);
  const started = newDeployment(
    { service, taskDefinition, counts: countTasks(store, service.serviceArn), store },
    ids,
    clock.now(),
  );
  store.transaction(() => {
    forgetFormerIncarnation(service.serviceArn, context);
    store.services.put(service.serviceArn, started.service);
    store.serviceRevisions.put(started.revision.serviceRevisionArn, started.revision);
    store.serviceDeployments.put(
      started.serviceDeployment.serviceDeploymentArn,
      started.serviceDeployment,
    );
  });
  return { service: present(started.service, context) };
};

type Identity = Pick<
  Service,
  'serviceArn' | 'serviceName' | 'clusterArn' | 'clientToken' | 'creationFingerprint'
>;

function identityOf(input: CreateServiceRequest, cluster: Cluster, { call }: EcsContext): Identity {
  const serviceName = checkServiceName(input.serviceName ?? '');
  const clientToken = checkClientToken(input.clientToken);
  return {
    serviceArn: serviceArn(call, cluster.clusterName, serviceName),
    serviceName,
    clusterArn: cluster.clusterArn,
    creationFingerprint: fingerprintOf({
      ...input,
      cluster: cluster.clusterArn,
      clientToken: undefined,
    }),
    ...defined({ clientToken }),
  };
}

/** The service that an identical request has created. */
function formerCreation(identity: Identity, { store }: EcsContext): Service | undefined {
  const tokenKey = clientTokenKey(identity);
  const [sameToken] = tokenKey === undefined ? [] : store.services.by('clientToken', tokenKey);
  const sameName = store.services.get(identity.serviceArn);
  if (sameName?.status === 'DRAINING')
    throw invalidParameter('Unable to Start a service that is still Draining.');
  const former = sameToken ?? (sameName?.status === 'ACTIVE' ? sameName : undefined);
  if (former === undefined) return undefined;
  if (former.creationFingerprint !== identity.creationFingerprint)
    throw invalidParameter('Creation of service was not idempotent.');
  return former;
}

/** The service, checked in ECS's order as far as that is known, without its deployment. */
function newService(
  input: CreateServiceRequest,
  identity: Identity,
  cluster: Cluster,
  context: EcsContext,
): { readonly service: Service; readonly taskDefinition: TaskDefinition } {
  const { store, call, clock } = context;
  checkServiceFeatures(input);
  const schedulingStrategy = input.schedulingStrategy ?? 'REPLICA';
  const desiredCount = desiredCountOfNew(input.desiredCount, schedulingStrategy);
  if (input.taskDefinition === undefined)
    throw invalidParameter('TaskDefinition can not be blank.');
  const taskDefinition = findActiveTaskDefinition(input.taskDefinition, context);
  const networkConfiguration = checkNetworkConfiguration(
    input.networkConfiguration,
    taskDefinition,
  );
  const { runsOn, ...launch } = checkedLaunch(
    input,
    schedulingStrategy,
    cluster,
    taskDefinition,
    networkConfiguration,
  );
  const deploymentConfiguration = newDeploymentConfiguration(
    input.deploymentConfiguration ?? {},
    schedulingStrategy,
  );
  const loadBalancers = input.loadBalancers ?? [];
  const serviceRegistries = input.serviceRegistries ?? [];
  const placementConstraints = input.placementConstraints ?? [];
  const placementStrategy = input.placementStrategy ?? [];
  checkLoadBalancers(loadBalancers, taskDefinition, store);
  checkStrategyLoadBalancers(deploymentConfiguration.strategy, loadBalancers);
  checkServiceRegistries(serviceRegistries, taskDefinition);
  checkHealthCheckGracePeriod(input.healthCheckGracePeriodSeconds, loadBalancers.length > 0);
  checkPlacement(placementConstraints, placementStrategy, runsOn);
  checkServiceConnect(input.serviceConnectConfiguration, taskDefinition);
  checkVolumes(input.volumeConfigurations ?? [], taskDefinition);
  return {
    taskDefinition,
    service: {
      ...identity,
      region: call.region,
      status: 'ACTIVE',
      desiredCount,
      schedulingStrategy,
      deploymentController: 'ECS',
      deploymentConfiguration,
      taskDefinition: taskDefinition.taskDefinitionArn,
      ...launch,
      loadBalancers,
      serviceRegistries,
      healthCheckGracePeriodSeconds: input.healthCheckGracePeriodSeconds ?? 0,
      placementConstraints,
      placementStrategy,
      enableECSManagedTags: input.enableECSManagedTags ?? false,
      propagateTags: input.propagateTags ?? 'NONE',
      enableExecuteCommand: input.enableExecuteCommand ?? false,
      availabilityZoneRebalancing: availabilityZoneRebalancing(
        input.availabilityZoneRebalancing,
        'ENABLED',
        deploymentConfiguration,
      ),
      ...defined({
        networkConfiguration,
        roleArn: serviceRole(input.role, loadBalancers, networkConfiguration, call),
        serviceConnectConfiguration: input.serviceConnectConfiguration,
        volumeConfigurations: input.volumeConfigurations,
        vpcLatticeConfigurations: input.vpcLatticeConfigurations,
        monitoring: input.monitoring,
      }),
      deployments: [],
      steady: false,
      tags: checkTags(input.tags),
      createdAt: clock.now(),
      createdBy: call.principalArn,
    },
  };
}

function checkedLaunch(
  input: CreateServiceRequest,
  schedulingStrategy: Service['schedulingStrategy'],
  cluster: Cluster,
  taskDefinition: TaskDefinition,
  networkConfiguration: NetworkConfiguration | undefined,
): LaunchOptions {
  const launch = launchOptions(input, cluster, taskDefinition);
  checkCompatibility(taskDefinition, launch.runsOn);
  checkPublicAddress(networkConfiguration, launch.runsOn);
  if (schedulingStrategy === 'DAEMON' && launch.runsOn === 'FARGATE')
    throw invalidParameter(
      'The daemon scheduling strategy is not supported on Fargate. Use launch type EC2 or scheduling strategy REPLICA.',
    );
  if (schedulingStrategy === 'DAEMON' && (input.placementStrategy ?? []).length > 0)
    throw invalidParameter(
      'The daemon scheduling strategy does not support placement strategies. Remove placementStrategy.',
    );
  return launch;
}

/** What an INACTIVE service of the same name left behind is no longer this service's (reference: ECS semantics 4.5). */
function forgetFormerIncarnation(arn: string, { store }: EcsContext): void {
  for (const revision of store.serviceRevisions.by('service', arn))
    store.serviceRevisions.delete(revision.serviceRevisionArn);
  for (const deployment of store.serviceDeployments.by('service', arn))
    store.serviceDeployments.delete(deployment.serviceDeploymentArn);
  if (store.serviceEvents.get(arn) !== undefined) store.serviceEvents.delete(arn);
}

function present(service: Service, { store }: EcsContext): CreateServiceResponse['service'] {
  return presentService(service, store, {
    tags: service.tags.length > 0,
    currentServiceDeployment: false,
  });
}
