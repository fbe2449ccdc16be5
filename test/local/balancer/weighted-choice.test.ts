import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseByWeight } from '../../../src/local/balancer/weighted-choice.ts';

function choices(weights: readonly number[], count: number): number[] {
  const chosen: number[] = [];
  let credits: readonly number[] = [];
  for (let at = 0; at < count; at++) {
    const choice = chooseByWeight(weights, credits);
    credits = choice.credits;
    chosen.push(choice.index);
  }
  return chosen;
}

const weights = fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 1, maxLength: 5 });

describe('chooseByWeight', () => {
  it('chooses each exactly its weight times in each round of all weights', () => {
    fc.assert(
      fc.property(weights, fc.integer({ min: 1, max: 3 }), (given, rounds) => {
        const total = given.reduce((sum, weight) => sum + weight, 0);
        fc.pre(total > 0);
        const chosen = choices(given, total * rounds);
        for (const [index, weight] of given.entries())
          expect(chosen.filter((at) => at === index)).toHaveLength(weight * rounds);
      }),
    );
  });

  it('is never further than one choice from the proportion with two groups, after any number of choices', () => {
    const weight = fc.integer({ min: 1, max: 999 });
    fc.assert(
      fc.property(weight, weight, fc.integer({ min: 1, max: 300 }), (one, other, count) => {
        const ones = choices([one, other], count).filter((at) => at === 0).length;
        expect(Math.abs(ones - (count * one) / (one + other))).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('mixes instead of serving one after the other', () => {
    expect(choices([5, 1, 1], 7)).toEqual([0, 0, 1, 0, 2, 0, 0]);
  });

  it('never chooses a weight of 0', () => {
    expect(new Set(choices([0, 3, 0], 20))).toEqual(new Set([1]));
  });

  it('chooses nothing when all weights are 0 or there are none', () => {
    expect(chooseByWeight([0, 0], []).index).toBe(-1);
    expect(chooseByWeight([], []).index).toBe(-1);
  });
});
