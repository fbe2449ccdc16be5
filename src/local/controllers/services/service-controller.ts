/**
 * Moves every service towards what is wanted of it: looks at a service whenever it, one of its tasks or one of their
 * targets changed, or time alone may have changed the answer, and does what the scheduler says.
 */
import type { Clock } from '../../../base/clock.ts';
import type { IdSource } from '../../../base/ids.ts';
import { planService } from '../../../scheduler/plan-service.ts';
import type { ServicePlan } from '../../../scheduler/rolling/service-plan.ts';
import { ECS_TIMINGS, type SchedulerTimings } from '../../../scheduler/rolling/snapshot.ts';
import type { Log } from '../../log.ts';
import type { Alarm } from '../../state/cloudwatch-entities.ts';
import type { Service, ServiceDeployment, Task } from '../../state/entities.ts';
import { StateWriteError, type Store } from '../../state/store.ts';
import type { Change } from '../../state/table.ts';
import { LookQueue } from '../look-queue.ts';
import { applyPlan, isIdle } from './apply-plan.ts';
import { servicesWatching } from './deployment-alarms.ts';
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
  /** How many times as fast the clock runs as the machine's; 1 unless given. Grace periods last as long as they say all the same. */
  readonly timeScale?: number;
}

/** After the state could not be written, everything is tried again this much later. */
const WRITE_RETRY_MS = 1_000;

/** Watches the state and keeps services as they should be. */
export class ServiceController {
  readonly #options: ServiceControllerOptions;
  readonly #timings: SchedulerTimings;
  readonly #snapshots: TaskSnapshots;
  /** ARNs of services. */
  readonly #queue: LookQueue;
  /** The service whose final plan is being written: that it changes by this is no reason to look at it again. */
  #done: string | undefined;

  constructor(options: ServiceControllerOptions) {
    this.#options = options;
    this.#timings = options.timings ?? ECS_TIMINGS;
    this.#snapshots = new TaskSnapshots(options.store);
    this.#queue = new LookQueue(options.clock, (serviceArn) => this.#reconcile(serviceArn));
  }

  /** Begins: every service that exists is looked at once. */
  start(): void {
    const { store } = this.#options;
    store.onChange((changes) => {
      for (const change of changes)
        for (const serviceArn of this.#concernedServices(change))
          if (serviceArn !== this.#done) this.#queue.add(serviceArn);
    });
    for (const service of store.services.values()) this.#queue.add(service.serviceArn);
  }

  /** Stops acting; what is stored stays as it is. */
  close(): void {
    this.#queue.close();
  }

  #reconcile(serviceArn: string): void {
    const { store, clock, timeScale = 1 } = this.#options;
    const service = store.services.get(serviceArn);
    if (service === undefined || service.status === 'INACTIVE') {
      this.#queue.wakeAt(serviceArn, undefined);
      return;
    }
    // Task sets and CodeDeploy have schedulers of their own.
    if (service.deploymentController !== 'ECS') return;
    const snapshot = serviceSnapshot(store, service, this.#snapshots, timeScale);
    const plan = planService(snapshot, this.#timings, clock.now());
    if (isIdle(service, plan) || this.#apply(service, plan))
      this.#queue.wakeAt(serviceArn, plan.wakeAt);
    else this.#queue.wakeAt(serviceArn, clock.now() + WRITE_RETRY_MS);
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

  /** The services whose next step a change may alter. */
  #concernedServices({ table, key, entity, former }: Change): readonly string[] {
    const { store } = this.#options;
    // The table says which type its entities have.
    switch (table) {
      case 'services':
        return [key];
      case 'serviceDeployments':
        return listOf((entity as ServiceDeployment | undefined)?.serviceArn);
      case 'tasks': {
        const [before, after] = [former, entity] as [Task | undefined, Task | undefined];
        const service = store.services.get(after?.serviceArn ?? '');
        return altersNextStep(before, after, service?.status) ? listOf(service?.serviceArn) : NONE;
      }
      case 'targets':
        return listOf(store.tasks.by('target', key)[0]?.serviceArn);
      case 'alarms': {
        const [before, after] = [former, entity] as [Alarm | undefined, Alarm | undefined];
        if (after === undefined || after.stateValue === before?.stateValue) return NONE;
        return servicesWatching(after, store);
      }
      default:
        return NONE;
    }
  }
}

const NONE: readonly string[] = [];

function listOf(serviceArn: string | undefined): readonly string[] {
  return serviceArn === undefined ? NONE : [serviceArn];
}
