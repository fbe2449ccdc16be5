/** Probabilities by counting every case in whole numbers: slow, and without any rounding but the last. */

/** n over k; none when k lies outside. */
export function choose(n: number, k: number): bigint {
  if (k < 0 || k > n) return 0n;
  let result = 1n;
  for (let i = 1; i <= k; i++) result = (result * BigInt(n - k + i)) / BigInt(i);
  return result;
}

/** A quotient of whole numbers that no double holds, to 15 digits and more. */
export function quotient(part: bigint, whole: bigint): number {
  if (part === 0n) return 0;
  // As many digits before the division as a double can take after it, however small the quotient is.
  const zeros = whole.toString().length - part.toString().length + 17;
  return Number((part * 10n ** BigInt(Math.max(0, zeros))) / whole) / 10 ** Math.max(0, zeros);
}

/** P(X >= events) of a binomial with the share `part / whole`. */
export function exactBinomial(events: number, trials: number, part: number, whole: number): number {
  let sum = 0n;
  for (let k = Math.max(0, events); k <= trials; k++)
    sum +=
      choose(trials, k) * BigInt(part) ** BigInt(k) * BigInt(whole - part) ** BigInt(trials - k);
  return quotient(sum, BigInt(whole) ** BigInt(trials));
}

/** P(X >= events) when `marked` of all are drawn without looking, and `trials` of all are green's. */
export function exactFisher(events: number, trials: number, marked: number, all: number): number {
  let sum = 0n;
  for (let k = events; k <= trials; k++)
    sum += choose(trials, k) * choose(all - trials, marked - k);
  return quotient(sum, choose(all, marked));
}
