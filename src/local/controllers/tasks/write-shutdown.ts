/** Writes down that every task ends because the local ECS does. */
import { stoppedAtOnce } from '../../../scheduler/task-lifecycle/plan-stop.ts';
import { targetKey, type Store } from '../../state/store.ts';

/**
 * Every task that has not stopped is stopping from now on (epoch ms), and its targets are gone: the balancer ends too.
 * @throws StateWriteError
 */
export function writeShutdown(store: Store, stoppedReason: string, now: number): void {
  store.transaction(() => {
    for (const task of store.tasks.values()) {
      const stopped = stoppedAtOnce(task, stoppedReason, now);
      if (stopped === task) continue;
      store.tasks.put(task.taskArn, { ...stopped, version: task.version + 1 });
      for (const target of task.targets) store.targets.delete(targetKey(target));
    }
  });
}
