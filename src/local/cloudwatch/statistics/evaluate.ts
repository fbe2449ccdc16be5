/** The value of a statistic. */
import type { Aggregate } from './aggregate.ts';
import type { Bound, Statistic } from './statistic.ts';

/**
 * The value of a statistic for what is known of a period's values; undefined where that is not enough: AWS has no percentile
 * of statistic sets or of negative values, and no mean of nothing.
 */
export function statisticValue(statistic: Statistic, aggregate: Aggregate): number | undefined {
  const { count, sum, min, max } = aggregate;
  switch (statistic.kind) {
    case 'SampleCount':
      return count;
    case 'Sum':
      return sum;
    case 'Average':
      return count === 0 ? undefined : sum / count;
    case 'Minimum':
      return min;
    case 'Maximum':
      return max;
    case 'percentile': {
      const known = knownDistribution(aggregate);
      return known && atShare(known, statistic.share, aggregate);
    }
    case 'TM':
    case 'TC':
    case 'TS':
    case 'WM':
    case 'PR': {
      const known = knownDistribution(aggregate);
      return known && trimmed(statistic, known, aggregate);
    }
  }
}

interface Known {
  readonly values: readonly number[];
  readonly counts: readonly number[];
}

function knownDistribution({ values, counts, min, count }: Aggregate): Known | undefined {
  if (values === undefined || counts === undefined || min < 0 || count === 0) return undefined;
  return { values, counts };
}

/** The smallest value that so many of the values do not exceed; never outside the bounds, which are exact. */
function atShare({ values, counts }: Known, share: number, aggregate: Aggregate): number {
  const rank = share * aggregate.count;
  let seen = 0;
  for (const [index, value] of values.entries()) {
    seen += counts[index] ?? 0;
    if (seen >= rank) return Math.min(aggregate.max, Math.max(aggregate.min, value));
  }
  return aggregate.max;
}

type Trimmed = Extract<Statistic, { readonly kind: 'TM' | 'TC' | 'TS' | 'WM' | 'PR' }>;

function trimmed(
  { kind, low, high }: Trimmed,
  known: Known,
  aggregate: Aggregate,
): number | undefined {
  const parts = inside(known, low, high, aggregate.count);
  const weight = parts.reduce((total, part) => total + part.weight, 0);
  const sum = parts.reduce((total, part) => total + part.weight * part.value, 0);
  switch (kind) {
    case 'TC':
      return weight;
    case 'TS':
      return sum;
    case 'TM':
      return weight === 0 ? undefined : sum / weight;
    case 'PR':
      return (weight / aggregate.count) * 100;
    case 'WM': {
      const { below, above } = outside(known, low, high, aggregate.count);
      const lowest = low?.kind === 'value' ? low.value : (parts[0]?.value ?? aggregate.min);
      const highest = high?.kind === 'value' ? high.value : (parts.at(-1)?.value ?? aggregate.max);
      return (sum + below * lowest + above * highest) / aggregate.count;
    }
  }
}

/** The values within the bounds, each with how often it counts; a share may cut through equal values. */
function inside(
  { values, counts }: Known,
  low: Bound | undefined,
  high: Bound | undefined,
  total: number,
): readonly { readonly value: number; readonly weight: number }[] {
  let seen = 0;
  return values.flatMap((value, index) => {
    const count = counts[index] ?? 0;
    const from = seen;
    seen += count;
    if (low?.kind === 'value' && value <= low.value) return [];
    if (high?.kind === 'value' && value > high.value) return [];
    const begin = low?.kind === 'share' ? Math.max(from, low.share * total) : from;
    const end = high?.kind === 'share' ? Math.min(seen, high.share * total) : seen;
    return end > begin ? [{ value, weight: end - begin }] : [];
  });
}

/** How many values lie below and above the bounds. */
function outside(
  { values, counts }: Known,
  low: Bound | undefined,
  high: Bound | undefined,
  total: number,
): { readonly below: number; readonly above: number } {
  const countOf = (isOut: (value: number) => boolean): number =>
    values.reduce((sum, value, index) => sum + (isOut(value) ? (counts[index] ?? 0) : 0), 0);
  return {
    below:
      low === undefined
        ? 0
        : low.kind === 'share'
          ? low.share * total
          : countOf((value) => value <= low.value),
    above:
      high === undefined
        ? 0
        : high.kind === 'share'
          ? (1 - high.share) * total
          : countOf((value) => value > high.value),
  };
}
