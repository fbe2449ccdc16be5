/** The statistics of CloudWatch as requests name them: `Average`, `p99.9`, `PR(0:300)`, `tm90`, `TM(10%:90%)`, ... */

/** A bound of a trimmed statistic: a value of the metric, or a share of the values (0 to 1). */
export type Bound =
  | { readonly kind: 'value'; readonly value: number }
  | { readonly kind: 'share'; readonly share: number };

/** A statistic. Lower bounds are outside, upper bounds inside. */
export type Statistic =
  | { readonly kind: 'SampleCount' | 'Average' | 'Sum' | 'Minimum' | 'Maximum' }
  /** The value that `share` (0 to 1) of the values do not exceed. */
  | { readonly kind: 'percentile'; readonly share: number }
  /** Trimmed mean, count and sum, winsorized mean, and the percentage of values within the bounds. */
  | {
      readonly kind: 'TM' | 'TC' | 'TS' | 'WM' | 'PR';
      readonly low: Bound | undefined;
      readonly high: Bound | undefined;
    };

/** The statistics that requests name by a member of their own; all others are extended ones. */
const STANDARD = ['SampleCount', 'Average', 'Sum', 'Minimum', 'Maximum'] as const;

/** What may be written, for messages. */
export const STATISTIC_FORMS =
  'SampleCount, Average, Sum, Minimum, Maximum, a percentile (p0 to p100, such as p99.9), IQM, tm, tc, ts or wm with a percentage ' +
  '(tm90), or TM, TC, TS, WM or PR with bounds (TM(10%:90%), PR(0:300))';

const SHORT = /^(p|tm|tc|ts|wm)(\d{1,3}(?:\.\d{1,10})?)$/;
const BOUNDED = /^(TM|TC|TS|WM|PR)\(([^:()]*):([^:()]*)\)$/;
const NUMBER = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** True for a statistic that a member `Statistic` names. */
export function isStandardStatistic(text: string): text is (typeof STANDARD)[number] {
  return STANDARD.some((name) => name === text);
}

/** The statistic that the text names; undefined when it names none. */
export function parseStatistic(text: string): Statistic | undefined {
  if (isStandardStatistic(text)) return { kind: text };
  if (text === 'IQM') return { kind: 'TM', low: share(25), high: share(75) };
  const [, letters, percent] = SHORT.exec(text) ?? [];
  if (letters !== undefined && percent !== undefined) {
    if (Number(percent) > 100) return undefined;
    if (letters === 'p') return { kind: 'percentile', share: Number(percent) / 100 };
    return { kind: trimmedKind(letters), low: undefined, high: share(Number(percent)) };
  }
  return parseBounded(text);
}

function parseBounded(text: string): Statistic | undefined {
  const [, letters = '', from = '', to = ''] = BOUNDED.exec(text) ?? [];
  const kind = BOUNDED_KINDS.find((each) => each === letters);
  const [low, high] = [boundOf(from), boundOf(to)];
  if (kind === undefined || low === 'wrong' || high === 'wrong') return undefined;
  const shares = [low, high].some((bound) => bound?.kind === 'share');
  const values = [low, high].some((bound) => bound?.kind === 'value');
  // Bounds are both values or both shares; a percentile rank asks for a share and has values.
  if (shares === values || (kind === 'PR' && shares)) return undefined;
  if (low !== undefined && high !== undefined && sizeOf(low) > sizeOf(high)) return undefined;
  return { kind, low, high };
}

const BOUNDED_KINDS = ['TM', 'TC', 'TS', 'WM', 'PR'] as const;

function trimmedKind(letters: string): 'TM' | 'TC' | 'TS' | 'WM' {
  switch (letters) {
    case 'tc':
      return 'TC';
    case 'ts':
      return 'TS';
    case 'wm':
      return 'WM';
    default:
      return 'TM';
  }
}

function boundOf(text: string): Bound | undefined | 'wrong' {
  if (text === '') return undefined;
  const isShare = text.endsWith('%');
  const number = isShare ? text.slice(0, -1) : text;
  if (!NUMBER.test(number)) return 'wrong';
  if (!isShare) return { kind: 'value', value: Number(number) };
  return Number(number) < 0 || Number(number) > 100 ? 'wrong' : share(Number(number));
}

function share(percent: number): Bound {
  return { kind: 'share', share: percent / 100 };
}

function sizeOf(bound: Bound): number {
  return bound.kind === 'value' ? bound.value : bound.share;
}
