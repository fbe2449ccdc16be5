/** What a measurement says of the new version, with the numbers it rests on. */

/** So many of so many: failed requests of all requests. Both whole numbers, `events` at most `trials`. */
export interface Proportion {
  readonly events: number;
  readonly trials: number;
}

/**
 * - `pass`, `fail`: the numbers decide;
 * - `inconclusive`: there are numbers, and they do not decide yet (too few samples, too near the limit);
 * - `no-data`: there is nothing to look at.
 */
export type Outcome = 'pass' | 'fail' | 'inconclusive' | 'no-data';

/** One check's judgement of one look. */
export interface Assessment {
  readonly outcome: Outcome;
  /** One sentence with the numbers, such as `5XX 1.2 % (24 of 2,000) against 0.3 % (6 of 2,000) in the old version: worse, confidence 99.9 %`. */
  readonly text: string;
  /** The measured value in the check's own unit; undefined without data. */
  readonly value: number | undefined;
  /** The bound that it was held against, in the same unit; undefined in a comparison, where it is the baseline. */
  readonly limit: number | undefined;
  /** How many samples it rests on, where they are counted. */
  readonly samples: number | undefined;
  /** The baseline's value over the same window, where it is compared. */
  readonly baseline: number | undefined;
  /** Percent, 0-100, of a statistical decision. */
  readonly confidence: number | undefined;
}

/** What to do with the check's missing or undecided data. */
export type OnNoData = 'wait' | 'pass' | 'fail';

/** What a gate does next, from all of its checks. */
export type GateDecision =
  /** `why` is there when a check passed undecided, as its `on_no_data: pass` says. */
  | { readonly kind: 'continue'; readonly why?: string }
  /** Look again; not for longer than the deadline allows. */
  | { readonly kind: 'wait'; readonly why: string }
  | { readonly kind: 'roll-back'; readonly why: string };
