/** Checks on a share of requests, 5XX answers or slow ones: against a limit, against the old version, or both. */
import { compareProportions } from '../../analysis/comparison.ts';
import type { Assessment } from '../../analysis/measurement.ts';
import { assessRatio } from '../../analysis/ratio.ts';
import type { ErrorRatioCheck, ResponseTimeCheck } from '../configuration/configuration.ts';
import { both, judged, noData } from './assessments.ts';
import type { MeasureDependencies } from './dependencies.ts';
import type { MeasureWindow } from './measure.ts';
import { isIncomplete, minuteOf, rangeSince, readMetricData, remarks } from './metric-data.ts';
import {
  countShares,
  shareQueries,
  type CountedShares,
  type RequestShare,
} from './request-share.ts';

type Access = Pick<MeasureDependencies, 'api' | 'clients'>;

/** What a share is held against. */
interface ShareLimits {
  /** Share, 0-1. */
  readonly max: number | undefined;
  readonly minSamples: number;
  readonly compare: 'baseline' | undefined;
  /** What is counted, for people. */
  readonly what: string;
}

/** The share of requests that targets answered with 5XX. @throws ApiError */
export function measureErrorRatio(
  access: Access,
  { max, minSamples, compare }: ErrorRatioCheck,
  window: MeasureWindow,
): Promise<Assessment> {
  return measureShare(access, { kind: 'answered-5xx' }, window, {
    ...{ max, minSamples, compare },
    what: '5XX',
  });
}

/** The share of requests that took targets longer than the limit. @throws ApiError */
export function measureResponseTime(
  access: Access,
  { limitMs, maxShareOver, minSamples, compare }: ResponseTimeCheck,
  window: MeasureWindow,
): Promise<Assessment> {
  return measureShare(access, { kind: 'slower-than', limitMs }, window, {
    ...{ max: maxShareOver, minSamples, compare },
    what: `over ${limitMs} ms`,
  });
}

async function measureShare(
  { api, clients }: Access,
  share: RequestShare,
  window: MeasureWindow,
  limits: ShareLimits,
): Promise<Assessment> {
  const { green } = window;
  if (green === undefined)
    return noData('the service has no target group whose requests could be counted');
  const blue = limits.compare === undefined ? undefined : window.blue;
  const range = rangeSince(window.since);
  const queries = shareQueries(share, { green, blue });
  const data = await readMetricData(api, clients.cloudwatch, queries, range);
  // Part of a sum is another number.
  if (isIncomplete(data)) return noData(`CloudWatch gave a part of the data only${remarks(data)}`);
  const counted = countShares(share, data, range.start);
  const assessment = assessShares(counted, window, limits, range.start);
  return assessment.outcome === 'no-data'
    ? judged('no-data', assessment.text + remarks(data), assessment)
    : assessment;
}

/**
 * Judges what was counted. Pure.
 * @param start epoch ms: since when
 */
export function assessShares(
  { green, blue, minutes }: CountedShares,
  window: Pick<MeasureWindow, 'look' | 'blue'>,
  { max, minSamples, compare, what }: ShareLimits,
  start: number,
): Assessment {
  const numbers = { limit: max, samples: 0 };
  if (minutes === 0) {
    const why = `CloudWatch has no whole minute from ${minuteOf(start)} on yet; it shows one a minute or two after its end`;
    // Nothing is missing: on_no_data has no say in what cannot be there yet.
    return judged('inconclusive', `${what}: ${why}`, numbers);
  }
  if (green === undefined) {
    const time = minutes === 1 ? 'the minute' : `the ${minutes} minutes`;
    const why = `no requests to the new version in ${time} from ${minuteOf(start)} on`;
    return judged('no-data', `${what}: ${why}`, numbers);
  }
  // Data change with the minute: whoever looks more often sees the same again, which costs no confidence.
  const look = Math.min(window.look, minutes);
  const ratio = max === undefined ? undefined : assessRatio(green, { max, minSamples, look, what });
  if (compare === undefined) return ratio ?? noData('the check has neither a limit nor a baseline');
  if (window.blue === undefined) {
    const why = 'not compared: the old version gets no traffic any more';
    // The limit still holds where there is nothing left to compare with.
    return ratio === undefined
      ? noData(why)
      : judged(ratio.outcome, `${ratio.text}; ${why}`, ratio);
  }
  const comparison = compareProportions(green, blue, { minSamples, look, what });
  return ratio === undefined ? comparison : both(ratio, comparison);
}
