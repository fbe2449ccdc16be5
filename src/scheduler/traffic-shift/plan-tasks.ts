/** The tasks of both revisions, as the stage wants them: each is kept as a service of its own would be. */
import { taskBounds } from '../rolling/bounds.ts';
import { planCapacity } from '../rolling/capacity.ts';
import { stopEvents } from '../rolling/narration.ts';
import {
  scalingReason,
  stopReason,
  type Observation,
  type ServicePlan,
} from '../rolling/service-plan.ts';
import type { DeploymentSnapshot, SchedulerTimings, ServiceSnapshot } from '../rolling/snapshot.ts';
import { completionTime, type JudgedTask } from '../rolling/task-health.ts';
import { nextWake } from '../rolling/wake.ts';
import { isOpen } from './hook.ts';
import { stageDeadline } from './interruption.ts';
import type { ShiftProgress } from './progress.ts';
import type { ShiftSnapshot } from './shift-snapshot.ts';
import { bakedAt, wantedTasks } from './stage-work.ts';

/** Brings each revision to the number of tasks that the stage wants of it. */
export function planTasks(
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
    deployments: settled(snapshot, progress, observed),
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
export function settled(
  { desiredCount }: ServiceSnapshot,
  progress: ShiftProgress,
  { deployments, tasks }: Observation,
): readonly DeploymentSnapshot[] {
  return deployments.flatMap((deployment, index) => {
    const existing = tasks.filter(
      ({ task, standing }) => task.deploymentId === deployment.id && standing.kind !== 'stopped',
    );
    const isKept = deployment.id === progress.greenId || deployment.id === progress.blueId;
    if (!isKept && existing.length === 0) return [];
    const wanted =
      wantedTasks(deployment, progress, desiredCount) ??
      existing.filter(({ standing }) => standing.kind !== 'leaving').length;
    // What is left of one that is to have none leaves with this step at the latest. A service of no tasks keeps both, though.
    const gone = wanted === 0 && (existing.length > 0 || desiredCount > 0);
    const status = index === 0 ? 'PRIMARY' : gone ? 'DRAINING' : 'ACTIVE';
    return deployment.status === status && deployment.desiredCount === wanted
      ? [deployment]
      : [{ ...deployment, status, desiredCount: wanted }];
  });
}

/** A record is IN_PROGRESS from the first step. */
export function startOfRecord({
  serviceDeployment,
}: ServiceSnapshot): Pick<ServicePlan, 'serviceDeployment'> {
  return serviceDeployment?.status === 'PENDING'
    ? { serviceDeployment: { status: 'IN_PROGRESS', circuitBreakerTriggered: false } }
    : {};
}

/** The next instant at which time alone changes something. */
function wakeOf(
  { desiredCount }: ServiceSnapshot,
  shift: ShiftSnapshot,
  { deployments, tasks }: Observation,
  timings: SchedulerTimings,
  now: number,
): number | undefined {
  // Traffic returns to blue once enough of its tasks count; nextWake knows when the last one of the PRIMARY does.
  const ofBlue = tasks.filter(({ task }) => task.deploymentId === shift.progress.blueId);
  const times = [
    nextWake(tasks, deployments, desiredCount, timings, now) ?? Infinity,
    ...ofBlue.map(({ task }) => completionTime(task, timings)),
    bakedAt(shift),
    stageDeadline(shift.progress),
    ...shift.progress.hooks.filter(isOpen).map(({ expiresAt }) => expiresAt),
  ];
  const wakeAt = Math.min(...times.filter((at) => at > now));
  return wakeAt === Infinity ? undefined : wakeAt;
}
