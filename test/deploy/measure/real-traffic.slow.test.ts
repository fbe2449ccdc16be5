/**
 * Checks on real requests: a weighted listener shares them between two target groups, the balancer counts and publishes them
 * minute by minute, and the deployer's measure reads them by the SDK. Minutes pass sixty times as fast.
 */
import {
  DescribeLoadBalancersCommand,
  DescribeTargetHealthCommand,
  RegisterTargetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { RequestListener } from 'node:http';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../../src/base/clock.ts';
import { systemRandom } from '../../../src/base/random.ts';
import { createApi } from '../../../src/deploy/aws/api.ts';
import { createAwsClients, destroyAwsClients } from '../../../src/deploy/aws/aws-clients.ts';
import type {
  AnalysisCheck,
  CloudWatchCheck,
  ErrorRatioCheck,
  ResponseTimeCheck,
} from '../../../src/deploy/configuration/configuration.ts';
import { createMeasure } from '../../../src/deploy/measure/create-measure.ts';
import type { Measure, MeasureWindow } from '../../../src/deploy/measure/measure.ts';
import { createRecorder } from '../../../src/record/recorder.ts';
import { startTraffic } from '../../system/balanced-service.ts';
import { createWeightedListener, shift } from '../../system/task-set-service.ts';
import { openWorld, until, type World } from '../../system/world.ts';
import { serve } from './http-server.ts';

let world: World;
let measure: Measure;

beforeEach(async () => {
  world = await openWorld({ timeScale: 60 });
  const clients = await createAwsClients({
    endpointUrl: world.local.url,
    region: world.local.region,
    credentials: world.local.credentials,
  });
  onTestFinished(async () => {
    destroyAwsClients(clients);
    await world.close();
  });
  const recorder = createRecorder([]);
  const signal = undefined;
  const api = createApi({
    ...{ clock: systemClock, random: systemRandom, recorder, signal: () => signal },
  });
  measure = createMeasure({ api, clients, fetch, clock: systemClock, signal });
});

/** Answers health checks, and of the other requests every n-th by `rare`. */
function version(n: number, rare: RequestListener): RequestListener {
  let count = 0;
  return (request, response) => {
    const isRare = request.url !== '/health' && ++count % n === 0;
    if (isRare) rare(request, response);
    else response.end();
  };
}

const GOOD = version(1_000_000, (_request, response) => response.end());

/** Both versions get half of the traffic from now on. */
async function share(green: RequestListener): Promise<MeasureWindow> {
  const listener = await createWeightedListener(world);
  for (const [TargetGroupArn, handler] of [
    [listener.blue, GOOD],
    [listener.green, green],
  ] as const) {
    const [Id, port] = (await serve(handler)).split(':');
    const Targets = [{ Id, Port: Number(port) }];
    await world.elbv2.send(new RegisterTargetsCommand({ TargetGroupArn, Targets }));
  }
  await shift(world, listener, [50, 50]);
  for (const TargetGroupArn of [listener.blue, listener.green]) {
    await until(
      () => world.elbv2.send(new DescribeTargetHealthCommand({ TargetGroupArn })),
      ({ TargetHealthDescriptions: targets = [] }) => targets[0]?.TargetHealth?.State === 'healthy',
    );
  }
  const traffic = startTraffic(listener.url, 100);
  onTestFinished(async () => {
    await traffic.run.stop();
  });
  const { LoadBalancers: [balancer] = [] } = await world.elbv2.send(
    new DescribeLoadBalancersCommand({}),
  );
  const loadBalancer = balancer?.LoadBalancerArn?.split(':loadbalancer/')[1] ?? '';
  const group = (arn: string) => ({ loadBalancer, targetGroup: arn.split(':').at(-1) ?? '' });
  return {
    ...{ moment: 'production', look: 1, green: group(listener.green), blue: group(listener.blue) },
    since: balancer?.CreatedTime?.getTime() ?? NaN,
  };
}

const COMMON = { name: 'x', onNoData: 'wait', deadlineMs: 1, moments: ['production'] } as const;

const errors: ErrorRatioCheck = {
  ...{ ...COMMON, kind: 'target_5xx_ratio', max: undefined },
  ...{ minSamples: 200, compare: 'baseline' },
};

const slow: ResponseTimeCheck = {
  ...{ ...COMMON, kind: 'target_response_time', limitMs: 100, maxShareOver: 0.05 },
  ...{ minSamples: 200, compare: undefined },
};

const decided = (check: AnalysisCheck, window: MeasureWindow) =>
  until(
    () => measure(check, window),
    ({ outcome }) => outcome === 'pass' || outcome === 'fail',
  );

describe('on real traffic', () => {
  it('a version that fails one request in ten is worse than the old one', async () => {
    const served = { requests: 0, errors: 0 };
    const failing = version(10, (_request, response) => {
      served.errors++;
      response.statusCode = 500;
      response.end();
    });
    const window = await share((request, response) => {
      if (request.url !== '/health') served.requests++;
      failing(request, response);
    });
    const seen = await decided(errors, window);
    expect(seen).toMatchObject({ outcome: 'fail', baseline: 0 });
    // Nothing is counted that was not there: neither requests nor errors.
    const { samples = 0, value = 0 } = seen;
    expect(samples).toBeGreaterThan(0);
    expect(samples).toBeLessThanOrEqual(served.requests);
    expect(value * samples).toBeLessThanOrEqual(served.errors + 1e-6);
  });

  it('a version that is no worse passes, with enough requests on either side', async () => {
    const window = await share(GOOD);
    const early = await measure(errors, window);
    expect(early.outcome).not.toBe('pass');
    const seen = await decided({ ...errors, max: 0.01 }, window);
    expect(seen).toMatchObject({ outcome: 'pass', value: 0, limit: 0.01, baseline: 0 });
    expect(seen.samples).toBeGreaterThanOrEqual(200);
  });

  it('a version that crashes within requests has no 5XX of its own; a check on those of the balancer finds them', async () => {
    const window = await share(version(10, ({ socket }) => socket.destroy()));
    const own: ErrorRatioCheck = { ...errors, max: 0.01, compare: undefined };
    expect(await decided(own, window)).toMatchObject({ outcome: 'pass', value: 0 });
    const Dimensions = [{ Name: 'LoadBalancer', Value: window.green?.loadBalancer ?? '' }];
    const Metric = {
      ...{ Namespace: 'AWS/ApplicationELB', MetricName: 'HTTPCode_ELB_5XX_Count', Dimensions },
    };
    const balancer: CloudWatchCheck = {
      ...{ ...COMMON, kind: 'cloudwatch', min: undefined, max: 2 },
      queries: [
        { Id: 'errors', ReturnData: false, MetricStat: { Metric, Period: 60, Stat: 'Sum' } },
        { Id: 'filled', Expression: 'FILL(errors, 0)' },
      ],
    };
    expect(await decided(balancer, window)).toMatchObject({ outcome: 'fail', limit: 2 });
  });

  it('a version that is slow for one request in three is over its limit', async () => {
    const window = await share(
      version(3, (_request, response) => {
        setTimeout(() => response.end(), 150);
      }),
    );
    expect(await decided(slow, window)).toMatchObject({ outcome: 'fail', limit: 0.05 });
    // A few requests are enough to see it; slow answers of the last moment are not counted yet, so that the share takes more.
    const { outcome, value } = await until(
      () => measure(slow, window),
      ({ samples = 0 }) => samples >= slow.minSamples,
    );
    expect(outcome).toBe('fail');
    expect(value).toBeGreaterThan(0.25);
    expect(value).toBeLessThan(0.4);
  });
});
