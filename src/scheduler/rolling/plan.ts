/**
 * One step of a rolling update, and of the steady life of a service: a snapshot in, what to do out. The controller does it
 * and asks again; an empty plan means that there is nothing to do before `wakeAt` or the next change.
 */
import { taskBounds } from './bounds.ts';
import { planCapacity, type JudgedTask } from './capacity.ts';
import { settleDeployments } from './deployments.ts';
import { blockedByConfiguration, steadyState, unableToStart } from './events.ts';
import { assessFailures, type NotedTask, type Standings } from './failures.ts';
import { registrationEvents, registrationNotes, stopEvents, unhealthyEvents } from './narration.ts';
import {
  completeRollout,
  interruptRollout,
  rollbackCandidate,
  type Outcome,
  type ServiceDeploymentChange,
} from './outcome.ts';
import { readiness } from './readiness.ts';
import type {
  DeploymentSnapshot,
  SchedulerTimings,
  ServiceSnapshot,
  TaskSnapshot,
} from './snapshot.ts';
import { standingOf } from './task-health.ts';
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
}

/** Decides the next step of a service at `now` (epoch ms). */
export function planService(
  snapshot: ServiceSnapshot,
  timings: SchedulerTimings,
  now: number,
): ServicePlan {
  const standings: Standings = new Map(
    snapshot.tasks.map((task) => [
      task.id,
      standingOf(task, snapshot.healthCheckGracePeriodMs, timings, now),
    ]),
  );
  const report = assessFailures(
    snapshot.deployments,
    snapshot.tasks,
    standings,
    snapshot.rules.circuitBreaker.resetOnHealthyTask,
    now,
  );
  const registered = registrationNotes(snapshot.tasks);
  const observed = {
    notes: [...registered, ...report.notes],
    events: [
      ...registrationEvents(snapshot, registered),
      ...unhealthyEvents(snapshot, standings, report.notes),
      ...(report.impaired ? [unableToStart(snapshot.serviceName)] : []),
    ],
  };
  if (snapshot.status === 'DRAINING') {
    return planRemoval(snapshot, report.deployments, standings, observed);
  }
  const interruption = interruptRollout(snapshot, report.deployments);
  if (interruption !== undefined) return planOutcome(interruption, observed);
  return planProgress(snapshot, report.deployments, standings, observed, timings, now);
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
  };
}

function planProgress(
  snapshot: ServiceSnapshot,
  deployments: readonly DeploymentSnapshot[],
  standings: Standings,
  observed: Observed,
  timings: SchedulerTimings,
  now: number,
): ServicePlan {
  const [primary] = deployments;
  if (primary === undefined) throw new Error(`service ${snapshot.serviceName} has no deployment`);
  const judged = judge(snapshot.tasks, standings);
  const mayStartNow = (deployment: DeploymentSnapshot): boolean =>
    deployment.throttledUntil === undefined || now >= deployment.throttledUntil;
  const ready = readiness(snapshot, primary, standings, timings, now);
  const formerObsolete =
    primary.rolloutState === 'COMPLETED' ||
    (primary.rolloutState === 'IN_PROGRESS' && ready.early);
  const good = formerObsolete ? undefined : rollbackCandidate(deployments);
  const capacity = planCapacity({
    desiredCount: snapshot.desiredCount,
    bounds: taskBounds(snapshot.desiredCount, snapshot.rules),
    primaryId: primary.id,
    primaryMayStart: primary.rolloutState !== 'FAILED',
    primaryMayStartNow: primary.rolloutState !== 'FAILED' && mayStartNow(primary),
    formerObsolete,
    ...(good !== undefined && mayStartNow(good) ? { replaceableId: good.id } : {}),
    tasks: judged,
  });
  const resting = capacity.start.length === 0 && capacity.stop.length === 0;
  // With a deferred clean-up the deployment completes first, and what is left of the former ones goes afterwards.
  const complete = ready.completeUncleaned ? capacity.start.length === 0 : resting && ready.complete;
  if (primary.rolloutState === 'IN_PROGRESS' && complete) {
    const outcome = completeRollout(snapshot, deployments);
    return {
      ...planOutcome(outcome, observed),
      deployments: settle(outcome.deployments, snapshot, judged, []),
    };
  }
  const steady = resting && primary.rolloutState === 'COMPLETED' && ready.steady;
  const wakeAt = nextWake(snapshot.tasks, deployments, standings, timings, now);
  return {
    start: capacity.start,
    stop: capacity.stop.map((task) => ({ taskId: task.id, reason: stopReason(task) })),
    deployments: settle(deployments, snapshot, judged, capacity.stop),
    ...(snapshot.serviceDeployment?.status === 'PENDING'
      ? { serviceDeployment: { status: 'IN_PROGRESS', circuitBreakerTriggered: false } }
      : {}),
    notes: observed.notes,
    events: [
      ...observed.events,
      ...stopEvents(snapshot, capacity.stop),
      ...(capacity.blocked ? [blockedByConfiguration(snapshot.serviceName)] : []),
      ...(steady && !snapshot.steady ? [steadyState(snapshot.serviceName)] : []),
    ],
    steady,
    deactivate: false,
    ...(wakeAt === undefined ? {} : { wakeAt }),
  };
}

/** Stops everything; the service goes when no task serves any more (reference: ECS semantics 4.5). */
function planRemoval(
  snapshot: ServiceSnapshot,
  deployments: readonly DeploymentSnapshot[],
  standings: Standings,
  observed: Observed,
): ServicePlan {
  const judged = judge(snapshot.tasks, standings);
  const present = judged.filter(
    ({ standing }) => standing.kind !== 'stopped' && standing.kind !== 'leaving',
  );
  const serving = snapshot.tasks.some(
    ({ lastStatus }) => !['STOPPING', 'DEPROVISIONING', 'STOPPED'].includes(lastStatus),
  );
  const settled = settle(deployments, snapshot, judged, present);
  return {
    start: [],
    stop: present.map((task) => ({ taskId: task.id, reason: scalingReason(task.deploymentId) })),
    deployments: serving ? settled : settled.slice(0, 1),
    notes: observed.notes,
    events: [...observed.events, ...stopEvents(snapshot, present)],
    steady: false,
    deactivate: !serving,
  };
}

function settle(
  deployments: readonly DeploymentSnapshot[],
  snapshot: ServiceSnapshot,
  judged: readonly JudgedTask[],
  stopping: readonly JudgedTask[],
): readonly DeploymentSnapshot[] {
  const stopped = new Set(stopping);
  return settleDeployments(deployments, snapshot.desiredCount, (deploymentId) => {
    const existing = judged.filter(
      (task) => task.deploymentId === deploymentId && task.standing.kind !== 'stopped',
    );
    const present = existing.filter(
      (task) => task.standing.kind !== 'leaving' && !stopped.has(task),
    );
    return { present: present.length, existing: existing.length };
  });
}

function judge(tasks: readonly TaskSnapshot[], standings: Standings): readonly JudgedTask[] {
  return tasks.flatMap(({ id, deploymentId, createdAt }) => {
    const standing = standings.get(id);
    return standing === undefined ? [] : [{ id, deploymentId, createdAt, standing }];
  });
}

function stopReason(task: JudgedTask): string {
  if (task.standing.kind !== 'unhealthy') return scalingReason(task.deploymentId);
  const { cause } = task.standing;
  return cause.check === 'container'
    ? 'Task failed container health checks'
    : `Task failed ELB health checks in (target-group ${cause.targetGroupArn})`;
}

/** The deployment that owns the task, not the one that takes its place (reference: ECS semantics 8.3). */
function scalingReason(deploymentId: string): string {
  return `Scaling activity initiated by (deployment ${deploymentId})`;
}
