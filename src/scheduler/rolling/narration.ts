/** The service events that tell of tasks, from what the scheduler noted and decided (reference: ECS semantics 5.7). */
import {
  begunDraining,
  deregisteredTargets,
  registeredTargets,
  stoppedPendingTasks,
  stoppedRunningTasks,
  taskUnhealthy,
} from './events.ts';
import type { NotedTask } from './failures.ts';
import type { TaskSnapshot } from './snapshot.ts';
import type { JudgedTask } from './task-health.ts';

/** Tasks whose targets were registered since the last step. */
export function registrationNotes(tasks: readonly TaskSnapshot[]): readonly NotedTask[] {
  return tasks
    .filter((task) => task.targets.length > 0 && !task.noted.has('registered'))
    .map(({ id }) => ({ taskId: id, note: 'registered' }));
}

/** What the service says of them. */
export function registrationEvents(
  serviceName: string,
  tasks: readonly TaskSnapshot[],
  registered: readonly NotedTask[],
): readonly string[] {
  if (registered.length === 0) return [];
  const ids = new Set(registered.map(({ taskId }) => taskId));
  const counts = targetCounts(tasks.filter(({ id }) => ids.has(id)));
  return Array.from(counts, ([arn, count]) => registeredTargets(serviceName, count, arn));
}

/** What the service says of tasks that a load balancer has now been found to call unhealthy. */
export function unhealthyEvents(
  serviceName: string,
  tasks: readonly JudgedTask[],
  notes: readonly NotedTask[],
): readonly string[] {
  const unhealthy = new Set(
    notes.filter(({ note }) => note === 'unhealthy').map(({ taskId }) => taskId),
  );
  if (unhealthy.size === 0) return [];
  return tasks.flatMap(({ task, standing }) =>
    unhealthy.has(task.id) &&
    standing.kind === 'unhealthy' &&
    standing.cause.check === 'load-balancer'
      ? [taskUnhealthy(serviceName, task.id, standing.cause)]
      : [],
  );
}

/** What the service says when tasks are stopped: connections drain before anything ends. */
export function stopEvents(serviceName: string, stop: readonly JudgedTask[]): readonly string[] {
  const pending = stop.filter(({ standing }) => standing.kind === 'pending');
  const running = stop
    .filter(({ standing }) => standing.kind !== 'pending')
    .map(({ task }) => task.id);
  const leaving = stop.map(({ task }) => task).filter(({ targets }) => targets.length > 0);
  return [
    ...(pending.length > 0 ? [stoppedPendingTasks(serviceName, pending.length)] : []),
    ...Array.from(targetCounts(leaving), ([arn, count]) =>
      deregisteredTargets(serviceName, count, arn),
    ),
    ...(leaving.length > 0 ? [begunDraining(serviceName, leaving.length)] : []),
    ...(running.length > 0 ? [stoppedRunningTasks(serviceName, running)] : []),
  ];
}

/** How many targets the tasks have in each target group. */
function targetCounts(tasks: readonly TaskSnapshot[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { targetGroupArn } of tasks.flatMap(({ targets }) => targets)) {
    counts.set(targetGroupArn, (counts.get(targetGroupArn) ?? 0) + 1);
  }
  return counts;
}
