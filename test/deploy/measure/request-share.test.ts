import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MetricData, Points } from '../../../src/deploy/measure/metric-data.ts';
import {
  countShares,
  percentileRank,
  shareQueries,
  type RequestShare,
} from '../../../src/deploy/measure/request-share.ts';
import { aggregateOf } from '../../../src/local/cloudwatch/statistics/aggregate.ts';
import { statisticValue } from '../../../src/local/cloudwatch/statistics/evaluate.ts';
import { parseStatistic } from '../../../src/local/cloudwatch/statistics/statistic.ts';
import { BLUE, GREEN, MINUTE, START } from './cloudwatch-endpoint.ts';

const ERRORS: RequestShare = { kind: 'answered-5xx' };
const QUARTER: RequestShare = { kind: 'slower-than', limitMs: 250 };

/** An answer with these series, by minutes after START. */
function answer(series: Readonly<Record<string, Readonly<Record<number, number>>>>): MetricData {
  const points = (values: Readonly<Record<number, number>>): Points =>
    new Map(
      Object.entries(values).map(([minute, value]) => [START + Number(minute) * MINUTE, value]),
    );
  return {
    series: new Map(
      Object.entries(series).map(([id, values]) => [
        id,
        [{ points: points(values), complete: true }],
      ]),
    ),
    messages: [],
  };
}

describe('the queries', () => {
  it('ask for requests and 5XX of the new version, and for its hosts, by the minute', () => {
    const queries = shareQueries(ERRORS, { green: GREEN, blue: undefined });
    expect(
      queries.map(({ MetricStat }) => [MetricStat?.Metric?.MetricName, MetricStat?.Stat]),
    ).toEqual([
      ['RequestCount', 'Sum'],
      ['HTTPCode_Target_5XX_Count', 'Sum'],
      ['HealthyHostCount', 'Maximum'],
    ]);
    for (const { MetricStat } of queries) {
      expect(MetricStat).toMatchObject({
        Period: 60,
        Metric: {
          Namespace: 'AWS/ApplicationELB',
          Dimensions: [
            { Name: 'LoadBalancer', Value: 'app/web/0123456789abcdef' },
            { Name: 'TargetGroup', Value: 'targetgroup/green/aaaaaaaaaaaaaaaa' },
          ],
        },
      });
    }
  });

  it.each([ERRORS, QUARTER])('ask for the old version in the same call: %j', (share) => {
    const queries = shareQueries(share, { green: GREEN, blue: BLUE });
    const groups = queries.map(
      ({ Id, MetricStat }) => `${Id ?? ''} ${MetricStat?.Metric?.Dimensions?.[1]?.Value ?? ''}`,
    );
    expect(groups.filter((each) => /^blue_\w+ targetgroup\/blue/.test(each))).toHaveLength(2);
    expect(groups.filter((each) => /^green_\w+ targetgroup\/green/.test(each))).toHaveLength(2);
    expect(new Set(queries.map(({ Id }) => Id)).size).toBe(queries.length);
    // Seven days of minutes of so many series fit into one answer of 100,800 datapoints.
    expect(queries.length).toBeLessThanOrEqual(10);
  });

  it('give a limit to CloudWatch in seconds, with at most ten decimals and no exponent', () => {
    expect(percentileRank(250)).toBe('PR(:0.25)');
    expect(percentileRank(2000)).toBe('PR(:2)');
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3_600_000 }), (limitMs) => {
        const text = percentileRank(limitMs);
        expect(text).toMatch(/^PR\(:\d+(\.\d{1,10})?\)$/);
        expect(parseStatistic(text)).toEqual({
          ...{ kind: 'PR', low: undefined },
          high: { kind: 'value', value: limitMs / 1000 },
        });
      }),
    );
  });
});

describe('counting 5XX', () => {
  it('takes requests without errors for zero errors, and no requests for no data', () => {
    const data = answer({ green_requests: { 0: 300, 1: 200 }, hosts: { 0: 2, 1: 2, 2: 2 } });
    expect(countShares(ERRORS, data, START)).toEqual({
      ...{ green: { events: 0, trials: 500 }, blue: undefined, minutes: 2 },
    });
  });

  it('leaves out the newest minute, which may still grow', () => {
    const data = answer({ green_requests: { 0: 300, 1: 20 }, green_errors: { 0: 3 } });
    expect(countShares(ERRORS, data, START)).toMatchObject({
      ...{ green: { events: 3, trials: 300 }, minutes: 1 },
    });
  });

  it('has no whole minute when CloudWatch has just begun to show the first', () => {
    const data = answer({ green_requests: { 0: 300 }, hosts: { 0: 2 } });
    expect(countShares(ERRORS, data, START)).toMatchObject({ green: undefined, minutes: 0 });
    expect(countShares(ERRORS, answer({}), START)).toMatchObject({ green: undefined, minutes: 0 });
  });

  it('counts a burst of requests after which nothing came, once the hosts tell that its minute is over', () => {
    const data = answer({ green_requests: { 1: 50 }, hosts: { 0: 2, 1: 2, 2: 2 } });
    expect(countShares(ERRORS, data, START)).toMatchObject({ green: { events: 0, trials: 50 } });
  });

  it('counts an answer that fell into the minute after its request', () => {
    const data = answer({ green_requests: { 0: 10 }, green_errors: { 1: 4 }, hosts: { 2: 2 } });
    expect(countShares(ERRORS, data, START)).toMatchObject({ green: { events: 4, trials: 10 } });
  });

  /** Requests and errors by minute; a count of zero is not there. */
  const minutes = fc.dictionary(
    fc.integer({ min: 0, max: 60 }).map(String),
    fc.record({ requests: fc.integer({ min: 1, max: 1e6 }), errors: fc.nat({ max: 100 }) }),
  );
  const seriesOf = (
    counts: Readonly<Record<string, { readonly requests: number; readonly errors: number }>>,
    what: 'requests' | 'errors',
  ): Record<string, number> =>
    Object.fromEntries(
      Object.entries(counts)
        .filter(([, count]) => count[what] > 0)
        .map(([minute, count]) => [minute, count[what]]),
    );

  it('adds up the same minutes of both versions, in whatever order they come', () => {
    fc.assert(
      fc.property(minutes, minutes, fc.nat({ max: 62 }), (green, blue, hosts) => {
        const newest = Math.max(
          ...[...Object.keys(green), ...Object.keys(blue)].map(Number),
          hosts,
        );
        const expected = (side: typeof green) => {
          const over = Object.entries(side).filter(([minute]) => Number(minute) < newest);
          const trials = over.reduce((total, [, { requests }]) => total + requests, 0);
          const events = over.reduce((total, [, { errors }]) => total + errors, 0);
          return trials === 0 ? undefined : { events: Math.min(events, trials), trials };
        };
        const data = answer({
          green_requests: seriesOf(green, 'requests'),
          green_errors: seriesOf(green, 'errors'),
          blue_requests: seriesOf(blue, 'requests'),
          blue_errors: seriesOf(blue, 'errors'),
          hosts: { [hosts]: 1 },
        });
        const counted = countShares(ERRORS, data, START);
        expect(counted).toEqual({ green: expected(green), blue: expected(blue), minutes: newest });
        const reversed = new Map(
          [...data.series].reverse().map(([id, all]) => [
            id,
            all.map(({ points, complete }) => ({
              points: new Map([...points].reverse()),
              complete,
            })),
          ]),
        );
        expect(countShares(ERRORS, { ...data, series: reversed }, START)).toEqual(counted);
      }),
    );
  });
});

describe('counting slow requests', () => {
  it('is exact for whatever response times, in as many minutes as one likes', () => {
    const times = fc.array(
      fc.array(fc.constantFrom(0.01, 0.2, 0.25, 0.2501, 0.3, 4), { minLength: 1, maxLength: 100 }),
      { minLength: 1, maxLength: 20 },
    );
    fc.assert(
      fc.property(times, (byMinute) => {
        const statistic = (text: string): Record<number, number> =>
          Object.fromEntries(
            byMinute.map((values, minute) => {
              const parsed = parseStatistic(text);
              return [minute, parsed && statisticValue(parsed, aggregateOf(values))];
            }),
          ) as Record<number, number>;
        const data = answer({
          green_requests: statistic('SampleCount'),
          green_rank: statistic(percentileRank(250)),
          hosts: { [byMinute.length]: 1 },
        });
        const all = byMinute.flat();
        // A request that takes exactly as long as the limit is no slow one.
        const slow = all.filter((seconds) => seconds > 0.25);
        expect(countShares(QUARTER, data, START).green).toEqual({
          ...{ events: slow.length, trials: all.length },
        });
      }),
    );
  });

  it('rounds once, not in every minute: a third of a request in each of nine is three', () => {
    const nine = Array.from({ length: 9 }, (_, minute) => minute);
    const each = (value: number) => Object.fromEntries(nine.map((minute) => [minute, value]));
    const data = answer({
      ...{ green_requests: each(10), green_rank: each(100 - 100 / 30), hosts: { 9: 1 } },
    });
    expect(countShares(QUARTER, data, START).green).toEqual({ events: 3, trials: 90 });
  });

  it('leaves out minutes of which CloudWatch does not know the distribution', () => {
    const data = answer({
      ...{ green_requests: { 0: 100, 1: 100 }, green_rank: { 1: 95 }, hosts: { 2: 1 } },
    });
    expect(countShares(QUARTER, data, START).green).toEqual({ events: 5, trials: 100 });
  });
});
