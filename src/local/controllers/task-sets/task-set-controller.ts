/**
 * Keeps the task sets of services under the EXTERNAL deployment controller at their computed counts: looks at a service whenever
 * it, a task set, a task or a target changed, or time alone may have changed the answer. Traffic is none of its business
 * (reference: ECS semantics 7).
 */
import type { Clock } from '../../../base/clock.ts';
import type { IdSource } from '../../../base/ids.ts';
import { ECS_TIMINGS, type SchedulerTimings } from '../../../scheduler/rolling/snapshot.ts';
import { planTaskSets } from '../../../scheduler/task-set/plan.ts';
import type { Log } from '../../log.ts';
import type { Task } from '../../state/entities.ts';
import { StateWriteError, type Store } from '../../state/store.ts';
import type { Change } from '../../state/table.ts';
import type { TaskSet } from '../../state/task-set-entity.ts';
import { LookQueue } from '../look-queue.ts';
import type { StartServiceTasks } from '../services/start-tasks.ts';
import { altersNextStep } from '../services/task-relevance.ts';
import { TaskSnapshots } from '../services/task-snapshots.ts';
import { applyTaskSetPlan, isIdle } from './apply-task-set-plan.ts';

/** What the controller needs. */
export interface TaskSetControllerOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly log: Log;
  readonly startTasks: StartServiceTasks;
  /** Delays that ECS does not document; ECS's observed ones unless given. */
  readonly timings?: SchedulerTimings;
  /** How many times as fast the clock runs as the machine's; 1 unless given. Grace periods last as long as they say all the same. */
  readonly timeScale?: number;
}

/** After the state could not be written, everything is tried again this much later. */
const WRITE_RETRY_MS = 1_000;

/** Watches the state and keeps task sets as they should be. */
export class TaskSetController {
  readonly #options: TaskSetControllerOptions;
  readonly #timings: SchedulerTimings;
  readonly #snapshots: TaskSnapshots;
  /** ARNs of services. */
  readonly #queue: LookQueue;

  constructor(options: TaskSetControllerOptions) {
    this.#options = options;
    this.#timings = options.timings ?? ECS_TIMINGS;
    this.#snapshots = new TaskSnapshots(options.store);
    this.#queue = new LookQueue(options.clock, (serviceArn) => this.#reconcile(serviceArn));
  }

  /** Begins: every service of the kind that exists is looked at once. */
  start(): void {
    const { store } = this.#options;
    store.onChange((changes) => {
      for (const change of changes) {
        const serviceArn = this.#concernedService(change);
        if (store.services.get(serviceArn ?? '')?.deploymentController === 'EXTERNAL')
          this.#queue.add(serviceArn ?? '');
      }
    });
    for (const { serviceArn, deploymentController } of store.services.values())
      if (deploymentController === 'EXTERNAL') this.#queue.add(serviceArn);
  }

  /** Stops acting; what is stored stays as it is. */
  close(): void {
    this.#queue.close();
  }

  #reconcile(serviceArn: string): void {
    const { store, clock, log, timeScale = 1 } = this.#options;
    const service = store.services.get(serviceArn);
    if (service === undefined || service.status === 'INACTIVE') {
      this.#queue.wakeAt(serviceArn, undefined);
      return;
    }
    const taskSets = store.taskSets.by('service', serviceArn);
    const plan = planTaskSets(
      {
        serviceName: service.serviceName,
        status: service.status,
        desiredCount: service.desiredCount,
        healthCheckGracePeriodMs: service.healthCheckGracePeriodSeconds * 1000 * timeScale,
        taskSets,
        tasks: this.#snapshots.of(service),
        steady: service.steady,
      },
      this.#timings,
      clock.now(),
    );
    try {
      if (!isIdle(service, taskSets, plan))
        store.transaction(() => applyTaskSetPlan(service, taskSets, plan, this.#options));
      this.#queue.wakeAt(serviceArn, plan.wakeAt);
    } catch (error) {
      if (!(error instanceof StateWriteError)) throw error;
      log.error('the state could not be written; the service is looked at again', {
        service: serviceArn,
        error,
      });
      this.#queue.wakeAt(serviceArn, clock.now() + WRITE_RETRY_MS);
    }
  }

  /** The service whose next step a change may alter; the table says which type its entities have. */
  #concernedService({ table, key, entity, former }: Change): string | undefined {
    const { store } = this.#options;
    switch (table) {
      case 'services':
        return key;
      case 'taskSets':
        return ((entity ?? former) as TaskSet | undefined)?.serviceArn;
      case 'tasks': {
        const [before, after] = [former, entity] as [Task | undefined, Task | undefined];
        const service = store.services.get(after?.serviceArn ?? '');
        return altersNextStep(before, after, service?.status) ? service?.serviceArn : undefined;
      }
      case 'targets':
        return store.tasks.by('target', key)[0]?.serviceArn;
      default:
        return undefined;
    }
  }
}
