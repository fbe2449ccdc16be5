import { describe, expect, it } from 'vitest';
import { resultJson } from '../../src/report/result-json.ts';
import { endingLines } from '../../src/report/summary.ts';
import { HEADER } from '../record/samples.ts';

const T0 = HEADER.at;

describe('endingLines', () => {
  it('tells in the form of a summary of a command that ended before it saw the service', () => {
    expect(
      endingLines({
        ...{ command: 'deploy', cluster: 'prod', service: 'web' },
        ...{ verdict: 'impossible', exitCode: 2, changed: [] },
        cause: ['there is no cluster "prod"'],
        next: ['See which there are: aws ecs list-clusters'],
      }),
    ).toStrictEqual([
      'deploy web in prod: impossible, exit code 2 (nothing was changed)',
      '  why      there is no cluster "prod"',
      '  next     See which there are: aws ecs list-clusters',
    ]);
  });

  it('claims that nothing was changed only where that is so', () => {
    expect(
      endingLines({
        ...{ command: 'resume', cluster: 'prod', service: 'web' },
        ...{ verdict: 'impossible', exitCode: 2, changed: ['a pause hook was taken out'] },
        cause: ['there is no rollout', 'nothing else was changed'],
        next: [],
      }),
    ).toStrictEqual([
      'resume web in prod: impossible, exit code 2 (no rollout was begun)',
      '  changed  a pause hook was taken out',
      '  why      there is no rollout',
      '           nothing else was changed',
    ]);
  });
});

describe('resultJson', () => {
  it('has every member, null where it is not known, and ISO times', () => {
    expect(
      resultJson(
        {
          command: 'deploy',
          cluster: 'prod',
          service: 'web',
          verdict: 'no-change',
          exitCode: 0,
          cause: [],
          next: [],
          changed: ['desiredCount: 2 → 4'],
          serviceDeployment: undefined,
          from: undefined,
          to: undefined,
          startedAt: T0,
          endedAt: T0 + 1500,
          apiCalls: { total: 3, retried: 0, throttled: 0, byOperation: { DescribeServices: 3 } },
        },
        {
          lowestHealthy: { healthy: 3, desired: 4 },
          conclusions: [
            {
              kind: 'measurement',
              at: T0,
              check: 'errors',
              outcome: 'no-data',
              text: 'no requests',
            },
          ],
        },
        undefined,
      ),
    ).toStrictEqual({
      command: 'deploy',
      cluster: 'prod',
      service: 'web',
      verdict: 'no-change',
      exitCode: 0,
      cause: [],
      next: [],
      changed: ['desiredCount: 2 → 4'],
      error: null,
      deploymentArn: null,
      from: null,
      to: null,
      startedAt: '2023-11-14T22:13:20.000Z',
      endedAt: '2023-11-14T22:13:21.500Z',
      durationMs: 1500,
      lowestHealthy: { healthy: 3, desired: 4 },
      checks: [
        {
          ...{ check: 'errors', outcome: 'no-data', text: 'no requests' },
          ...{ value: null, limit: null, samples: null },
        },
      ],
      apiCalls: { total: 3, retried: 0, throttled: 0, byOperation: { DescribeServices: 3 } },
      record: null,
    });
  });

  it('has each member of a version, null where it is not known, and no more healthy tasks than are desired, as the summary', () => {
    const images = [
      { container: 'web', image: 'team/web:1.0.0' },
      { container: 'proxy', image: 'team/proxy:7', digest: 'sha256:ab' },
    ];
    const json = resultJson(
      {
        ...{ command: 'wait', cluster: 'prod', service: 'web', verdict: 'timed-out', exitCode: 5 },
        ...{ cause: [], next: [], changed: [], serviceDeployment: undefined },
        from: { taskDefinition: 'web:1', images },
        to: { taskDefinition: 'web:2', serviceRevision: 'service-revision/2', images: [] },
        ...{ startedAt: T0, endedAt: T0 },
        apiCalls: { total: 0, retried: 0, throttled: 0, byOperation: {} },
      },
      // Two versions run at once.
      { lowestHealthy: { healthy: 6, desired: 3 }, conclusions: [] },
      undefined,
    );
    expect(json).toMatchObject({
      from: {
        ...{ taskDefinition: 'web:1', serviceRevision: null },
        images: [
          { container: 'web', image: 'team/web:1.0.0', digest: null },
          { container: 'proxy', image: 'team/proxy:7', digest: 'sha256:ab' },
        ],
      },
      to: { taskDefinition: 'web:2', serviceRevision: 'service-revision/2', images: [] },
      lowestHealthy: { healthy: 3, desired: 3 },
    });
  });
});
