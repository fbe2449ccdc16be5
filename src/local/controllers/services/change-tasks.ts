/** What a plan does to tasks that exist: notes and stops. Runs inside a transaction. */
import type { NotedTask } from '../../../scheduler/rolling/failures.ts';
import type { TaskStop } from '../../../scheduler/rolling/service-plan.ts';
import type { Service, Task } from '../../state/entities.ts';
import type { Store } from '../../state/store.ts';

/** Remembers what the scheduler took note of. */
export function noteTasks(service: Service, notes: readonly NotedTask[], store: Store): void {
  for (const { taskId, note } of notes) {
    const task = findTask(service, taskId, store);
    store.tasks.put(task.taskArn, { ...task, schedulerNotes: [...task.schedulerNotes, note] });
  }
}

/** Asks tasks to stop at `now` (epoch ms); the task controller does it. */
export function stopTasks(
  service: Service,
  stops: readonly TaskStop[],
  store: Store,
  now: number,
): void {
  for (const { taskId, reason } of stops) {
    const task = findTask(service, taskId, store);
    store.tasks.put(task.taskArn, {
      ...task,
      desiredStatus: 'STOPPED',
      stopCode: 'ServiceSchedulerInitiated',
      stoppedReason: reason,
      stoppingAt: now,
      version: task.version + 1,
    });
  }
}

function findTask(service: Service, taskId: string, store: Store): Task {
  const arn = `${service.clusterArn.replace(':cluster/', ':task/')}/${taskId}`;
  const task = store.tasks.get(arn);
  if (task === undefined) throw new Error(`there is no task ${arn}`);
  return task;
}
