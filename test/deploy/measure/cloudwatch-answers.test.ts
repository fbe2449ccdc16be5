/** What CloudWatch may answer that the local one does not: pages, refusals, parts. */
import { describe, expect, it } from 'vitest';
import type {
  CloudWatchCheck,
  ErrorRatioCheck,
} from '../../../src/deploy/configuration/configuration.ts';
import { AwsError } from '../../../src/local/wire/aws-error.ts';
import type { Handler } from '../../../src/local/wire/operation.ts';
import { MINUTE, openCloudWatch, START, WINDOW } from './cloudwatch-endpoint.ts';

const QUEUE: CloudWatchCheck = {
  ...{ kind: 'cloudwatch', name: 'check', onNoData: 'wait', deadlineMs: 600_000 },
  ...{ moments: ['production'], min: undefined, max: 10 },
  queries: [
    {
      Id: 'queue',
      MetricStat: { Metric: { Namespace: 'App', MetricName: 'Queue' }, Period: 60, Stat: 'Sum' },
    },
  ],
};

describe('an answer of CloudWatch', () => {
  it('is read to its last page', async () => {
    const seen: unknown[] = [];
    const handler = ((input: { readonly NextToken?: string }) => {
      seen.push(input.NextToken);
      const page = Number(input.NextToken ?? 0);
      return {
        MetricDataResults: [
          {
            ...{ Id: 'queue', Label: 'Queue', StatusCode: page < 2 ? 'PartialData' : 'Complete' },
            ...{ Timestamps: [new Date(START + page * MINUTE)], Values: [page] },
          },
        ],
        ...(page < 2 && { NextToken: String(page + 1) }),
      };
    }) as Handler;
    const { measure } = await openCloudWatch(handler);
    expect(await measure(QUEUE, WINDOW)).toMatchObject({ value: 2 });
    expect(seen).toEqual([undefined, '1', '2']);
  });

  it('tells why it has no data', async () => {
    const handler: Handler = () => ({
      MetricDataResults: [
        {
          ...{ Id: 'queue', Label: 'Queue', StatusCode: 'Forbidden', Timestamps: [], Values: [] },
          Messages: [{ Code: 'Forbidden', Value: 'Authentication too complex' }],
        },
      ],
    });
    const { measure } = await openCloudWatch(handler);
    const seen = await measure(QUEUE, WINDOW);
    expect(seen.outcome).toBe('no-data');
    expect(seen.text).toMatch(/\(CloudWatch says: Forbidden: Authentication too complex\)$/);
  });

  it('with several series of one query is a mistake of the check', async () => {
    const handler: Handler = () => ({
      MetricDataResults: ['a', 'b', 'c'].map((Label) => ({
        ...{ Id: 'search', Label, StatusCode: 'Complete' },
        ...{ Timestamps: [new Date(START)], Values: [1] },
      })),
    });
    const { measure } = await openCloudWatch(handler);
    const search = { Id: 'search', Expression: "SEARCH('App', 'Sum', 60)" };
    expect(await measure({ ...QUEUE, queries: [search] }, WINDOW)).toMatchObject({
      ...{ outcome: 'fail', text: 'the query search must give one series, and gives 3' },
    });
  });

  it('that is a part of the sums is no data', async () => {
    const handler: Handler = () => ({
      MetricDataResults: [
        {
          ...{ Id: 'green_requests', Label: 'RequestCount', StatusCode: 'InternalError' },
          ...{ Timestamps: [new Date(START), new Date(START + MINUTE)], Values: [1000, 1000] },
        },
      ],
    });
    const { measure } = await openCloudWatch(handler);
    const ratio: ErrorRatioCheck = {
      ...{ kind: 'target_5xx_ratio', name: '5xx', onNoData: 'wait', deadlineMs: 1 },
      ...{ moments: ['production'], max: 0.5, minSamples: 1, compare: undefined },
    };
    expect(await measure(ratio, WINDOW)).toMatchObject({
      ...{ outcome: 'no-data', text: 'CloudWatch gave a part of the data only' },
    });
  });

  it('that never comes for throttling is no data; it was asked for again and again', async () => {
    const throttled: Handler = () => {
      throw new AwsError('Throttling', 'Rate exceeded');
    };
    const { measure, clock, calls } = await openCloudWatch(throttled);
    let seen: unknown;
    void measure(QUEUE, WINDOW).then((assessment) => (seen = assessment));
    // Real sockets answer while virtual time passes.
    while (seen === undefined) await clock.advance(1000);
    expect(seen).toMatchObject({ outcome: 'no-data' });
    expect((seen as { readonly text: string }).text).toMatch(
      /^AWS throttles cloudwatch:GetMetricData, again and again: Rate exceeded/,
    );
    expect(calls()).toBeGreaterThan(3);
  });

  it('that is a denial ends the look, naming the permission', async () => {
    const denied: Handler = () => {
      throw new AwsError('AccessDenied', 'not authorized to perform: cloudwatch:GetMetricData', {
        status: 403,
      });
    };
    const { measure, calls } = await openCloudWatch(denied);
    await expect(measure(QUEUE, WINDOW)).rejects.toMatchObject({
      ...{ kind: 'denied', permission: 'cloudwatch:GetMetricData' },
    });
    expect(calls()).toBe(1);
  });

  it('is not waited for after an interruption', async () => {
    const controller = new AbortController();
    const reason = new Error('SIGINT');
    const hanging: Handler = () => {
      controller.abort(reason);
      return new Promise(() => undefined);
    };
    const { measure } = await openCloudWatch(hanging, controller.signal);
    await expect(measure(QUEUE, WINDOW)).rejects.toMatchObject({
      name: 'AbortError',
    });
  });
});
