/**
 * Moves every service towards what is wanted of it: looks at a service whenever it, one of its tasks or one of their
 * targets changed, or time alone may have changed the answer, and does what the scheduler says.
 */
import type { Clock, Timer } from '../../../base/clock.ts';
import type { IdSource } from '../../../base/ids.ts';
import { planService } from '../../../scheduler/plan-service.ts';
import type { ServicePlan } from '../../../scheduler/rolling/service-plan.ts';
import { ECS_TIMINGS, type SchedulerTimings } from '../../../scheduler/rolling/snapshot.ts';
import type { Log } from '../../log.ts';
import type { Service, Task } from '../../state/entities.ts';
import { StateWriteError, type Store } from '../../state/store.ts';
import type { Change } from '../../state/table.ts';
import { applyPlan, isIdle } from './apply-plan.ts';
import { serviceSnapshot } from './service-snapshot.ts';
import type { StartServiceTasks } from './start-tasks.ts';
import { altersNextStep } from './task-relevance.ts';
import { TaskSnapshots } from './task-snapshots.ts';

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
  readonly #snapshots: TaskSnapshots;
  /** ARNs of services to look at in the next turn. */
  readonly #dirty = new Set<string>();
  /** Timers of services that wait for time to pass, and when they fire (epoch ms). */
  readonly #wakes = new Map<string, { readonly timer: Timer; readonly at: number }>();
  #turn: Timer | undefined;
  /** The service whose final plan is being written: that it changes by this is no reason to look at it again. */
  #done: string | undefined;
  #closed = false;

  constructor(options: ServiceControllerOptions) {
    this.#options = options;
    this.#timings = options.timings ?? ECS_TIMINGS;
    this.#snapshots = new TaskSnapshots(options.store);
  }

  /** Begins: every service that exists is looked at once. */
  start(): void {
    const { store } = this.#options;
    store.onChange((changes) => {
      for (const change of changes) {
        const serviceArn = this.#concernedService(change);
        if (serviceArn !== undefined && serviceArn !== this.#done) this.#look(serviceArn);
      }
    });
    for (const service of store.services.values()) this.#look(service.serviceArn);
  }

  /** Stops acting; what is stored stays as it is. */
  close(): void {
    this.#closed = true;
    this.#turn?.cancel();
    for (const { timer } of this.#wakes.values()) timer.cancel();
    this.#wakes.clear();
  }

  #look(serviceArn: string): void {
    if (this.#closed) return;
    this.#dirty.add(serviceArn);
    // All changes of one instant are looked at together.
    this.#turn ??= this.#options.clock.setTimer(0, () => {
      this.#turn = undefined;
      const dirty = [...this.#dirty];
      this.#dirty.clear();
      for (const arn of dirty) this.#reconcile(arn);
    });
  }

  #reconcile(serviceArn: string): void {
    const { store, clock } = this.#options;
    const service = store.services.get(serviceArn);
    if (service === undefined || service.status === 'INACTIVE') {
      this.#wakeAt(serviceArn, undefined);
      return;
    }
    // Task sets and CodeDeploy have schedulers of their own.
    if (service.deploymentController !== 'ECS') return;
    const snapshot = serviceSnapshot(store, service, this.#snapshots);
    const plan = planService(snapshot, this.#timings, clock.now());
    if (isIdle(service, plan) || this.#apply(service, plan)) this.#wakeAt(serviceArn, plan.wakeAt);
    else this.#wakeAt(serviceArn, clock.now() + WRITE_RETRY_MS);
  }

  /** Does what is planned; false when the state could not be written. */
  #apply(service: Service, plan: ServicePlan): boolean {
    const { store, log } = this.#options;
    try {
      store.transaction(() => {
        const { asPlanned } = applyPlan(service, plan, this.#options);
        if (plan.final && asPlanned) this.#done = service.serviceArn;
      });
      return true;
    } catch (error) {
      if (!(error instanceof StateWriteError)) throw error;
      log.error('the state could not be written; the service is looked at again', {
        service: service.serviceArn,
        error,
      });
      return false;
    } finally {
      this.#done = undefined;
    }
  }

  #wakeAt(serviceArn: string, at: number | undefined): void {
    const { clock } = this.#options;
    const former = this.#wakes.get(serviceArn);
    if (former?.at === at) return;
    former?.timer.cancel();
    if (at === undefined) {
      this.#wakes.delete(serviceArn);
      return;
    }
    const timer = clock.setTimer(at - clock.now(), () => {
      this.#wakes.delete(serviceArn);
      this.#look(serviceArn);
    });
    this.#wakes.set(serviceArn, { timer, at });
  }

  /** The service whose next step a change may alter. */
  #concernedService({ table, key, entity, former }: Change): string | undefined {
    switch (table) {
      case 'services':
        return key;
      case 'serviceDeployments':
        return (entity as { readonly serviceArn: string } | undefined)?.serviceArn;
      case 'tasks': {
        // The table says which type its entities have.
        const [before, after] = [former, entity] as [Task | undefined, Task | undefined];
        const service = this.#options.store.services.get(after?.serviceArn ?? '');
        return altersNextStep(before, after, service?.status) ? service?.serviceArn : undefined;
      }
      case 'targets':
        return this.#options.store.tasks.by('target', key)[0]?.serviceArn;
      default:
        return undefined;
    }
  }
}
