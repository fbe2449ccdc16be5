/** What metric math calculates with. */
import type { PeriodRange } from '../statistics/periods.ts';
import { MathError } from './expression.ts';

/** A time series: values by the epoch milliseconds at which their period begins, ascending. Never NaN or infinite. */
export interface Series {
  readonly kind: 'series';
  /** Id of the query it came from, as far as it is one query's. */
  readonly id?: string;
  /** The label it is returned with. */
  readonly label: string;
  /** Seconds. */
  readonly period: number;
  readonly points: ReadonlyMap<number, number>;
}

/** One number, several series, or one. */
export type MathValue =
  | { readonly kind: 'scalar'; readonly value: number }
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'list'; readonly series: readonly Series[] }
  | Series;

/** A number. */
export function scalar(value: number): MathValue {
  return { kind: 'scalar', value };
}

/** The series with other points; those without a usable value are left out. */
export function withPoints(series: Series, points: Iterable<readonly [number, number]>): Series {
  const { id: _former, ...rest } = series;
  return { ...rest, points: new Map([...points].filter(([, value]) => Number.isFinite(value))) };
}

/** Calculates each value anew. */
export function mapSeries(series: Series, next: (value: number, at: number) => number): Series {
  return withPoints(
    series,
    Array.from(series.points, ([at, value]) => [at, next(value, at)] as const),
  );
}

/** More periods than that are not filled: it is the most that one answer of AWS holds. */
const MOST_FILLED = 100_800;

/** When each period begins. @throws MathError when there are too many */
export function periodStarts({ start, periodMs, count }: PeriodRange): readonly number[] {
  if (count > MOST_FILLED)
    throw new MathError(
      `The time range has ${count} periods; an expression fills ${MOST_FILLED} at most. Ask for a shorter range or a longer period`,
    );
  return Array.from({ length: count }, (_, index) => start + index * periodMs);
}
