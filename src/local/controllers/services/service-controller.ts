/**
 * Moves every service towards what is wanted of it: looks at a service whenever it, one of its tasks or one of their
 * targets changed, or time alone may have changed the answer, and does what the scheduler says.
 */
import type { Clock, Timer } from '../../../base/clock.ts';
import type { IdSource } from '../../../base/ids.ts';
import { planService } from '../../../scheduler/rolling/plan.ts';
import { ECS_TIMINGS, type SchedulerTimings } from '../../../scheduler/rolling/snapshot.ts';
import type { Log } from '../../log.ts';
import type { Task } from '../../state/entities.ts';
import { StateWriteError, type Store } from '../../state/store.ts';
import type { Change } from '../../state/table.ts';
import { applyPlan } from './apply-plan.ts';
import { serviceSnapshot } from './service-snapshot.ts';
import type { StartServiceTasks } from './start-tasks.ts';

/** What the controller needs. */
export interface ServiceControllerOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly log: Log;
  readonly startTasks: StartServiceTasks;
  /** Delays that ECS does not document; ECS's observed ones unless given. */
  readonly timings?: SchedulerTimings;
}

/** After the state could not be written, everything is tried again this much later. */
const WRITE_RETRY_MS = 1_000;

/** Watches the state and keeps services as they should be. */
export class ServiceController {
  readonly #options: ServiceControllerOptions;
  readonly #timings: SchedulerTimings;
  /** ARNs of services to look at in the next turn. */
  readonly #dirty = new Set<string>();
  /** Timers of services that wait for time to pass. */
  readonly #wakes = new Map<string, Timer>();
  #turn: Timer | undefined;
  #closed = false;

  constructor(options: ServiceControllerOptions) {
    this.#options = options;
    this.#timings = options.timings ?? ECS_TIMINGS;
  }

  /** Begins: every service that exists is looked at once. */
  start(): void {
    const { store } = this.#options;
    store.onChange((changes) => {
      for (const change of changes) {
        const serviceArn = this.#concernedService(change);
        if (serviceArn !== undefined) this.#look(serviceArn, 0);
      }
    });
    for (const service of store.services.values()) this.#look(service.serviceArn, 0);
  }

  /** Stops acting; what is stored stays as it is. */
  close(): void {
    this.#closed = true;
    this.#turn?.cancel();
    for (const timer of this.#wakes.values()) timer.cancel();
    this.#wakes.clear();
  }

  #look(serviceArn: string, delayMs: number): void {
    if (this.#closed) return;
    this.#dirty.add(serviceArn);
    // All changes of one instant are looked at together.
    this.#turn ??= this.#options.clock.setTimer(delayMs, () => {
      this.#turn = undefined;
      const dirty = [...this.#dirty];
      this.#dirty.clear();
      for (const arn of dirty) this.#reconcile(arn);
    });
  }

  #reconcile(serviceArn: string): void {
    const { store, clock, log } = this.#options;
    this.#wakes.get(serviceArn)?.cancel();
    this.#wakes.delete(serviceArn);
    const service = store.services.get(serviceArn);
    if (service === undefined || service.status === 'INACTIVE') return;
    // Task sets and CodeDeploy have schedulers of their own.
    if (service.deploymentController !== 'ECS') return;
    const plan = planService(serviceSnapshot(store, service), this.#timings, clock.now());
    try {
      store.transaction(() => applyPlan(service, plan, this.#options));
    } catch (error) {
      if (!(error instanceof StateWriteError)) throw error;
      log.error('the state could not be written; the service is looked at again', {
        service: serviceArn,
        error,
      });
      this.#wake(serviceArn, WRITE_RETRY_MS);
      return;
    }
    if (plan.wakeAt !== undefined) this.#wake(serviceArn, plan.wakeAt - clock.now());
  }

  #wake(serviceArn: string, delayMs: number): void {
    const timer = this.#options.clock.setTimer(delayMs, () => {
      this.#wakes.delete(serviceArn);
      this.#look(serviceArn, 0);
    });
    this.#wakes.set(serviceArn, timer);
  }

  /** The service whose next step a change may alter. */
  #concernedService({ table, key, entity, former }: Change): string | undefined {
    switch (table) {
      case 'services':
        return key;
      case 'serviceDeployments':
        return (entity as { readonly serviceArn: string } | undefined)?.serviceArn;
      case 'tasks':
        return ((entity ?? former) as Task | undefined)?.serviceArn;
      case 'targets':
        return this.#options.store.tasks.by('target', key)[0]?.serviceArn;
      default:
        return undefined;
    }
  }
}
