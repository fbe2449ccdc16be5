/** FILL(series, filler): gives every period of the range a value. */
import type { PeriodRange } from '../statistics/periods.ts';
import { exactly, wrong } from './parameters.ts';
import { periodStarts, withPoints, type MathValue, type Series } from './value.ts';

/** The filler is a number, another series, REPEAT (the value before) or LINEAR (between the values on either side). */
export function fill(
  parameters: readonly MathValue[],
  { rangeOf }: { readonly rangeOf: (periodSeconds: number) => PeriodRange },
): MathValue {
  const [value, filler] = exactly('FILL', parameters, 2);
  const fillOne = (series: Series): Series => fillSeries(series, filler, rangeOf(series.period));
  if (value?.kind === 'series') return fillOne(value);
  if (value?.kind === 'list') return { kind: 'list', series: value.series.map(fillOne) };
  throw wrong('FILL', 'a time series or an array of them, and what to fill it with');
}

function fillSeries(series: Series, filler: MathValue | undefined, range: PeriodRange): Series {
  const starts = periodStarts(range);
  const { points } = series;
  if (filler?.kind === 'scalar')
    return withPoints(
      series,
      starts.map((at) => [at, points.get(at) ?? filler.value] as const),
    );
  if (filler?.kind === 'series') {
    const filled = starts.map(
      (at) => [at, points.get(at) ?? filler.points.get(at) ?? NaN] as const,
    );
    return withPoints(series, filled);
  }
  if (filler?.kind !== 'text' || !['REPEAT', 'LINEAR'].includes(filler.value))
    throw wrong('FILL', 'a number, a time series, REPEAT or LINEAR as its second parameter');
  const known = [...points];
  // Points and periods are both in order: the first point that is not before the period moves on with it.
  let next = 0;
  const filled = starts.map((at) => {
    while ((known[next]?.[0] ?? Infinity) < at) next++;
    const after = known[next];
    const before = after?.[0] === at ? after : known[next - 1];
    const value = filler.value === 'REPEAT' ? (before?.[1] ?? NaN) : between(before, after, at);
    return [at, value] as const;
  });
  return withPoints(series, filled);
}

function between(
  before: readonly [number, number] | undefined,
  after: readonly [number, number] | undefined,
  at: number,
): number {
  if (before === undefined || after === undefined) return NaN;
  if (before[0] === after[0]) return before[1];
  return before[1] + ((after[1] - before[1]) * (at - before[0])) / (after[0] - before[0]);
}
