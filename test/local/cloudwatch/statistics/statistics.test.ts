import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  aggregateOf,
  aggregateOfSet,
  merge,
} from '../../../../src/local/cloudwatch/statistics/aggregate.ts';
import { statisticValue } from '../../../../src/local/cloudwatch/statistics/evaluate.ts';
import {
  aggregatesByPeriod,
  periodsBetween,
} from '../../../../src/local/cloudwatch/statistics/periods.ts';
import { parseStatistic } from '../../../../src/local/cloudwatch/statistics/statistic.ts';

const TEN = aggregateOf([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);

function valueOf(text: string, aggregate = TEN): number | undefined {
  const statistic = parseStatistic(text);
  if (statistic === undefined) throw new Error(`${text} is no statistic`);
  return statisticValue(statistic, aggregate);
}

describe('a statistic', () => {
  it.each([
    ['SampleCount', 10],
    ['Sum', 55],
    ['Average', 5.5],
    ['Minimum', 1],
    ['Maximum', 10],
    ['p0', 1],
    ['p50', 5],
    ['p99', 10],
    ['p100', 10],
    ['PR(:5)', 50],
    ['PR(2:5)', 30],
    ['PR(9:)', 10],
    ['tm90', 5],
    ['TM(2:4)', 3.5],
    ['IQM', 5.5],
    ['tc50', 5],
    ['TS(:3)', 6],
    ['TS(10%:90%)', 44],
    ['wm90', (45 + 9) / 10],
    ['WM(2:9)', (2 + 2 + 3 + 4 + 5 + 6 + 7 + 8 + 9 + 9) / 10],
  ])('%s of 1 to 10 is %d', (text, value) => {
    expect(valueOf(text)).toBeCloseTo(value, 9);
  });

  it.each([
    ...['', 'average', 'p101', 'p-1', 'p', 'tm', 'PR(10%:20%)', 'PR(5:2)', 'PR(:)', 'TM(1:50%)'],
    ...['TM(1:2:3)', 'TM(x:2)', 'TM(0%:101%)', 'XX(1:2)', 'p99 ', 'toString'],
  ])('is not named by %j', (text) => {
    expect(parseStatistic(text)).toBeUndefined();
  });

  it('counts each value as often as it occurred', () => {
    const aggregate = aggregateOf([0.1, 2], [98, 2]);
    expect([valueOf('p98', aggregate), valueOf('p99', aggregate)]).toEqual([0.1, 2]);
    expect(valueOf('PR(:0.5)', aggregate)).toBeCloseTo(98);
  });

  it('has no percentile of a statistic set, unless all its values are one', () => {
    const set = { count: 4, sum: 10, min: 1, max: 4 };
    expect(valueOf('p50', aggregateOfSet(set))).toBeUndefined();
    expect(valueOf('Average', aggregateOfSet(set))).toBe(2.5);
    expect(valueOf('p50', merge(TEN, aggregateOfSet(set)))).toBeUndefined();
    expect(valueOf('p50', aggregateOfSet({ count: 4, sum: 8, min: 2, max: 2 }))).toBe(2);
  });

  it('has no percentile of negative values, as on AWS', () => {
    expect(valueOf('p50', aggregateOf([-1, 2]))).toBeUndefined();
  });
});

describe('an aggregate', () => {
  const values = fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), {
    minLength: 1,
    maxLength: 400,
  });

  it('of two parts says the same as one of the whole', () => {
    fc.assert(
      fc.property(values, values, (one, other) => {
        const merged = merge(aggregateOf(one), aggregateOf(other));
        const whole = aggregateOf([...one, ...other]);
        expect([merged.count, merged.min, merged.max]).toEqual([whole.count, whole.min, whole.max]);
        expect(merged.sum).toBeCloseTo(whole.sum, 3);
      }),
    );
  });

  it('gives percentiles that are at most two per cent off, however many values there are', () => {
    fc.assert(
      fc.property(values, fc.integer({ min: 0, max: 100 }), (sample, percent) => {
        const sorted = sample.toSorted((one, two) => one - two);
        const rank = Math.max(1, Math.ceil((percent / 100) * sorted.length));
        const exact = sorted[rank - 1] ?? 0;
        const found = valueOf(`p${percent}`, aggregateOf(sample)) ?? NaN;
        expect(Math.abs(found - exact)).toBeLessThanOrEqual(exact * 0.02);
      }),
    );
  });

  it('keeps a bounded number of distinct values', () => {
    const many = Array.from({ length: 50_000 }, (_, index) => 0.001 * (index + 1));
    const { values: kept = [], counts = [] } = aggregateOf(many);
    expect(kept.length).toBeLessThan(600);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(50_000);
  });
});

describe('periods', () => {
  const MINUTE = 60_000;
  const point = (at: number, value: number, resolution: 1 | 60 | 3600 = 60) => ({
    ...{ metricId: 'm', resolution, at },
    ...aggregateOf([value]),
  });

  it('begin at the whole minute before the start and end before the end', () => {
    const range = periodsBetween(10 * MINUTE + 31_000, 20 * MINUTE, 300);
    expect(range).toEqual({ start: 10 * MINUTE, periodMs: 300_000, count: 2 });
  });

  it('shorter than a minute begin at a multiple of themselves', () => {
    expect(periodsBetween(15_500, 40_000, 10)).toEqual({
      start: 10_000,
      periodMs: 10_000,
      count: 3,
    });
  });

  it('put together what was published within each', () => {
    const points = [point(MINUTE, 1), point(4 * MINUTE, 3), point(5 * MINUTE, 7), point(0, 100)];
    const found = aggregatesByPeriod(points, periodsBetween(MINUTE, 10 * MINUTE, 240));
    expect([...found].map(([at, { count, sum }]) => [at, count, sum])).toEqual([
      [MINUTE, 2, 4],
      [5 * MINUTE, 1, 7],
    ]);
  });

  it('shorter than an hour have nothing of what is kept by the hour', () => {
    const points = [point(0, 1, 3600)];
    expect(aggregatesByPeriod(points, periodsBetween(0, 7_200_000, 60)).size).toBe(0);
    expect(aggregatesByPeriod(points, periodsBetween(0, 7_200_000, 3600)).size).toBe(1);
  });
});
