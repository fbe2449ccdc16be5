/**
 * One step of a deployment that shifts traffic (BLUE_GREEN, CANARY, LINEAR): the new revision, green, is brought up beside
 * the former one, blue; traffic moves stage by stage; then blue goes (reference: ECS semantics 6). At most one stage is
 * begun or ended in a step, so that each is written down before the next.
 */
import { breakerTripped } from '../rolling/circuit-breaker.ts';
import { completeRollout, NO_CANDIDATE, type Outcome } from '../rolling/outcome.ts';
import { planOutcome, type Observation, type ServicePlan } from '../rolling/service-plan.ts';
import type { DeploymentSnapshot, SchedulerTimings, ServiceSnapshot } from '../rolling/snapshot.ts';
import type { JudgedTask } from '../rolling/task-health.ts';
import { timeOut } from './hook.ts';
import { interruption, stageDeadline } from './interruption.ts';
import { planTasks, settled, startOfRecord } from './plan-tasks.ts';
import type { ShiftProgress } from './progress.ts';
import { revisionHealth, type RevisionHealth } from './revision-health.ts';
import type { ShiftSnapshot } from './shift-snapshot.ts';
import { begin, isDone, mayBegin, nextStage, type StageFacts } from './stage-work.ts';
import { turnBack } from './turn-back.ts';

/** Decides the next step at `now` (epoch ms). */
export function planShift(
  snapshot: ServiceSnapshot,
  given: ShiftSnapshot,
  observed: Observation,
  timings: SchedulerTimings,
  now: number,
): ServicePlan {
  const hooks = timeOut(given.progress.hooks, given.hooks, given.progress.stage, now);
  const shift = { ...given, progress: { ...given.progress, hooks } };
  const ended = endOf(snapshot, shift, observed, now);
  if (ended !== undefined) return ended;
  const facts = factsOf(snapshot, shift, observed.tasks, timings, now);
  if (shift.progress.begunAt === undefined) {
    if (mayBegin(facts)) return planStage(snapshot, begin(facts), observed);
  } else if (isDone(facts)) {
    const next = nextStage(shift, now);
    if (next !== undefined) return planStage(snapshot, next, observed);
    if (shift.progress.course.direction === 'reconcile')
      return planStage(snapshot, 'over', observed);
    return planOutcome(
      completeRollout(snapshot, settled(snapshot, shift.progress, observed)),
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
  // A rolling update heeds what demands its end once traffic is undivided: by its own rules.
  if (progress.course.direction === 'reconcile') return undefined;
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

/** A stage begun, entered or, the last before a rolling update, left: only that is done in this step. */
function planStage(
  snapshot: ServiceSnapshot,
  shift: ShiftProgress | 'over',
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

function factsOf(
  snapshot: ServiceSnapshot,
  shift: ShiftSnapshot,
  tasks: readonly JudgedTask[],
  timings: SchedulerTimings,
  now: number,
): StageFacts {
  const { greenId, blueId } = shift.progress;
  const healthOf = (isMeant: (id: string) => boolean): RevisionHealth =>
    revisionHealth(isMeant, tasks, timings, now);
  return {
    snapshot,
    shift,
    green: healthOf((id) => id === greenId),
    blue: healthOf((id) => id === blueId),
    others: healthOf((id) => id !== greenId && id !== blueId),
    now,
  };
}
