/** Does what the scheduler planned for a service: the one place that turns a plan into changes of the state. */
import { startedTasks, unableToPlace } from '../../../scheduler/rolling/events.ts';
import type { ServicePlan } from '../../../scheduler/rolling/service-plan.ts';
import { afterLaunchFailure } from '../../../scheduler/rolling/restart-throttle.ts';
import type { DeploymentSnapshot } from '../../../scheduler/rolling/snapshot.ts';
import type { Clock } from '../../../base/clock.ts';
import type { IdSource } from '../../../base/ids.ts';
import { circuitBreakerThreshold } from '../../ecs/deployment-configuration.ts';
import { revisionCounts } from '../../ecs/presentation/present-service-deployment.ts';
import { countTasks } from '../../ecs/presentation/task-counts.ts';
import { isEnded } from '../../ecs/ended.ts';
import { withRevision } from '../../ecs/with-revision.ts';
import type { Deployment, Service, ServiceDeployment } from '../../state/entities.ts';
import type { Store } from '../../state/store.ts';
import { triggeredAlarms } from './deployment-alarms.ts';
import { noteTasks, stopTasks } from './change-tasks.ts';
import { changedRecord, type FinalFigures } from './service-deployment-record.ts';
import { appendEvents } from './service-events.ts';
import { withHookIds } from './shift-record.ts';
import { applyShares } from './shift-rules.ts';
import type { StartServiceTasks } from './start-tasks.ts';

/** What applying needs. */
export interface ApplyDependencies {
  readonly store: Store;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly startTasks: StartServiceTasks;
}

/** True when the plan changes nothing. */
export function isIdle(service: Service, plan: ServicePlan): boolean {
  return (
    plan.start.length === 0 &&
    plan.stop.length === 0 &&
    plan.notes.length === 0 &&
    plan.events.length === 0 &&
    plan.serviceDeployment === undefined &&
    plan.shift === undefined &&
    plan.steady === service.steady &&
    !plan.deactivate &&
    plan.deployments.length === service.deployments.length &&
    plan.deployments.every((deployment, index) => deployment === service.deployments[index])
  );
}

/** Changes the state as planned; runs inside a transaction. `asPlanned` is false when not every task could be started. */
export function applyPlan(
  service: Service,
  plan: ServicePlan,
  dependencies: ApplyDependencies,
): { readonly asPlanned: boolean } {
  const { store, clock, ids } = dependencies;
  const now = clock.now();
  noteTasks(service, plan.notes, store);
  stopTasks(service, plan.stop, store, now);
  const before = store.serviceDeployments.get(service.currentServiceDeploymentArn ?? '');
  const started = startTasks(
    service,
    updatedDeployments(service, plan.deployments, now),
    plan,
    dependencies,
  );
  const updated = updatedService(service, started.deployments, plan, store);
  if (updated !== service) store.services.put(service.serviceArn, updated);
  if (before !== undefined) recordRollout(before, service, updated, plan, dependencies);

  const events = store.serviceEvents.get(service.serviceArn)?.events ?? [];
  const appended = appendEvents(events, [...plan.events, ...started.events], now, ids);
  if (appended !== events) {
    store.serviceEvents.put(service.serviceArn, {
      serviceArn: service.serviceArn,
      events: appended,
    });
  }
  return { asPlanned: started.failures === 0 };
}

/** Tasks are placed and created; what cannot be placed counts as a failed launch and is tried again later. */
function startTasks(
  service: Service,
  deployments: readonly Deployment[],
  plan: ServicePlan,
  { clock, startTasks: start }: ApplyDependencies,
): {
  readonly deployments: readonly Deployment[];
  readonly events: readonly string[];
  readonly failures: number;
} {
  const now = clock.now();
  let current = deployments;
  let failures = 0;
  const events: string[] = [];
  for (const { deploymentId, count } of plan.start) {
    const deployment = current.find(({ id }) => id === deploymentId);
    if (deployment === undefined)
      throw new Error(`${service.serviceArn} has no deployment ${deploymentId}`);
    const { tasks, failure } = start(service, deployment, count);
    if (tasks.length > 0) {
      events.push(
        startedTasks(
          service.serviceName,
          tasks.map(({ taskId }) => taskId),
        ),
      );
    }
    if (failure === undefined) continue;
    failures++;
    events.push(unableToPlace(service.serviceName, failure));
    const delayed: Deployment = {
      ...deployment,
      ...afterLaunchFailure(deployment, now, now),
      failedTasks: deployment.failedTasks + (deployment.rolloutState === 'IN_PROGRESS' ? 1 : 0),
      updatedAt: now,
    };
    current = current.map((candidate) => (candidate === deployment ? delayed : candidate));
  }
  return { deployments: current, events, failures };
}

/** The entities after the scheduler's list; what it did not touch stays the same object. */
function updatedDeployments(
  service: Service,
  planned: readonly DeploymentSnapshot[],
  now: number,
): readonly Deployment[] {
  const updated = planned.map((snapshot) => {
    const deployment = service.deployments.find(({ id }) => id === snapshot.id);
    if (deployment === undefined)
      throw new Error(`${service.serviceArn} has no deployment ${snapshot.id}`);
    return snapshot === deployment ? deployment : { ...deployment, ...snapshot, updatedAt: now };
  });
  const unchanged =
    updated.length === service.deployments.length &&
    updated.every((deployment, index) => deployment === service.deployments[index]);
  return unchanged ? service.deployments : updated;
}

function updatedService(
  service: Service,
  deployments: readonly Deployment[],
  plan: ServicePlan,
  store: Store,
): Service {
  const status = plan.deactivate ? 'INACTIVE' : service.status;
  if (
    deployments === service.deployments &&
    plan.steady === service.steady &&
    status === service.status
  ) {
    return service;
  }
  const [primary] = deployments;
  const rolledBack = primary !== undefined && primary.id !== service.deployments[0]?.id;
  const base = rolledBack ? rolledBackService(service, primary, store) : service;
  // A spread makes V8 copy a service member by member here: a fifth of the CPU time of a large rollout.
  return Object.assign({}, base, { status, deployments, steady: plan.steady });
}

/** A rollback brings the whole service revision back, not only its task definition (reference: ECS semantics 6.5). */
function rolledBackService(
  service: Service,
  { serviceRevisionArn }: Deployment,
  store: Store,
): Service {
  const revision = store.serviceRevisions.get(serviceRevisionArn);
  if (revision === undefined) throw new Error(`there is no ${serviceRevisionArn}`);
  return withRevision(service, revision);
}

function recordRollout(
  record: ServiceDeployment,
  service: Service,
  updated: Service,
  plan: ServicePlan,
  { store, clock, ids }: ApplyDependencies,
): void {
  if (isEnded(record.status)) return;
  const now = clock.now();
  const isOver = plan.shift === 'over';
  const shift =
    plan.shift === undefined || plan.shift === 'over' ? undefined : withHookIds(plan.shift, ids);
  if (shift !== undefined) applyShares(updated, shift, store);
  const triggered = triggeredAlarms(service.region, record, store);
  const progressed: ServiceDeployment = {
    ...(isOver ? withoutShift(record) : record),
    ...(shift === undefined ? {} : { shift, updatedAt: now }),
    ...(triggered.length === 0 ? {} : { triggeredAlarmNames: triggered }),
  };
  const change =
    plan.serviceDeployment ??
    (plan.deactivate
      ? {
          status: 'STOPPED' as const,
          statusReason: 'The service was deleted.',
          circuitBreakerTriggered: false,
        }
      : undefined);
  if (change === undefined && plan.shift === undefined) return;
  const next =
    change === undefined
      ? progressed
      : changedRecord(
          progressed,
          change,
          updated.deployments,
          finalFigures(record, service, updated, plan, store),
          now,
        );
  store.serviceDeployments.put(record.serviceDeploymentArn, next);
}

function withoutShift({ shift: _over, ...record }: ServiceDeployment): ServiceDeployment {
  return record;
}

function finalFigures(
  { targetServiceRevisionArn, sourceServiceRevisionArns }: ServiceDeployment,
  service: Service,
  updated: Service,
  { deployments }: ServicePlan,
  store: Store,
): FinalFigures {
  const counts = countTasks(store, service.serviceArn);
  const revisions = [targetServiceRevisionArn, ...sourceServiceRevisionArns];
  return {
    counts: Object.fromEntries(revisions.map((arn) => [arn, revisionCounts(arn, updated, counts)])),
    failedTasks: deployments.find(({ id }) => id === service.deployments[0]?.id)?.failedTasks ?? 0,
    threshold: circuitBreakerThreshold(service.deploymentConfiguration, service.desiredCount),
  };
}
