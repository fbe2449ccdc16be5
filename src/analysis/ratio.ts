/** A share of requests against a limit that the user chose. */
import { binomialAtLeast } from './binomial.ts';
import { ALPHA, FEWEST_EVENTS, overall } from './confidence.ts';
import type { Assessment, Proportion } from './measurement.ts';
import { ROUNDING, shareOf, withSamples } from './proportion.ts';
import { chosenPercent, confidenceText, countOf, percentBeside, wholeNumber } from './text.ts';

/** What a share is held against. */
export interface RatioRule {
  /** The largest share that is good, 0-1. */
  readonly max: number;
  /** Samples below which nothing passes. */
  readonly minSamples: number;
  /** What the events are, as the text begins: `5XX`. */
  readonly what: string;
  /** Which look at this growing data it is, from 1, which it is unless given. */
  readonly look?: number;
}

/**
 * Passes with enough samples and a share that is not over the limit, as one reads it. Fails where the excess over the limit is
 * more than chance can do, however few the samples are. Everything else is undecided.
 * @param green what was counted in the new version; undefined when nothing could be
 * @throws RangeError when `green`, `max` or `look` are nothing that can be counted
 */
export function assessRatio(green: Proportion | undefined, rule: RatioRule): Assessment {
  const { max, minSamples, what, look = 1 } = rule;
  if (!(max >= 0 && max <= 1)) throw new RangeError(`max is ${max}; a share lies between 0 and 1`);
  const counted = withSamples(green);
  if (counted === undefined) {
    return {
      ...{ outcome: 'no-data', text: `${what}: no requests`, value: undefined, limit: max },
      ...{ samples: 0, baseline: undefined, confidence: undefined },
    };
  }
  const { events, trials } = counted;
  const value = shareOf(counted);
  const measured = `${what} ${percentBeside(value, max)} (${countOf(counted)})`;
  const limit = chosenPercent(max);
  const assessment = (
    outcome: Assessment['outcome'],
    text: string,
    confidence?: number,
  ): Assessment => ({
    ...{ outcome, text: `${measured}, ${text}`, value, limit: max, samples: trials },
    ...{ baseline: undefined, confidence },
  });

  const over = events > max * trials * (1 + ROUNDING);
  const enough = trials >= minSamples;
  if (over) {
    const chance = overall(binomialAtLeast(events, trials, max), look);
    // With a limit of zero the first event decides: the share never gets back there.
    if (chance <= ALPHA && (enough || events >= FEWEST_EVENTS || max === 0)) {
      const confidence = 100 * (1 - chance);
      return assessment('fail', `over ${limit}, ${confidenceText(confidence)}`, confidence);
    }
  }
  if (!enough) {
    const few = `too few samples: ${wholeNumber(trials)} of at least ${wholeNumber(minSamples)}`;
    return assessment('inconclusive', few);
  }
  return over
    ? assessment('inconclusive', `over ${limit}, by no more than chance can do`)
    : assessment('pass', `at most ${limit}`);
}
