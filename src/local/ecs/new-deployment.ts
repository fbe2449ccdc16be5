/** Starts a deployment: its entry, its service revision and its record, and what they supersede (reference: ECS semantics 5.2, 6.5). */
import type { IdSource } from '../../base/ids.ts';
import { lastPart, parseArn, ecsArn } from '../../base/arn.ts';
import { defined } from '../../base/defined.ts';
import type {
  Deployment,
  Service,
  ServiceDeployment,
  ServiceRevision,
  TaskDefinition,
} from '../state/entities.ts';
import {
  startReconciliation,
  startShift,
  type FormerState,
} from '../../scheduler/traffic-shift/start-shift.ts';
import type { Store } from '../state/store.ts';
import { ignoredAlarms, resolvedGroups } from './deployment-traffic.ts';
import { trafficStrategy } from './traffic-strategy.ts';
import { isEnded } from './ended.ts';
import { circuitBreakerThreshold } from './deployment-configuration.ts';
import { resolvedPlatformVersion } from './launch-options.ts';
import { revisionCounts } from './presentation/present-service-deployment.ts';
import type { ServiceTaskCounts } from './presentation/task-counts.ts';

/** What a deployment starts from. */
export interface DeploymentStart {
  /** With the members that the deployment brings, and still the former list of deployments. */
  readonly service: Service;
  /** The service's. */
  readonly taskDefinition: TaskDefinition;
  /** The record of the former rollout, ended or not; absent for a new service. */
  readonly formerServiceDeployment?: ServiceDeployment;
  /** Of the service's tasks at this moment. */
  readonly counts: ServiceTaskCounts;
  /** What is known of the former revisions, the listener rules and the alarms. */
  readonly store: Store;
}

/** The entities to store. */
export interface StartedDeployment {
  readonly service: Service;
  readonly revision: ServiceRevision;
  readonly serviceDeployment: ServiceDeployment;
  /** The former record, when this deployment ended it. */
  readonly superseded?: ServiceDeployment;
}

/**
 * The new deployment is PRIMARY and first; the former PRIMARY becomes ACTIVE and keeps its rollout state.
 * @param now epoch ms
 */
export function newDeployment(
  { service, taskDefinition, formerServiceDeployment, counts, store }: DeploymentStart,
  ids: IdSource,
  now: number,
): StartedDeployment {
  const scope = parseArn(service.serviceArn);
  if (scope === undefined) throw new Error(`${service.serviceArn} is not an ARN`);
  const path = `${lastPart(service.clusterArn)}/${service.serviceName}`;
  const number = ids.u64();
  const serviceRevisionArn = ecsArn(scope, `service-revision/${path}/${number}`);
  const serviceDeploymentArn = ecsArn(scope, `service-deployment/${path}/${ids.base64url(21)}`);
  const former: FormerState = {
    deployments: service.deployments,
    ...(formerServiceDeployment?.shift === undefined || isEnded(formerServiceDeployment.status)
      ? {}
      : { progress: formerServiceDeployment.shift }),
  };
  const strategy = trafficStrategy(service.deploymentConfiguration);
  const revision: ServiceRevision = {
    ...newRevision(service, taskDefinition, serviceRevisionArn, now),
    ...resolvedGroups(service, former, strategy !== undefined, store),
  };
  const deployment: Deployment = {
    id: `ecs-svc/${number}`,
    status: 'PRIMARY',
    serviceRevisionArn,
    serviceDeploymentArn,
    taskDefinition: taskDefinition.taskDefinitionArn,
    // It follows the service's desired count with the scheduler's first pass (reference: ECS semantics 4.2).
    desiredCount: 0,
    failedTasks: 0,
    createdAt: now,
    updatedAt: now,
    rolloutState: 'IN_PROGRESS',
    rolloutStateReason: `ECS deployment ecs-svc/${number} in progress.`,
    throttleStep: 0,
    ...launchOf(revision),
    ...defined({ networkConfiguration: service.networkConfiguration }),
  };
  const breaker = service.deploymentConfiguration.deploymentCircuitBreaker;
  const serviceDeployment: ServiceDeployment = {
    serviceDeploymentArn,
    serviceArn: service.serviceArn,
    clusterArn: service.clusterArn,
    status: 'PENDING',
    createdAt: now,
    updatedAt: now,
    sourceServiceRevisionArns: service.deployments.map((former) => former.serviceRevisionArn),
    targetServiceRevisionArn: serviceRevisionArn,
    deploymentConfiguration: service.deploymentConfiguration,
    ...defined({
      shift:
        strategy === undefined
          ? startReconciliation(deployment.id, former, now)
          : startShift(deployment.id, former, strategy, now),
    }),
    ...ignoredAlarms(service, store),
    circuitBreaker: {
      status: breaker?.enable === true ? 'MONITORING' : 'DISABLED',
      failureCount: 0,
      threshold: circuitBreakerThreshold(service.deploymentConfiguration, service.desiredCount),
    },
  };
  return {
    service: {
      ...service,
      deployments: [
        deployment,
        ...service.deployments.map((former): Deployment =>
          former.status === 'PRIMARY' ? { ...former, status: 'ACTIVE', updatedAt: now } : former,
        ),
      ],
      currentServiceDeploymentArn: serviceDeploymentArn,
      steady: false,
    },
    revision,
    serviceDeployment,
    ...(formerServiceDeployment === undefined || isEnded(formerServiceDeployment.status)
      ? {}
      : {
          superseded: endServiceDeployment(
            formerServiceDeployment,
            `Service deployment was superseded by service deployment ${serviceDeploymentArn}.`,
            service,
            counts,
            now,
          ),
        }),
  };
}

/**
 * The record of a rollout that something else than its own outcome ends: STOPPED, with the counts of this moment.
 * @param now epoch ms
 */
export function endServiceDeployment(
  serviceDeployment: ServiceDeployment,
  statusReason: string,
  service: Service,
  counts: ServiceTaskCounts,
  now: number,
): ServiceDeployment {
  const { circuitBreaker, targetServiceRevisionArn, sourceServiceRevisionArns } = serviceDeployment;
  const id = lastPart(targetServiceRevisionArn);
  const target = service.deployments.find((deployment) => deployment.id === `ecs-svc/${id}`);
  return {
    ...serviceDeployment,
    status: 'STOPPED',
    statusReason,
    stoppedAt: now,
    finishedAt: now,
    updatedAt: now,
    circuitBreaker:
      circuitBreaker.status === 'MONITORING'
        ? {
            status: 'MONITORING_COMPLETE',
            failureCount: target?.failedTasks ?? circuitBreaker.failureCount,
            threshold: circuitBreakerThreshold(
              serviceDeployment.deploymentConfiguration,
              service.desiredCount,
            ),
          }
        : circuitBreaker,
    finalCounts: Object.fromEntries(
      [targetServiceRevisionArn, ...sourceServiceRevisionArns].map((arn) => [
        arn,
        revisionCounts(arn, service, counts),
      ]),
    ),
  };
}

/** What a revision keeps of a service or of a task set. */
export type RevisionSource = Pick<
  Service,
  | 'serviceArn'
  | 'clusterArn'
  | 'loadBalancers'
  | 'serviceRegistries'
  | 'launchType'
  | 'capacityProviderStrategy'
  | 'platformVersion'
  | 'platformFamily'
  | 'networkConfiguration'
  | 'serviceConnectConfiguration'
  | 'volumeConfigurations'
  | 'vpcLatticeConfigurations'
  | 'monitoring'
>;

/** The snapshot of what tasks are made from; `now` in epoch ms. */
export function newRevision(
  service: RevisionSource,
  taskDefinition: TaskDefinition,
  serviceRevisionArn: string,
  now: number,
): ServiceRevision {
  return {
    serviceRevisionArn,
    serviceArn: service.serviceArn,
    clusterArn: service.clusterArn,
    taskDefinition: taskDefinition.taskDefinitionArn,
    ...launchOf({
      ...service,
      ...(service.platformVersion === undefined
        ? {}
        : { platformVersion: resolvedPlatformVersion(service.platformVersion) }),
    }),
    loadBalancers: service.loadBalancers,
    serviceRegistries: service.serviceRegistries,
    ...defined({
      networkConfiguration: service.networkConfiguration,
      serviceConnectConfiguration: service.serviceConnectConfiguration,
      volumeConfigurations: service.volumeConfigurations,
      vpcLatticeConfigurations: service.vpcLatticeConfigurations,
      monitoring: service.monitoring,
    }),
    containerImages: (taskDefinition.definition.containerDefinitions ?? []).map(
      // RegisterTaskDefinition refuses containers without a name or image.
      ({ name = '', image = '' }) => ({ containerName: name, image }),
    ),
    createdAt: now,
  };
}

type Launch = Pick<
  Deployment,
  'launchType' | 'capacityProviderStrategy' | 'platformVersion' | 'platformFamily'
>;

function launchOf({
  launchType,
  capacityProviderStrategy,
  platformVersion,
  platformFamily,
}: Launch): Launch {
  return defined({ launchType, capacityProviderStrategy, platformVersion, platformFamily });
}
