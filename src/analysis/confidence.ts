/**
 * How sure a failure must be, and how that stays true when one looks again and again while data come in: each look spends a part
 * of the false alarms that are allowed, and all parts together, for ever, are no more than the whole.
 */

/** The share of healthy rollouts that one check may call bad, over all of its looks together. */
export const ALPHA = 0.05;

/**
 * Events that must be there before a comparison, or too few samples, can fail. Errors come in bursts (one client that tries again, one request
 * that cannot be answered), and the test takes each for a case of its own.
 */
export const FEWEST_EVENTS = 5;

/**
 * The part of ALPHA that a look may spend: 1/2, 1/6, 1/12, 1/20, …, whose sum never exceeds 1.
 * @param look 1 for the first
 * @throws RangeError unless it is a whole number from 1
 */
export function partOfLook(look: number): number {
  if (!Number.isInteger(look) || look < 1)
    throw new RangeError(`look is ${look}; it counts from 1`);
  return 1 / (look * (look + 1));
}

/** What a look's own probability of chance amounts to when all looks are counted: a failure where it is at most ALPHA. */
export function overall(chance: number, look: number): number {
  return Math.min(1, chance / partOfLook(look));
}
