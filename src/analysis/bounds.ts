/** A number between bounds that the user chose. */
import type { Assessment } from './measurement.ts';
import { apart } from './text.ts';

/** At least one of them is given. */
export interface Bounds {
  readonly min: number | undefined;
  readonly max: number | undefined;
}

/**
 * A value on a bound is good. There is no statistics in it: the number says nothing of how many samples it rests on.
 * @param value undefined when there is none; NaN (nothing of nothing) is none either
 * @param what how the text begins: `queue depth`
 */
export function assessBounds(
  value: number | undefined,
  { min, max }: Bounds,
  what: string,
): Assessment {
  const rest = { samples: undefined, baseline: undefined, confidence: undefined };
  if (value === undefined || Number.isNaN(value)) {
    const text = `${what}: no value`;
    return { outcome: 'no-data', text, value: undefined, limit: max ?? min, ...rest };
  }
  // A record holds finite numbers; the text has the other ones.
  const seen = Number.isFinite(value) ? value : undefined;
  if (max !== undefined && value > max) {
    const [text, limit] = apart(value, max);
    return {
      outcome: 'fail',
      text: `${what} ${text}, over ${limit}`,
      value: seen,
      limit: max,
      ...rest,
    };
  }
  if (min !== undefined && value < min) {
    const [text, limit] = apart(value, min);
    return {
      outcome: 'fail',
      text: `${what} ${text}, under ${limit}`,
      value: seen,
      limit: min,
      ...rest,
    };
  }
  const limits = [
    ...(min === undefined ? [] : [`at least ${apart(value, min)[1]}`]),
    ...(max === undefined ? [] : [`at most ${apart(value, max)[1]}`]),
  ];
  const text = `${what} ${[apart(value, max ?? min ?? value)[0], ...limits].join(', ')}`;
  return { outcome: 'pass', text, value: seen, limit: max ?? min, ...rest };
}
