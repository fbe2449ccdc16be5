/** Reads what the scheduler needs to know of a service from the state. */
import type {
  DeploymentRules,
  FailureThreshold,
  ServiceSnapshot,
  TargetSnapshot,
  TaskSnapshot,
} from '../../../scheduler/rolling/snapshot.ts';
import type { Service, ServiceRevision, Task, TaskDefinition } from '../../state/entities.ts';
import { targetKey, type Store } from '../../state/store.ts';

/** The snapshot of a service that is ACTIVE or DRAINING. */
export function serviceSnapshot(store: Store, service: Service): ServiceSnapshot {
  const serviceDeployment = store.serviceDeployments.get(service.currentServiceDeploymentArn ?? '');
  const revisions = new Map(
    service.deployments.map(({ id, serviceRevisionArn }) => [
      id,
      revisionFacts(store, store.serviceRevisions.get(serviceRevisionArn)),
    ]),
  );
  return {
    serviceName: service.serviceName,
    status: service.status === 'DRAINING' ? 'DRAINING' : 'ACTIVE',
    desiredCount: service.desiredCount,
    rules: deploymentRules(service),
    healthCheckGracePeriodMs: service.healthCheckGracePeriodSeconds * 1000,
    deployments: service.deployments,
    ...(serviceDeployment === undefined ? {} : { serviceDeployment }),
    tasks: store.tasks
      .by('service', service.serviceArn)
      .map((task) =>
        taskSnapshot(store, task, revisions.get(task.deploymentId ?? '') ?? UNKNOWN_REVISION),
      ),
    steady: service.steady,
  };
}

/** The rules in the scheduler's form; the service's configuration is complete, the fallbacks are ECS's defaults. */
function deploymentRules({ deploymentConfiguration: configuration }: Service): DeploymentRules {
  const breaker = configuration.deploymentCircuitBreaker;
  const early = configuration.earlySuccessCriteria;
  return {
    minimumHealthyPercent: configuration.minimumHealthyPercent ?? 100,
    maximumPercent: configuration.maximumPercent ?? 200,
    circuitBreaker: {
      enable: breaker?.enable ?? false,
      rollback: breaker?.rollback ?? false,
      resetOnHealthyTask: breaker?.resetOnHealthyTask ?? true,
      threshold: {
        type: thresholdType(breaker?.thresholdConfiguration?.type),
        value: breaker?.thresholdConfiguration?.value ?? 50,
      },
    },
    ...(early?.enable === true
      ? {
          earlySuccess: {
            healthyPercent: early.healthyPercent ?? 100,
            waitForCleanup: early.sourceServiceRevisionCleanup !== 'DEFERRED',
          },
        }
      : {}),
  };
}

function thresholdType(type: string | undefined): FailureThreshold['type'] {
  return type === 'COUNT' || type === 'UNBOUNDED_PERCENT' ? type : 'BOUNDED_PERCENT';
}

/** What a service revision says about all of its tasks. */
interface RevisionFacts {
  /** How many target groups a task must be healthy in. */
  readonly expectedTargets: number;
  /** False while no task has pulled its images, so that their digests are not known yet. */
  readonly resolved: boolean;
}

/** Tasks of a deployment that is gone are on their way out: nothing is expected of them. */
const UNKNOWN_REVISION: RevisionFacts = { expectedTargets: 0, resolved: true };

function revisionFacts(store: Store, revision: ServiceRevision | undefined): RevisionFacts {
  if (revision === undefined) return UNKNOWN_REVISION;
  const containers =
    store.taskDefinitions.get(revision.taskDefinition)?.definition.containerDefinitions ?? [];
  return {
    expectedTargets: revision.loadBalancers.filter(
      ({ targetGroupArn }) => targetGroupArn !== undefined,
    ).length,
    resolved: revision.containerImages.every(
      ({ containerName, imageDigest }) =>
        imageDigest !== undefined ||
        containers.find(({ name }) => name === containerName)?.versionConsistency === 'disabled',
    ),
  };
}

function taskSnapshot(
  store: Store,
  task: Task,
  { expectedTargets, resolved }: RevisionFacts,
): TaskSnapshot {
  const { startedAt, stoppedAt, stopCode } = task;
  return {
    id: task.taskId,
    deploymentId: task.deploymentId ?? '',
    lastStatus: task.lastStatus,
    desiredStatus: task.desiredStatus,
    createdAt: task.createdAt,
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(stoppedAt === undefined ? {} : { stoppedAt }),
    ...(stopCode === undefined ? {} : { stopCode }),
    ...containerHealth(task, store.taskDefinitions.get(task.taskDefinitionArn)),
    imageUnresolved:
      !resolved &&
      startedAt === undefined &&
      task.stoppedReason?.startsWith('CannotPullContainerError') === true,
    expectedTargets,
    targets: task.targets.map((target) => targetSnapshot(store, target)),
    noted: new Set(task.schedulerNotes),
  };
}

/** A target that somebody else took out of the group cannot serve the task any more (reference: ECS semantics 5.7). */
function targetSnapshot(store: Store, target: Task['targets'][number]): TargetSnapshot {
  const { targetGroupArn, port } = target;
  const registered = store.targets.get(targetKey(target));
  if (registered === undefined || registered.deregisteredAt !== undefined) {
    return { targetGroupArn, port, health: 'unhealthy', description: 'TARGET IS NOT FOUND' };
  }
  return {
    targetGroupArn,
    port,
    health: registered.health,
    ...(registered.reason === undefined ? {} : { description: registered.reason.description }),
  };
}

/**
 * The scheduler waits for the essential containers that have a health check; the task's own health status would stay
 * UNKNOWN for ever beside an essential container without one (reference: ECS semantics 5.1, 8.4).
 */
function containerHealth(
  task: Task,
  taskDefinition: TaskDefinition | undefined,
): Pick<TaskSnapshot, 'hasHealthCheck' | 'healthStatus'> {
  const checked = (taskDefinition?.definition.containerDefinitions ?? [])
    .filter(({ essential, healthCheck }) => essential !== false && healthCheck !== undefined)
    .map(({ name }) => task.containers.find((container) => container.name === name)?.healthStatus);
  const healthStatus = checked.includes('UNHEALTHY')
    ? 'UNHEALTHY'
    : checked.every((health) => health === 'HEALTHY')
      ? 'HEALTHY'
      : 'UNKNOWN';
  return { hasHealthCheck: checked.length > 0, healthStatus };
}
