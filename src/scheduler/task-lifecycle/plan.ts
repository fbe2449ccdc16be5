/**
 * The next step in the life of a task, as a pure function: what to write down and then to do, and when to look again. It is
 * called after every event and at every `wakeAt`; a step that is asked for twice is planned once, because the first plan
 * wrote down that it was begun (reference: ECS semantics 8).
 */
import { planRun } from './plan-run.ts';
import { planStop } from './plan-stop.ts';
import { runtimeIdsUpTo } from './runtime-id.ts';
import type { LifecycleTask } from './task.ts';
import { planOf, type TaskPlan, type TaskView } from './view.ts';

/** Stopped tasks stay visible for so long, and their logs readable (reference: ECS semantics 8.2). */
export const STOPPED_TASK_RETENTION_MS = 3_600_000;

/** Plans the next step of a task at `now` (epoch ms). */
export function planTask<T extends LifecycleTask>(view: TaskView<T>, now: number): TaskPlan<T> {
  if (view.task.lastStatus === 'STOPPED') return planRemoval(view, now);
  const run = view.task.desiredStatus === 'RUNNING' ? planRun(view, now) : undefined;
  if (run?.task.desiredStatus === 'RUNNING') return run;
  // A task that has just failed begins to stop in the same step; planRun asks for nothing then.
  const stop = planStop({ ...view, task: run?.task ?? view.task }, now);
  return stop.task.lastStatus === 'STOPPED' ? planRemoval({ ...view, task: stop.task }, now) : stop;
}

function planRemoval<T extends LifecycleTask>(view: TaskView<T>, now: number): TaskPlan<T> {
  const { task } = view;
  const removeAt = (task.stoppedAt ?? now) + STOPPED_TASK_RETENTION_MS;
  if (now < removeAt) return planOf(task, { wakeAt: removeAt });
  if (view.activity.removing) return planOf(task);
  const runtimeIds = task.containers.flatMap(({ runtimeId }) =>
    runtimeId === undefined ? [] : runtimeIdsUpTo(runtimeId),
  );
  return planOf(task, { effects: [{ kind: 'remove', runtimeIds }] });
}
