/** Reads metrics from CloudWatch since a moment that ECS gave, and folds the pages of the answer into series. */
import {
  GetMetricDataCommand,
  type CloudWatchClient,
  type GetMetricDataOutput,
  type MessageData,
  type MetricDataQuery,
} from '@aws-sdk/client-cloudwatch';
import { isoTime, toDate } from '../../base/clock.ts';
import type { Api } from '../aws/api.ts';

/** The period of the metrics that load balancers publish. */
export const MINUTE_MS = 60_000;

/**
 * Longer than any rollout lasts, so that no clock of ours has a say in where the data ends; ten series of minutes stay
 * within the 100,800 datapoints of one answer.
 */
const REACH_MS = 7 * 24 * 60 * MINUTE_MS;

/** From the first to before the second, epoch ms. */
export interface DataRange {
  readonly start: number;
  readonly end: number;
}

/**
 * What is asked for: the minute in which the traffic moved has both versions' requests in it, so the first whole one begins.
 * (CloudWatch rounds a start down to the minute by itself: GetMetricData, StartTime.)
 * @param since epoch ms by the clock of ECS
 */
export function rangeSince(since: number): DataRange {
  const start = Math.ceil(since / MINUTE_MS) * MINUTE_MS;
  return { start, end: start + REACH_MS };
}

/** Values by the epoch ms at which their period begins. */
export type Points = ReadonlyMap<number, number>;

/** One series that a query gave; most give one. */
export interface MetricSeries {
  readonly points: Points;
  /** False where CloudWatch says that it has more, or could not read it. */
  readonly complete: boolean;
}

/** An answer, all pages of it. */
export interface MetricData {
  /** By the query's Id. */
  readonly series: ReadonlyMap<string, readonly MetricSeries[]>;
  /** What CloudWatch has to say of the answer, such as `Forbidden: …`; each once. */
  readonly messages: readonly string[];
}

/**
 * Calls GetMetricData until the answer is whole.
 * @throws ApiError
 */
export async function readMetricData(
  api: Api,
  cloudwatch: CloudWatchClient,
  queries: readonly MetricDataQuery[],
  range: DataRange,
): Promise<MetricData> {
  const pages: GetMetricDataOutput[] = [];
  let token: string | undefined;
  do {
    const NextToken = token;
    const page = await api.read('cloudwatch', 'GetMetricData', (options) =>
      cloudwatch.send(
        new GetMetricDataCommand({
          MetricDataQueries: [...queries],
          StartTime: toDate(range.start),
          EndTime: toDate(range.end),
          ScanBy: 'TimestampDescending',
          ...(NextToken === undefined ? {} : { NextToken }),
        }),
        options,
      ),
    );
    pages.push(page);
    token = page.NextToken === NextToken ? undefined : page.NextToken;
  } while (token !== undefined);
  return foldPages(pages, range);
}

/**
 * The pages of one answer as series. A page goes on with the series of the page before: the same Id and Label (a query such as
 * SEARCH gives several series under one Id). What lies outside the range is left out.
 */
export function foldPages(
  pages: readonly Pick<GetMetricDataOutput, 'MetricDataResults' | 'Messages'>[],
  range: DataRange,
): MetricData {
  const byName = new Map<string, { id: string; points: Map<number, number>; complete: boolean }>();
  const messages = new Set<string>();
  const note = (found: readonly MessageData[] = []): void => {
    for (const { Code = '', Value = '' } of found)
      messages.add([Code, Value].filter((part) => part !== '').join(': '));
  };
  for (const { MetricDataResults = [], Messages } of pages) {
    note(Messages);
    for (const {
      Id = '',
      Label = '',
      Timestamps = [],
      Values = [],
      ...rest
    } of MetricDataResults) {
      note(rest.Messages);
      const name = JSON.stringify([Id, Label]);
      const series = byName.get(name) ?? { id: Id, points: new Map(), complete: true };
      byName.set(name, series);
      series.complete = (rest.StatusCode ?? 'Complete') === 'Complete';
      for (const [index, timestamp] of Timestamps.entries()) {
        const [at, value] = [timestamp.getTime(), Values[index]];
        if (value !== undefined && at >= range.start && at < range.end)
          series.points.set(at, value);
      }
    }
  }
  return {
    series: Map.groupBy(byName.values(), ({ id }) => id),
    messages: [...messages],
  };
}

/** The only series of a query, or an empty one. */
export function pointsOf(data: MetricData, id: string): Points {
  return data.series.get(id)?.[0]?.points ?? new Map<number, number>();
}

/** The newest time at which any of the series has a value; undefined when none has any. Epoch ms. */
export function newestOf(series: Iterable<Points>): number | undefined {
  let newest: number | undefined;
  for (const points of series)
    for (const at of points.keys()) if (newest === undefined || at > newest) newest = at;
  return newest;
}

/** What CloudWatch said, in brackets behind a sentence; empty where it said nothing. */
export function remarks({ messages }: Pick<MetricData, 'messages'>): string {
  return messages.length === 0 ? '' : ` (CloudWatch says: ${messages.join('; ')})`;
}

/** A moment as people read it: `2026-01-21 20:05 UTC`. */
export function minuteOf(epochMs: number): string {
  return `${isoTime(epochMs).slice(0, 16).replace('T', ' ')} UTC`;
}

/** True where CloudWatch says of any series that it has more, or could not read it. */
export function isIncomplete({ series }: Pick<MetricData, 'series'>): boolean {
  return [...series.values()].flat().some(({ complete }) => !complete);
}
