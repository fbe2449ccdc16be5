import type { MetricDatum } from '@aws-sdk/client-cloudwatch';
import { describe, expect, it } from 'vitest';
import { CloudWatchWorld, HOUR, MINUTE, START } from './world.ts';

const at = (minutes: number): Date => new Date(START + minutes * MINUTE);
const DAY = 24 * HOUR;

/** Statistics of `Errors` from `from` minutes on. */
function statistics(world: CloudWatchWorld, from: number, to: number, period = 60) {
  const { Datapoints: datapoints = [] } = world.call('GetMetricStatistics', {
    Namespace: 'App',
    MetricName: 'Errors',
    StartTime: at(from),
    EndTime: at(to),
    Period: period,
    Statistics: ['SampleCount', 'Sum', 'Average', 'Minimum', 'Maximum'],
  });
  return datapoints;
}

function put(world: CloudWatchWorld, datum: Omit<MetricDatum, 'MetricName'>): void {
  const MetricData = [{ MetricName: 'Errors', ...datum }];
  world.call('PutMetricData', { Namespace: 'App', MetricData });
}

/** GetMetricData for one query of the sum of `Errors` per minute, with further members. */
function data(world: CloudWatchWorld, changes: object = {}) {
  const Metric = { Namespace: 'App', MetricName: 'Errors' };
  return world.call('GetMetricData', {
    StartTime: at(0),
    EndTime: at(10),
    MetricDataQueries: [{ Id: 'm1', MetricStat: { Metric, Stat: 'Sum', Period: 60 } }],
    ...changes,
  });
}

describe('PutMetricData', () => {
  it('adds up what is published within a minute', () => {
    const world = new CloudWatchWorld();
    put(world, { Value: 1, Timestamp: at(0.2) });
    put(world, { Values: [2, 3], Counts: [1, 2], Timestamp: at(0.9) });
    put(world, {
      StatisticValues: { SampleCount: 2, Sum: 10, Minimum: 4, Maximum: 6 },
      Timestamp: at(1),
    });
    expect(statistics(world, 0, 5)).toEqual([
      {
        Timestamp: at(0),
        SampleCount: 4,
        Sum: 9,
        Average: 2.25,
        Minimum: 1,
        Maximum: 3,
        Unit: 'None',
      },
      {
        Timestamp: at(1),
        SampleCount: 2,
        Sum: 10,
        Average: 5,
        Minimum: 4,
        Maximum: 6,
        Unit: 'None',
      },
    ]);
    expect(statistics(world, 0, 5, 120)).toMatchObject([{ SampleCount: 6, Sum: 19, Maximum: 6 }]);
  });

  it('keeps metrics with other dimensions, and values in other units, apart', () => {
    const world = new CloudWatchWorld();
    put(world, { Value: 1, Dimensions: [{ Name: 'Service', Value: 'web' }] });
    put(world, { Value: 2, Unit: 'Count' });
    put(world, { Value: 4 });
    expect(statistics(world, 0, 5)).toMatchObject([
      { Sum: 2, Unit: 'Count' },
      { Sum: 4, Unit: 'None' },
    ]);
    expect(data(world).MetricDataResults).toMatchObject([{ Values: [6] }]);
  });

  it('takes dimensions in any order', () => {
    const world = new CloudWatchWorld();
    const [one, other] = [
      { Name: 'A', Value: '1' },
      { Name: 'B', Value: '2' },
    ];
    put(world, { Value: 1, Dimensions: [one, other] });
    put(world, { Value: 2, Dimensions: [other, one] });
    expect(world.call('ListMetrics', {}).Metrics).toHaveLength(1);
  });

  it('keeps the metrics of entities', () => {
    const world = new CloudWatchWorld();
    world.call('PutMetricData', {
      Namespace: 'App',
      EntityMetricData: [{ Entity: {}, MetricData: [{ MetricName: 'Errors', Value: 3 }] }],
    });
    expect(statistics(world, 0, 1)).toMatchObject([{ Sum: 3 }]);
  });

  it.each([
    [
      {},
      'MissingParameter',
      'The parameter MetricData.member.1.Value, MetricData.member.1.Values or',
    ],
    [
      { Value: 1, Values: [1] },
      'InvalidParameterCombination',
      'are mutually exclusive and you have specified both.',
    ],
    [{ Values: [1], Counts: [1, 2] }, 'InvalidParameterValue', 'must be of the same size.'],
    [{ Values: [1], Counts: [0] }, 'InvalidParameterValue', 'must be greater than 0.'],
    [{ Values: [] }, 'MissingParameter', 'MetricData.member.1.Values is required.'],
    [
      { Values: Array.from({ length: 151 }, (_, index) => index) },
      'InvalidParameterValue',
      'greater than 150.',
    ],
    [{ Value: 2 ** 361 }, 'InvalidParameterValue', 'it lies outside of -2^360 to 2^360.'],
    [{ Value: 1, StorageResolution: 30 }, 'InvalidParameterValue', 'it is 1 or 60.'],
    [
      { Value: 1, Timestamp: new Date(START - 15 * DAY) },
      'InvalidParameterValue',
      'must specify a time within the past two weeks.',
    ],
    [
      { Value: 1, Timestamp: new Date(START + 3 * HOUR) },
      'InvalidParameterValue',
      'no more than two hours in the future.',
    ],
    [
      { Value: 1, Dimensions: [{ Name: 'A', Value: '' }] },
      'InvalidParameterValue',
      'Dimensions.member.1.Value is invalid.',
    ],
    [
      { Value: 1, Dimensions: [{ Name: ':A', Value: 'x' }] },
      'InvalidParameterValue',
      'Dimensions.member.1.Name is invalid.',
    ],
    [
      { Value: 1, Dimensions: [{ Name: 'é', Value: 'x' }] },
      'InvalidParameterValue',
      'must be ASCII text.',
    ],
    [
      { Value: 1, StatisticValues: { SampleCount: 1, Sum: 1, Minimum: 2, Maximum: 1 } },
      'InvalidParameterCombination',
      'mutually exclusive',
    ],
    [
      { StatisticValues: { SampleCount: 1, Sum: 1, Minimum: 2, Maximum: 1 } },
      'InvalidParameterValue',
      'Maximum must be greater than',
    ],
  ])('refuses %j by %s', (datum, queryCode, message) => {
    const world = new CloudWatchWorld();
    const MetricData = [{ MetricName: 'Errors', ...datum }];
    const error = world.refusal('PutMetricData', { Namespace: 'App', MetricData });
    expect(error).toMatchObject({ queryCode, status: 400 });
    expect(error.message).toContain(message);
    expect(world.store.metricDatapoints.size).toBe(0);
  });

  it("refuses AWS's own namespaces, as AWS does", () => {
    const world = new CloudWatchWorld();
    const MetricData = [{ MetricName: 'CPUUtilization', Value: 1 }];
    expect(world.refusal('PutMetricData', { Namespace: 'AWS/ECS', MetricData }).message).toBe(
      'The value AWS/ for parameter Namespace is invalid.',
    );
  });

  it('stores all of a request or nothing', () => {
    const world = new CloudWatchWorld();
    const MetricData = [{ MetricName: 'Errors', Value: 1 }, { MetricName: 'Errors' }];
    const error = world.refusal('PutMetricData', { Namespace: 'App', MetricData });
    expect(error.message).toContain('MetricData.member.2.');
    expect(world.call('ListMetrics', {}).Metrics).toEqual([]);
  });
});

describe('GetMetricStatistics', () => {
  it('gives percentiles and percentile ranks', () => {
    const world = new CloudWatchWorld();
    put(world, { Values: [0.1, 0.2, 3], Counts: [90, 9, 1] });
    const { Datapoints: datapoints } = world.call('GetMetricStatistics', {
      ...{ Namespace: 'App', MetricName: 'Errors' },
      ...{ StartTime: at(0), EndTime: at(5), Period: 300 },
      ExtendedStatistics: ['p90', 'p99', 'p99.9', 'PR(:0.2)', 'tm99'],
    });
    expect(datapoints).toEqual([
      {
        Timestamp: at(0),
        Unit: 'None',
        ExtendedStatistics: {
          p90: 0.1,
          p99: 0.2,
          'p99.9': 3,
          'PR(:0.2)': 99,
          tm99: expect.closeTo(10.8 / 99, 9) as number,
        },
      },
    ]);
  });

  it.each([
    [{ Period: 61 }, 'must be 1, 5, 10, 20, 30, or a multiple of 60, not 61.'],
    [{ Statistics: [] }, 'The parameter Statistics or ExtendedStatistics is required.'],
    [{ ExtendedStatistics: ['p99'] }, 'are mutually exclusive'],
    [
      { Statistics: [], ExtendedStatistics: ['p101'] },
      'The value p101 for parameter ExtendedStatistics is not supported.',
    ],
    [{ EndTime: at(0) }, 'The parameter StartTime must be less than the parameter EndTime.'],
    [
      { EndTime: at(2880) },
      'You have requested up to 2,880 datapoints, which exceeds the limit of 1,440.',
    ],
  ])('refuses %j', (changes, message) => {
    const input = {
      ...{ Namespace: 'App', MetricName: 'Errors', Statistics: ['Sum' as const] },
      ...{ StartTime: at(0), EndTime: at(5), Period: 60 },
    };
    const error = new CloudWatchWorld().refusal('GetMetricStatistics', { ...input, ...changes });
    expect(error.message).toContain(message);
  });
});

describe('GetMetricData', () => {
  const Metric = { Namespace: 'App', MetricName: 'Errors' };
  const m1 = { Id: 'm1', MetricStat: { Metric, Stat: 'Sum', Period: 60 } };

  function published(): CloudWatchWorld {
    const world = new CloudWatchWorld();
    for (const minute of [1, 2, 4]) put(world, { Value: minute * 10, Timestamp: at(minute) });
    return world;
  }

  it('gives the newest first, or the oldest if asked', () => {
    const world = published();
    expect(data(world)).toEqual({
      MetricDataResults: [
        {
          Id: 'm1',
          Label: 'Errors',
          Timestamps: [at(4), at(2), at(1)],
          Values: [40, 20, 10],
          StatusCode: 'Complete',
        },
      ],
      Messages: [],
    });
    const ascending = data(world, { ScanBy: 'TimestampAscending' });
    expect(ascending.MetricDataResults?.[0]?.Values).toEqual([10, 20, 40]);
  });

  it('gives metrics of which nothing is known, and math on them, without values', () => {
    const results = data(new CloudWatchWorld(), {
      MetricDataQueries: [m1, { Id: 'e1', Expression: 'm1 * 2', Label: 'twice' }],
    }).MetricDataResults;
    expect(results).toEqual([
      { Id: 'm1', Label: 'Errors', Timestamps: [], Values: [], StatusCode: 'Complete' },
      { Id: 'e1', Label: 'twice', Timestamps: [], Values: [], StatusCode: 'Complete' },
    ]);
  });

  it('returns only what it is asked to, and calculates with the rest', () => {
    const results = data(published(), {
      EndTime: at(6),
      ScanBy: 'TimestampAscending',
      MetricDataQueries: [
        { ...m1, ReturnData: false },
        { Id: 'e1', Expression: 'FILL(m1, 0) + 1' },
      ],
    }).MetricDataResults;
    expect(results).toMatchObject([{ Id: 'e1', Label: 'e1', Values: [1, 11, 21, 1, 41, 1] }]);
  });

  it('comes in pages of datapoints, none of them twice and none left out', () => {
    const world = published();
    const MetricDataQueries = [m1, { Id: 'e1', Expression: 'm1 + 1' }];
    const values: Record<string, number[]> = {};
    const status: string[] = [];
    let NextToken: string | undefined;
    do {
      const page = data(world, { MetricDataQueries, MaxDatapoints: 2, NextToken });
      for (const { Id = '', Values = [], StatusCode = '' } of page.MetricDataResults ?? []) {
        values[Id] = [...(values[Id] ?? []), ...Values];
        status.push(`${Id} ${StatusCode}`);
      }
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
    expect(values).toEqual({ m1: [40, 20, 10], e1: [41, 21, 11] });
    expect(status).toEqual(['m1 PartialData', 'm1 Complete', 'e1 PartialData', 'e1 Complete']);
  });

  it.each([
    [[], 'must have from 1 to 500 members'],
    [[m1, m1], 'The values for parameter id in MetricDataQueries are not unique.'],
    [[{ ...m1, Id: 'M1' }], 'MetricDataQueries.member.1.Id'],
    [
      [{ Id: 'e1' }],
      'Either MetricDataQueries.member.1.Expression or MetricDataQueries.member.1.MetricStat',
    ],
    [[{ ...m1, Expression: 'm1' }], 'are mutually exclusive'],
    [[{ ...m1, Period: 60 }], 'The parameters MetricDataQueries.member.1.Period and'],
    [[{ Id: 'e1', Expression: 'm1 +' }], "Error in expression 'm1 +': it ends too early"],
    [[{ Id: 'e1', Expression: 'm2' }], "The id 'm2' is used in an expression"],
    [[m1, { Id: 'e1', Expression: 'SUM(m1)' }], 'must give a time series'],
    [
      [{ Id: 'e1', Expression: 'SEARCH("x", "Sum", 60)' }],
      "SEARCH is not evaluated by Fairlead's local CloudWatch",
    ],
    [[{ Id: 'e1', Expression: 'SELECT SUM(x) FROM y' }], 'is a Metrics Insights query'],
    [[{ ...m1, MetricStat: { ...m1.MetricStat, Stat: 'Mode' } }], 'The value Mode for parameter'],
  ])('refuses %j', (MetricDataQueries, message) => {
    const error = new CloudWatchWorld().refusal('GetMetricData', {
      ...{ StartTime: at(0), EndTime: at(10) },
      MetricDataQueries,
    });
    expect([error.code, error.queryCode]).toEqual(['ValidationException', 'ValidationError']);
    expect(error.message).toContain(message);
  });

  it('does not fill more periods than one answer can hold', () => {
    const error = new CloudWatchWorld().refusal('GetMetricData', {
      ...{ StartTime: new Date(0), EndTime: at(10) },
      MetricDataQueries: [{ Id: 'e1', Expression: 'TIME_SERIES(1)', Period: 1 }],
    });
    expect(error.message).toContain('an expression fills 100800 at most');
  });

  it('refuses a token that it did not give', () => {
    const error = new CloudWatchWorld().refusal('GetMetricData', {
      ...{ StartTime: at(0), EndTime: at(10), NextToken: 'x' },
      MetricDataQueries: [m1],
    });
    expect(error.queryCode).toBe('InvalidNextToken');
  });
});

describe('ListMetrics', () => {
  it('finds metrics by namespace, name and dimensions', () => {
    const world = new CloudWatchWorld();
    const Dimensions = [{ Name: 'Service', Value: 'web' }];
    put(world, { Value: 1 });
    put(world, { Value: 1, Dimensions });
    world.call('PutMetricData', {
      Namespace: 'Other',
      MetricData: [{ MetricName: 'X', Value: 1 }],
    });
    const found = (input: object) => world.call('ListMetrics', input).Metrics?.length;
    expect(found({})).toBe(3);
    expect(found({ Namespace: 'App' })).toBe(2);
    expect(found({ MetricName: 'X' })).toBe(1);
    expect(found({ Dimensions: [{ Name: 'Service' }] })).toBe(1);
    expect(found({ Dimensions: [{ Name: 'Service', Value: 'api' }] })).toBe(0);
    expect(world.call('ListMetrics', {}, 'us-east-1').Metrics).toEqual([]);
    expect(world.call('ListMetrics', { Dimensions }).Metrics).toEqual([
      { Namespace: 'App', MetricName: 'Errors', Dimensions },
    ]);
  });

  it('leaves out what had no data in the last three hours, if asked', async () => {
    const world = new CloudWatchWorld();
    put(world, { Value: 1 });
    await world.clock.advance(2 * HOUR);
    world.call('PutMetricData', {
      Namespace: 'Other',
      MetricData: [{ MetricName: 'X', Value: 1 }],
    });
    await world.clock.advance(2 * HOUR);
    const names = (input: object) =>
      world.call('ListMetrics', input).Metrics?.map(({ MetricName }) => MetricName);
    expect(names({ RecentlyActive: 'PT3H' })).toEqual(['X']);
    expect(names({})).toEqual(['Errors', 'X']);
  });

  it('comes in pages of five hundred', () => {
    const world = new CloudWatchWorld();
    const MetricData = Array.from({ length: 501 }, (_, index) => ({
      ...{ MetricName: `m${index}`, Value: 1 },
    }));
    world.call('PutMetricData', { Namespace: 'App', MetricData });
    const first = world.call('ListMetrics', {});
    const second = world.call('ListMetrics', { NextToken: first.NextToken });
    const names = [...(first.Metrics ?? []), ...(second.Metrics ?? [])].map(
      (each) => each.MetricName,
    );
    expect([first.Metrics?.length, new Set(names).size, second.NextToken]).toEqual([
      500,
      501,
      undefined,
    ]);
  });
});

describe('metric data', () => {
  it('is put together by the hour after a day, and forgotten after fifteen', async () => {
    const world = new CloudWatchWorld();
    for (const minute of [0, 1, 2]) put(world, { Values: [1, 10], Timestamp: at(minute) });
    expect(world.store.metricDatapoints.size).toBe(3);
    await world.clock.advance(24 * HOUR);
    expect(world.store.metricDatapoints.size).toBe(3);
    await world.clock.advance(2 * HOUR);
    expect(world.store.metricDatapoints.size).toBe(1);
    expect(statistics(world, 0, 60, 3600)).toMatchObject([
      { Timestamp: at(0), SampleCount: 6, Sum: 33 },
    ]);
    await world.clock.advance(16 * DAY);
    expect([world.store.metricDatapoints.size, world.store.metrics.size]).toEqual([0, 0]);
  });

  it('of high resolution is put together by the minute after three hours', async () => {
    const world = new CloudWatchWorld();
    for (const seconds of [0, 1, 2]) {
      put(world, {
        Value: seconds,
        StorageResolution: 1,
        Timestamp: new Date(START + seconds * 1000),
      });
    }
    expect(world.store.metricDatapoints.size).toBe(3);
    expect(statistics(world, 0, 0.1, 1)).toHaveLength(3);
    await world.clock.advance(5 * HOUR);
    expect(world.store.metricDatapoints.size).toBe(1);
    expect(statistics(world, 0, 1)).toMatchObject([{ SampleCount: 3, Sum: 3 }]);
  });

  it('that is published late is kept as finely as its age allows', () => {
    const world = new CloudWatchWorld();
    put(world, { Value: 1, StorageResolution: 1, Timestamp: new Date(START - 4 * HOUR + 1500) });
    put(world, { Value: 1, Timestamp: new Date(START - 2 * DAY + 90_000) });
    const points = [...world.store.metricDatapoints.values()];
    expect(points.map(({ resolution, at: time }) => [resolution, time])).toEqual([
      [60, START - 4 * HOUR],
      [3600, START - 2 * DAY],
    ]);
  });

  it('leaves time at rest when all of it is gone', async () => {
    const world = new CloudWatchWorld();
    put(world, { Value: 1 });
    await expect(world.clock.runUntil(() => false, 30 * DAY)).rejects.toThrow('no timer is left');
  });
});
