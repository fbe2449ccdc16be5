/** StartTime and EndTime of a request. Epoch milliseconds. */
import { validationError } from './errors.ts';
import { HOURS_KEPT_MS } from './retention.ts';

const HOUR_MS = 3_600_000;
/** Data may be published so far ahead. */
const FUTURE_MS = 2 * HOUR_MS;

/** A range of time; `end` itself is outside. */
export interface TimeRange {
  readonly start: number;
  readonly end: number;
}

/**
 * The range that a request asks for, without what is so far away that it cannot have data.
 * @throws AwsError ValidationError
 */
export function checkTimeRange(
  input: { readonly StartTime?: Date | undefined; readonly EndTime?: Date | undefined },
  now: number,
): TimeRange {
  const start = input.StartTime?.getTime() ?? now;
  const end = input.EndTime?.getTime() ?? now;
  if (start >= end)
    throw validationError('The parameter StartTime must be less than the parameter EndTime.');
  // A whole number of days away from what was asked for, so that the periods begin when they should.
  const earliest = now - HOURS_KEPT_MS - HOUR_MS;
  const days = Math.max(0, Math.floor((earliest - start) / 86_400_000));
  const from = start + days * 86_400_000;
  return {
    start: from,
    end: Math.max(from, Math.min(end, now + FUTURE_MS + HOUR_MS)),
  };
}
