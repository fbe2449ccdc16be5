/** The new version against the old one, over the same time. */
import { shareThatReaches } from './binomial.ts';
import { ALPHA, FEWEST_EVENTS, overall } from './confidence.ts';
import { fisherAtLeast } from './fisher.ts';
import type { Assessment, Proportion } from './measurement.ts';
import { ROUNDING, shareOf, withSamples } from './proportion.ts';
import { confidenceText, countOf, percent, wholeNumber } from './text.ts';

/**
 * How much worse is worth a rollback: half as many events again, and in any case ten percentage points more; but never less than
 * one more in ten thousand requests. With enough requests every difference is beyond chance, and most do not matter.
 */
export const RELEVANT = { times: 1.5, points: 0.1, least: 0.0001 } as const;

/**
 * What a pass excludes, with this confidence: that the new version has twice the events of the old one, or 20 percentage points
 * more where that is more. Otherwise too few samples would pass, because they can show nothing.
 */
export const EXCLUDED = { times: 2, points: 0.2, confidence: 0.95 } as const;

/** How two versions are compared. */
export interface ComparisonRule {
  /** Samples on each side below which nothing passes. */
  readonly minSamples: number;
  /** What the events are, as the text begins: `5XX`. */
  readonly what: string;
  /** Which look at this growing data it is, 1 for the first: each spends a part of the allowed false alarms. */
  readonly look: number;
}

/**
 * Fails when the new version is worse by more than chance can do (Fisher's exact test, one-sided, ALPHA over all looks) and by
 * enough to matter (RELEVANT). Passes with enough samples on both sides when they exclude that it is much worse (EXCLUDED).
 * What lies in between is undecided; with 200 samples a side or more, next to nothing does. `samples` are those of the new
 * version; there is no `limit`, since it is the baseline that the value is held against.
 * @param green what was counted in the new version; undefined when nothing could be
 * @param blue the same of the old version over the same time
 * @throws RangeError when `green`, `blue` or `look` are nothing that can be counted
 */
export function compareProportions(
  green: Proportion | undefined,
  blue: Proportion | undefined,
  rule: ComparisonRule,
): Assessment {
  const [newer, older] = [withSamples(green), withSamples(blue)];
  if (newer === undefined || older === undefined) return withoutData(newer, older, rule);
  const [value, baseline] = [shareOf(newer), shareOf(older)];
  const chance = overall(fisherAtLeast(newer, older), rule.look);
  const assessment = (
    outcome: Assessment['outcome'],
    text: string,
    confidence?: number,
  ): Assessment => ({
    outcome,
    text: `${rule.what} ${measured(newer)} against ${measured(older)} in the old version: ${text}`,
    ...{ value, baseline, limit: undefined, samples: newer.trials, confidence },
  });

  const worse = chance <= ALPHA && newer.events >= FEWEST_EVENTS;
  const confidence = 100 * (1 - chance);
  if (worse && matters(newer, baseline))
    return assessment('fail', `worse, ${confidenceText(confidence)}`, confidence);
  const few = tooFew(newer, older, rule.minSamples);
  if (few !== undefined) return assessment('inconclusive', few);
  const most = atMost(newer, EXCLUDED.confidence);
  const excluded = baseline + Math.max((EXCLUDED.times - 1) * baseline, EXCLUDED.points);
  if (most > excluded)
    return assessment('inconclusive', `too few samples: it may be as much as ${percent(most)}`);
  if (worse) {
    const text = `worse by less than matters, ${confidenceText(confidence)}`;
    return assessment('pass', text, confidence);
  }
  const sure = 100 * EXCLUDED.confidence;
  const text = `not worse than by chance, at most ${percent(most)}, ${confidenceText(sure)}`;
  return assessment('pass', text, sure);
}

function matters({ events, trials }: Proportion, baseline: number): boolean {
  const more = Math.min((RELEVANT.times - 1) * baseline, RELEVANT.points);
  const least = baseline + Math.max(more, RELEVANT.least);
  return events >= trials * least * (1 - ROUNDING);
}

/** The upper bound of the true share (Clopper and Pearson's, one-sided). */
function atMost({ events, trials }: Proportion, confidence: number): number {
  return events === trials ? 1 : shareThatReaches(events + 1, trials, confidence);
}

function measured(proportion: Proportion): string {
  return `${percent(shareOf(proportion))} (${countOf(proportion)})`;
}

function tooFew(green: Proportion, blue: Proportion, minSamples: number): string | undefined {
  const short = [
    ...(green.trials < minSamples ? [`${wholeNumber(green.trials)} in the new version`] : []),
    ...(blue.trials < minSamples ? [`${wholeNumber(blue.trials)} in the old version`] : []),
  ];
  if (short.length === 0) return undefined;
  return `too few samples: ${short.join(' and ')}, of at least ${wholeNumber(minSamples)}`;
}

function withoutData(
  green: Proportion | undefined,
  blue: Proportion | undefined,
  { what }: ComparisonRule,
): Assessment {
  const where = green === undefined ? 'in the new version' : 'in the old version to compare with';
  return {
    ...{ outcome: 'no-data', text: `${what}: no requests ${where}` },
    ...{ value: green && shareOf(green), limit: undefined, samples: green?.trials ?? 0 },
    ...{ baseline: blue && shareOf(blue), confidence: undefined },
  };
}
