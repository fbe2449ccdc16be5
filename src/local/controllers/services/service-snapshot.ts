/** Reads what the scheduler needs to know of a service from the state. */
import type {
  DeploymentRules,
  FailureThreshold,
  ServiceSnapshot,
  TargetSnapshot,
  TaskSnapshot,
} from '../../../scheduler/rolling/snapshot.ts';
import type { Service, Task, TaskDefinition } from '../../state/entities.ts';
import { targetKey, type Store } from '../../state/store.ts';

/** The snapshot of a service that is ACTIVE or DRAINING. */
export function serviceSnapshot(store: Store, service: Service): ServiceSnapshot {
  const serviceDeployment = store.serviceDeployments.get(service.currentServiceDeploymentArn ?? '');
  const expectedTargets = new Map(
    service.deployments.map(({ id, serviceRevisionArn }) => {
      const balancers = store.serviceRevisions.get(serviceRevisionArn)?.loadBalancers ?? [];
      return [id, balancers.filter(({ targetGroupArn }) => targetGroupArn !== undefined).length];
    }),
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
      .map((task) => taskSnapshot(store, task, expectedTargets.get(task.deploymentId ?? '') ?? 0)),
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

function taskSnapshot(store: Store, task: Task, expectedTargets: number): TaskSnapshot {
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
    hasHealthCheck: hasHealthCheck(store.taskDefinitions.get(task.taskDefinitionArn)),
    healthStatus: task.healthStatus,
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

function hasHealthCheck(taskDefinition: TaskDefinition | undefined): boolean {
  return (taskDefinition?.definition.containerDefinitions ?? []).some(
    ({ essential, healthCheck }) => essential !== false && healthCheck !== undefined,
  );
}
