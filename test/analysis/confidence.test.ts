import { describe, expect, it } from 'vitest';
import { ALPHA, overall, partOfLook } from '../../src/analysis/confidence.ts';

describe('the false alarms that each look may spend', () => {
  it('are a half, a sixth, a twelfth of all', () => {
    expect([1, 2, 3].map(partOfLook)).toEqual([1 / 2, 1 / 6, 1 / 12]);
  });

  it('never exceed the whole, however often one looks', () => {
    let spent = 0;
    for (let look = 1; look <= 100_000; look++) {
      spent += partOfLook(look);
      expect(spent).toBeLessThan(1);
      if (look % 1000 === 0) expect(spent).toBeCloseTo(1 - 1 / (look + 1), 9);
    }
  });

  it.each([0, -1, 1.5, Number.NaN, Infinity])('are not those of a look %d', (look) => {
    expect(() => partOfLook(look)).toThrow(`look is ${look}; it counts from 1`);
  });
});

describe('the chance of a look with all looks counted', () => {
  it('is twice its own at the first, six times at the second', () => {
    expect(overall(0.01, 1)).toBeCloseTo(0.02, 12);
    expect(overall(0.01, 2)).toBeCloseTo(0.06, 12);
  });

  it('is at most certain', () => {
    expect(overall(0.9, 1)).toBe(1);
    expect(overall(1, 20)).toBe(1);
  });

  it('reaches the allowed false alarms where the look has spent its part', () => {
    for (const look of [1, 2, 7, 100]) {
      expect(overall(ALPHA * partOfLook(look), look)).toBeCloseTo(ALPHA, 12);
    }
  });
});
