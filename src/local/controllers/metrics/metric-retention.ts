/** Puts metric data together as it gets old, and forgets it in the end (docs/decisions/0010-metric-data.md). */
import type { Clock, Timer } from '../../../base/clock.ts';
import { addDatapoint } from '../../cloudwatch/record-datapoints.ts';
import { resolutionAt } from '../../cloudwatch/retention.ts';
import type { Log } from '../../log.ts';
import { datapointKey, metricKey, type MetricDatapoint } from '../../state/cloudwatch-entities.ts';
import { StateWriteError, type Store } from '../../state/store.ts';

const HOUR_MS = 3_600_000;

/** What it needs. */
export interface MetricRetentionOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
}

/** Looks every hour, while there is any data. */
export class MetricRetention {
  readonly #options: MetricRetentionOptions;
  #timer: Timer | undefined;
  #closed = false;

  constructor(options: MetricRetentionOptions) {
    this.#options = options;
  }

  /** Begins; what got old while nobody looked is dealt with at once. */
  start(): void {
    this.#options.store.onChange((changes) => {
      if (changes.some(({ table }) => table === 'metricDatapoints')) this.#plan();
    });
    if (this.#options.store.metricDatapoints.size > 0) this.#age();
  }

  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
  }

  #plan(): void {
    if (this.#closed || this.#options.store.metricDatapoints.size === 0) return;
    const { clock } = this.#options;
    this.#timer ??= clock.setTimer(HOUR_MS - (clock.now() % HOUR_MS), () => {
      this.#timer = undefined;
      this.#age();
    });
  }

  #age(): void {
    const { store, clock, log } = this.#options;
    try {
      store.transaction(() => {
        const now = clock.now();
        for (const point of [...store.metricDatapoints.values()]) agePoint(store, point, now);
        const alive = new Set(
          Array.from(store.metricDatapoints.values(), ({ metricId }) => metricId),
        );
        for (const metric of [...store.metrics.values()])
          if (!alive.has(metric.id)) store.metrics.delete(metricKey(metric));
      });
    } catch (error) {
      if (!(error instanceof StateWriteError)) throw error;
      log.error('old metric data could not be put together; it is tried again in an hour', {
        error,
      });
    }
    this.#plan();
  }
}

function agePoint(store: Store, point: MetricDatapoint, now: number): void {
  // By the end of the hour that it belongs to, so that an hour is put together when it is complete.
  const age = now - (Math.floor(point.at / HOUR_MS) + 1) * HOUR_MS;
  const resolution = resolutionAt(Math.max(0, age), point.resolution);
  if (resolution === point.resolution) return;
  store.metricDatapoints.delete(datapointKey(point));
  if (resolution === undefined) return;
  const lengthMs = resolution * 1000;
  const at = Math.floor(point.at / lengthMs) * lengthMs;
  addDatapoint(store, { ...point, resolution, at });
}
