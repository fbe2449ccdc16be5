/** A service deployment as the API shows it (reference: ECS semantics 5.5, 6.5). */
import type {
  ServiceDeployment as ShownServiceDeployment,
  ServiceDeploymentLifecycleStage,
  ServiceDeploymentBrief,
  ServiceRevisionSummary,
} from '@aws-sdk/client-ecs';
import { toDate } from '../../../base/clock.ts';
import { defined } from '../../../base/defined.ts';
import type { ShiftProgress } from '../../../scheduler/traffic-shift/progress.ts';
import type { RevisionCounts, Service, ServiceDeployment } from '../../state/entities.ts';
import type { Store } from '../../state/store.ts';
import { circuitBreakerThreshold } from '../deployment-configuration.ts';
import { isEnded } from '../ended.ts';
import { deploymentIdOf } from '../revision-number.ts';
import { countTasks, NO_TASKS, type ServiceTaskCounts } from './task-counts.ts';

/** The whole record. Counts are of this moment while the deployment goes on, afterwards those of its end. */
export function presentServiceDeployment(
  serviceDeployment: ServiceDeployment,
  store: Store,
): ShownServiceDeployment {
  const service = store.services.get(serviceDeployment.serviceArn);
  const live = countTasks(store, serviceDeployment.serviceArn);
  const { shift } = serviceDeployment;
  const summaryOf = (revisionArn: string): ServiceRevisionSummary => ({
    arn: revisionArn,
    ...(shift === undefined ? {} : trafficWeights(deploymentIdOf(revisionArn), shift)),
    ...(serviceDeployment.finalCounts?.[revisionArn] ?? revisionCounts(revisionArn, service, live)),
  });
  const { rollback } = serviceDeployment;
  return {
    ...presentMilestones(serviceDeployment),
    updatedAt: toDate(serviceDeployment.updatedAt),
    sourceServiceRevisions: serviceDeployment.sourceServiceRevisionArns.map(summaryOf),
    targetServiceRevision: summaryOf(serviceDeployment.targetServiceRevisionArn),
    deploymentConfiguration: serviceDeployment.deploymentConfiguration,
    deploymentCircuitBreaker: presentBreaker(serviceDeployment, service),
    alarms: presentAlarms(serviceDeployment),
    ...(shift === undefined ? {} : presentShift(serviceDeployment, shift)),
    ...(serviceDeployment.stoppedAt === undefined
      ? {}
      : { stoppedAt: toDate(serviceDeployment.stoppedAt) }),
    ...(rollback === undefined
      ? {}
      : { rollback: { ...rollback, startedAt: toDate(rollback.startedAt) } }),
  };
}

/** The stage, and the hooks that it waits for. */
function presentShift(
  { deploymentConfiguration }: ServiceDeployment,
  { stage, hooks }: ShiftProgress,
): Pick<ShownServiceDeployment, 'lifecycleStage' | 'lifecycleHookDetails'> {
  return {
    // The SDK's documentation has PRE_PRODUCTION_TRAFFIC_SHIFT here, its list of values has not.
    lifecycleStage: stage as ServiceDeploymentLifecycleStage,
    lifecycleHookDetails: hooks.map((hook) => ({
      targetType: hook.targetType,
      status: hook.status,
      expiresAt: toDate(hook.expiresAt),
      timeoutAction: hook.timeoutAction,
      ...defined({
        hookId: hook.hookId,
        targetArn: deploymentConfiguration.lifecycleHooks?.[hook.index]?.hookTargetArn,
      }),
    })),
  };
}

/** 0-100, of the revision's share that was asked for. */
function trafficWeights(
  deploymentId: string,
  { greenId, blueId, productionPercent, testPercent }: ShiftProgress,
): Pick<ServiceRevisionSummary, 'requestedProductionTrafficWeight' | 'requestedTestTrafficWeight'> {
  const share = (percent: number): number => {
    if (deploymentId === greenId) return percent;
    // In tenths, or 100 - 99.9 would be 0.0999….
    return deploymentId === blueId ? (1000 - Math.round(percent * 10)) / 10 : 0;
  };
  return {
    requestedProductionTrafficWeight: share(productionPercent),
    requestedTestTrafficWeight: share(testPercent),
  };
}

function presentAlarms({
  status,
  deploymentConfiguration: { alarms },
  triggeredAlarmNames = [],
}: ServiceDeployment): NonNullable<ShownServiceDeployment['alarms']> {
  if (alarms?.enable !== true) return { status: 'DISABLED' };
  const watching = triggeredAlarmNames.length > 0 ? 'TRIGGERED' : 'MONITORING';
  return {
    status: watching === 'MONITORING' && isEnded(status) ? 'MONITORING_COMPLETE' : watching,
    alarmNames: [...(alarms.alarmNames ?? [])],
    triggeredAlarmNames: [...triggeredAlarmNames],
  };
}

/** The record as ListServiceDeployments shows it. */
export function presentServiceDeploymentBrief(
  serviceDeployment: ServiceDeployment,
): ServiceDeploymentBrief {
  return {
    ...presentMilestones(serviceDeployment),
    targetServiceRevisionArn: serviceDeployment.targetServiceRevisionArn,
  };
}

/** The counts of a revision at this moment; a revision whose deployment is gone has no task. */
export function revisionCounts(
  revisionArn: string,
  service: Service | undefined,
  counts: ServiceTaskCounts,
): RevisionCounts {
  const id = deploymentIdOf(revisionArn);
  const deployment = service?.deployments.find((candidate) => candidate.id === id);
  const { running, pending } = counts.byDeployment.get(id) ?? NO_TASKS;
  return {
    requestedTaskCount: deployment?.desiredCount ?? 0,
    runningTaskCount: running,
    pendingTaskCount: pending,
  };
}

/** While the breaker watches, its figures are those of the deployment and of the latest desired count. */
function presentBreaker(
  { circuitBreaker, targetServiceRevisionArn, deploymentConfiguration }: ServiceDeployment,
  service: Service | undefined,
): NonNullable<ShownServiceDeployment['deploymentCircuitBreaker']> {
  const id = deploymentIdOf(targetServiceRevisionArn);
  const deployment = service?.deployments.find((candidate) => candidate.id === id);
  if (circuitBreaker.status !== 'MONITORING' || service === undefined || deployment === undefined)
    return { ...circuitBreaker };
  return {
    status: circuitBreaker.status,
    failureCount: deployment.failedTasks,
    threshold: circuitBreakerThreshold(deploymentConfiguration, service.desiredCount),
  };
}

function presentMilestones(
  serviceDeployment: ServiceDeployment,
): Omit<ServiceDeploymentBrief, 'targetServiceRevisionArn'> {
  const { startedAt, finishedAt } = serviceDeployment;
  return {
    serviceDeploymentArn: serviceDeployment.serviceDeploymentArn,
    serviceArn: serviceDeployment.serviceArn,
    clusterArn: serviceDeployment.clusterArn,
    createdAt: toDate(serviceDeployment.createdAt),
    status: serviceDeployment.status,
    ...defined({
      startedAt: startedAt === undefined ? undefined : toDate(startedAt),
      finishedAt: finishedAt === undefined ? undefined : toDate(finishedAt),
      statusReason: serviceDeployment.statusReason,
    }),
  };
}
