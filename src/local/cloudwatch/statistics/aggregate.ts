/** What is kept of a metric's values instead of each value: how many, their sum and bounds, and their distribution. */
import type { MetricDatapoint } from '../../state/cloudwatch-entities.ts';

/** Values of one stretch of time. Without `values` and `counts` nothing is known of their distribution. */
export type Aggregate = Pick<
  MetricDatapoint,
  'count' | 'sum' | 'min' | 'max' | 'values' | 'counts'
>;

/** More distinct values than that are put together with their neighbours. */
const MOST_DISTINCT = 200;
/** Neighbours that are put together lie within two per cent, so that each is off by one per cent at most. */
const LOG_STEP = Math.log(1.02);

/**
 * The aggregate of values.
 * @param values in any order, at least one
 * @param counts how often each occurred, in the same order; once unless given
 */
export function aggregateOf(
  values: readonly number[],
  counts: readonly number[] = values.map(() => 1),
): Aggregate {
  const byValue = new Map<number, number>();
  let count = 0;
  let sum = 0;
  for (const [index, value] of values.entries()) {
    const times = counts[index] ?? 0;
    byValue.set(value, (byValue.get(value) ?? 0) + times);
    count += times;
    sum += value * times;
  }
  return {
    ...{ count, sum },
    ...{ min: smallest(values), max: largest(values) },
    ...distribution(byValue),
  };
}

/** A statistic set that a client has made; its distribution is known only where all its values are the same. */
export function aggregateOfSet(set: {
  readonly count: number;
  readonly sum: number;
  readonly min: number;
  readonly max: number;
}): Aggregate {
  return set.min === set.max ? { ...set, values: [set.min], counts: [set.count] } : set;
}

/** The aggregate of everything that either is the aggregate of. */
export function merge(one: Aggregate, other: Aggregate): Aggregate {
  const merged = {
    count: one.count + other.count,
    sum: one.sum + other.sum,
    min: Math.min(one.min, other.min),
    max: Math.max(one.max, other.max),
  };
  if (one.values === undefined || other.values === undefined) return merged;
  const byValue = new Map<number, number>();
  for (const { values = [], counts = [] } of [one, other])
    for (const [index, value] of values.entries())
      byValue.set(value, (byValue.get(value) ?? 0) + (counts[index] ?? 0));
  return { ...merged, ...distribution(byValue) };
}

function distribution(byValue: ReadonlyMap<number, number>): Pick<Aggregate, 'values' | 'counts'> {
  const kept = byValue.size > MOST_DISTINCT ? putTogether(byValue) : byValue;
  const sorted = [...kept].sort(([one], [other]) => one - other);
  return { values: sorted.map(([value]) => value), counts: sorted.map(([, count]) => count) };
}

/** Rounds every value to the nearest one of a geometric row, on either side of zero. */
function putTogether(byValue: ReadonlyMap<number, number>): ReadonlyMap<number, number> {
  const kept = new Map<number, number>();
  for (const [value, count] of byValue) {
    const rounded = Math.exp(Math.round(Math.log(Math.abs(value)) / LOG_STEP) * LOG_STEP);
    const representative = value === 0 ? 0 : Math.sign(value) * rounded;
    kept.set(representative, (kept.get(representative) ?? 0) + count);
  }
  return kept;
}

function smallest(values: readonly number[]): number {
  return values.reduce((least, value) => Math.min(least, value), Infinity);
}

function largest(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), -Infinity);
}
