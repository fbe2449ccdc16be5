import { describe, expect, it } from 'vitest';
import { ApiError } from '../../../src/deploy/aws/api-failure.ts';
import type { CloudWatchCheck } from '../../../src/deploy/configuration/configuration.ts';
import type { JsonObject } from '../../../src/deploy/definition/json.ts';
import { withSources } from '../../../src/deploy/measure/cloudwatch.ts';
import { GREEN, openCloudWatch, WINDOW } from './cloudwatch-endpoint.ts';

const metric = (name: string, more: JsonObject = {}): JsonObject => ({
  Id: name.toLowerCase(),
  MetricStat: { Metric: { Namespace: 'App', MetricName: name }, Period: 60, Stat: 'Sum' },
  ...more,
});

const check = (
  queries: readonly JsonObject[],
  bounds: Partial<CloudWatchCheck> = { max: 10 },
): CloudWatchCheck => ({
  ...{ kind: 'cloudwatch', name: 'check', onNoData: 'wait', deadlineMs: 600_000 },
  ...{ moments: ['production'], queries, min: undefined, max: undefined },
  ...bounds,
});

describe('a check on CloudWatch', () => {
  it('takes the newest datapoint, and only those since the traffic moved', async () => {
    const { measure, publishOwn, calls } = await openCloudWatch();
    const queries = [metric('Queue')];
    publishOwn(-1, 'Queue', 99);
    const before = await measure(check(queries), WINDOW);
    expect(before.outcome).toBe('no-data');
    expect(before.text).toBe('CloudWatch has no datapoint of queue after 2026-01-21 20:05 UTC yet');
    publishOwn(0, 'Queue', 50);
    publishOwn(1, 'Queue', 7);
    expect(await measure(check(queries), WINDOW)).toMatchObject({
      ...{ outcome: 'pass', value: 7, limit: 10 },
    });
    publishOwn(2, 'Queue', 11);
    expect(await measure(check(queries), WINDOW)).toMatchObject({ outcome: 'fail', value: 11 });
    expect(calls()).toBe(3);
  });

  it.each([
    [{ min: 5 }, 'fail'],
    [{ min: 4 }, 'pass'],
    [{ max: 4 }, 'pass'],
    [{ max: 3 }, 'fail'],
    [{ min: 1, max: 9 }, 'pass'],
  ] as const)('holds 4 against %j: %s', async (bounds, outcome) => {
    const { measure, publishOwn } = await openCloudWatch();
    publishOwn(0, 'Queue', 4);
    expect(await measure(check([metric('Queue')], bounds), WINDOW)).toMatchObject({ outcome });
  });

  it('evaluates math', async () => {
    const { measure, publishOwn } = await openCloudWatch();
    publishOwn(0, 'Errors', 5);
    publishOwn(0, 'Requests', 50);
    const queries = [
      metric('Errors', { ReturnData: false }),
      metric('Requests', { ReturnData: false }),
      { Id: 'rate', Expression: '100 * errors / requests' },
    ];
    expect(await measure(check(queries), WINDOW)).toMatchObject({ outcome: 'pass', value: 10 });
  });

  it('sends queries as they stand, but for what math needs to be trusted', () => {
    const plain = [metric('Queue', { Label: 'x', AccountId: '123456789012' })];
    expect(withSources(plain)).toBe(plain);
    const math = [
      metric('Errors', { ReturnData: false }),
      { Id: 'e', Expression: 'FILL(errors,0)' },
    ];
    expect(withSources(math)).toEqual([metric('Errors', { ReturnData: true }), math[1]]);
  });
});

describe('values that FILL puts in', () => {
  const FILLED = [
    metric('Errors', { ReturnData: false }),
    { Id: 'filled', Expression: 'FILL(errors, 0)' },
  ];

  it('never hide what is real behind the fillers of the future', async () => {
    const { measure, publishOwn } = await openCloudWatch();
    publishOwn(0, 'Errors', 40);
    expect(await measure(check(FILLED), WINDOW)).toMatchObject({ outcome: 'fail', value: 40 });
  });

  it('count for a metric that says nothing, in minutes that are over by the hosts', async () => {
    const { measure, publish } = await openCloudWatch();
    const early = await measure(check(FILLED), WINDOW);
    expect(early.outcome).toBe('no-data');
    expect(early.text).toMatch(/^no metric of filled has data after .*decides nothing$/);
    publish(0, GREEN, { hosts: 2 });
    expect(await measure(check(FILLED), WINDOW)).toMatchObject({ outcome: 'no-data' });
    publish(1, GREEN, { hosts: 2 });
    expect(await measure(check(FILLED), WINDOW)).toMatchObject({ outcome: 'pass', value: 0 });
  });

  it('decide nothing for a service without a target group', async () => {
    const { measure, publishOwn } = await openCloudWatch();
    const window = { ...WINDOW, green: undefined, blue: undefined };
    const constant = [{ Id: 'constant', Expression: 'TIME_SERIES(1)' }];
    expect(await measure(check(FILLED), window)).toMatchObject({ outcome: 'no-data' });
    expect(await measure(check(constant), window)).toMatchObject({ outcome: 'no-data' });
    publishOwn(0, 'Errors', 3);
    expect(await measure(check(FILLED), window)).toMatchObject({ outcome: 'pass', value: 3 });
  });
});

describe('what is wrong with the queries', () => {
  it.each([
    [
      [metric('A'), metric('B')],
      'one query must return data: a, b do; give all others ReturnData: false',
    ],
    [
      [metric('A', { ReturnData: false })],
      'one query must return data: none does; give all others ReturnData: false',
    ],
  ])('is told: %#', async (queries, text) => {
    const { measure, calls } = await openCloudWatch();
    expect(await measure(check(queries), WINDOW)).toMatchObject({ outcome: 'fail', text });
    expect(calls()).toBe(0);
  });

  it.each([
    [[{ Id: 'a', Expression: 'bogus(' }], /bogus/],
    [[{ Id: 'Upper', Expression: 'TIME_SERIES(1)' }], /Upper/],
    [[{ id: 'a', Expression: 'TIME_SERIES(1)' }], /Id/],
    [
      [
        metric('A', {
          MetricStat: { Metric: { Namespace: 'App', MetricName: 'A' }, Period: 7, Stat: 'Sum' },
        }),
      ],
      /7/,
    ],
    [[metric('A', { MetricStat: 'x' })], /MetricStat/],
  ] as const)(
    'CloudWatch refuses by an error that ends the deploy: %#',
    async (queries, message) => {
      const { measure, calls } = await openCloudWatch();
      const error = await measure(check(queries), WINDOW).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(ApiError);
      expect(error).toMatchObject({ kind: 'refused', permission: 'cloudwatch:GetMetricData' });
      expect((error as ApiError).message).toMatch(message);
      // There is no sense in trying again.
      expect(calls()).toBe(1);
    },
  );
});
