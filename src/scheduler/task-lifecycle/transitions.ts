/**
 * What became of the effects that a plan asked for, applied to the task: pure transitions. An event of a container's former
 * start, or one that comes too late, changes nothing: the same object comes back.
 */
import { unreachable } from '../../base/errors.ts';
import { afterHealthCheck, taskHealth, type HealthCheckOutcome } from './health.ts';
import { failTask, rulesOf, type ContainerPort } from './task.ts';
import type { LifecycleContainer, LifecycleTask, TaskRules } from './task.ts';

/** How a container ended. `lost`: nobody saw its exit status, which is never reported as 0. */
export type ContainerEnd =
  | { readonly kind: 'exited'; readonly exitCode: number; readonly outOfMemory: boolean }
  | { readonly kind: 'lost' };

/** An image that was pulled. */
export interface PulledImage {
  readonly image: string;
  /** `sha256:<64 hex>`. */
  readonly digest: string;
  readonly healthCheckCommand?: readonly string[];
}

/** What the runtime told, or found out about a task. */
export type TaskEvent =
  | { readonly kind: 'pulled'; readonly images: readonly PulledImage[] }
  | { readonly kind: 'pull-failed'; readonly image: string; readonly message: string }
  | {
      readonly kind: 'started';
      readonly runtimeId: string;
      readonly ports: readonly ContainerPort[];
    }
  | { readonly kind: 'start-failed'; readonly runtimeId: string; readonly message: string }
  /** After a crash: the start was asked for and never happened. */
  | { readonly kind: 'never-started'; readonly runtimeId: string }
  | { readonly kind: 'exited'; readonly runtimeId: string; readonly exit: ContainerEnd }
  | ({ readonly kind: 'health-checked'; readonly runtimeId: string } & HealthCheckOutcome)
  /** Something unexpected makes it impossible to go on with the task. */
  | { readonly kind: 'failed'; readonly reason: string };

/** The reason of a container whose exit status nobody saw. */
export const EXIT_STATUS_UNKNOWN = 'exit status unknown';
/** The reason of a container that the kernel killed (reference: ECS semantics 8.3). */
export const OUT_OF_MEMORY = 'OutOfMemoryError: Container killed due to memory usage';

/** The task after an event that was seen at `now` (epoch ms). */
export function applyTaskEvent<T extends LifecycleTask>(
  task: T,
  rules: TaskRules,
  event: TaskEvent,
  now: number,
): T {
  switch (event.kind) {
    case 'pulled':
      return afterPull(task, event.images, now);
    case 'pull-failed':
      return afterPullFailure(task, event.image, event.message, now);
    case 'started':
      return change(task, rules, event.runtimeId, (container) =>
        container.lastStatus === 'PENDING'
          ? { ...container, lastStatus: 'RUNNING', startedAt: now, ports: event.ports }
          : container,
      );
    case 'start-failed':
      return change(task, rules, event.runtimeId, (container) =>
        container.lastStatus === 'PENDING'
          ? { ...container, lastStatus: 'STOPPED', stoppedAt: now, reason: event.message }
          : container,
      );
    case 'never-started':
      return change(task, rules, event.runtimeId, afterNeverStarted);
    case 'exited':
      return change(task, rules, event.runtimeId, (container) =>
        afterExit(container, event.exit, now),
      );
    case 'health-checked':
      return change(task, rules, event.runtimeId, (container) => {
        const { healthCheck } = rulesOf(rules, container.name);
        return healthCheck === undefined
          ? container
          : afterHealthCheck(container, healthCheck, event, now);
      });
    case 'failed':
      return failTask(
        task,
        task.startedAt === undefined ? 'TaskFailedToStart' : 'ServiceSchedulerInitiated',
        event.reason,
      );
    default:
      return unreachable(event);
  }
}

/** Changes the container that was started under the id, and the task's health with it. */
function change<T extends LifecycleTask>(
  task: T,
  rules: TaskRules,
  runtimeId: string,
  to: (container: LifecycleContainer) => LifecycleContainer,
): T {
  const former = task.containers.find((container) => container.runtimeId === runtimeId);
  if (former === undefined) return task;
  const changed = to(former);
  if (changed === former) return task;
  const containers = task.containers.map((container) =>
    container === former ? changed : container,
  );
  return { ...task, containers, healthStatus: taskHealth(containers, rules) };
}

function afterPull<T extends LifecycleTask>(
  task: T,
  images: readonly PulledImage[],
  now: number,
): T {
  if (task.desiredStatus === 'STOPPED' || task.pullStoppedAt !== undefined) return task;
  const containers = task.containers.map((container) => {
    const pulled = images.find(({ image }) => image === container.image);
    if (pulled === undefined) return container;
    const { digest, healthCheckCommand } = pulled;
    return {
      ...container,
      imageDigest: digest,
      ...(healthCheckCommand === undefined ? {} : { healthCheckCommand }),
    };
  });
  return { ...task, pullStoppedAt: now, containers };
}

/** An image that cannot be pulled fails the task, whichever container needs it. */
function afterPullFailure<T extends LifecycleTask>(
  task: T,
  image: string,
  message: string,
  now: number,
): T {
  if (task.desiredStatus === 'STOPPED' || task.pullStoppedAt !== undefined) return task;
  const containers = task.containers.map((container) =>
    container.image === image ? { ...container, reason: message } : container,
  );
  return failTask({ ...task, pullStoppedAt: now, containers }, 'TaskFailedToStart', message);
}

/** A start that never happened is as if it had not been asked for; its id is not used again. */
function afterNeverStarted(container: LifecycleContainer): LifecycleContainer {
  if (container.lastStatus !== 'PENDING') return container;
  const { startRequestedAt: _, ...rest } = container;
  return rest;
}

function afterExit(
  container: LifecycleContainer,
  exit: ContainerEnd,
  now: number,
): LifecycleContainer {
  if (container.lastStatus === 'STOPPED') return container;
  const ended = {
    ...container,
    lastStatus: 'STOPPED' as const,
    // The exit may be heard of before the start: then it ran since the start was asked for, at the longest.
    startedAt: container.startedAt ?? container.startRequestedAt ?? now,
    stoppedAt: now,
  };
  if (exit.kind === 'lost') return { ...ended, reason: EXIT_STATUS_UNKNOWN };
  return {
    ...ended,
    exitCode: exit.exitCode,
    ...(exit.outOfMemory ? { reason: OUT_OF_MEMORY } : {}),
  };
}
