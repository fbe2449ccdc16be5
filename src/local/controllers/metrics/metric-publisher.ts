/**
 * Publishes every minute what AWS publishes by itself: the traffic and the hosts of load balancers, CPU and memory of services.
 * Looks only while there is a listener or a service, so that a virtual clock can come to rest.
 */
import type { Clock, Timer } from '../../../base/clock.ts';
import type { IdSource } from '../../../base/ids.ts';
import type { DataPlane, ListenerStatistics } from '../../balancer/data-plane.ts';
import { recordDatapoints, type Published } from '../../cloudwatch/record-datapoints.ts';
import type { MachineDescription } from '../../ecs/context.ts';
import type { Log } from '../../log.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import { StateWriteError, type Store } from '../../state/store.ts';
import { hostMetrics, trafficMetrics } from './load-balancer-metrics.ts';
import { serviceMetrics, type Usage } from './service-metrics.ts';
import { trafficSince } from './traffic-since.ts';

/** What it needs. */
export interface MetricPublisherOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly ids: Pick<IdSource, 'hex'>;
  readonly log: Log;
  readonly dataPlane: Pick<DataPlane, 'statistics'>;
  readonly runtime: Pick<Runtime, 'usage'>;
  readonly machine: MachineDescription;
}

const MINUTE_MS = 60_000;
/** What could not be written waits for the next minute; more than that is given up. */
const MOST_WAITING = 10_000;
const NOTHING: Usage = new Map();

/** Looks once a minute, on the minute. */
export class MetricPublisher {
  readonly #options: MetricPublisherOptions;
  #traffic: readonly ListenerStatistics[] = [];
  #usage: Usage = NOTHING;
  #waiting: readonly Published[] = [];
  #timer: Timer | undefined;
  /** No minute is published twice. Epoch ms. */
  #nextAt = 0;
  #closed = false;

  constructor(options: MetricPublisherOptions) {
    this.#options = options;
  }

  /** Begins. */
  start(): void {
    this.#options.store.onChange((changes) => {
      if (changes.some(({ table }) => table === 'listeners' || table === 'services')) this.#plan();
    });
    this.#plan();
  }

  /** Publishes nothing any more. */
  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
  }

  /** Publishes what was counted in the minute that is under way. */
  flush(): Promise<void> {
    return this.#publish(this.#options.clock.now());
  }

  #plan(): void {
    const { store, clock } = this.#options;
    const now = clock.now();
    if (this.#closed || (store.listeners.size === 0 && store.services.size === 0)) return;
    this.#timer ??= clock.setTimer(Math.max(this.#nextAt, nextMinute(now)) - now, () => {
      void this.#publishMinute();
    });
  }

  async #publishMinute(): Promise<void> {
    // A timer may be a moment early: what is counted now was counted in the minute that began half a minute ago or more.
    const time = this.#options.clock.now() - MINUTE_MS / 2;
    this.#nextAt = nextMinute(time) + MINUTE_MS;
    try {
      await this.#publish(time);
    } catch (error) {
      // The data plane ends after this does; whom it asked before gets no answer.
      if (!this.#closed) throw error;
    }
    this.#timer = undefined;
    this.#plan();
  }

  async #publish(time: number): Promise<void> {
    const { store, dataPlane, runtime, machine, clock, log } = this.#options;
    const [traffic, usage] = await Promise.all([
      dataPlane.statistics(),
      runtime.usage?.() ?? NOTHING,
    ]);
    const at = Math.floor(time / MINUTE_MS) * MINUTE_MS;
    const metrics = [
      ...trafficMetrics(trafficSince(this.#traffic, traffic), store),
      ...hostMetrics(store),
      ...serviceMetrics(store, machine, this.#usage, usage),
    ];
    this.#traffic = traffic;
    this.#usage = usage;
    const resolution = 60;
    const published = [
      ...this.#waiting,
      ...metrics.map((metric) => ({ ...metric, at, resolution }) as const),
    ];
    this.#waiting = [];
    try {
      store.transaction(() => recordDatapoints(this.#options, published, clock.now()));
    } catch (error) {
      if (!(error instanceof StateWriteError)) throw error;
      this.#waiting = published.slice(-MOST_WAITING);
      log.error('metrics could not be written; they are kept for the next minute', { error });
    }
  }
}

/** When the minute of a time is over. */
function nextMinute(time: number): number {
  return (Math.floor(time / MINUTE_MS) + 1) * MINUTE_MS;
}
