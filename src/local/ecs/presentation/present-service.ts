/** A service as the API shows it (reference: ECS semantics 4.2, 5.2). */
import type {
  Deployment as ShownDeployment,
  Service as ShownService,
  ServiceCurrentRevisionSummary,
} from '@aws-sdk/client-ecs';
import { toDate } from '../../../base/clock.ts';
import { defined } from '../../../base/defined.ts';
import type { Deployment, Service, ServiceEvents } from '../../state/entities.ts';
import type { Store } from '../../state/store.ts';
import { launchMembers } from './launch-members.ts';
import { presentTaskSet } from './present-task-set.ts';
import { countTasks, NO_TASKS, type ServiceTaskCounts } from './task-counts.ts';

/** What a reply shows besides the service itself. */
export interface ServiceView {
  /** DescribeServices with include TAGS, and replies that show what was just created. */
  readonly tags: boolean;
  /** DescribeServices only: replies to CreateService and UpdateService do not have it yet (reference: ECS semantics 6.5). */
  readonly currentServiceDeployment: boolean;
}

/** The service with the counts of its tasks at this moment. */
export function presentService(service: Service, store: Store, view: ServiceView): ShownService {
  const counts = countTasks(store, service.serviceArn);
  const inactive = service.status === 'INACTIVE';
  return {
    serviceArn: service.serviceArn,
    serviceName: service.serviceName,
    clusterArn: service.clusterArn,
    loadBalancers: [...service.loadBalancers],
    serviceRegistries: [...service.serviceRegistries],
    status: service.status,
    desiredCount: service.desiredCount,
    runningCount: counts.running,
    pendingCount: counts.pending,
    ...launchMembers(service),
    ...defined({
      taskDefinition: service.taskDefinition,
      roleArn: service.roleArn,
      networkConfiguration: service.networkConfiguration,
    }),
    deploymentConfiguration: service.deploymentConfiguration,
    ...(service.deploymentController === 'EXTERNAL'
      ? {
          taskSets: store.taskSets
            .by('service', service.serviceArn)
            .map((taskSet) => presentTaskSet(taskSet, counts, view)),
        }
      : {}),
    deployments: service.deployments.map((deployment) =>
      presentDeployment(deployment, counts, store),
    ),
    events: inactive ? [] : presentEvents(store.serviceEvents.get(service.serviceArn)),
    createdAt: toDate(service.createdAt),
    createdBy: service.createdBy,
    ...(view.currentServiceDeployment && !inactive
      ? defined({ currentServiceDeployment: service.currentServiceDeploymentArn })
      : {}),
    // Task sets are no deployments of ECS's own: there is nothing to follow but them.
    ...(service.status === 'ACTIVE' && service.deploymentController === 'ECS'
      ? {
          currentServiceRevisions: service.deployments.map((deployment) =>
            presentCurrentRevision(deployment, counts),
          ),
        }
      : {}),
    placementConstraints: [...service.placementConstraints],
    placementStrategy: [...service.placementStrategy],
    healthCheckGracePeriodSeconds: service.healthCheckGracePeriodSeconds,
    schedulingStrategy: service.schedulingStrategy,
    deploymentController: { type: service.deploymentController },
    ...(view.tags ? { tags: [...service.tags] } : {}),
    enableECSManagedTags: service.enableECSManagedTags,
    propagateTags: service.propagateTags,
    enableExecuteCommand: service.enableExecuteCommand,
    availabilityZoneRebalancing: service.availabilityZoneRebalancing,
    resourceManagementType: 'CUSTOMER',
  };
}

function presentDeployment(
  deployment: Deployment,
  counts: ServiceTaskCounts,
  store: Store,
): ShownDeployment {
  const { running, pending } = counts.byDeployment.get(deployment.id) ?? NO_TASKS;
  const revision = store.serviceRevisions.get(deployment.serviceRevisionArn);
  return {
    id: deployment.id,
    status: deployment.status,
    taskDefinition: deployment.taskDefinition,
    desiredCount: deployment.desiredCount,
    pendingCount: pending,
    runningCount: running,
    failedTasks: deployment.failedTasks,
    createdAt: toDate(deployment.createdAt),
    updatedAt: toDate(deployment.updatedAt),
    ...launchMembers(deployment),
    rolloutState: deployment.rolloutState,
    rolloutStateReason: deployment.rolloutStateReason,
    ...defined({
      networkConfiguration: deployment.networkConfiguration,
      serviceConnectConfiguration: revision?.serviceConnectConfiguration,
      volumeConfigurations:
        revision?.volumeConfigurations === undefined
          ? undefined
          : [...revision.volumeConfigurations],
      vpcLatticeConfigurations:
        revision?.vpcLatticeConfigurations === undefined
          ? undefined
          : [...revision.vpcLatticeConfigurations],
    }),
  };
}

function presentCurrentRevision(
  deployment: Deployment,
  counts: ServiceTaskCounts,
): ServiceCurrentRevisionSummary {
  const { running, pending } = counts.byDeployment.get(deployment.id) ?? NO_TASKS;
  return {
    arn: deployment.serviceRevisionArn,
    requestedTaskCount: deployment.desiredCount,
    runningTaskCount: running,
    pendingTaskCount: pending,
  };
}

function presentEvents(of: ServiceEvents | undefined): NonNullable<ShownService['events']> {
  return (of?.events ?? []).map(({ id, createdAt, message }) => ({
    id,
    createdAt: toDate(createdAt),
    message,
  }));
}
