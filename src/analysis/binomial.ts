/**
 * The binomial distribution, exact at any size: how many of `trials` requests fail when each fails by itself with the same
 * probability. Every value is summed from one probability outwards, so that a billion trials lose no digits.
 */
import { deviance, stirlingError } from './saddle-point.ts';

const LOG_TWO_PI = Math.log(2 * Math.PI);

/** A term that adds less than this part of the sum no longer changes it. */
const NEGLIGIBLE = 1e-17;

/**
 * The natural logarithm of the probability of exactly `events` in `trials`.
 * @param share probability of one event, 0-1
 * @param rest 1 - share, given apart where the difference would lose digits
 */
export function logBinomial(
  events: number,
  trials: number,
  share: number,
  rest = 1 - share,
): number {
  if (share === 0) return events === 0 ? 0 : -Infinity;
  if (rest === 0) return events === trials ? 0 : -Infinity;
  const others = trials - events;
  if (events === 0) return trials * (share < 0.5 ? Math.log1p(-share) : Math.log(rest));
  if (others === 0) return trials * (share < 0.5 ? Math.log(share) : Math.log1p(-rest));
  const main =
    stirlingError(trials) -
    stirlingError(events) -
    stirlingError(others) -
    deviance(events, trials * share) -
    deviance(others, trials * rest);
  return main - 0.5 * (LOG_TWO_PI + Math.log(events) + Math.log1p(-events / trials));
}

/**
 * The probability of `events` or more in `trials`.
 * @param share probability of one event, 0-1
 */
export function binomialAtLeast(events: number, trials: number, share: number): number {
  if (events <= 0) return 1;
  if (events > trials) return 0;
  const odds = share / (1 - share);
  if (events > trials * share) {
    const first = Math.exp(logBinomial(events, trials, share));
    return (
      first *
      sumOfRatios(trials - events, (step) => {
        const reached = events + step;
        return ((trials - reached + 1) / reached) * odds;
      })
    );
  }
  // The other side is the shorter one.
  const below = events - 1;
  const first = Math.exp(logBinomial(below, trials, share));
  const less = sumOfRatios(below, (step) => {
    const left = below - step + 1;
    return left / (trials - left + 1) / odds;
  });
  return Math.max(0, 1 - first * less);
}

/**
 * The share of events at which `events` or more in `trials` come with the given probability: found to four digits.
 * @param events 1 to `trials`
 * @param probability above 0 and below 1
 */
export function shareThatReaches(events: number, trials: number, probability: number): number {
  let [low, high] = [0, 1];
  while (high - low > 1e-4 * high) {
    const middle = (low + high) / 2;
    if (binomialAtLeast(events, trials, middle) < probability) low = middle;
    else high = middle;
  }
  return high;
}

/**
 * 1 + r(1) + r(1)r(2) + … over at most `steps` ratios, until more adds nothing: a tail of a distribution in units of its first
 * probability, where each step away from the middle is less likely than the one before.
 */
export function sumOfRatios(steps: number, ratio: (step: number) => number): number {
  let [term, sum] = [1, 1];
  for (let step = 1; step <= steps && term > NEGLIGIBLE * sum; step++) {
    term *= ratio(step);
    sum += term;
  }
  return sum;
}
