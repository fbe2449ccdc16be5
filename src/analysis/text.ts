/** Numbers as people read them. */
import type { Proportion } from './measurement.ts';

/** As many digits as a double holds. */
const ALL_DIGITS = 17;

/** By their digits: making one takes longer than the whole assessment. */
const FORMATS = new Map<number, Intl.NumberFormat>();

/** A whole number with thousands separators: `2,000`. */
export function wholeNumber(value: number): string {
  return digits(value, ALL_DIGITS);
}

/** `24 of 2,000`. */
export function countOf({ events, trials }: Proportion): string {
  return `${wholeNumber(events)} of ${wholeNumber(trials)}`;
}

/**
 * A share of 0-1 as percent. Two digits that say something, three from 10 % on, and as many as it takes not to call nearly
 * everything `100 %`: `0.012 %`, `1.2 %`, `12.3 %`, `99.996 %`.
 */
export function percent(share: number): string {
  const value = share * 100;
  if (value < 10) return `${digits(value, 2)} %`;
  // 1 - share, not 100 - value: fewer digits are lost.
  const nines = 2 - Math.floor(Math.log10((1 - share) * 100));
  return `${digits(value, Math.min(Math.max(3, nines), ALL_DIGITS))} %`;
}

/** A share that somebody chose, as it was written: `0.125 %`. */
export function chosenPercent(share: number): string {
  return `${digits(share * 100, 10)} %`;
}

/** A measured share with as many digits as it takes to see that it is not the chosen one: `1.004 %` beside `1 %`. */
export function percentBeside(share: number, chosen: number): string {
  const [text, other] = [percent(share), chosenPercent(chosen)];
  if (text !== other) return text;
  return `${apart(share * 100, chosen * 100)[0]} %`;
}

/** The confidence of a decision, 0-100, cut and not rounded: it never promises more than there is. */
export function confidenceText(value: number): string {
  if (value > 99.99) return 'confidence over 99.99 %';
  const scale = value >= 99.9 ? 100 : 10;
  return `confidence ${digits(Math.floor(value * scale) / scale, 4)} %`;
}

/** Two values of any unit with as many digits, from four on, as it takes to see that they differ. */
export function apart(value: number, other: number): readonly [string, string] {
  for (let count = 4; ; count++) {
    const texts = [digits(value, count), digits(other, count)] as const;
    if (texts[0] !== texts[1] || value === other || count === ALL_DIGITS) return texts;
  }
}

function digits(value: number, count: number): string {
  const format =
    FORMATS.get(count) ?? new Intl.NumberFormat('en-US', { maximumSignificantDigits: count });
  FORMATS.set(count, format);
  return format.format(value);
}
