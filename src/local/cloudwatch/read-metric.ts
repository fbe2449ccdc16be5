/** Reads what was published of a metric, period by period. */
import type { StandardUnit } from '@aws-sdk/client-cloudwatch';
import { datapointHour, type MetricDatapoint } from '../state/cloudwatch-entities.ts';
import type { Store } from '../state/store.ts';
import type { MetricName } from './metric-identity.ts';
import { knownMetric } from './record-datapoints.ts';
import type { Aggregate } from './statistics/aggregate.ts';
import { aggregatesByPeriod, type PeriodRange } from './statistics/periods.ts';

/** The part of the state that it needs. */
export type MetricState = Pick<Store, 'metrics' | 'metricDatapoints'>;

const HOUR_MS = 3_600_000;

/**
 * Every datapoint of a metric that begins in a range of time; of one unit, or of all.
 * @param range epoch ms; `end` itself is outside
 */
export function datapointsOf(
  store: MetricState,
  metric: MetricName,
  { start, end }: { readonly start: number; readonly end: number },
  unit?: StandardUnit,
): readonly MetricDatapoint[] {
  const known = knownMetric(store, metric);
  if (known === undefined) return [];
  const found: MetricDatapoint[] = [];
  for (let at = Math.floor(start / HOUR_MS) * HOUR_MS; at < end; at += HOUR_MS) {
    for (const point of store.metricDatapoints.by('hour', datapointHour(known.id, at))) {
      if (point.at < start || point.at >= end) continue;
      if (unit === undefined || (point.unit ?? 'None') === unit) found.push(point);
    }
  }
  return found;
}

/** What was published of a metric in each period that has any data, by the time at which the period begins. */
export function readPeriods(
  store: MetricState,
  metric: MetricName,
  range: PeriodRange,
  unit?: StandardUnit,
): ReadonlyMap<number, Aggregate> {
  const { start, periodMs, count } = range;
  const points = datapointsOf(store, metric, { start, end: start + count * periodMs }, unit);
  return aggregatesByPeriod(points, range);
}
