/**
 * A share of the requests to a target group, counted from what an Application Load Balancer publishes every minute:
 * namespace AWS/ApplicationELB, dimensions LoadBalancer and TargetGroup. Pure: the queries, and what their answer comes to.
 */
import type { MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import type { Proportion } from '../../analysis/measurement.ts';
import { MINUTE_MS, newestOf, pointsOf, type MetricData, type Points } from './metric-data.ts';
import type { MeasuredGroup } from './measure.ts';

/** Which requests are counted. */
export type RequestShare =
  /** Those that a target answered with a status of 500 to 599. */
  | { readonly kind: 'answered-5xx' }
  /** Those whose answer a target began later than so many milliseconds after it was asked. */
  | { readonly kind: 'slower-than'; readonly limitMs: number };

/** The groups of one look, both read in one call; the baseline only where it is compared. */
export interface ComparedGroups {
  readonly green: MeasuredGroup;
  readonly blue: MeasuredGroup | undefined;
}

type Side = keyof ComparedGroups;

/** The queries for one look, ten at most. */
export function shareQueries(
  share: RequestShare,
  { green, blue }: ComparedGroups,
): readonly MetricDataQuery[] {
  return [
    ...sideQueries(share, 'green', green),
    ...(blue === undefined ? [] : sideQueries(share, 'blue', blue)),
    ...hostQueries(green),
  ];
}

/** Published every minute with or without traffic ("if there are registered targets"): it tells how far CloudWatch has come. */
export function hostQueries(group: MeasuredGroup): readonly MetricDataQuery[] {
  return [query('hosts', group, 'HealthyHostCount', 'Maximum')];
}

function sideQueries(share: RequestShare, side: Side, group: MeasuredGroup): MetricDataQuery[] {
  switch (share.kind) {
    case 'answered-5xx':
      return [
        query(`${side}_requests`, group, 'RequestCount', 'Sum'),
        query(`${side}_errors`, group, 'HTTPCode_Target_5XX_Count', 'Sum'),
      ];
    case 'slower-than':
      return [
        query(`${side}_requests`, group, 'TargetResponseTime', 'SampleCount'),
        query(`${side}_rank`, group, 'TargetResponseTime', percentileRank(share.limitMs)),
      ];
  }
}

function query(
  Id: string,
  { loadBalancer, targetGroup }: MeasuredGroup,
  MetricName: string,
  Stat: string,
): MetricDataQuery {
  return {
    Id,
    MetricStat: {
      Metric: {
        Namespace: 'AWS/ApplicationELB',
        MetricName,
        Dimensions: [
          { Name: 'LoadBalancer', Value: loadBalancer },
          { Name: 'TargetGroup', Value: targetGroup },
        ],
      },
      Period: MINUTE_MS / 1000,
      Stat,
    },
  };
}

/**
 * The percentage of values that are at most the limit: `PR(:0.25)`, without a lower bound, the upper one inside (CloudWatch
 * user guide, statistics definitions). TargetResponseTime is in seconds; AWS takes ten decimals and no exponent.
 */
export function percentileRank(limitMs: number): string {
  return `PR(:${(limitMs / 1000).toFixed(10).replace(/\.?0+$/, '')})`;
}

/** What a look's answer comes to. */
export interface CountedShares {
  readonly green: Proportion | undefined;
  readonly blue: Proportion | undefined;
  /** How many whole minutes were looked at; 0 where CloudWatch has not come to the end of the first. */
  readonly minutes: number;
}

/**
 * Adds up the minutes that are over. A minute is taken to be over when CloudWatch shows a later one, of either group or of the
 * hosts: a load balancer's newest minute still grows while its nodes report, and one that has its requests without their
 * errors would pass too well. This way both metrics of a minute and both groups are counted over the same time.
 * @param start epoch ms; a whole minute
 */
export function countShares(share: RequestShare, data: MetricData, start: number): CountedShares {
  const every = [...data.series.values()].flat().map(({ points }) => points);
  const end = newestOf(every) ?? start;
  const count = (side: Side): Proportion | undefined => {
    const over = (id: string): Points =>
      new Map([...pointsOf(data, `${side}_${id}`)].filter(([at]) => at >= start && at < end));
    switch (share.kind) {
      case 'answered-5xx':
        return errorsOf(over('requests'), over('errors'));
      case 'slower-than':
        return slowOf(over('requests'), over('rank'));
    }
  };
  const minutes = Math.max(0, Math.floor((end - start) / MINUTE_MS));
  return { green: count('green'), blue: count('blue'), minutes };
}

/** A count of zero is not published: requests without errors are the good news, not missing news. */
function errorsOf(requests: Points, errors: Points): Proportion | undefined {
  // An answer may fall into the minute after its request's, which need not have requests of its own.
  return proportion(sum(errors.values()), sum(requests.values()));
}

/** Minutes whose distribution CloudWatch does not know are left out. */
function slowOf(requests: Points, ranks: Points): Proportion | undefined {
  let slow = 0;
  let all = 0;
  for (const [at, count] of requests) {
    const rank = ranks.get(at);
    if (rank === undefined) continue;
    slow += count * (1 - rank / 100);
    all += count;
  }
  return proportion(slow, all);
}

/** Whole numbers. CloudWatch's ranks may lie between two of them: rounded once, at the end, where it matters least. */
function proportion(events: number, trials: number): Proportion | undefined {
  const all = Math.round(trials);
  if (all <= 0) return undefined;
  return { events: Math.min(all, Math.max(0, Math.round(events))), trials: all };
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
