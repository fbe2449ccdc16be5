/** The steps of a task that is meant to run: pull, start in order, register, stay RUNNING, check health, restart. */
import { dependencyVerdict } from './dependencies.ts';
import { nextCheckAt, taskHealth } from './health.ts';
import { isToRestart, resetForRestart, startRequested } from './restart.ts';
import { registrationOf } from './targets.ts';
import { failTask, rulesOf, type LifecycleContainer, type LifecycleTask } from './task.ts';
import { earliest, planOf, type TaskEffect, type TaskPlan, type TaskView } from './view.ts';

/** The reason of a task whose essential container has ended (reference: ECS semantics 8.3). */
export const ESSENTIAL_CONTAINER_EXITED = 'Essential container in task exited';
/** The reason of a task whose containers wait for what cannot come (reference: ECS semantics 8.3). */
export const TASK_FAILED_TO_START = 'Task failed to start';

/** Plans for a task whose desired status is RUNNING; one that fails comes back with desired status STOPPED, and nothing to do. */
export function planRun<T extends LifecycleTask>(view: TaskView<T>, now: number): TaskPlan<T> {
  const { task } = view;
  const failed = failure(view, now);
  if (failed !== undefined) return planOf(failed);
  if (task.pullStoppedAt === undefined) return planPull(view, now);

  const starts = startContainers(view, now);
  const activation =
    task.lastStatus === 'RUNNING' || starts.task.containers.some(isPending)
      ? planOf(starts.task)
      : activate(view, starts.task, now);
  if (activation.task.desiredStatus === 'STOPPED') return activation;
  const checks = checkHealth(view, activation.task, now);
  return planOf(activation.task, {
    register: activation.register,
    effects: [...starts.effects, ...checks.effects],
    wakeAt: earliest([starts.wakeAt, checks.wakeAt]),
  });
}

/** What is begun for some containers, and when to look at them again. */
interface Begun {
  readonly effects: readonly TaskEffect[];
  readonly wakeAt: number | undefined;
}

/** The task told to stop when it has failed; undefined when it goes on. */
function failure<T extends LifecycleTask>(view: TaskView<T>, now: number): T | undefined {
  const { task, rules, resourceError } = view;
  if (task.lastStatus === 'PROVISIONING' && resourceError !== undefined)
    return failTask(task, 'TaskFailedToStart', resourceError);

  for (const container of task.containers) {
    const own = rulesOf(rules, container.name);
    if (own.essential && container.lastStatus === 'STOPPED' && !isToRestart(container, own))
      return failedBy(task, container);
  }
  for (const container of task.containers) {
    if (!waitsForDependencies(container)) continue;
    const verdict = dependencyVerdict(rulesOf(rules, container.name), task.containers, rules, now);
    if (verdict.kind !== 'impossible') continue;
    const containers = task.containers.map((other) =>
      other === container ? { ...container, reason: verdict.reason } : other,
    );
    return failTask({ ...task, containers }, 'TaskFailedToStart', TASK_FAILED_TO_START);
  }
  return undefined;
}

/** An essential container has ended: after it ran, or because it could not be started in a task that never ran. */
function failedBy<T extends LifecycleTask>(task: T, essential: LifecycleContainer): T {
  return essential.startedAt === undefined && task.startedAt === undefined
    ? failTask(task, 'TaskFailedToStart', essential.reason ?? TASK_FAILED_TO_START)
    : failTask(task, 'EssentialContainerExited', ESSENTIAL_CONTAINER_EXITED);
}

/** All images are pulled before the first container starts, so that a missing one fails the task at once. */
function planPull<T extends LifecycleTask>(view: TaskView<T>, now: number): TaskPlan<T> {
  const { task, activity } = view;
  const pulling: T =
    task.pullStartedAt === undefined
      ? { ...task, lastStatus: 'PENDING', pullStartedAt: now }
      : task;
  if (activity.pulling) return planOf(pulling);
  const images = [...new Set(task.containers.map(({ image }) => image))];
  return planOf(pulling, { effects: [{ kind: 'pull', images }] });
}

function isPending(container: LifecycleContainer): boolean {
  return container.lastStatus === 'PENDING';
}

/** Dependencies are confirmed at the first start only, not at restarts (reference: ECS semantics 3.1). */
function waitsForDependencies(container: LifecycleContainer): boolean {
  return (
    isPending(container) && container.startRequestedAt === undefined && container.restartCount === 0
  );
}

/** Asks for the start of every container whose turn it is. */
function startContainers<T extends LifecycleTask>(
  view: TaskView<T>,
  now: number,
): Begun & { readonly task: T } {
  const { task, rules } = view;
  const effects: TaskEffect[] = [];
  const times: (number | undefined)[] = [];
  const containers = task.containers.map((container, place) => {
    const own = rulesOf(rules, container.name);
    let ready = container;
    if (isToRestart(container, own)) ready = resetForRestart(container);
    else if (!isPending(container) || container.startRequestedAt !== undefined) return container;
    if (waitsForDependencies(ready)) {
      const verdict = dependencyVerdict(own, task.containers, rules, now);
      if (verdict.kind === 'waiting') times.push(verdict.until);
      if (verdict.kind !== 'met') return container;
    }
    const requested = startRequested(ready, task.taskId, place, now);
    const { name: containerName, runtimeId } = requested;
    effects.push({ kind: 'start', containerName, runtimeId });
    return requested;
  });
  const wakeAt = earliest(times);
  if (effects.length === 0) return { task, effects, wakeAt };
  const healthStatus = taskHealth(containers, rules);
  return { task: { ...task, containers, healthStatus }, effects, wakeAt };
}

/** Every container has started: registers the task's targets and makes it RUNNING. */
function activate<T extends LifecycleTask>(view: TaskView<T>, task: T, now: number): TaskPlan<T> {
  const registration = registrationOf({ ...view, task });
  switch (registration.kind) {
    case 'impossible':
      return planOf(failTask(task, 'TaskFailedToStart', registration.reason));
    case 'occupied':
      return planOf(
        task.lastStatus === 'ACTIVATING' ? task : { ...task, lastStatus: 'ACTIVATING' },
      );
    case 'ready':
      return planOf(
        { ...task, lastStatus: 'RUNNING', startedAt: now, targets: registration.targets },
        { register: registration.missing },
      );
  }
}

/** Begins the health checks that are due. */
function checkHealth<T extends LifecycleTask>(view: TaskView<T>, task: T, now: number): Begun {
  const effects: TaskEffect[] = [];
  const times: number[] = [];
  for (const container of task.containers) {
    const { runtimeId } = container;
    const { healthCheck } = rulesOf(view.rules, container.name);
    if (healthCheck === undefined || runtimeId === undefined) continue;
    if (view.activity.checking.has(runtimeId)) continue;
    const dueAt = nextCheckAt(container, healthCheck, view.activity.checkedAt.get(runtimeId));
    if (dueAt === undefined) continue;
    if (now < dueAt) {
      times.push(dueAt);
      continue;
    }
    const command = container.healthCheckCommand ?? healthCheck.command;
    effects.push({ kind: 'check-health', runtimeId, command, timeoutMs: healthCheck.timeoutMs });
  }
  return { effects, wakeAt: earliest(times) };
}
