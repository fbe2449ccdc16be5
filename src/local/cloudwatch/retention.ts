/** For how long metric data is kept, and how finely (docs/decisions/0010-metric-data.md). Milliseconds. */
import type { MetricResolution } from '../state/cloudwatch-entities.ts';

const HOUR_MS = 3_600_000;

/** Data by the second is put together by the minute when it is so old. */
export const SECONDS_KEPT_MS = 3 * HOUR_MS;
/** Data by the minute is put together by the hour when it is so old. */
export const MINUTES_KEPT_MS = 24 * HOUR_MS;
/** Data by the hour is forgotten when it is so old. */
export const HOURS_KEPT_MS = 15 * 24 * HOUR_MS;

/** More datapoints than that are not kept: each takes about half a kilobyte. */
export const MOST_DATAPOINTS = 500_000;

/** How finely data of an age is kept; undefined: no longer. */
export function resolutionAt(
  ageMs: number,
  wanted: MetricResolution,
): MetricResolution | undefined {
  if (ageMs >= HOURS_KEPT_MS) return undefined;
  if (ageMs >= MINUTES_KEPT_MS) return 3600;
  if (ageMs >= SECONDS_KEPT_MS) return wanted === 1 ? 60 : wanted;
  return wanted;
}
