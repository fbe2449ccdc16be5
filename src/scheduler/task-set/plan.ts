/**
 * One step of a service under the EXTERNAL deployment controller: a snapshot in, what to do out. Each task set keeps as many
 * tasks as its scale of the desired count asks for; which of them gets the traffic is no business of the scheduler
 * (reference: ECS semantics 7).
 */
import { steadyState, unableToStart } from '../rolling/events.ts';
import { assessFailures, type NotedTask } from '../rolling/failures.ts';
import {
  registrationEvents,
  registrationNotes,
  stopEvents,
  unhealthyEvents,
} from '../rolling/narration.ts';
import type { Throttle } from '../rolling/restart-throttle.ts';
import { stopReason, type TaskStop } from '../rolling/service-plan.ts';
import type { SchedulerTimings } from '../rolling/snapshot.ts';
import { standingOf, type JudgedTask } from '../rolling/task-health.ts';
import { computedDesiredCount } from './computed-count.ts';
import { becameSteady, taskSetSubject, updatedComputedCount } from './events.ts';
import type { ExternalServiceSnapshot, TaskSetSnapshot } from './snapshot.ts';
import { stepTaskSet, type TaskSetStep } from './task-set-step.ts';
import { nextTaskSetWake } from './wake.ts';

/** What to do now. */
export interface TaskSetPlan {
  /** Tasks to create, by task set. */
  readonly start: readonly { readonly taskSetId: string; readonly count: number }[];
  readonly stop: readonly TaskStop[];
  /** The new list, without those that are gone; entries that do not change are the snapshot's own objects. */
  readonly taskSets: readonly TaskSetSnapshot[];
  readonly notes: readonly NotedTask[];
  /** Messages for the service's events, oldest first; those of started tasks are the controller's. */
  readonly events: readonly string[];
  readonly steady: boolean;
  /** A deleted service has no task left that serves: it becomes INACTIVE, and its task sets are gone. */
  readonly deactivate: boolean;
  /** Epoch ms at which time alone may change the answer. */
  readonly wakeAt?: number;
}

/** One task set in this step. */
interface Step extends TaskSetStep {
  readonly former: TaskSetSnapshot;
  readonly tasks: readonly JudgedTask[];
  readonly notes: readonly NotedTask[];
  readonly events: readonly string[];
}

/** Decides the next step at `now` (epoch ms). */
export function planTaskSets(
  snapshot: ExternalServiceSnapshot,
  timings: SchedulerTimings,
  now: number,
): TaskSetPlan {
  const { serviceName, taskSets } = snapshot;
  const steps = taskSets.map((taskSet) => planOne(snapshot, taskSet, timings, now));
  const active = steps.filter(({ former }) => former.status !== 'DRAINING');
  const steady =
    snapshot.status === 'ACTIVE' &&
    active.length > 0 &&
    active.every(({ taskSet }) => taskSet.stabilityStatus === 'STEADY_STATE');
  const deactivate =
    snapshot.status === 'DRAINING' &&
    snapshot.tasks.every(({ lastStatus }) => NO_LONGER_SERVING.has(lastStatus));
  const wakeAt = nextTaskSetWake(steps, timings, now);
  return {
    start: steps
      .filter(({ start }) => start > 0)
      .map(({ former, start }) => ({ taskSetId: former.id, count: start })),
    stop: steps.flatMap(({ stop }) =>
      stop.map((each) => ({ taskId: each.task.id, reason: stopReason(each) })),
    ),
    taskSets: deactivate ? [] : steps.filter(({ gone }) => !gone).map((step) => step.taskSet),
    notes: steps.flatMap(({ notes }) => notes),
    events: [
      ...steps.flatMap(({ events }) => events),
      ...(steady && !snapshot.steady ? [steadyState(serviceName)] : []),
    ],
    steady,
    deactivate,
    ...(wakeAt === undefined ? {} : { wakeAt }),
  };
}

const NO_LONGER_SERVING: ReadonlySet<string> = new Set(['STOPPING', 'DEPROVISIONING', 'STOPPED']);

function planOne(
  snapshot: ExternalServiceSnapshot,
  former: TaskSetSnapshot,
  timings: SchedulerTimings,
  now: number,
): Step {
  const { serviceName, desiredCount, healthCheckGracePeriodMs } = snapshot;
  const own = snapshot.tasks.filter(({ deploymentId }) => deploymentId === former.id);
  const tasks = own.map((task) => ({
    task,
    standing: standingOf(task, healthCheckGracePeriodMs, timings, now),
  }));
  const report = assess(former, tasks, now);
  const wanted =
    former.status === 'DRAINING' ? 0 : computedDesiredCount(desiredCount, former.scale.value);
  const step = stepTaskSet(former, wanted, report.throttle, tasks, timings, now);
  const subject = taskSetSubject(serviceName, former.id);
  const registered = registrationNotes(own);
  return {
    ...step,
    former,
    tasks,
    notes: [...registered, ...report.notes],
    events: [
      ...registrationEvents(subject, own, registered),
      ...unhealthyEvents(subject, tasks, report.notes),
      ...(report.impaired ? [unableToStart(subject)] : []),
      ...(wanted === former.computedDesiredCount
        ? []
        : [updatedComputedCount(serviceName, former.id, wanted)]),
      ...stopEvents(subject, step.stop),
      ...(step.taskSet.stabilityStatus === 'STEADY_STATE' &&
      former.stabilityStatus === 'STABILIZING'
        ? [becameSteady(serviceName, former.id)]
        : []),
    ],
  };
}

/** Failures delay the next start, but nothing counts them: no circuit breaker watches a task set. */
function assess(
  { id, throttleStep, throttledUntil }: TaskSetSnapshot,
  tasks: readonly JudgedTask[],
  now: number,
): {
  readonly throttle: Throttle;
  readonly notes: readonly NotedTask[];
  readonly impaired: boolean;
} {
  const uncounted = {
    id,
    status: 'ACTIVE',
    desiredCount: 0,
    failedTasks: 0,
    rolloutState: 'COMPLETED',
    rolloutStateReason: '',
    throttleStep,
    ...(throttledUntil === undefined ? {} : { throttledUntil }),
  } as const;
  const { deployments, notes, impaired } = assessFailures([uncounted], tasks, true, now);
  return { throttle: deployments[0] ?? uncounted, notes, impaired };
}
