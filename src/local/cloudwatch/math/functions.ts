/** The functions of metric math, by their names. */
import type { PeriodRange } from '../statistics/periods.ts';
import { choose } from './choose.ts';
import { fill } from './fill.ts';
import { exactly, wrong } from './parameters.ts';
import {
  mapSeries,
  periodStarts,
  scalar,
  withPoints,
  type MathValue,
  type Series,
} from './value.ts';

/** What a function gets besides its parameters. */
export interface FunctionContext {
  /** The periods that the request asks for, when they are of so many seconds. */
  readonly rangeOf: (periodSeconds: number) => PeriodRange;
  /** Seconds: the period of the expression's query, for series that are made of nothing. */
  readonly period: number;
  /** The series of every query that retrieves a metric. */
  readonly metrics: () => readonly Series[];
}

/** A function of metric math; throws MathError for parameters that it does not take. */
export type MathFunction = (
  parameters: readonly MathValue[],
  context: FunctionContext,
) => MathValue;

/** Applies to each value of a series, of several, or to a number. */
const perValue =
  (name: string, next: (value: number) => number): MathFunction =>
  (parameters) => {
    const [value] = exactly(name, parameters, 1);
    switch (value?.kind) {
      case 'scalar':
        return scalar(next(value.value));
      case 'series':
        return mapSeries(value, next);
      case 'list':
        return { kind: 'list', series: value.series.map((each) => mapSeries(each, next)) };
      case 'text':
      case undefined:
        throw wrong(name, 'a time series, an array of them or a number');
    }
  };

/** Of one series: a number over all its points; of several: a series that puts those of each time together. */
const across =
  (name: string, together: (values: readonly number[]) => number): MathFunction =>
  (parameters) => {
    const [value] = exactly(name, parameters, 1);
    if (value?.kind === 'scalar') return value;
    if (value?.kind === 'series') return scalar(together([...value.points.values()]));
    if (value?.kind !== 'list') throw wrong(name, 'a time series or an array of them');
    const [first] = value.series;
    if (first === undefined) return { kind: 'list', series: [] };
    const byTime = new Map<number, number[]>();
    for (const { points } of value.series)
      for (const [at, each] of points) byTime.set(at, [...(byTime.get(at) ?? []), each]);
    const sorted = [...byTime].sort(([one], [other]) => one - other);
    const period = Math.max(...value.series.map((each) => each.period));
    return withPoints(
      { ...first, period },
      sorted.map(([at, values]) => [at, together(values)] as const),
    );
  };

/** Applies to each point of a series but the first, and the one before it. */
const perStep =
  (name: string, next: (rise: number, seconds: number) => number): MathFunction =>
  (parameters) =>
    eachSeries(name, parameters, (series) => {
      const entries = [...series.points];
      const steps = entries.slice(1).map(([at, value], index) => {
        const [before, former] = entries[index] ?? [at, value];
        return [at, next(value - former, (at - before) / 1000)] as const;
      });
      return withPoints(series, steps);
    });

function eachSeries(
  name: string,
  parameters: readonly MathValue[],
  next: (series: Series) => Series,
): MathValue {
  const [value] = exactly(name, parameters, 1);
  if (value?.kind === 'series') return next(value);
  if (value?.kind === 'list') return { kind: 'list', series: value.series.map(next) };
  throw wrong(name, 'a time series or an array of them');
}

const sum = (values: readonly number[]): number => values.reduce((total, each) => total + each, 0);
const mean = (values: readonly number[]): number => sum(values) / values.length;

/** Every function that is evaluated. */
export const FUNCTIONS: ReadonlyMap<string, MathFunction> = new Map<string, MathFunction>([
  ['ABS', perValue('ABS', Math.abs)],
  ['CEIL', perValue('CEIL', Math.ceil)],
  ['FLOOR', perValue('FLOOR', Math.floor)],
  ['LOG', perValue('LOG', Math.log)],
  ['LOG10', perValue('LOG10', Math.log10)],
  ['AVG', across('AVG', mean)],
  ['SUM', across('SUM', sum)],
  [
    'MIN',
    across('MIN', (values) => values.reduce((least, each) => Math.min(least, each), Infinity)),
  ],
  [
    'MAX',
    across('MAX', (values) => values.reduce((most, each) => Math.max(most, each), -Infinity)),
  ],
  [
    'STDDEV',
    across('STDDEV', (values) => {
      const center = mean(values);
      return Math.sqrt(mean(values.map((each) => (each - center) ** 2)));
    }),
  ],
  ['RATE', perStep('RATE', (rise, seconds) => rise / seconds)],
  ['DIFF', perStep('DIFF', (rise) => rise)],
  ['DIFF_TIME', perStep('DIFF_TIME', (_rise, seconds) => seconds)],
  [
    'RUNNING_SUM',
    (parameters) =>
      eachSeries('RUNNING_SUM', parameters, (series) => {
        let total = 0;
        return mapSeries(series, (value) => (total += value));
      }),
  ],
  [
    'DATAPOINT_COUNT',
    (parameters) => {
      const [value] = exactly('DATAPOINT_COUNT', parameters, 1);
      if (value?.kind !== 'series') throw wrong('DATAPOINT_COUNT', 'a time series');
      return scalar(value.points.size);
    },
  ],
  ['METRIC_COUNT', (parameters) => scalar(seriesOf('METRIC_COUNT', parameters).length)],
  [
    'PERIOD',
    (parameters) => {
      const [value] = exactly('PERIOD', parameters, 1);
      if (value?.kind !== 'series') throw wrong('PERIOD', 'a time series');
      return scalar(value.period);
    },
  ],
  ['FIRST', (parameters) => oneOf('FIRST', seriesOf('FIRST', parameters).at(0))],
  ['LAST', (parameters) => oneOf('LAST', seriesOf('LAST', parameters).at(-1))],
  ['METRICS', metrics],
  ['TIME_SERIES', timeSeries],
  ['FILL', fill],
  ['IF', choose],
]);

function metrics(parameters: readonly MathValue[], context: FunctionContext): MathValue {
  const [part] = parameters;
  if (parameters.length > 1 || (part !== undefined && part.kind !== 'text'))
    throw wrong(
      'METRICS',
      'nothing, or a part of the ids that it selects, such as METRICS("errors")',
    );
  const selected = context.metrics().filter(({ id = '' }) => id.includes(part?.value ?? ''));
  return { kind: 'list', series: selected };
}

function timeSeries(parameters: readonly MathValue[], context: FunctionContext): MathValue {
  const [value] = exactly('TIME_SERIES', parameters, 1);
  if (value?.kind !== 'scalar') throw wrong('TIME_SERIES', 'a number');
  const { period, rangeOf } = context;
  const points = new Map(periodStarts(rangeOf(period)).map((at) => [at, value.value]));
  return { kind: 'series', label: '', period, points };
}

function seriesOf(name: string, parameters: readonly MathValue[]): readonly Series[] {
  const [value] = exactly(name, parameters, 1);
  if (value?.kind === 'list') return value.series;
  if (value?.kind === 'series') return [value];
  throw wrong(name, 'an array of time series');
}

function oneOf(name: string, series: Series | undefined): Series {
  if (series === undefined) throw wrong(name, 'an array of time series that is not empty');
  return series;
}
