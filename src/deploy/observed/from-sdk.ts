/** The SDK's answers as the plain data that decisions are made on. */
import type {
  Deployment,
  DeploymentConfiguration,
  DeploymentLifecycleHook,
  Service,
  ServiceDeployment,
  ServiceDeploymentBrief,
  Task,
} from '@aws-sdk/client-ecs';
import type { TargetHealthDescription } from '@aws-sdk/client-elastic-load-balancing-v2';
import { parseArn } from '../../base/arn.ts';
import type {
  ObservedDeployment,
  ObservedRollout,
  ObservedService,
  ObservedTarget,
  ObservedTask,
  RolloutStatus,
  TaskEndpoint,
} from './observation.ts';
import type { PauseHook } from './pause-hook.ts';

/** A service as DescribeServices shows it. */
export function observedService(service: Service): ObservedService {
  return {
    status: service.status ?? 'INACTIVE',
    desired: service.desiredCount ?? 0,
    pending: service.pendingCount ?? 0,
    running: service.runningCount ?? 0,
    deployments: (service.deployments ?? []).map(observedDeployment),
    events: (service.events ?? []).map((event) => ({
      id: event.id ?? '',
      message: event.message ?? '',
    })),
  };
}

function observedDeployment(deployment: Deployment): ObservedDeployment {
  return {
    id: deployment.id ?? '',
    status: deployment.status ?? '',
    taskDefinition: deployment.taskDefinition ?? '',
    desired: deployment.desiredCount ?? 0,
    pending: deployment.pendingCount ?? 0,
    running: deployment.runningCount ?? 0,
    failed: deployment.failedTasks ?? 0,
    rolloutState: deployment.rolloutState,
    rolloutStateReason: deployment.rolloutStateReason,
  };
}

/** A service deployment as DescribeServiceDeployments shows it. */
export function observedRollout(deployment: ServiceDeployment): ObservedRollout {
  const { deploymentCircuitBreaker: breaker, deploymentConfiguration: configuration } = deployment;
  const byBreaker = configuration?.deploymentCircuitBreaker;
  const byAlarms = configuration?.alarms;
  return {
    arn: deployment.serviceDeploymentArn ?? '',
    status: rolloutStatus(deployment.status),
    statusReason: deployment.statusReason,
    targetRevision: deployment.targetServiceRevision?.arn ?? '',
    lifecycleStage: deployment.lifecycleStage,
    waitingHooks: (deployment.lifecycleHookDetails ?? [])
      .filter((hook) => hook.status === 'AWAITING_ACTION')
      .map((hook) => ({ id: hook.hookId ?? 'a hook', expiresAt: hook.expiresAt?.getTime() })),
    pauseHooks: (configuration?.lifecycleHooks ?? []).flatMap((hook) => pauseHookOf(hook) ?? []),
    productionWeight: deployment.targetServiceRevision?.requestedProductionTrafficWeight,
    testWeight: deployment.targetServiceRevision?.requestedTestTrafficWeight,
    sources: (deployment.sourceServiceRevisions ?? []).map((source) => ({
      arn: source.arn ?? '',
      productionWeight: source.requestedProductionTrafficWeight,
    })),
    stepBakeMinutes: stepBakeOf(configuration),
    createdAt: deployment.createdAt?.getTime(),
    updatedAt: deployment.updatedAt?.getTime(),
    breaker:
      breaker?.status === undefined
        ? undefined
        : {
            status: breaker.status,
            failures: breaker.failureCount ?? 0,
            threshold: breaker.threshold ?? 0,
          },
    triggeredAlarms: deployment.alarms?.triggeredAlarmNames ?? [],
    rollsBackByItself:
      (byBreaker?.enable === true && byBreaker.rollback === true) ||
      (byAlarms?.enable === true && byAlarms.rollback === true),
    rollbackTo: deployment.rollback?.serviceRevisionArn,
  };
}

/** ECS's default of a pause hook's timeout, in minutes (reference: ECS semantics 6.3). */
const PAUSE_MINUTES = 1440;

/** A lifecycle hook that pauses; undefined for one that calls a function. */
export function pauseHookOf(hook: DeploymentLifecycleHook): PauseHook | undefined {
  if (hook.targetType !== 'PAUSE') return undefined;
  return {
    stages: hook.lifecycleStages ?? [],
    timeoutMinutes: hook.timeoutConfiguration?.timeoutInMinutes ?? PAUSE_MINUTES,
    timeoutAction: hook.timeoutConfiguration?.action ?? 'ROLLBACK',
  };
}

/** With ECS's defaults (reference: ECS semantics 6.1). */
function stepBakeOf(configuration: DeploymentConfiguration | undefined): number | undefined {
  switch (configuration?.strategy) {
    case 'CANARY':
      return configuration.canaryConfiguration?.canaryBakeTimeInMinutes ?? 10;
    case 'LINEAR':
      return configuration.linearConfiguration?.stepBakeTimeInMinutes ?? 6;
    case 'BLUE_GREEN':
    case 'ROLLING':
    case undefined:
      return undefined;
  }
}

/** PENDING where ECS says nothing yet. */
export function rolloutStatus(status: ServiceDeploymentBrief['status']): RolloutStatus {
  return status ?? 'PENDING';
}

/**
 * A task as DescribeTasks shows it.
 * @param instanceIds EC2 instance ids by container instance ARN, for targets of type `instance`
 */
export function observedTask(task: Task, instanceIds: ReadonlyMap<string, string>): ObservedTask {
  return {
    arn: task.taskArn ?? '',
    deploymentId: task.startedBy,
    taskDefinition: task.taskDefinitionArn ?? '',
    lastStatus: task.lastStatus ?? '',
    desiredStatus: task.desiredStatus ?? '',
    health: task.healthStatus ?? 'UNKNOWN',
    createdAt: task.createdAt?.getTime(),
    startedAt: task.startedAt?.getTime(),
    stoppedAt: (task.executionStoppedAt ?? task.stoppedAt)?.getTime(),
    stopCode: task.stopCode,
    stoppedReason: task.stoppedReason,
    containers: (task.containers ?? []).map((container) => ({
      name: container.name ?? '',
      image: container.image,
      exitCode: container.exitCode,
      reason: container.reason,
    })),
    endpoints: endpointsOf(task, instanceIds),
  };
}

function endpointsOf(
  task: Task,
  instanceIds: ReadonlyMap<string, string>,
): readonly TaskEndpoint[] {
  const addresses = new Set([
    ...(task.attachments ?? []).flatMap((attachment) =>
      (attachment.details ?? [])
        .filter((detail) => detail.name === 'privateIPv4Address')
        .flatMap((detail) => detail.value ?? []),
    ),
    ...(task.containers ?? []).flatMap((container) =>
      (container.networkInterfaces ?? []).flatMap(({ privateIpv4Address, ipv6Address }) => [
        ...(privateIpv4Address === undefined ? [] : [privateIpv4Address]),
        ...(ipv6Address === undefined ? [] : [ipv6Address]),
      ]),
    ),
  ]);
  const instance = instanceIds.get(task.containerInstanceArn ?? '');
  const ports = (task.containers ?? []).flatMap((container) =>
    (container.networkBindings ?? []).flatMap((binding) => binding.hostPort ?? []),
  );
  return [
    ...[...addresses].map((host) => ({ host, port: undefined })),
    ...(instance === undefined || instance === ''
      ? []
      : ports.map((port) => ({ host: instance, port }))),
  ];
}

/** A target as DescribeTargetHealth shows it. */
export function observedTarget(
  targetGroup: string,
  description: TargetHealthDescription,
): ObservedTarget {
  return {
    targetGroup,
    id: description.Target?.Id ?? '',
    port: description.Target?.Port ?? 0,
    state: description.TargetHealth?.State ?? 'unavailable',
    reason: description.TargetHealth?.Reason,
    description: description.TargetHealth?.Description,
  };
}

/**
 * The service revision that belongs to a deployment: both have the same number (reference: ECS semantics 1.6).
 * @param deploymentId `ecs-svc/NUMBER`
 */
export function revisionArn(service: Service, deploymentId: string): string {
  const arn = parseArn(service.serviceArn ?? '');
  const cluster = (service.clusterArn ?? '').split('/').at(-1) ?? '';
  if (arn === undefined)
    throw new Error(`ECS answered no service ARN but ${String(service.serviceArn)}`);
  const number = deploymentId.slice(deploymentId.lastIndexOf('/') + 1);
  return `arn:${arn.partition}:ecs:${arn.region}:${arn.accountId}:service-revision/${cluster}/${service.serviceName ?? ''}/${number}`;
}
