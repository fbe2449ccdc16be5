/** The service events that tell of tasks, from what the scheduler noted and decided (reference: ECS semantics 5.7). */
import type { JudgedTask } from './capacity.ts';
import {
  begunDraining,
  deregisteredTargets,
  registeredTargets,
  stoppedPendingTasks,
  stoppedRunningTasks,
  taskUnhealthy,
} from './events.ts';
import type { NotedTask, Standings } from './failures.ts';
import type { ServiceSnapshot, TaskSnapshot } from './snapshot.ts';

/** Tasks whose targets were registered since the last step. */
export function registrationNotes(tasks: readonly TaskSnapshot[]): readonly NotedTask[] {
  return tasks
    .filter((task) => task.targets.length > 0 && !task.noted.has('registered'))
    .map(({ id }) => ({ taskId: id, note: 'registered' }));
}

/** What the service says of them. */
export function registrationEvents(
  snapshot: ServiceSnapshot,
  registered: readonly NotedTask[],
): readonly string[] {
  const ids = new Set(registered.map(({ taskId }) => taskId));
  const counts = targetCounts(snapshot.tasks.filter(({ id }) => ids.has(id)));
  return Array.from(counts, ([arn, count]) => registeredTargets(snapshot.serviceName, count, arn));
}

/** What the service says of tasks that a load balancer found unhealthy. */
export function unhealthyEvents(
  snapshot: ServiceSnapshot,
  standings: Standings,
  notes: readonly NotedTask[],
): readonly string[] {
  return notes.flatMap(({ taskId, note }) => {
    const standing = standings.get(taskId);
    if (note !== 'unhealthy' || standing?.kind !== 'unhealthy') return [];
    const { cause } = standing;
    return cause.check === 'container' ? [] : [taskUnhealthy(snapshot.serviceName, taskId, cause)];
  });
}

/** What the service says when tasks are stopped: connections drain before anything ends. */
export function stopEvents(
  snapshot: ServiceSnapshot,
  stop: readonly JudgedTask[],
): readonly string[] {
  const pending = stop.filter(({ standing }) => standing.kind === 'pending');
  const running = stop.filter(({ standing }) => standing.kind !== 'pending').map(({ id }) => id);
  const stopped = new Set(stop.map(({ id }) => id));
  const leaving = snapshot.tasks.filter(({ id, targets }) => stopped.has(id) && targets.length > 0);
  return [
    ...(pending.length > 0 ? [stoppedPendingTasks(snapshot.serviceName, pending.length)] : []),
    ...Array.from(targetCounts(leaving), ([arn, count]) =>
      deregisteredTargets(snapshot.serviceName, count, arn),
    ),
    ...(leaving.length > 0 ? [begunDraining(snapshot.serviceName, leaving.length)] : []),
    ...(running.length > 0 ? [stoppedRunningTasks(snapshot.serviceName, running)] : []),
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
