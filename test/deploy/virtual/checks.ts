/** Checks, traffic and interruptions for rollouts in virtual time. */
import type {
  CloudWatchCheck,
  ErrorRatioCheck,
  HttpCheck,
} from '../../../src/deploy/configuration/configuration.ts';
import { Interruption } from '../../../src/deploy/session/interruption.ts';
import type { DeployDependencies } from '../../../src/deploy/session/session.ts';
import type { InterruptSignal } from '../../../src/record/verdict.ts';
import { idSource } from '../../../src/base/ids.ts';
import { seededRandom } from '../../../src/base/random.ts';
import {
  recordDatapoints,
  type Published,
} from '../../../src/local/cloudwatch/record-datapoints.ts';
import { aggregateOf } from '../../../src/local/cloudwatch/statistics/aggregate.ts';
import type { VirtualDeploys } from './virtual-deploy.ts';

const COMMON = { onNoData: 'wait', deadlineMs: 600_000 } as const;

export const httpCheck = (change: Partial<HttpCheck> = {}): HttpCheck => ({
  ...COMMON,
  ...{ kind: 'http', name: 'http', moments: ['test'], url: 'http://127.0.0.1:8080/health' },
  ...{ expect: 200, json: {} },
  ...change,
});

export const ratioCheck = (change: Partial<ErrorRatioCheck> = {}): ErrorRatioCheck => ({
  ...COMMON,
  ...{ kind: 'target_5xx_ratio', name: 'target_5xx_ratio', moments: ['production'] },
  ...{ max: 0.01, minSamples: 100, compare: undefined },
  ...change,
});

/** Requests of all load balancers, doubled by metric math where `math` says so. */
export const cloudWatchCheck = (math: boolean): CloudWatchCheck => ({
  ...COMMON,
  ...{ kind: 'cloudwatch', name: 'requests', moments: ['production'] },
  ...{ min: undefined, max: 1e9, onNoData: 'pass', deadlineMs: 60_000 },
  queries: [
    {
      Id: 'requests',
      MetricStat: {
        Metric: { Namespace: 'AWS/ApplicationELB', MetricName: 'RequestCount', Dimensions: [] },
        ...{ Period: 60, Stat: 'Sum' },
      },
      ...(math ? { ReturnData: false } : {}),
    },
    ...(math ? [{ Id: 'doubled', Expression: 'requests * 2' }] : []),
  ],
});

/** What a target group got in a minute. */
interface Minute {
  readonly requests: number;
  readonly errors: number;
}

/** Publishes, each minute of virtual time, what a load balancer would; `when` is asked with green's share at that time. */
export function putTraffic(
  { world }: VirtualDeploys,
  traffic: { readonly green: Minute; readonly blue: Minute },
  when: (state: { readonly weight: number }) => boolean = ({ weight }) => weight > 0,
): void {
  const { ecs } = world.scenario;
  const ids = idSource(seededRandom(11));
  const publish = (): void => {
    const weight = world.weights(world.productionRule)['green'] ?? 0;
    ecs.clock.setTimer(60_000, publish);
    if (!when({ weight })) return;
    const [blue = '', green = ''] = world.groups;
    const balancer = [...ecs.store.loadBalancers.values()][0]?.loadBalancerArn ?? '';
    const now = ecs.clock.now();
    const published = [
      ...metricsOf(balancer, green, traffic.green),
      ...metricsOf(balancer, blue, traffic.blue),
    ].map((each) => ({ ...each, at: now, resolution: 60 }) as const);
    ecs.store.transaction(() => recordDatapoints({ store: ecs.store, ids }, published, now));
  };
  ecs.clock.setTimer(60_000, publish);
}

function metricsOf(
  balancer: string,
  group: string,
  { requests, errors }: Minute,
): readonly Pick<Published, 'metric' | 'aggregate'>[] {
  const resource = (arn: string): string => arn.split(':').at(-1) ?? '';
  const dimensions = [
    { name: 'LoadBalancer', value: resource(balancer).replace(/^loadbalancer\//, '') },
    { name: 'TargetGroup', value: resource(group) },
  ];
  return (
    [
      ['RequestCount', requests],
      ['HTTPCode_Target_5XX_Count', errors],
    ] as const
  )
    .filter(([, count]) => count > 0)
    .map(([metricName, count]) => ({
      metric: { region: 'eu-west-1', namespace: 'AWS/ApplicationELB', metricName, dimensions },
      aggregate: aggregateOf([1], [count]),
    }));
}

/** Signals that a test sends: the first and the second. */
export function abort(): {
  readonly controller: (name: InterruptSignal) => void;
  readonly change: Partial<DeployDependencies>;
} {
  const first = new AbortController();
  const second = new AbortController();
  return {
    controller: (name) => {
      if (first.signal.aborted) second.abort(new Interruption(name));
      else first.abort(new Interruption(name));
    },
    change: { signal: first.signal, secondSignal: second.signal },
  };
}
