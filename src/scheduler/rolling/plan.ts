/**
 * One step of a rolling update, and of the steady life of a service: a snapshot in, what to do out. The controller does it
 * and asks again, unless the plan is final: then there is nothing to do before `wakeAt` or the next change.
 */
import { taskBounds } from './bounds.ts';
import { planCapacity, type CapacityPlan } from './capacity.ts';
import { settleDeployments } from './deployments.ts';
import { blockedByConfiguration, steadyState, unableToStart } from './events.ts';
import { assessFailures, type NotedTask } from './failures.ts';
import { registrationEvents, registrationNotes, stopEvents, unhealthyEvents } from './narration.ts';
import {
  completeRollout,
  interruptRollout,
  rollbackCandidate,
  type Outcome,
  type ServiceDeploymentChange,
} from './outcome.ts';
import { readiness } from './readiness.ts';
import type { DeploymentSnapshot, SchedulerTimings, ServiceSnapshot } from './snapshot.ts';
import { standingOf, type JudgedTask } from './task-health.ts';
import { nextWake } from './wake.ts';

/** A task to stop, in the words of its `stoppedReason` (stop code ServiceSchedulerInitiated). */
export interface TaskStop {
  readonly taskId: string;
  readonly reason: string;
}

/** What to do now. */
export interface ServicePlan {
  /** Tasks to create, by deployment. */
  readonly start: readonly { readonly deploymentId: string; readonly count: number }[];
  readonly stop: readonly TaskStop[];
  /** The new list; entries that do not change are the snapshot's own objects. */
  readonly deployments: readonly DeploymentSnapshot[];
  readonly serviceDeployment?: ServiceDeploymentChange;
  readonly notes: readonly NotedTask[];
  /** Messages for the service's events, oldest first; those of started tasks are the controller's. */
  readonly events: readonly string[];
  readonly steady: boolean;
  /** A deleted service has no task left that serves: it becomes INACTIVE. */
  readonly deactivate: boolean;
  /** Epoch ms at which time alone may change the answer. */
  readonly wakeAt?: number;
  /** True when a second look at the same instant, after this plan was done, would find nothing more to do. */
  readonly final: boolean;
}

/** Decides the next step of a service at `now` (epoch ms). */
export function planService(
  snapshot: ServiceSnapshot,
  timings: SchedulerTimings,
  now: number,
): ServicePlan {
  const { serviceName, healthCheckGracePeriodMs } = snapshot;
  const tasks = snapshot.tasks.map((task) => ({
    task,
    standing: standingOf(task, healthCheckGracePeriodMs, timings, now),
  }));
  const report = assessFailures(
    snapshot.deployments,
    tasks,
    snapshot.rules.circuitBreaker.resetOnHealthyTask,
    now,
  );
  const registered = registrationNotes(snapshot.tasks);
  const observed = {
    notes: [...registered, ...report.notes],
    events: [
      ...registrationEvents(serviceName, snapshot.tasks, registered),
      ...unhealthyEvents(serviceName, tasks, report.notes),
      ...(report.impaired ? [unableToStart(serviceName)] : []),
    ],
  };
  if (snapshot.status === 'DRAINING') {
    return planRemoval(snapshot, report.deployments, tasks, observed);
  }
  const interruption = interruptRollout(snapshot, report.deployments);
  if (interruption !== undefined) return planOutcome(interruption, observed);
  return planProgress(snapshot, report.deployments, tasks, observed, timings, now);
}

interface Observed {
  readonly notes: readonly NotedTask[];
  readonly events: readonly string[];
}

/** A rollout turned round or ended: only that is done in this step; capacity follows from the new list in the next. */
function planOutcome(outcome: Outcome, observed: Observed): ServicePlan {
  return {
    start: [],
    stop: [],
    deployments: outcome.deployments,
    serviceDeployment: outcome.serviceDeployment,
    notes: observed.notes,
    events: [...observed.events, ...outcome.events],
    steady: false,
    deactivate: false,
    final: false,
  };
}

function planProgress(
  snapshot: ServiceSnapshot,
  deployments: readonly DeploymentSnapshot[],
  tasks: readonly JudgedTask[],
  observed: Observed,
  timings: SchedulerTimings,
  now: number,
): ServicePlan {
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
  if (mayComplete && capacity.start.length === 0) {
    const outcome = completeRollout(snapshot, deployments);
    return {
      ...planOutcome(outcome, observed),
      deployments: settle(outcome.deployments, snapshot, tasks, []),
    };
  }
  const steady = primary.rolloutState === 'COMPLETED' && ready.steady;
  const wakeAt = nextWake(tasks, deployments, snapshot.desiredCount, timings, now);
  return {
    start: capacity.start,
    stop: capacity.stop.map((each) => ({ taskId: each.task.id, reason: stopReason(each) })),
    deployments: settle(deployments, snapshot, tasks, capacity.stop),
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

/** Stops everything; the service goes when no task serves any more (reference: ECS semantics 4.5). */
function planRemoval(
  snapshot: ServiceSnapshot,
  deployments: readonly DeploymentSnapshot[],
  tasks: readonly JudgedTask[],
  observed: Observed,
): ServicePlan {
  const present = tasks.filter(
    ({ standing }) => standing.kind !== 'stopped' && standing.kind !== 'leaving',
  );
  const serving = snapshot.tasks.some(
    ({ lastStatus }) => !['STOPPING', 'DEPROVISIONING', 'STOPPED'].includes(lastStatus),
  );
  const settled = settle(deployments, snapshot, tasks, present);
  return {
    start: [],
    stop: present.map(({ task }) => ({
      taskId: task.id,
      reason: scalingReason(task.deploymentId),
    })),
    deployments: serving ? settled : settled.slice(0, 1),
    notes: observed.notes,
    events: [...observed.events, ...stopEvents(snapshot.serviceName, present)],
    steady: false,
    deactivate: !serving,
    final: true,
  };
}

function settle(
  deployments: readonly DeploymentSnapshot[],
  snapshot: ServiceSnapshot,
  tasks: readonly JudgedTask[],
  stopping: readonly JudgedTask[],
): readonly DeploymentSnapshot[] {
  const stopped = new Set(stopping);
  return settleDeployments(deployments, snapshot.desiredCount, (deploymentId) => {
    let present = 0;
    let existing = 0;
    for (const each of tasks) {
      if (each.task.deploymentId !== deploymentId || each.standing.kind === 'stopped') continue;
      existing++;
      if (each.standing.kind !== 'leaving' && !stopped.has(each)) present++;
    }
    return { present, existing };
  });
}

function stopReason({ task, standing }: JudgedTask): string {
  if (standing.kind !== 'unhealthy') return scalingReason(task.deploymentId);
  const { cause } = standing;
  return cause.check === 'container'
    ? 'Task failed container health checks'
    : `Task failed ELB health checks in (target-group ${cause.targetGroupArn})`;
}

/** The deployment that owns the task, not the one that takes its place (reference: ECS semantics 8.3). */
function scalingReason(deploymentId: string): string {
  return `Scaling activity initiated by (deployment ${deploymentId})`;
}
