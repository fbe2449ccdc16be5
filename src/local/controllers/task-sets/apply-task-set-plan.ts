/** Does what the scheduler planned for the task sets of a service. */
import { startedTasks, unableToPlace } from '../../../scheduler/rolling/events.ts';
import { afterLaunchFailure } from '../../../scheduler/rolling/restart-throttle.ts';
import { taskSetSubject } from '../../../scheduler/task-set/events.ts';
import type { TaskSetPlan } from '../../../scheduler/task-set/plan.ts';
import type { Clock } from '../../../base/clock.ts';
import type { IdSource } from '../../../base/ids.ts';
import type { Service } from '../../state/entities.ts';
import type { Store } from '../../state/store.ts';
import type { TaskSet } from '../../state/task-set-entity.ts';
import { noteTasks, stopTasks } from '../services/change-tasks.ts';
import { appendEvents } from '../services/service-events.ts';
import type { StartServiceTasks } from '../services/start-tasks.ts';

/** What applying needs. */
export interface ApplyDependencies {
  readonly store: Store;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly startTasks: StartServiceTasks;
}

/** True when the plan changes nothing. */
export function isIdle(service: Service, taskSets: readonly TaskSet[], plan: TaskSetPlan): boolean {
  return (
    plan.start.length === 0 &&
    plan.stop.length === 0 &&
    plan.notes.length === 0 &&
    plan.events.length === 0 &&
    plan.steady === service.steady &&
    !plan.deactivate &&
    plan.taskSets.length === taskSets.length &&
    plan.taskSets.every((taskSet, index) => taskSet === taskSets[index])
  );
}

/** Changes the state as planned; runs inside a transaction. */
export function applyTaskSetPlan(
  service: Service,
  taskSets: readonly TaskSet[],
  plan: TaskSetPlan,
  dependencies: ApplyDependencies,
): void {
  const { store, clock, ids } = dependencies;
  const now = clock.now();
  noteTasks(service, plan.notes, store);
  stopTasks(service, plan.stop, store, now);
  writeTaskSets(taskSets, plan, store, now);
  const started = startTasks(service, plan, dependencies);
  if (plan.deactivate || plan.steady !== service.steady)
    store.services.put(service.serviceArn, {
      ...service,
      status: plan.deactivate ? 'INACTIVE' : service.status,
      steady: plan.steady,
    });
  const events = store.serviceEvents.get(service.serviceArn)?.events ?? [];
  const appended = appendEvents(events, [...plan.events, ...started], now, ids);
  if (appended !== events)
    store.serviceEvents.put(service.serviceArn, {
      serviceArn: service.serviceArn,
      events: appended,
    });
}

/** What a task set was made from is forgotten with it, unless tasks of a deleted service are still ending. */
function writeTaskSets(
  taskSets: readonly TaskSet[],
  plan: TaskSetPlan,
  store: Store,
  now: number,
): void {
  for (const taskSet of taskSets) {
    const planned = plan.taskSets.find(({ id }) => id === taskSet.id);
    if (planned === undefined) {
      store.taskSets.delete(taskSet.taskSetArn);
      if (!plan.deactivate) store.serviceRevisions.delete(taskSet.serviceRevisionArn);
    } else if (planned !== taskSet) {
      store.taskSets.put(taskSet.taskSetArn, {
        ...taskSet,
        ...planned,
        scale: taskSet.scale,
        stabilityStatusAt: now,
      });
    }
  }
}

/** Tasks are placed and created; what cannot be placed counts as a failed launch and is tried again later. Gives the events. */
function startTasks(
  service: Service,
  plan: TaskSetPlan,
  { store, clock, startTasks: start }: ApplyDependencies,
): readonly string[] {
  const now = clock.now();
  const events: string[] = [];
  for (const { taskSetId, count } of plan.start) {
    const taskSet = store.taskSets
      .by('service', service.serviceArn)
      .find(({ id }) => id === taskSetId);
    if (taskSet === undefined)
      throw new Error(`${service.serviceArn} has no task set ${taskSetId}`);
    const { tasks, failure } = start(service, taskSet, count);
    if (tasks.length > 0)
      events.push(
        startedTasks(
          taskSetSubject(service.serviceName, taskSetId),
          tasks.map(({ taskId }) => taskId),
        ),
      );
    if (failure === undefined) continue;
    events.push(unableToPlace(service.serviceName, failure));
    store.taskSets.put(taskSet.taskSetArn, {
      ...taskSet,
      ...afterLaunchFailure(taskSet, now, now),
    });
  }
  return events;
}
