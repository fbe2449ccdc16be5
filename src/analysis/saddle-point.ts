/**
 * Factorials and powers so large that they cannot be written down, without losing digits: what is left when the big parts of a
 * probability cancel. The method is C. Loader's ("Fast and accurate computation of binomial probabilities", 2000); subtracting
 * logarithms of gamma functions instead leaves five digits of sixteen at a billion trials.
 */

const HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);

/** From here on the series below is exact to the last digit. */
const SERIES_FROM = 16;

/** ln n! less Stirling's approximation of it, ln(√(2πn)(n/e)^n); `n` a whole number, at least 1. */
export function stirlingError(n: number): number {
  if (n < SERIES_FROM) {
    let factorial = 1;
    for (let factor = 2; factor <= n; factor++) factorial *= factor;
    return Math.log(factorial) - (n + 0.5) * Math.log(n) + n - HALF_LOG_TWO_PI;
  }
  const square = n * n;
  return (
    (1 / 12 - (1 / 360 - (1 / 1260 - (1 / 1680 - 1 / 1188 / square) / square) / square) / square) /
    n
  );
}

/** x ln(x/mean) + mean - x, for both above 0: how far `x` is from its mean, in units of likelihood. */
export function deviance(x: number, mean: number): number {
  const apart = x - mean;
  if (Math.abs(apart) >= 0.1 * (x + mean)) return x * Math.log(x / mean) - apart;
  // ln(x/mean) = 2 artanh(v); what cancels is taken out of the series by hand.
  const v = apart / (x + mean);
  let sum = apart * v;
  let power = 2 * x * v;
  for (let odd = 3; ; odd += 2) {
    power *= v * v;
    const next = sum + power / odd;
    if (next === sum) return sum;
    sum = next;
  }
}
