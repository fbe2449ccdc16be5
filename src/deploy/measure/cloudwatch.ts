/** A check on any CloudWatch metric or metric math: GetMetricData with the queries as they stand in the configuration. */
import type { MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import { assessBounds } from '../../analysis/bounds.ts';
import type { Assessment } from '../../analysis/measurement.ts';
import type { CloudWatchCheck } from '../configuration/configuration.ts';
import type { JsonObject } from '../definition/json.ts';
import { judged, noData } from './assessments.ts';
import type { MeasureDependencies } from './dependencies.ts';
import { hasMath } from './group-need.ts';
import type { MeasuredGroup, MeasureWindow } from './measure.ts';
import {
  minuteOf,
  MINUTE_MS,
  newestOf,
  pointsOf,
  rangeSince,
  readMetricData,
  remarks,
  type DataRange,
  type MetricData,
  type MetricSeries,
} from './metric-data.ts';
import { hostQueries } from './request-share.ts';

/**
 * The newest value of the query that returns data, held against the bounds.
 * @throws ApiError when CloudWatch refuses the queries
 */
export async function measureCloudWatch(
  access: Pick<MeasureDependencies, 'api' | 'clients'>,
  { queries, min, max }: CloudWatchCheck,
  { since, green }: MeasureWindow,
): Promise<Assessment> {
  const returning = queries.filter(({ ReturnData }) => ReturnData !== false);
  const [only] = returning;
  if (only === undefined || returning.length > 1) {
    const which = only === undefined ? 'none does' : `${returning.map(idOf).join(', ')} do`;
    return judged(
      'fail',
      `one query must return data: ${which}; give all others ReturnData: false`,
    );
  }
  const range = rangeSince(since);
  const data = await readMetricData(
    access.api,
    access.clients.cloudwatch,
    withSources(queries),
    range,
  );
  const hosts = hasMath(queries) ? await newestHosts(access, green, range) : undefined;
  const reach = reachOf(queries, data, hosts);
  return assessNewest(data, idOf(only), range, reach, { min, max });
}

function idOf({ Id }: JsonObject): string {
  return typeof Id === 'string' ? Id : '';
}

/**
 * The queries as they are sent: verbatim, but where there is math its metrics return their data, too. FILL and TIME_SERIES
 * give values for every period of the range, up to its end in the future; the metrics tell up to where they are real.
 */
export function withSources(queries: readonly JsonObject[]): readonly MetricDataQuery[] {
  const sent = hasMath(queries)
    ? queries.map((query) =>
        query['MetricStat'] === undefined ? query : { ...query, ReturnData: true },
      )
    : queries;
  // AWS's keys stand as they are: CloudWatch refuses what is wrong with them, in its own words.
  return sent as readonly object[] as readonly MetricDataQuery[];
}

/** The hosts of the new version are published every minute, so they tell how far CloudWatch has come. */
async function newestHosts(
  { api, clients }: Pick<MeasureDependencies, 'api' | 'clients'>,
  green: MeasuredGroup | undefined,
  range: DataRange,
): Promise<number | undefined> {
  if (green === undefined) return undefined;
  // In a call of its own: METRICS() in an expression would count it in.
  const hosts = await readMetricData(api, clients.cloudwatch, hostQueries(green), range);
  return newestOf([pointsOf(hosts, 'hosts')]);
}

/**
 * Up to where values are real; epoch ms, itself inside. Without math every datapoint was published. With math, up to the
 * newest datapoint of any metric in it, or to the last minute that is over by the hosts: there FILL rightly gives a value
 * to a count that is not published while it is zero.
 * @param hosts the newest minute of the hosts, which may still grow
 */
export function reachOf(
  queries: readonly JsonObject[],
  data: MetricData,
  hosts: number | undefined,
): number {
  if (!hasMath(queries)) return Infinity;
  const metrics = queries.filter(({ MetricStat }) => MetricStat !== undefined);
  const newest = newestOf(metrics.map((metric) => pointsOf(data, idOf(metric))));
  const over = hosts === undefined ? undefined : hosts - MINUTE_MS;
  // SEARCH and Metrics Insights name no metrics of their own: what they give was published, unless it is filled in.
  const published = metrics.length === 0 && over === undefined && !queries.some(fillsIn);
  return published ? Infinity : Math.max(newest ?? -Infinity, over ?? -Infinity);
}

function fillsIn({ Expression }: JsonObject): boolean {
  return typeof Expression === 'string' && /\b(?:FILL|TIME_SERIES)\s*\(/i.test(Expression);
}

/** Holds the newest value that is real against the bounds. Pure. */
export function assessNewest(
  data: MetricData,
  id: string,
  { start }: DataRange,
  reach: number,
  bounds: { readonly min: number | undefined; readonly max: number | undefined },
): Assessment {
  const series = data.series.get(id) ?? [];
  if (series.length > 1)
    return judged('fail', `the query ${id} must give one series, and gives ${series.length}`);
  const value = newestValue(series[0], reach);
  if (value !== undefined) return assessBounds(value, bounds, id);
  const isFilled = newestValue(series[0], Infinity) !== undefined;
  const why = isFilled
    ? `no metric of ${id} has data after ${minuteOf(start)} yet, and what is filled in decides nothing`
    : `CloudWatch has no datapoint of ${id} after ${minuteOf(start)} yet`;
  return noData(`${why}${remarks(data)}`);
}

function newestValue(series: MetricSeries | undefined, reach: number): number | undefined {
  if (series === undefined) return undefined;
  const real = [...series.points].filter(([at]) => at <= reach);
  return real.reduce<readonly [number, number] | undefined>(
    (newest, point) => (newest === undefined || point[0] > newest[0] ? point : newest),
    undefined,
  )?.[1];
}
