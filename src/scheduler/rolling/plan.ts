/**
 * One step of a rolling update, and of the steady life of a service: a snapshot in, what to do out. The controller does it
 * and asks again, unless the plan is final: then there is nothing to do before `wakeAt` or the next change.
 */
import { taskBounds } from './bounds.ts';
import { planCapacity, type CapacityPlan } from './capacity.ts';
import { blockedByConfiguration, steadyState } from './events.ts';
import { stopEvents } from './narration.ts';
import { completeRollout, interruptRollout, rollbackCandidate } from './outcome.ts';
import { readiness } from './readiness.ts';
import { planOutcome, stopReason, type Observation, type ServicePlan } from './service-plan.ts';
import { settle } from './settle.ts';
import type { DeploymentSnapshot, SchedulerTimings, ServiceSnapshot } from './snapshot.ts';
import type { JudgedTask } from './task-health.ts';
import { nextWake } from './wake.ts';

/** Decides the next step of a service whose tasks were looked at, at `now` (epoch ms). */
export function planRolling(
  snapshot: ServiceSnapshot,
  observed: Observation,
  timings: SchedulerTimings,
  now: number,
): ServicePlan {
  const interruption = interruptRollout(snapshot, observed.deployments);
  if (interruption !== undefined) return planOutcome(interruption, observed);
  return planProgress(snapshot, observed, timings, now);
}

function planProgress(
  snapshot: ServiceSnapshot,
  observed: Observation,
  timings: SchedulerTimings,
  now: number,
): ServicePlan {
  const { deployments, tasks } = observed;
  const [primary] = deployments;
  if (primary === undefined) throw new Error(`service ${snapshot.serviceName} has no deployment`);
  const mayStartNow = (deployment: DeploymentSnapshot): boolean =>
    deployment.throttledUntil === undefined || now >= deployment.throttledUntil;
  const ready = readiness(snapshot, primary, tasks, timings, now);
  const formerObsolete =
    primary.rolloutState === 'COMPLETED' || (primary.rolloutState === 'IN_PROGRESS' && ready.early);
  const good = formerObsolete ? undefined : rollbackCandidate(deployments);
  const capacity = planCapacity({
    desiredCount: snapshot.desiredCount,
    bounds: taskBounds(snapshot.desiredCount, snapshot.rules),
    primaryId: primary.id,
    primaryMayStart: primary.rolloutState !== 'FAILED',
    primaryMayStartNow: mayStartNow(primary),
    formerObsolete,
    ...(good !== undefined && mayStartNow(good) ? { replaceableId: good.id } : {}),
    tasks,
  });
  // By early success criteria a deployment may complete before its last tasks run, or before the former ones are gone; the
  // tasks that can start now come first, what there is to stop comes afterwards.
  const mayComplete =
    primary.rolloutState === 'IN_PROGRESS' && (ready.complete || ready.completeUncleaned);
  const isUp = mayComplete && capacity.start.length === 0;
  const watched = isUp ? watchedUntil(snapshot, primary, now) : undefined;
  if (isUp && (watched === undefined || now >= watched)) {
    const outcome = completeRollout(snapshot, deployments);
    return {
      ...planOutcome(outcome, observed),
      deployments: settle(outcome.deployments, snapshot, tasks, []),
    };
  }
  const steady = primary.rolloutState === 'COMPLETED' && ready.steady;
  const noted =
    watched === undefined || primary.readyAt !== undefined
      ? deployments
      : [{ ...primary, readyAt: now }, ...deployments.slice(1)];
  const wakeAt = earliest(
    nextWake(tasks, deployments, snapshot.desiredCount, timings, now),
    watched,
  );
  return {
    start: capacity.start,
    stop: capacity.stop.map((each) => ({ taskId: each.task.id, reason: stopReason(each) })),
    deployments: settle(noted, snapshot, tasks, capacity.stop),
    ...(snapshot.serviceDeployment?.status === 'PENDING'
      ? { serviceDeployment: { status: 'IN_PROGRESS', circuitBreakerTriggered: false } }
      : {}),
    notes: observed.notes,
    events: [
      ...observed.events,
      ...stopEvents(snapshot.serviceName, capacity.stop),
      ...(capacity.blocked ? [blockedByConfiguration(snapshot.serviceName)] : []),
      ...(steady && !snapshot.steady ? [steadyState(snapshot.serviceName)] : []),
    ],
    steady,
    deactivate: false,
    final: !mayComplete && isFinal(capacity, primary, tasks),
    ...(wakeAt === undefined ? {} : { wakeAt }),
  };
}

function earliest(...times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter((time) => time !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}

/**
 * When a deployment whose tasks are all up has been watched for long enough (epoch ms): it stays IN_PROGRESS for as long as
 * its alarms look back, since what the new tasks do wrong shows only then (reference: ECS semantics 5.6). Undefined without
 * alarms.
 */
function watchedUntil(
  { alarms, serviceDeployment }: ServiceSnapshot,
  { readyAt }: DeploymentSnapshot,
  now: number,
): number | undefined {
  const isRollback = serviceDeployment?.status === 'ROLLBACK_IN_PROGRESS';
  if (alarms === undefined || alarms.bakeMs === 0 || isRollback) return undefined;
  return (readyAt ?? now) + alarms.bakeMs;
}

/**
 * False where the next look may do more: stopping may leave the PRIMARY with just what it wants, or the service at rest; a
 * start takes the room of which an unhealthy task then has to make more; a task that a former deployment starts changes
 * what its entry says.
 */
function isFinal(
  { start, stop }: CapacityPlan,
  { id, rolloutState }: DeploymentSnapshot,
  tasks: readonly JudgedTask[],
): boolean {
  if (stop.length > 0 && rolloutState !== 'IN_PROGRESS') return false;
  if (stop.some(({ task }) => task.deploymentId === id)) return false;
  if (start.length === 0) return true;
  return (
    start.every(({ deploymentId }) => deploymentId === id) &&
    tasks.every(({ standing }) => standing.kind !== 'unhealthy')
  );
}
