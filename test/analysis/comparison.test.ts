import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareProportions } from '../../src/analysis/comparison.ts';
import { ALPHA } from '../../src/analysis/confidence.ts';
import type { Assessment, Outcome, Proportion } from '../../src/analysis/measurement.ts';
import { everFailing } from './ever-failing.ts';

const RULE = { minSamples: 200, what: '5XX', look: 1 };

const of = (events: number, trials: number): Proportion => ({ events, trials });

const compare = (
  green: Proportion | undefined,
  blue: Proportion | undefined,
  rule: Partial<typeof RULE> = {},
): Assessment => compareProportions(green, blue, { ...RULE, ...rule });

const RANK: Readonly<Record<Outcome, number>> = { pass: 0, inconclusive: 1, fail: 2, 'no-data': 9 };

const proportion = (least: number, most: number): fc.Arbitrary<Proportion> =>
  fc
    .integer({ min: least, max: most })
    .chain((trials) => fc.nat(trials).map((events) => of(events, trials)));

describe('the new version against the old one', () => {
  it('fails when it is worse beyond chance, with the numbers and the confidence', () => {
    const assessment = compare(of(24, 2000), of(6, 2000));
    expect(assessment).toMatchObject({
      outcome: 'fail',
      text: '5XX 1.2 % (24 of 2,000) against 0.3 % (6 of 2,000) in the old version: worse, confidence 99.8 %',
      value: 0.012,
      baseline: 0.003,
      limit: undefined,
      samples: 2000,
    });
    // Half of the false alarms are the first look's.
    const chance = 2 * 0.000687602038499666;
    expect(assessment.confidence).toBeCloseTo(100 * (1 - chance), 9);
  });

  it('passes when it is not, and says how bad it can be at most', () => {
    expect(compare(of(8, 2000), of(6, 2000))).toEqual({
      outcome: 'pass',
      text: '5XX 0.4 % (8 of 2,000) against 0.3 % (6 of 2,000) in the old version: not worse than by chance, at most 0.72 %, confidence 95 %',
      value: 0.004,
      baseline: 0.003,
      limit: undefined,
      samples: 2000,
      confidence: 95,
    });
    expect(compare(of(0, 200), of(0, 200)).text).toContain('at most 1.5 %, confidence 95 %');
    expect(compare(of(0, 200), of(200, 200)).outcome).toBe('pass');
    expect(compare(of(200, 200), of(200, 200)).text).toContain('at most 100 %');
  });

  it('never passes with too few samples on either side, and says which', () => {
    expect(compare(of(0, 199), of(0, 5000))).toMatchObject({
      outcome: 'inconclusive',
      text: '5XX 0 % (0 of 199) against 0 % (0 of 5,000) in the old version: too few samples: 199 in the new version, of at least 200',
      confidence: undefined,
    });
    expect(compare(of(0, 5000), of(0, 199)).text).toMatch(
      /: 199 in the old version, of at least 200$/,
    );
    expect(compare(of(0, 20), of(0, 10)).text).toMatch(
      /: 20 in the new version and 10 in the old version, of at least 200$/,
    );
  });

  it('fails with too few samples where more could not save it', () => {
    expect(compare(of(15, 20), of(0, 20)).outcome).toBe('fail');
    expect(compare(of(50, 50), of(1, 5)).outcome).toBe('fail');
  });

  it('does not take a burst of four for a proof', () => {
    expect(compare(of(4, 200), of(0, 100_000)).outcome).toBe('pass');
    expect(compare(of(5, 200), of(0, 100_000)).outcome).toBe('fail');
  });

  it('does not pass what a handful of samples cannot exclude', () => {
    expect(compare(of(4, 20), of(0, 20), { minSamples: 20 })).toMatchObject({
      outcome: 'inconclusive',
      text: '5XX 20 % (4 of 20) against 0 % (0 of 20) in the old version: too few samples: it may be as much as 40.1 %',
      confidence: undefined,
    });
    expect(compare(of(0, 13), of(0, 13), { minSamples: 1 }).outcome).toBe('inconclusive');
    expect(compare(of(0, 14), of(0, 14), { minSamples: 1 }).outcome).toBe('pass');
    // 20 points are the measure below 20 %, twice as many above.
    expect(compare(of(12, 50), of(5, 50), { minSamples: 1 }).outcome).toBe('inconclusive');
    expect(compare(of(23, 50), of(17, 50), { minSamples: 1 }).outcome).toBe('pass');
  });

  it('is no data where one side has no requests, and says which', () => {
    expect(compare(undefined, of(1, 10))).toEqual({
      outcome: 'no-data',
      text: '5XX: no requests in the new version',
      value: undefined,
      baseline: 0.1,
      limit: undefined,
      samples: 0,
      confidence: undefined,
    });
    expect(compare(of(1, 10), of(0, 0))).toEqual({
      outcome: 'no-data',
      text: '5XX: no requests in the old version to compare with',
      value: 0.1,
      baseline: undefined,
      limit: undefined,
      samples: 10,
      confidence: undefined,
    });
    expect(compare(undefined, undefined).text).toBe('5XX: no requests in the new version');
  });

  describe('what matters', () => {
    it('is half as much again: less does not fail, however sure it is', () => {
      expect(compare(of(14_999, 1e7), of(10_000, 1e7))).toMatchObject({
        outcome: 'pass',
        text: '5XX 0.15 % (14,999 of 10,000,000) against 0.1 % (10,000 of 10,000,000) in the old version: worse by less than matters, confidence over 99.99 %',
        confidence: 100,
      });
      expect(compare(of(15_000, 1e7), of(10_000, 1e7)).outcome).toBe('fail');
      expect(compare(of(10_100, 1e7), of(10_000, 1e7)).text).toContain('not worse than by chance');
    });

    it('is ten percentage points where half as much again is more', () => {
      expect(compare(of(3999, 10_000), of(3000, 10_000)).outcome).toBe('pass');
      expect(compare(of(4000, 10_000), of(3000, 10_000)).outcome).toBe('fail');
    });

    it('is one in ten thousand at least', () => {
      expect(compare(of(99, 1e6), of(0, 1e6)).outcome).toBe('pass');
      expect(compare(of(100, 1e6), of(0, 1e6)).outcome).toBe('fail');
    });
  });

  it('asks more of a later look', () => {
    expect(compare(of(6, 200), of(0, 200)).outcome).toBe('fail');
    expect(compare(of(6, 200), of(0, 200), { look: 2 }).outcome).toBe('pass');
    expect(compare(of(12, 200), of(0, 200), { look: 20 }).outcome).toBe('pass');
    expect(compare(of(13, 200), of(0, 200), { look: 20 }).outcome).toBe('fail');
    expect(() => compare(of(6, 200), of(0, 200), { look: 0 })).toThrow(RangeError);
  });

  it('refuses what nobody can have counted', () => {
    expect(() => compare(of(3, 2), of(0, 2))).toThrow('3 of 2 is no proportion');
    expect(() => compare(of(0, 2), of(0.5, 2))).toThrow('0.5 of 2 is no proportion');
  });

  it('stands at a billion requests a side', () => {
    expect(compare(of(500_000_100, 1e9), of(500_000_000, 1e9)).outcome).toBe('pass');
    expect(compare(of(600_000_001, 1e9), of(500_000_000, 1e9)).outcome).toBe('fail');
    expect(compare(of(0, 1e9), of(0, 1e9)).outcome).toBe('pass');
    expect(compare(of(1e9, 1e9), of(1e9, 1e9)).outcome).toBe('pass');
    expect(compare(of(1e9, 1e9), of(0, 1e9)).outcome).toBe('fail');
  });

  it('never gets better by more errors, nor worse by more errors of the old version', () => {
    fc.assert(
      fc.property(
        proportion(2, 3000),
        proportion(2, 3000),
        fc.nat(600),
        fc.integer({ min: 1, max: 30 }),
        (green, blue, minSamples, look) => {
          const rank = (more: number, older: number): number => {
            const newer = of(Math.min(green.trials, green.events + more), green.trials);
            const base = of(Math.min(blue.trials, blue.events + older), blue.trials);
            return RANK[compare(newer, base, { minSamples, look }).outcome];
          };
          expect(rank(1, 0)).toBeGreaterThanOrEqual(rank(0, 0));
          expect(rank(0, 1)).toBeLessThanOrEqual(rank(0, 0));
        },
      ),
    );
  });

  it('stays failed with ten times the requests and the same shares', () => {
    fc.assert(
      fc.property(proportion(2, 300), proportion(2, 300), (green, blue) => {
        fc.pre(compare(green, blue).outcome === 'fail');
        const ten = ({ events, trials }: Proportion): Proportion => of(10 * events, 10 * trials);
        expect(compare(ten(green), ten(blue)).outcome).toBe('fail');
      }),
    );
  });

  it('never calls it worse when its share is lower', () => {
    fc.assert(
      fc.property(proportion(1, 5000), proportion(1, 5000), (green, blue) => {
        const lower = green.events * blue.trials <= blue.events * green.trials;
        if (lower) expect(compare(green, blue).outcome).not.toBe('fail');
      }),
    );
  });

  it('always decides the first look with 200 samples a side', () => {
    const side = proportion(200, 20_000);
    fc.assert(
      fc.property(side, side, (green, blue) => {
        expect(['pass', 'fail']).toContain(compare(green, blue).outcome);
      }),
    );
  });

  it('always decides later looks with 200 samples a side when it is no worse', () => {
    const side = proportion(200, 20_000);
    fc.assert(
      fc.property(side, side, fc.integer({ min: 1, max: 500 }), (one, other, look) => {
        const lower = one.events * other.trials <= other.events * one.trials;
        const [green, blue] = lower ? [one, other] : [other, one];
        expect(compare(green, blue, { look }).outcome).toBe('pass');
      }),
    );
  });

  it.each([0.02, 0.1, 0.3, 0.6, 0.95])(
    'with identical versions that fail %d of their requests, five looks at growing data fail no more than is allowed',
    (share) => {
      const failing = everFailing(
        { looks: 5, step: 10, shares: [share, share] },
        ([green = 0, blue = 0], trials, look) =>
          compare(of(green, trials), of(blue, trials), { look }).outcome === 'fail',
      );
      expect(failing).toBeLessThanOrEqual(ALPHA);
      if (share > 0.05 && share < 0.9) expect(failing).toBeGreaterThan(0.001);
    },
  );
});
