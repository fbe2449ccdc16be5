import { describe, expect, it } from 'vitest';
import { deviance, stirlingError } from '../../src/analysis/saddle-point.ts';

/** Absolute: both are added to logarithms of probabilities. */
const DIGITS = 15;

// The wanted values were computed with 40 digits.
describe("what Stirling's approximation of n! leaves out", () => {
  it.each([
    [1, 0.08106146679532726],
    [2, 0.0413406959554093],
    [5, 0.016644691189821193],
    [10, 0.00833056343336287],
    [15, 0.005554733551962801],
    [16, 0.005207655919609641],
    [17, 0.004901395948434738],
    [20, 0.004166319691996922],
    [50, 0.0016666444469833656],
    [100, 0.0008333305556349147],
  ])('of %d! is %d', (n, wanted) => {
    expect(stirlingError(n)).toBeCloseTo(wanted, n < 16 ? 14 : DIGITS);
  });

  it.each([
    [16, 0.0052076559196096404],
    [1e6, 8.333333333333055e-8],
    [1e9, 8.333333333333333e-11],
  ])('keeps its digits for %d!', (n, wanted) => {
    expect(stirlingError(n) / wanted).toBeCloseTo(1, 13);
  });
});

describe('the deviance of a count from its mean', () => {
  it('is nothing at the mean', () => {
    expect(deviance(10, 10)).toBe(0);
  });

  it.each([
    [10, 10.5, 0.01209835830567997],
    [10, 8, 0.23143551314209757],
    [10, 12.5, 0.26856448685790246],
    [11, 9, 0.20737765008366277],
    [9, 11, 0.19396374084063955],
    [1, 1.2, 0.017678443206045367],
    [3, 100, 86.48032630804005],
    [100, 3, 253.65578973199817],
    [1e9, 1e9 + 1000, 0.0004999996666669167],
    [5e8, 5e8 + 1, 9.999999986666666e-10],
  ])('of %d from %d is %d, to thirteen digits', (x, mean, wanted) => {
    expect(deviance(x, mean) / wanted).toBeCloseTo(1, 13);
  });
});
