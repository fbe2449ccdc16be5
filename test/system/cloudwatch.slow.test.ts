/** CloudWatch with real traffic, real programs and a real crash, by the JS SDK. */
import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  GetMetricDataCommand,
  GetMetricStatisticsCommand,
  ListMetricsCommand,
  PutMetricAlarmCommand,
  PutMetricDataCommand,
  SetAlarmStateCommand,
  type Dimension,
} from '@aws-sdk/client-cloudwatch';
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  DescribeTargetHealthCommand,
  RegisterTargetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock, type Clock } from '../../src/base/clock.ts';
import { createBalancedService } from './balanced-service.ts';
import { startControlPlane } from './killable.ts';
import { freePort, makeFolders, openWorld, until, type Clients, type World } from './world.ts';

const MINUTE = 60_000;

/** The system's clock, set so that a whole minute comes so soon. */
function minuteIn(ms: number): Clock {
  const offset = MINUTE - ms - (systemClock.now() % MINUTE);
  return { ...systemClock, now: () => systemClock.now() + offset };
}

/** A client of the same local ECS as the others. */
function cloudWatchOf({ ecs }: Pick<Clients, 'ecs'>, endpoint: string): CloudWatchClient {
  const { region, credentials } = ecs.config;
  const client = new CloudWatchClient({ endpoint, region, credentials, maxAttempts: 1 });
  onTestFinished(() => client.destroy());
  return client;
}

async function worldWithMinuteIn(ms: number): Promise<World & { cloudWatch: CloudWatchClient }> {
  const world = await openWorld({ clock: minuteIn(ms) });
  onTestFinished(() => world.close());
  return { ...world, cloudWatch: cloudWatchOf(world, world.local.url) };
}

/** A target that answers 500 to `/fail` and 200 to everything else, behind a load balancer of its own. */
async function failingTarget({ elbv2 }: Clients) {
  const server = createServer((request, response) => {
    response.statusCode = request.url === '/fail' ? 500 : 200;
    response.end();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => {
    server.close().closeAllConnections();
  });
  const address = server.address();
  const targetPort = typeof address === 'object' && address !== null ? address.port : 0;
  const port = await freePort();
  const { LoadBalancers: [balancer] = [] } = await elbv2.send(
    new CreateLoadBalancerCommand({ Name: 'failing', Subnets: ['subnet-1'] }),
  );
  const { TargetGroups: [group] = [] } = await elbv2.send(
    new CreateTargetGroupCommand({
      ...{ Name: 'failing', Protocol: 'HTTP', Port: 80, VpcId: 'vpc-1', TargetType: 'ip' },
    }),
  );
  const { LoadBalancerArn = '', DNSName = '' } = balancer ?? {};
  const { TargetGroupArn = '' } = group ?? {};
  const Targets = [{ Id: '127.0.0.1', Port: targetPort }];
  await elbv2.send(new RegisterTargetsCommand({ TargetGroupArn, Targets }));
  await elbv2.send(
    new CreateListenerCommand({
      ...{ LoadBalancerArn, Protocol: 'HTTP', Port: port },
      DefaultActions: [{ Type: 'forward', TargetGroupArn }],
    }),
  );
  await until(
    () => elbv2.send(new DescribeTargetHealthCommand({ TargetGroupArn })),
    ({ TargetHealthDescriptions: targets = [] }) => targets[0]?.TargetHealth?.State === 'healthy',
  );
  const dimensions: Dimension[] = [
    { Name: 'TargetGroup', Value: TargetGroupArn.split(':').at(-1) },
    { Name: 'LoadBalancer', Value: LoadBalancerArn.split(':loadbalancer/')[1] },
  ];
  return { url: `http://${DNSName}:${port}`, dimensions };
}

describe('the load balancer', () => {
  it("publishes its targets' errors and times, and an alarm goes off by them", async () => {
    const world = await worldWithMinuteIn(8_000);
    const { cloudWatch } = world;
    const { url, dimensions: Dimensions } = await failingTarget(world);
    await cloudWatch.send(
      new PutMetricAlarmCommand({
        ...{ AlarmName: 'target-5xx', Namespace: 'AWS/ApplicationELB' },
        ...{ MetricName: 'HTTPCode_Target_5XX_Count', Dimensions, Statistic: 'Sum' },
        ...{ Period: 60, EvaluationPeriods: 1, Threshold: 5 },
        ComparisonOperator: 'GreaterThanOrEqualToThreshold',
        TreatMissingData: 'notBreaching',
      }),
    );
    const stateOf = async () =>
      (await cloudWatch.send(new DescribeAlarmsCommand({}))).MetricAlarms?.[0];
    await until(stateOf, (alarm) => alarm?.StateValue === 'OK');
    for (let request = 0; request < 10; request++) {
      expect((await fetch(`${url}/fail`)).status).toBe(500);
      expect((await fetch(url)).status).toBe(200);
    }
    const alarm = await until(stateOf, (seen) => seen?.StateValue === 'ALARM');
    expect(alarm?.StateReason).toMatch(/1 datapoint \[10\.0 \(.*\)\] was greater than or equal to/);
    const stat = (MetricName: string, Stat: string) => ({
      ...{ Metric: { Namespace: 'AWS/ApplicationELB', MetricName, Dimensions }, Stat, Period: 60 },
    });
    const { MetricDataResults: results = [] } = await cloudWatch.send(
      new GetMetricDataCommand({
        StartTime: new Date(systemClock.now() - 10 * MINUTE),
        EndTime: new Date(systemClock.now() + 10 * MINUTE),
        MetricDataQueries: [
          { Id: 'requests', MetricStat: stat('RequestCount', 'Sum') },
          { Id: 'errors', MetricStat: stat('HTTPCode_Target_5XX_Count', 'Sum') },
          { Id: 'rate', Expression: '100 * errors / requests' },
          { Id: 'p99', MetricStat: stat('TargetResponseTime', 'p99') },
          { Id: 'quick', MetricStat: stat('TargetResponseTime', 'PR(:30)') },
          { Id: 'hosts', MetricStat: stat('HealthyHostCount', 'Minimum') },
        ],
      }),
    );
    const values = Object.fromEntries(results.map(({ Id = '', Values = [] }) => [Id, Values]));
    expect(values).toMatchObject({
      ...{ requests: [20], errors: [10], rate: [50], quick: [100], hosts: [1] },
    });
    expect(values['p99']?.[0]).toBeGreaterThan(0);
    expect(values['p99']?.[0]).toBeLessThan(30);
  });
});

describe('a service', () => {
  it('publishes what its programs really use', async () => {
    const world = await worldWithMinuteIn(25_000);
    const url = await createBalancedService(world, 'app:1.0.0', { desiredCount: 2 });
    expect((await fetch(url)).status).toBe(200);
    const { cloudWatch } = world;
    const { Metrics: metrics = [] } = await until(
      () => cloudWatch.send(new ListMetricsCommand({ Namespace: 'AWS/ECS' })),
      ({ Metrics: found = [] }) => found.length > 0,
    );
    expect(metrics.map(({ MetricName }) => MetricName)).toEqual([
      'CPUUtilization',
      'MemoryUtilization',
    ]);
    for (const metric of metrics) {
      const { Datapoints: [datapoint] = [] } = await cloudWatch.send(
        new GetMetricStatisticsCommand({
          ...{ Namespace: 'AWS/ECS', MetricName: metric.MetricName, Period: 60 },
          Dimensions: metric.Dimensions,
          StartTime: new Date(systemClock.now() - 10 * MINUTE),
          EndTime: new Date(systemClock.now() + 10 * MINUTE),
          Statistics: ['SampleCount', 'Minimum', 'Maximum'],
        }),
      );
      expect(datapoint).toMatchObject({ SampleCount: 2, Unit: 'Percent' });
      expect(datapoint?.Minimum).toBeGreaterThan(0);
      // Idle Node programs: some of 512 MiB, hardly any of a quarter of a vCPU.
      expect(datapoint?.Maximum).toBeLessThan(400);
    }
  });
});

describe('metric data and alarms', () => {
  it('survive kill -9 once they are acknowledged', async () => {
    const folders = makeFolders();
    onTestFinished(() => folders.remove());
    const first = await startControlPlane(folders);
    const before = cloudWatchOf(first, first.url);
    const at = new Date(Math.floor(systemClock.now() / MINUTE) * MINUTE - 2 * MINUTE);
    await before.send(
      new PutMetricDataCommand({
        Namespace: 'App',
        MetricData: [{ MetricName: 'Errors', Values: [1, 2, 3], Timestamp: at, Unit: 'Count' }],
      }),
    );
    await before.send(
      new PutMetricAlarmCommand({
        ...{ AlarmName: 'drill', Namespace: 'App', MetricName: 'Other', Statistic: 'Sum' },
        ...{ Period: 60, EvaluationPeriods: 1, Threshold: 1, TreatMissingData: 'ignore' },
        ComparisonOperator: 'GreaterThanThreshold',
      }),
    );
    await before.send(
      new SetAlarmStateCommand({ AlarmName: 'drill', StateValue: 'ALARM', StateReason: 'a drill' }),
    );
    await first.end('SIGKILL');
    const second = await startControlPlane(folders);
    onTestFinished(() => second.end('SIGTERM').then(() => undefined));
    const after = cloudWatchOf(second, second.url);
    const { Datapoints: datapoints } = await after.send(
      new GetMetricStatisticsCommand({
        ...{ Namespace: 'App', MetricName: 'Errors', Period: 60, Unit: 'Count' },
        StartTime: at,
        EndTime: new Date(at.getTime() + MINUTE),
        ExtendedStatistics: ['p50'],
      }),
    );
    expect(datapoints).toEqual([{ Timestamp: at, Unit: 'Count', ExtendedStatistics: { p50: 2 } }]);
    const { MetricAlarms: [alarm] = [] } = await after.send(new DescribeAlarmsCommand({}));
    expect(alarm).toMatchObject({ StateValue: 'ALARM', StateReason: 'a drill' });
  });
});
