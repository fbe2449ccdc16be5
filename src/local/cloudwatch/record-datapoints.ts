/** Writes what is published of metrics into the state. */
import type { StandardUnit } from '@aws-sdk/client-cloudwatch';
import type { IdSource } from '../../base/ids.ts';
import {
  datapointKey,
  metricKey,
  type Metric,
  type MetricDatapoint,
  type MetricResolution,
} from '../state/cloudwatch-entities.ts';
import type { Store } from '../state/store.ts';
import type { MetricName } from './metric-identity.ts';
import { resolutionAt } from './retention.ts';
import { merge, type Aggregate } from './statistics/aggregate.ts';

/** Values of one metric at one time. */
export interface Published {
  readonly metric: MetricName;
  /** Epoch ms. */
  readonly at: number;
  /** Absent, or None: without a unit. */
  readonly unit?: StandardUnit | undefined;
  readonly resolution: MetricResolution;
  readonly aggregate: Aggregate;
}

/** Adds the values to what is known of their stretches of time; inside a transaction. What is too old is left out. */
export function recordDatapoints(
  { store, ids }: { readonly store: Store; readonly ids: Pick<IdSource, 'hex'> },
  published: readonly Published[],
  now: number,
): void {
  for (const { metric, at, unit, resolution: wanted, aggregate } of published) {
    const resolution = resolutionAt(now - at, wanted);
    if (resolution === undefined) continue;
    const { id } = knownMetric(store, metric) ?? newMetric(store, metric, ids);
    const lengthMs = resolution * 1000;
    addDatapoint(store, {
      metricId: id,
      resolution,
      at: Math.floor(at / lengthMs) * lengthMs,
      ...(unit !== undefined && unit !== 'None' && { unit }),
      ...aggregate,
    });
  }
}

/** Adds a datapoint to the one that is there for its stretch of time; inside a transaction. */
export function addDatapoint(store: Store, point: MetricDatapoint): void {
  const key = datapointKey(point);
  const known = store.metricDatapoints.get(key);
  if (known === undefined) {
    store.metricDatapoints.put(key, point);
    return;
  }
  const { metricId, resolution, at, unit } = point;
  store.metricDatapoints.put(key, {
    ...{ metricId, resolution, at },
    ...(unit !== undefined && { unit }),
    ...merge(known, point),
  });
}

/** The metric of this name, when something was published of it. */
export function knownMetric(store: Pick<Store, 'metrics'>, metric: MetricName): Metric | undefined {
  return store.metrics.get(metricKey(metric));
}

function newMetric(store: Store, metric: MetricName, ids: Pick<IdSource, 'hex'>): Metric {
  const row: Metric = { id: ids.hex(16), ...metric };
  store.metrics.put(metricKey(metric), row);
  return row;
}
