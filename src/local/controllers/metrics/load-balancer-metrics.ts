/**
 * What load balancers publish in AWS/ApplicationELB, by the names, dimensions and statistics of Application Load Balancers. As
 * there, a count of zero gives no datapoint.
 */
import { parseArn } from '../../../base/arn.ts';
import type { GroupStatistics, ListenerStatistics } from '../../balancer/data-plane.ts';
import { userOf } from '../../elbv2/target-group-use.ts';
import type { MetricDimension } from '../../state/cloudwatch-entities.ts';
import type { Store } from '../../state/store.ts';
import type { Published } from '../../cloudwatch/record-datapoints.ts';
import { aggregateOf, type Aggregate } from '../../cloudwatch/statistics/aggregate.ts';

/** A metric of one load balancer, not yet at a time. */
export type LoadBalancerMetric = Pick<Published, 'metric' | 'unit' | 'aggregate'>;

/** What listeners have served since they were last asked. */
export function trafficMetrics(
  traffic: readonly ListenerStatistics[],
  store: Store,
): readonly LoadBalancerMetric[] {
  return traffic.flatMap((listener) => {
    const place = placeOf(listener.listenerArn);
    if (place === undefined) return [];
    return [
      ...ownMetrics(listener, place),
      ...listener.groups.flatMap((group) => groupMetrics(group, place, store)),
    ];
  });
}

/** How many targets of each group are healthy and unhealthy: of groups that a load balancer forwards to, always. */
export function hostMetrics(store: Store): readonly LoadBalancerMetric[] {
  return Array.from(store.targetGroups.values()).flatMap(({ targetGroupArn }) => {
    const place = placeOf(userOf(store, targetGroupArn) ?? '');
    if (place === undefined) return [];
    const { healthy, unhealthy } = hostCounts(store, targetGroupArn);
    const dimensions = [groupDimension(targetGroupArn), place.dimension];
    return [
      metricAt(place, 'HealthyHostCount', dimensions, aggregateOf([healthy])),
      metricAt(place, 'UnHealthyHostCount', dimensions, aggregateOf([unhealthy])),
    ];
  });
}

/** A load balancer as metrics name it. */
interface Place {
  readonly region: string;
  readonly dimension: MetricDimension;
}

function ownMetrics(listener: ListenerStatistics, place: Place): readonly LoadBalancerMetric[] {
  const of = (name: string, aggregate: Aggregate | undefined): readonly LoadBalancerMetric[] =>
    aggregate === undefined ? [] : [metricAt(place, name, [place.dimension], aggregate)];
  const count = (digit: string): number =>
    Object.entries(listener.errors).reduce(
      (total, [code, errors]) => total + (code.startsWith(digit) ? errors : 0),
      0,
    );
  const { openConnections } = listener;
  return [
    ...of('HTTPCode_ELB_3XX_Count', ones(listener.redirects)),
    ...of('HTTP_Redirect_Count', ones(listener.redirects)),
    ...of('HTTP_Fixed_Response_Count', ones(listener.fixedResponses)),
    ...of('HTTPCode_ELB_4XX_Count', ones(count('4'))),
    ...of('HTTPCode_ELB_5XX_Count', ones(count('5'))),
    ...['500', '502', '503', '504'].flatMap((code) =>
      of(`HTTPCode_ELB_${code}_Count`, ones(listener.errors[code] ?? 0)),
    ),
    ...of('NewConnectionCount', ones(listener.newConnections)),
    ...of(
      'ActiveConnectionCount',
      openConnections === 0 ? undefined : aggregateOf([openConnections]),
    ),
  ];
}

function groupMetrics(
  group: GroupStatistics,
  place: Place,
  store: Store,
): readonly LoadBalancerMetric[] {
  const ofGroup = groupDimension(group.targetGroupArn);
  const both = [[place.dimension], [ofGroup, place.dimension]];
  const of = (
    name: string,
    aggregate: Aggregate | undefined,
    unit?: 'Seconds',
  ): readonly LoadBalancerMetric[] =>
    aggregate === undefined
      ? []
      : both.map((dimensions) => metricAt(place, name, dimensions, aggregate, unit));
  const { requests, targetStatus, responseTimes } = group;
  const { healthy } = hostCounts(store, group.targetGroupArn);
  const perTarget = aggregateOf([requests / Math.max(1, healthy)]);
  return [
    ...of('RequestCount', ones(requests)),
    ...(['2xx', '3xx', '4xx', '5xx'] as const).flatMap((each) =>
      of(`HTTPCode_Target_${each.toUpperCase()}_Count`, ones(targetStatus[each])),
    ),
    ...of('TargetResponseTime', secondsOf(responseTimes), 'Seconds'),
    ...(requests === 0
      ? []
      : [[ofGroup], [ofGroup, place.dimension]].map((dimensions) =>
          metricAt(place, 'RequestCountPerTarget', dimensions, perTarget),
        )),
  ];
}

/** Every one counts as a value of 1: their average is 1, and their sum how many there are. */
function ones(count: number): Aggregate | undefined {
  return count > 0 ? aggregateOf([1], [count]) : undefined;
}

function secondsOf({
  values,
  counts,
  sum,
}: GroupStatistics['responseTimes']): Aggregate | undefined {
  if (values.length === 0) return undefined;
  const seconds = values.map((ms) => ms / 1000);
  return { ...aggregateOf(seconds, counts), sum: sum / 1000 };
}

function metricAt(
  { region }: Place,
  metricName: string,
  dimensions: readonly MetricDimension[],
  aggregate: Aggregate,
  unit: 'Count' | 'Seconds' = 'Count',
): LoadBalancerMetric {
  // Metrics have their dimensions by name.
  const sorted = dimensions.toSorted((one, other) => (one.name < other.name ? -1 : 1));
  const metric = { region, namespace: 'AWS/ApplicationELB', metricName, dimensions: sorted };
  return { metric, unit, aggregate };
}

/** @param arn of a load balancer, or of one of its listeners: `…:listener/app/NAME/ID/LISTENER_ID` */
function placeOf(arn: string): Place | undefined {
  const parsed = parseArn(arn);
  const [kind, type, name, id] = parsed?.resource.split('/') ?? [];
  if (parsed === undefined || id === undefined || !/^(listener|loadbalancer)$/.test(kind ?? ''))
    return undefined;
  const dimension = { name: 'LoadBalancer', value: `${type ?? ''}/${name ?? ''}/${id}` };
  return { region: parsed.region, dimension };
}

function groupDimension(targetGroupArn: string): MetricDimension {
  return { name: 'TargetGroup', value: parseArn(targetGroupArn)?.resource ?? targetGroupArn };
}

function hostCounts(
  store: Store,
  targetGroupArn: string,
): { readonly healthy: number; readonly unhealthy: number } {
  const targets = store.targets
    .by('targetGroup', targetGroupArn)
    .filter(({ deregisteredAt }) => deregisteredAt === undefined);
  return {
    healthy: targets.filter(({ health }) => health === 'healthy').length,
    unhealthy: targets.filter(({ health }) => health === 'unhealthy').length,
  };
}
