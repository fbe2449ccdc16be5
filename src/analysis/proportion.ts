/** What a proportion must be, and the share that it is. */
import type { Proportion } from './measurement.ts';

/** Room for the last digit of a limit such as 0.7 %, which no double is. */
export const ROUNDING = 1e-12;

/**
 * A proportion that has samples; undefined where nothing was counted.
 * @throws RangeError unless both are whole numbers and `events` lies between 0 and `trials`
 */
export function withSamples(proportion: Proportion | undefined): Proportion | undefined {
  if (proportion === undefined) return undefined;
  const { events, trials } = proportion;
  const whole = Number.isSafeInteger(events) && Number.isSafeInteger(trials);
  if (!whole || events < 0 || events > trials)
    throw new RangeError(`${events} of ${trials} is no proportion`);
  return trials === 0 ? undefined : proportion;
}

/** 0-1; the samples are there. */
export function shareOf({ events, trials }: Proportion): number {
  return events / trials;
}
