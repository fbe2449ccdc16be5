/**
 * Fisher's exact test of two proportions. Given how many requests failed in both versions together, it asks by how much luck so
 * many of them fell to the new one if both are alike. It holds at every size and whatever the common share is, so no other test
 * is needed for large counts.
 */
import { logBinomial, sumOfRatios } from './binomial.ts';
import type { Proportion } from './measurement.ts';

/**
 * The probability that chance alone gives green its events or more, if the shares are the same; 1 where a side is empty.
 * Never too small: on identical versions it is at most x with a probability of at most x.
 */
export function fisherAtLeast(green: Proportion, blue: Proportion): number {
  const trials = green.trials + blue.trials;
  const events = green.events + blue.events;
  const { events: seen } = green;
  const least = Math.max(0, events - blue.trials);
  const most = Math.min(green.trials, events);
  if (seen <= least) return 1;

  /** How much less likely it is to have `count` events in green than `count - 1`. */
  const upTo = (count: number): number =>
    ((green.trials - count + 1) * (events - count + 1)) / (count * (blue.trials - events + count));
  const probability = (count: number): number => {
    const [share, rest] = [events / trials, (trials - events) / trials];
    return Math.exp(
      logBinomial(count, green.trials, share, rest) +
        logBinomial(events - count, blue.trials, share, rest) -
        logBinomial(events, trials, share, rest),
    );
  };
  if (seen * trials > green.trials * events)
    return Math.min(1, probability(seen) * sumOfRatios(most - seen, (step) => upTo(seen + step)));
  // The other side is the shorter one.
  const below = seen - 1;
  const less = sumOfRatios(below - least, (step) => 1 / upTo(below - step + 1));
  return Math.max(0, 1 - probability(below) * less);
}
