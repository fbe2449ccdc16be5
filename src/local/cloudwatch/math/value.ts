/** What metric math calculates with. */

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

/** The range of time that a request asks for. Epoch milliseconds; `end` itself is outside. */
export interface TimeRange {
  readonly start: number;
  readonly end: number;
}

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

/** When each period of a series begins, from the first in the range to the last. */
export function periodStarts(period: number, { start, end }: TimeRange): readonly number[] {
  const count = Math.max(0, Math.ceil((end - start) / (period * 1000)));
  return Array.from({ length: count }, (_, index) => start + index * period * 1000);
}
