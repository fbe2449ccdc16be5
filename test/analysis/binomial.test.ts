import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  binomialAtLeast,
  logBinomial,
  shareThatReaches,
  sumOfRatios,
} from '../../src/analysis/binomial.ts';
import { choose, exactBinomial, quotient } from './exact.ts';

/** Trials up to a billion, of every order of magnitude. */
const trials = fc
  .integer({ min: 0, max: 30 })
  .chain((bits) => fc.integer({ min: 1, max: 2 ** bits }));

/** A share that a double holds together with its complement. */
const dyadic = fc.integer({ min: 1, max: 2 ** 20 - 1 }).map((part) => part / 2 ** 20);

describe('the probability of so many events or more', () => {
  it('is that of counting every case, for up to 60 trials', () => {
    for (const [part, whole] of [
      [1, 1000],
      [1, 20],
      [3, 10],
      [1, 2],
      [4, 5],
      [99, 100],
    ] as const) {
      for (const n of [1, 2, 7, 15, 16, 17, 33, 60]) {
        for (let events = 0; events <= n; events++) {
          const wanted = exactBinomial(events, n, part, whole);
          expect(binomialAtLeast(events, n, part / whole) / wanted).toBeCloseTo(1, 12);
        }
      }
    }
  });

  // Summed with 50 digits.
  it.each([
    [3, 200, 0.01, 0.323321305464343],
    [6, 200, 0.01, 0.0160229069091775],
    [50, 50, 0.01, 1e-100],
    [199, 200, 0.9, 1.63834614856551e-8],
    [500_100_000, 1e9, 0.5, 1.27007417987728e-10],
    [1_000_200, 1e9, 0.001, 0.420834296975533],
    [1_010_000, 1e9, 0.001, 8.59375305189647e-24],
    [10, 1e9, 1e-9, 1.11425474283612e-7],
  ])('of %d in %d at %d is %d, to twelve digits', (events, n, share, wanted) => {
    expect(binomialAtLeast(events, n, share) / wanted).toBeCloseTo(1, 12);
  });

  it('is certain for none, impossible beyond the trials, and follows a share that leaves no choice', () => {
    expect(binomialAtLeast(0, 10, 0)).toBe(1);
    expect(binomialAtLeast(-1, 10, 0.5)).toBe(1);
    expect(binomialAtLeast(11, 10, 1)).toBe(0);
    expect(binomialAtLeast(1, 10, 0)).toBe(0);
    expect(binomialAtLeast(10, 10, 1)).toBe(1);
  });

  it('and that of the other outcome together are one, up to a billion trials', () => {
    fc.assert(
      fc.property(trials, fc.double({ min: 0, max: 1, noNaN: true }), dyadic, (n, at, share) => {
        const events = Math.round(at * n);
        const others = binomialAtLeast(n - events + 1, n, 1 - share);
        expect(binomialAtLeast(events, n, share) + others).toBeCloseTo(1, 11);
      }),
    );
  });

  it('falls with the events asked for and rises with the share', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 2000 }).chain((n) => fc.tuple(fc.constant(n), fc.nat(n))),
        dyadic,
        dyadic,
        ([n, events], one, other) => {
          const slack = 1e-12;
          const p = binomialAtLeast(events, n, one);
          expect(p).toBeGreaterThanOrEqual(0);
          expect(p).toBeLessThanOrEqual(1);
          expect(binomialAtLeast(events + 1, n, one)).toBeLessThanOrEqual(p + slack);
          const [low, high] = [Math.min(one, other), Math.max(one, other)];
          expect(binomialAtLeast(events, n, low)).toBeLessThanOrEqual(
            binomialAtLeast(events, n, high) + slack,
          );
        },
      ),
    );
  });
});

describe('the probability of exactly so many events', () => {
  it('is that of counting every case', () => {
    for (let events = 0; events <= 40; events++) {
      const wanted = quotient(
        choose(40, events) * 3n ** BigInt(events) * 7n ** BigInt(40 - events),
        10n ** 40n,
      );
      expect(Math.exp(logBinomial(events, 40, 0.3)) / wanted).toBeCloseTo(1, 12);
      expect(Math.exp(logBinomial(40 - events, 40, 0.7)) / wanted).toBeCloseTo(1, 12);
    }
  });

  it('follows a share that leaves no choice', () => {
    expect(logBinomial(0, 5, 0)).toBe(0);
    expect(logBinomial(1, 5, 0)).toBe(-Infinity);
    expect(logBinomial(5, 5, 1)).toBe(0);
    expect(logBinomial(4, 5, 1)).toBe(-Infinity);
  });

  it('loses nothing where no event, or nothing else, is nearly certain', () => {
    expect(logBinomial(0, 1e9, 1e-12)).toBeCloseTo(-0.0010000000000005, 15);
    expect(logBinomial(1e9, 1e9, 1 - 1e-12, 1e-12)).toBeCloseTo(-0.0010000000000005, 15);
  });
});

describe('the share at which so many events come with a given probability', () => {
  it('is the one at which they do', () => {
    fc.assert(
      fc.property(
        fc
          .integer({ min: 1, max: 5000 })
          .chain((n) => fc.tuple(fc.constant(n), fc.integer({ min: 1, max: n }))),
        fc.constantFrom(0.05, 0.8, 0.95),
        ([n, events], probability) => {
          const share = shareThatReaches(events, n, probability);
          expect(binomialAtLeast(events, n, share)).toBeGreaterThanOrEqual(probability);
          expect(binomialAtLeast(events, n, share * 0.9998)).toBeLessThan(probability);
        },
      ),
    );
  });

  it('is the rule of three for the first event', () => {
    expect(shareThatReaches(1, 1_000_000, 0.95)).toBeCloseTo(2.9957e-6, 9);
  });
});

describe('a sum of ratios', () => {
  it('ends with its steps, and where more would add nothing', () => {
    expect(sumOfRatios(0, () => 1)).toBe(1);
    expect(sumOfRatios(3, (step) => step)).toBe(1 + 1 + 2 + 6);
    let asked = 0;
    const halves = sumOfRatios(1e9, () => {
      asked++;
      return 0.5;
    });
    expect(halves).toBe(2);
    expect(asked).toBeLessThan(60);
  });
});
