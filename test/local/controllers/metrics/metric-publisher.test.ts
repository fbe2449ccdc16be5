import { describe, expect, it } from 'vitest';
import { idSource } from '../../../../src/base/ids.ts';
import { seededRandom } from '../../../../src/base/random.ts';
import type {
  GroupStatistics,
  ListenerStatistics,
} from '../../../../src/local/balancer/data-plane.ts';
import { MetricPublisher } from '../../../../src/local/controllers/metrics/metric-publisher.ts';
import { silentLog } from '../../../../src/local/log.ts';
import type { Service, Task } from '../../../../src/local/state/entities.ts';
import type { Listener, Target, TargetGroup } from '../../../../src/local/state/elbv2-entities.ts';
import type { ContainerUsage } from '../../../../src/local/runtime/runtime.ts';
import { CloudWatchWorld, MINUTE, START } from '../../cloudwatch/world.ts';

const ELB = 'arn:aws:elasticloadbalancing:eu-west-1:000000000000';
const BALANCER = `${ELB}:loadbalancer/app/web/0123456789abcdef`;
const LISTENER = `${ELB}:listener/app/web/0123456789abcdef/fedcba9876543210`;
const GROUP = `${ELB}:targetgroup/web/0123456789abcdef`;
const ECS = 'arn:aws:ecs:eu-west-1:000000000000';
const LB = { Name: 'LoadBalancer', Value: 'app/web/0123456789abcdef' };
const TG = { Name: 'TargetGroup', Value: 'targetgroup/web/0123456789abcdef' };

/** CloudWatch with a load balancer and a service that publish, and whose counts the test sets. */
class PublishingWorld extends CloudWatchWorld {
  traffic: readonly ListenerStatistics[] = [];
  usage = new Map<string, ContainerUsage>();
  readonly publisher: MetricPublisher;

  constructor() {
    super();
    this.publisher = new MetricPublisher({
      ...{ store: this.store, clock: this.clock, log: silentLog },
      ids: idSource(seededRandom(2)),
      machine: { cpus: 4, memoryMiB: 8192, architecture: 'x86_64', platform: 'linux' },
      dataPlane: { statistics: () => Promise.resolve(this.traffic) },
      runtime: { usage: () => Promise.resolve(new Map(this.usage)) },
    });
    this.publisher.start();
  }

  /** A listener that forwards to a group with targets of this health. */
  balance(health: readonly Target['health'][]): void {
    const { store } = this;
    store.transaction(() => {
      store.targetGroups.put(GROUP, { targetGroupArn: GROUP, region: 'eu-west-1' } as TargetGroup);
      const ForwardConfig = { TargetGroups: [{ TargetGroupArn: GROUP }] };
      const defaultActions = [{ Type: 'forward', ForwardConfig }];
      store.listeners.put(LISTENER, {
        listenerArn: LISTENER,
        loadBalancerArn: BALANCER,
        defaultActions,
      } as unknown as Listener);
      for (const [index, each] of health.entries()) {
        const target = { targetGroupArn: GROUP, id: `10.0.0.${index}`, port: 80, health: each };
        store.targets.put(`${GROUP}|${index}`, target as Target);
      }
    });
  }

  serve(group: Partial<GroupStatistics>, listener: Partial<ListenerStatistics> = {}): void {
    const none = {
      ...{ targetGroupArn: GROUP, requests: 0, balancer5xx: 0 },
      targetStatus: { '2xx': 0, '3xx': 0, '4xx': 0, '5xx': 0 },
      responseTimes: { values: [], counts: [], sum: 0 },
    };
    this.traffic = [
      {
        ...{ listenerArn: `${LISTENER}:80`, errors: {}, redirects: 0, fixedResponses: 0 },
        ...{ newConnections: 0, openConnections: 0 },
        ...listener,
        groups: [{ ...none, ...group }],
      },
    ];
  }

  /** A service with one running task of half a vCPU and 512 MiB; its container is `c1`. */
  runService(): void {
    const { store } = this;
    const serviceArn = `${ECS}:service/prod/web`;
    const clusterArn = `${ECS}:cluster/prod`;
    store.transaction(() => {
      const service = { serviceArn, clusterArn, serviceName: 'web', status: 'ACTIVE' };
      store.services.put(serviceArn, service as Service);
      const task = {
        ...{ taskArn: 't1', serviceArn, clusterArn, lastStatus: 'RUNNING', targets: [] },
        ...{ cpu: '512', memory: '512', containers: [{ runtimeId: 'c1' }] },
      };
      store.tasks.put('t1', task as unknown as Task);
    });
  }

  /** `NAME DIMENSION_NAMES` of each metric of the namespace. */
  names(Namespace: string): readonly string[] {
    const { Metrics: metrics = [] } = this.call('ListMetrics', { Namespace });
    return metrics
      .map(({ MetricName = '', Dimensions = [] }) =>
        [MetricName, ...Dimensions.map(({ Name = '' }) => Name)].join(' '),
      )
      .sort();
  }

  /** The statistics of a metric of the load balancer, minute by minute. */
  statistics(MetricName: string, Dimensions = [LB], ExtendedStatistics: string[] = []) {
    const extended = ExtendedStatistics.length > 0;
    const { Datapoints: datapoints = [] } = this.call('GetMetricStatistics', {
      ...{ Namespace: 'AWS/ApplicationELB', MetricName, Dimensions, Period: 60 },
      ...{ StartTime: new Date(START), EndTime: new Date(START + 60 * MINUTE) },
      ...(extended ? { ExtendedStatistics } : { Statistics: ['Sum', 'Average', 'SampleCount'] }),
    });
    return datapoints;
  }
}

describe('a load balancer', () => {
  it('publishes its traffic under the names and dimensions of ALB', async () => {
    const world = new PublishingWorld();
    world.balance(['healthy', 'healthy', 'unhealthy', 'initial']);
    await world.clock.advance(30_000);
    world.serve(
      {
        requests: 10,
        targetStatus: { '2xx': 7, '3xx': 0, '4xx': 1, '5xx': 2 },
        responseTimes: { values: [100, 2000], counts: [9, 1], sum: 2900.5 },
      },
      { errors: { '502': 3, '503': 1, '400': 2 }, newConnections: 4, openConnections: 2 },
    );
    await world.clock.advance(MINUTE);
    expect(world.names('AWS/ApplicationELB')).toEqual([
      'ActiveConnectionCount LoadBalancer',
      'HTTPCode_ELB_4XX_Count LoadBalancer',
      'HTTPCode_ELB_502_Count LoadBalancer',
      'HTTPCode_ELB_503_Count LoadBalancer',
      'HTTPCode_ELB_5XX_Count LoadBalancer',
      'HTTPCode_Target_2XX_Count LoadBalancer',
      'HTTPCode_Target_2XX_Count LoadBalancer TargetGroup',
      'HTTPCode_Target_4XX_Count LoadBalancer',
      'HTTPCode_Target_4XX_Count LoadBalancer TargetGroup',
      'HTTPCode_Target_5XX_Count LoadBalancer',
      'HTTPCode_Target_5XX_Count LoadBalancer TargetGroup',
      'HealthyHostCount LoadBalancer TargetGroup',
      'NewConnectionCount LoadBalancer',
      'RequestCount LoadBalancer',
      'RequestCount LoadBalancer TargetGroup',
      'RequestCountPerTarget LoadBalancer TargetGroup',
      'RequestCountPerTarget TargetGroup',
      'TargetResponseTime LoadBalancer',
      'TargetResponseTime LoadBalancer TargetGroup',
      'UnHealthyHostCount LoadBalancer TargetGroup',
    ]);
    const sums = (name: string, dimensions = [LB]) =>
      world
        .statistics(name, dimensions)
        .map(({ Timestamp, Sum, Average, Unit }) => [
          ((Timestamp?.getTime() ?? 0) - START) / MINUTE,
          Sum,
          Average,
          Unit,
        ]);
    expect(sums('RequestCount')).toEqual([[0, 10, 1, 'Count']]);
    expect(sums('HTTPCode_Target_5XX_Count', [LB, TG])).toEqual([[0, 2, 1, 'Count']]);
    expect(sums('HTTPCode_ELB_5XX_Count')).toEqual([[0, 4, 1, 'Count']]);
    expect(sums('HTTPCode_ELB_4XX_Count')).toEqual([[0, 2, 1, 'Count']]);
    expect(sums('HealthyHostCount', [LB, TG])).toEqual([[0, 2, 2, 'Count']]);
    expect(sums('UnHealthyHostCount', [LB, TG])).toEqual([[0, 1, 1, 'Count']]);
    expect(sums('RequestCountPerTarget', [TG])).toEqual([[0, 5, 5, 'Count']]);
    expect(sums('TargetResponseTime')).toEqual([
      [0, expect.closeTo(2.9005, 9), expect.closeTo(0.29005, 9), 'Seconds'],
    ]);
    const [times] = world.statistics('TargetResponseTime', [LB], ['p50', 'p99', 'PR(:0.5)']);
    expect(times?.ExtendedStatistics).toEqual({ p50: 0.1, p99: 2, 'PR(:0.5)': 90 });
  });

  it('publishes no count of zero, but its hosts every minute', async () => {
    const world = new PublishingWorld();
    world.balance(['healthy']);
    world.serve({ requests: 5 });
    await world.clock.advance(3 * MINUTE);
    expect(world.statistics('RequestCount')).toHaveLength(1);
    expect(world.statistics('HealthyHostCount', [LB, TG])).toHaveLength(3);
  });

  it('lets an alarm on the errors of its targets go off and recover', async () => {
    const world = new PublishingWorld();
    world.balance(['healthy']);
    world.call('PutMetricAlarm', {
      ...{ AlarmName: 'target-5xx', Namespace: 'AWS/ApplicationELB' },
      ...{ MetricName: 'HTTPCode_Target_5XX_Count', Dimensions: [LB, TG], Statistic: 'Sum' },
      ...{ Period: 60, EvaluationPeriods: 1, Threshold: 1 },
      ...{ ComparisonOperator: 'GreaterThanOrEqualToThreshold', TreatMissingData: 'notBreaching' },
    });
    await world.clock.advance(10_000);
    expect(world.alarm().StateValue).toBe('OK');
    world.serve({ requests: 9, targetStatus: { '2xx': 0, '3xx': 0, '4xx': 0, '5xx': 9 } });
    await world.clock.advance(MINUTE);
    expect(world.alarm().StateReason).toBe(
      'Threshold Crossed: 1 datapoint [9.0 (21/01/26 20:00:00)] was greater than or equal to the threshold (1.0).',
    );
    await world.clock.advance(3 * MINUTE);
    expect(world.alarm().StateValue).toBe('OK');
  });

  it('publishes what was counted so far when it is asked to', async () => {
    const world = new PublishingWorld();
    world.balance(['healthy']);
    await world.clock.advance(90_000);
    world.serve({ requests: 3 });
    await world.publisher.flush();
    const [counted] = world.statistics('RequestCount');
    expect(counted).toMatchObject({ Timestamp: new Date(START + MINUTE), Sum: 3 });
  });

  it('leaves time at rest where there is neither a listener nor a service', async () => {
    const world = new PublishingWorld();
    await expect(world.clock.runUntil(() => false, 60 * MINUTE)).rejects.toThrow(
      'no timer is left',
    );
  });
});

describe('a service', () => {
  it('publishes what its tasks use of what is reserved for them', async () => {
    const world = new PublishingWorld();
    world.runService();
    const use = (cpuMs: number, elapsedMs: number, mebibytes: number) =>
      world.usage.set('c1', { cpuMs, elapsedMs, memoryBytes: mebibytes * 2 ** 20 });
    use(10_000, 40_000, 128);
    await world.clock.advance(MINUTE);
    use(40_000, 100_000, 256);
    await world.clock.advance(MINUTE);
    const of = (MetricName: string) =>
      world
        .call('GetMetricStatistics', {
          ...{ Namespace: 'AWS/ECS', MetricName, Period: 60, Statistics: ['Average'] },
          ...{ StartTime: new Date(START), EndTime: new Date(START + 60 * MINUTE) },
          Dimensions: [
            { Name: 'ClusterName', Value: 'prod' },
            { Name: 'ServiceName', Value: 'web' },
          ],
        })
        .Datapoints?.map(({ Average, Unit }) => [Average, Unit]);
    // A quarter of a vCPU is half of what is reserved; half of one is all of it.
    expect(of('CPUUtilization')).toEqual([
      [50, 'Percent'],
      [100, 'Percent'],
    ]);
    expect(of('MemoryUtilization')).toEqual([
      [25, 'Percent'],
      [50, 'Percent'],
    ]);
  });

  it('publishes nothing where the runtime knows nothing', async () => {
    const world = new PublishingWorld();
    world.runService();
    await world.clock.advance(3 * MINUTE);
    expect(world.call('ListMetrics', {}).Metrics).toEqual([]);
  });
});
