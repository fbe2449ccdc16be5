/**
 * The steps of a task that is meant to stop: drain its targets, then SIGTERM in reverse dependency order, SIGKILL after the
 * stop timeout, STOPPED when every container has ended (reference: ECS semantics 8.5).
 */
import { mayStop } from './dependencies.ts';
import { openTargets } from './targets.ts';
import { failTask, rulesOf, type LifecycleContainer } from './task.ts';
import type { LifecycleTask, TaskStatus } from './task.ts';
import { earliest, planOf, type TaskEffect, type TaskPlan, type TaskView } from './view.ts';

/** The shortest time between SIGTERM and SIGKILL, as in the container agent (reference: ECS semantics 8.5). */
export const LEAST_STOP_TIMEOUT_MS = 1_000;
/** SIGKILL is repeated so often while the container does not end. */
export const KILL_AGAIN_AFTER_MS = 10_000;

/** Plans for a task whose desired status is STOPPED and that is not STOPPED yet. */
export function planStop<T extends LifecycleTask>(view: TaskView<T>, now: number): TaskPlan<T> {
  const stoppingAt = view.task.stoppingAt ?? now;
  const task: T = view.task.stoppingAt === undefined ? { ...view.task, stoppingAt } : view.task;
  if (task.lastStatus !== 'STOPPING' && task.lastStatus !== 'DEPROVISIONING') {
    const { open, registered } = openTargets(view, stoppingAt);
    if (open.length > 0)
      return planOf(withStatus(task, 'DEACTIVATING'), { deregister: registered });
  }
  return stopContainers(view, task, now);
}

/**
 * The signals that a former control plane wrote down and may not have sent, for containers that still run. A container may
 * get SIGTERM twice that way, rather than be killed without ever having been asked to end.
 */
export function repeatedSignals(task: LifecycleTask): readonly TaskEffect[] {
  return task.containers.flatMap(({ lastStatus, runtimeId, stopSignalledAt, killedAt }) => {
    if (lastStatus !== 'RUNNING' || runtimeId === undefined || stopSignalledAt === undefined)
      return [];
    const signal = killedAt === undefined ? 'SIGTERM' : 'SIGKILL';
    return [{ kind: 'signal', runtimeId, signal }];
  });
}

/**
 * The task as it is when its containers are about to be ended from outside, all at once: told to stop, past draining, and
 * SIGTERM counted as sent. The same object when it has stopped already.
 */
export function stoppedAtOnce<T extends LifecycleTask>(
  task: T,
  stoppedReason: string,
  now: number,
): T {
  if (task.lastStatus === 'STOPPED') return task;
  const containers = task.containers.map((container) =>
    container.lastStatus === 'RUNNING' && container.stopSignalledAt === undefined
      ? { ...container, stopSignalledAt: now }
      : container,
  );
  return {
    ...failTask(task, 'ServiceSchedulerInitiated', stoppedReason),
    containers,
    lastStatus: 'STOPPING',
    stoppingAt: task.stoppingAt ?? now,
  };
}

function withStatus<T extends LifecycleTask>(task: T, lastStatus: TaskStatus): T {
  return task.lastStatus === lastStatus ? task : { ...task, lastStatus };
}

function stopContainers<T extends LifecycleTask>(
  view: TaskView<T>,
  task: T,
  now: number,
): TaskPlan<T> {
  const effects: TaskEffect[] = [];
  const times: number[] = [];
  const settled = task.containers.map(endIfNeverStarted);
  const containers = settled.map((container) => {
    const { runtimeId, name } = container;
    // A container whose start is under way is told to stop when it runs.
    if (container.lastStatus !== 'RUNNING' || runtimeId === undefined) return container;
    const timeoutMs = Math.max(LEAST_STOP_TIMEOUT_MS, rulesOf(view.rules, name).stopTimeoutMs);
    if (container.stopSignalledAt === undefined) {
      if (!mayStop(name, settled, view.rules)) return container;
      effects.push({ kind: 'signal', runtimeId, signal: 'SIGTERM' });
      times.push(now + timeoutMs);
      return { ...container, stopSignalledAt: now };
    }
    const killAt =
      container.killedAt === undefined
        ? container.stopSignalledAt + timeoutMs
        : container.killedAt + KILL_AGAIN_AFTER_MS;
    if (now < killAt) {
      times.push(killAt);
      return container;
    }
    effects.push({ kind: 'signal', runtimeId, signal: 'SIGKILL' });
    times.push(now + KILL_AGAIN_AFTER_MS);
    return { ...container, killedAt: now };
  });

  if (containers.every(({ lastStatus }) => lastStatus === 'STOPPED'))
    return planOf(stopped({ ...task, containers }, now));
  const isChanged = containers.some((container, index) => container !== task.containers[index]);
  const stopping = withStatus(task, 'STOPPING');
  return planOf(isChanged ? { ...stopping, containers } : stopping, {
    effects,
    wakeAt: earliest(times),
  });
}

/** A container that was never asked to start has nothing to end: no exit code, no time. */
function endIfNeverStarted(container: LifecycleContainer): LifecycleContainer {
  return container.lastStatus === 'PENDING' && container.startRequestedAt === undefined
    ? { ...container, lastStatus: 'STOPPED' }
    : container;
}

/** Every container has ended. DEPROVISIONING takes no time here: the network interface exists on paper only. */
function stopped<T extends LifecycleTask>(task: T, now: number): T {
  const ran =
    task.startedAt !== undefined ||
    task.containers.some(({ startedAt }) => startedAt !== undefined);
  return {
    ...task,
    lastStatus: 'STOPPED',
    ...(ran ? { executionStoppedAt: now } : {}),
    stoppedAt: now,
  };
}
