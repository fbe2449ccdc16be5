/** What the tasks learn about their containers after a restart of the control plane. */
import { runtimeIdsUpTo } from '../../../scheduler/task-lifecycle/runtime-id.ts';
import type { TaskEvent } from '../../../scheduler/task-lifecycle/transitions.ts';
import type { AdoptedContainer } from '../../runtime/runtime.ts';
import type { Container, Task } from '../../state/entities.ts';

/** A container whose outcome the former control plane did not record. */
export type UnsettledContainer = Container & { readonly runtimeId: string };

/** The containers of a task that run as far as is recorded, or whose start was asked for. */
export function unsettledContainers(task: Task): readonly UnsettledContainer[] {
  if (task.lastStatus === 'STOPPED') return [];
  return task.containers.filter(
    (container): container is UnsettledContainer =>
      container.runtimeId !== undefined &&
      (container.lastStatus === 'RUNNING' ||
        (container.lastStatus === 'PENDING' && container.startRequestedAt !== undefined)),
  );
}

/** The runtime ids of every start of the tasks' containers whose end is recorded: their output is still asked for. */
export function endedContainers(tasks: readonly Task[]): readonly string[] {
  return tasks.flatMap((task) => {
    const unsettled = new Set(unsettledContainers(task).map(({ runtimeId }) => runtimeId));
    return task.containers
      .flatMap(({ runtimeId }) => (runtimeId === undefined ? [] : runtimeIdsUpTo(runtimeId)))
      .filter((runtimeId) => !unsettled.has(runtimeId));
  });
}

/** The event that brings a container's record in line with what the runtime found; undefined when they agree. */
export function recoveryEvent(
  container: UnsettledContainer,
  found: AdoptedContainer | undefined,
): TaskEvent | undefined {
  const { runtimeId } = container;
  const isPending = container.lastStatus === 'PENDING';
  switch (found?.kind) {
    case 'running':
      return isPending ? { kind: 'started', runtimeId, ports: found.ports } : undefined;
    case 'ended':
      return { kind: 'exited', runtimeId, exit: found.exit };
    case 'never-started':
    case undefined:
      // What ran for certain and cannot be found any more has ended, nobody knows how.
      return isPending
        ? { kind: 'never-started', runtimeId }
        : { kind: 'exited', runtimeId, exit: { kind: 'lost' } };
  }
}
