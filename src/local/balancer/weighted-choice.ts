/** Choice by weight: smooth weighted round robin, so that every prefix of the sequence is close to the proportions. */

/** The choice and the state for the next one; an index of -1 says that no weight is above 0. */
export interface WeightedChoice {
  readonly index: number;
  readonly credits: readonly number[];
}

/**
 * Everyone earns his weight, the richest is chosen and pays the sum of all weights. In any `sum of weights` choices in a
 * row (from credits of zero) each index is chosen exactly weight times. A weight of 0 is never chosen.
 * @param weights not negative
 * @param credits of the former choice; anything of another length counts as all zero
 */
export function chooseByWeight(
  weights: readonly number[],
  credits: readonly number[],
): WeightedChoice {
  const known = credits.length === weights.length;
  let total = 0;
  let index = -1;
  let highest = -Infinity;
  const next = weights.map((weight, at) => {
    if (weight <= 0) return 0;
    const credit = (known ? (credits[at] ?? 0) : 0) + weight;
    total += weight;
    if (credit > highest) {
      highest = credit;
      index = at;
    }
    return credit;
  });
  if (index >= 0) next[index] = highest - total;
  return { index, credits: next };
}
