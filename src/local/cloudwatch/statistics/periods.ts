/** Stored datapoints as the periods of a request: what was published within each. */
import type { MetricDatapoint } from '../../state/cloudwatch-entities.ts';
import { merge, type Aggregate } from './aggregate.ts';

/** Periods of one length, one after another. Milliseconds. */
export interface PeriodRange {
  /** Epoch; when the first begins. */
  readonly start: number;
  readonly periodMs: number;
  readonly count: number;
}

/** The periods that begin within a range of time: from `start`, rounded down to a whole minute or a short period, to before `end`. */
export function periodsBetween(start: number, end: number, periodSeconds: number): PeriodRange {
  const periodMs = periodSeconds * 1000;
  const grain = Math.min(periodMs, 60_000);
  const from = Math.floor(start / grain) * grain;
  return { start: from, periodMs, count: Math.max(0, Math.ceil((end - from) / periodMs)) };
}

/**
 * What was published in each period that has any data, by the epoch milliseconds at which the period begins, ascending. A
 * datapoint belongs to the period in which it begins; what is kept only by the hour is not there for shorter periods.
 */
export function aggregatesByPeriod(
  points: Iterable<MetricDatapoint>,
  { start, periodMs, count }: PeriodRange,
): ReadonlyMap<number, Aggregate> {
  const found = new Map<number, Aggregate>();
  for (const point of points) {
    const index = Math.floor((point.at - start) / periodMs);
    if (index < 0 || index >= count) continue;
    if (point.resolution === 3600 && periodMs < 3_600_000) continue;
    const at = start + index * periodMs;
    const known = found.get(at);
    found.set(at, known === undefined ? point : merge(known, point));
  }
  return new Map([...found].sort(([one], [other]) => one - other));
}
