/**
 * One step of a deployment that shifts traffic (BLUE_GREEN, CANARY, LINEAR): the new revision, green, is brought up beside
 * the former one, blue; traffic moves stage by stage; then blue goes (reference: ECS semantics 6). At most one stage is
 * begun or ended in a step, so that each is written down before the next.
 */
import { planCapacity } from '../rolling/capacity.ts';
import { taskBounds } from '../rolling/bounds.ts';
import { breakerTripped } from '../rolling/circuit-breaker.ts';
import { stopEvents } from '../rolling/narration.ts';
import { completeRollout, NO_CANDIDATE, type Outcome } from '../rolling/outcome.ts';
import {
  planOutcome,
  scalingReason,
  stopReason,
  type Observation,
  type ServicePlan,
} from '../rolling/service-plan.ts';
import type { DeploymentSnapshot, SchedulerTimings, ServiceSnapshot } from '../rolling/snapshot.ts';
import type { JudgedTask } from '../rolling/task-health.ts';
import { nextWake } from '../rolling/wake.ts';
import { isOpen, timeOut } from './hook.ts';
import { interruption, stageDeadline } from './interruption.ts';
import type { ShiftProgress } from './progress.ts';
import { revisionHealth, type RevisionHealth } from './revision-health.ts';
import type { ShiftSnapshot } from './shift-snapshot.ts';
import {
  bakedAt,
  begin,
  isDone,
  mayBegin,
  nextStage,
  wantedTasks,
  type StageFacts,
} from './stage-work.ts';
import { turnBack } from './turn-back.ts';

/** Decides the next step at `now` (epoch ms). */
export function planShift(
  snapshot: ServiceSnapshot,
  given: ShiftSnapshot,
  observed: Observation,
  timings: SchedulerTimings,
  now: number,
): ServicePlan {
  const hooks = timeOut(given.progress.hooks, given.progress.stage, now);
  const shift = { ...given, progress: { ...given.progress, hooks } };
  const ended = endOf(snapshot, shift, observed, now);
  if (ended !== undefined) return ended;
  const facts = factsOf(snapshot, shift, observed.tasks, timings, now);
  if (shift.progress.begunAt === undefined) {
    if (mayBegin(facts)) return planStage(snapshot, begin(facts), observed);
  } else if (isDone(facts)) {
    const next = nextStage(shift, now);
    if (next !== undefined) return planStage(snapshot, next, observed);
    return planOutcome(
      completeRollout(snapshot, settled(snapshot, shift.progress, observed, [])),
      observed,
    );
  }
  return planTasks(snapshot, shift, observed, timings, now, hooks !== given.progress.hooks);
}

/** The deployment turned round, or at its end, because something demands it. */
function endOf(
  snapshot: ServiceSnapshot,
  shift: ShiftSnapshot,
  observed: Observation,
  now: number,
): ServicePlan | undefined {
  const { deployments } = observed;
  const { progress } = shift;
  const [primary] = deployments;
  if (primary === undefined) throw new Error(`service ${snapshot.serviceName} has no deployment`);
  if (progress.course.direction === 'forward') {
    const why = interruption(snapshot, shift, primary, now);
    if (why === undefined) return undefined;
    const turn = turnBack(snapshot, shift, deployments, why, now);
    return { ...planOutcome(turn, observed), shift: turn.progress };
  }
  const tripped = breakerTripped(snapshot.rules, snapshot.desiredCount, primary);
  if (!tripped && now < stageDeadline(progress)) return undefined;
  return planOutcome(failedRollback(deployments, primary, tripped), observed);
}

/** The former revision does not come up again: nothing is left to go back to. */
function failedRollback(
  deployments: readonly DeploymentSnapshot[],
  primary: DeploymentSnapshot,
  circuitBreakerTriggered: boolean,
): Outcome {
  const failed: DeploymentSnapshot = {
    ...primary,
    rolloutState: 'FAILED',
    rolloutStateReason: `ECS deployment ${primary.id} failed to roll back.`,
  };
  return {
    deployments: [failed, ...deployments.slice(1)],
    serviceDeployment: {
      status: 'ROLLBACK_FAILED',
      statusReason: NO_CANDIDATE,
      circuitBreakerTriggered,
    },
    events: [],
  };
}

/** A stage begun or entered: only that is done in this step. */
function planStage(
  snapshot: ServiceSnapshot,
  shift: ShiftProgress,
  { deployments, notes, events }: Observation,
): ServicePlan {
  return {
    start: [],
    stop: [],
    deployments,
    ...startOfRecord(snapshot),
    shift,
    notes,
    events,
    steady: false,
    deactivate: false,
    final: false,
  };
}

/** Brings each revision to the number of tasks that the stage wants of it. */
function planTasks(
  snapshot: ServiceSnapshot,
  shift: ShiftSnapshot,
  observed: Observation,
  timings: SchedulerTimings,
  now: number,
  hooksChanged: boolean,
): ServicePlan {
  const { progress } = shift;
  const start: { deploymentId: string; count: number }[] = [];
  const stop: { readonly task: JudgedTask; readonly reason: string }[] = [];
  for (const deployment of observed.deployments) {
    const plan = planRevision(snapshot, deployment, progress, observed.tasks, now);
    start.push(...plan.start);
    stop.push(...plan.stop);
  }
  const stopping = stop.map(({ task }) => task);
  const wakeAt = wakeOf(snapshot, shift, observed, timings, now);
  return {
    start,
    stop: stop.map(({ task, reason }) => ({ taskId: task.task.id, reason })),
    deployments: settled(snapshot, progress, observed, stopping),
    ...startOfRecord(snapshot),
    ...(hooksChanged ? { shift: progress } : {}),
    notes: observed.notes,
    events: [...observed.events, ...stopEvents(snapshot.serviceName, stopping)],
    steady: false,
    deactivate: false,
    final: stop.length === 0 && !hooksChanged,
    ...(wakeAt === undefined ? {} : { wakeAt }),
  };
}

/** One revision is kept as a service of its own would be. */
function planRevision(
  { desiredCount, rules }: ServiceSnapshot,
  deployment: DeploymentSnapshot,
  progress: ShiftProgress,
  all: readonly JudgedTask[],
  now: number,
): {
  readonly start: ServicePlan['start'];
  readonly stop: readonly { readonly task: JudgedTask; readonly reason: string }[];
} {
  const tasks = all.filter(({ task }) => task.deploymentId === deployment.id);
  const wanted = wantedTasks(deployment, progress, desiredCount);
  if (wanted === undefined) return { start: [], stop: [] };
  if (wanted === 0) {
    const reason = scalingReason(deployment.id);
    const present = tasks.filter(
      ({ standing }) => standing.kind !== 'stopped' && standing.kind !== 'leaving',
    );
    return { start: [], stop: present.map((task) => ({ task, reason })) };
  }
  const { throttledUntil } = deployment;
  const plan = planCapacity({
    desiredCount: wanted,
    bounds: taskBounds(wanted, rules),
    primaryId: deployment.id,
    primaryMayStart: deployment.rolloutState !== 'FAILED',
    primaryMayStartNow: throttledUntil === undefined || now >= throttledUntil,
    formerObsolete: true,
    tasks,
  });
  return {
    start: plan.start,
    stop: plan.stop.map((task) => ({ task, reason: stopReason(task) })),
  };
}

/** Each entry shows what is wanted of it; revisions that are neither blue nor green go with their last task. */
function settled(
  { desiredCount }: ServiceSnapshot,
  progress: ShiftProgress,
  { deployments, tasks }: Observation,
  stopping: readonly JudgedTask[],
): readonly DeploymentSnapshot[] {
  const leaving = new Set(stopping);
  return deployments.flatMap((deployment, index) => {
    const existing = tasks.filter(
      ({ task, standing }) => task.deploymentId === deployment.id && standing.kind !== 'stopped',
    );
    const present = existing.filter(
      (each) => each.standing.kind !== 'leaving' && !leaving.has(each),
    ).length;
    const isKept = deployment.id === progress.greenId || deployment.id === progress.blueId;
    if (index > 0 && !isKept && existing.length === 0) return [];
    const wanted = wantedTasks(deployment, progress, desiredCount) ?? present;
    const gone = index > 0 && wanted === 0 && present === 0 && existing.length > 0;
    const status = index === 0 ? 'PRIMARY' : gone ? 'DRAINING' : 'ACTIVE';
    return deployment.status === status && deployment.desiredCount === wanted
      ? [deployment]
      : [{ ...deployment, status, desiredCount: wanted }];
  });
}

function startOfRecord({
  serviceDeployment,
}: ServiceSnapshot): Pick<ServicePlan, 'serviceDeployment'> {
  return serviceDeployment?.status === 'PENDING'
    ? { serviceDeployment: { status: 'IN_PROGRESS', circuitBreakerTriggered: false } }
    : {};
}

function factsOf(
  snapshot: ServiceSnapshot,
  shift: ShiftSnapshot,
  tasks: readonly JudgedTask[],
  timings: SchedulerTimings,
  now: number,
): StageFacts {
  const { greenId, blueId } = shift.progress;
  const health = (id: string | undefined): RevisionHealth =>
    revisionHealth(id, tasks, timings, now);
  const others = tasks.filter(
    ({ task }) => task.deploymentId !== greenId && task.deploymentId !== blueId,
  );
  const ofOthers = [...new Set(others.map(({ task }) => task.deploymentId))].map(health);
  const sum = (of: (each: RevisionHealth) => number): number =>
    ofOthers.reduce((total, each) => total + of(each), 0);
  return {
    snapshot,
    shift,
    green: health(greenId),
    blue: health(blueId),
    others: {
      present: sum(({ present }) => present),
      existing: sum(({ existing }) => existing),
      healthy: sum(({ healthy }) => healthy),
    },
    now,
  };
}

/** The next instant at which time alone changes something. */
function wakeOf(
  { desiredCount }: ServiceSnapshot,
  shift: ShiftSnapshot,
  { deployments, tasks }: Observation,
  timings: SchedulerTimings,
  now: number,
): number | undefined {
  const times = [
    nextWake(tasks, deployments, desiredCount, timings, now),
    bakedAt(shift),
    stageDeadline(shift.progress),
    ...shift.progress.hooks.filter(isOpen).map(({ expiresAt }) => expiresAt),
  ].filter((at) => at !== undefined && at > now && at < Infinity);
  return times.length === 0 ? undefined : Math.min(...times.map((at) => at ?? Infinity));
}
