/** FILL(series, filler): gives every period of the range a value. */
import { exactly, wrong } from './parameters.ts';
import { periodStarts, withPoints, type MathValue, type Series, type TimeRange } from './value.ts';

/** The filler is a number, another series, REPEAT (the value before) or LINEAR (between the values on either side). */
export function fill(
  parameters: readonly MathValue[],
  { range }: { readonly range: TimeRange },
): MathValue {
  const [value, filler] = exactly('FILL', parameters, 2);
  const fillOne = (series: Series): Series => fillSeries(series, filler, range);
  if (value?.kind === 'series') return fillOne(value);
  if (value?.kind === 'list') return { kind: 'list', series: value.series.map(fillOne) };
  throw wrong('FILL', 'a time series or an array of them, and what to fill it with');
}

function fillSeries(series: Series, filler: MathValue | undefined, range: TimeRange): Series {
  const starts = periodStarts(series.period, range);
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
  const filled = starts.map((at) => {
    const before = known.findLast(([time]) => time <= at);
    const after = known.find(([time]) => time >= at);
    return [
      at,
      filler.value === 'REPEAT' ? (before?.[1] ?? NaN) : between(before, after, at),
    ] as const;
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
