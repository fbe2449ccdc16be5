import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ALPHA } from '../../src/analysis/confidence.ts';
import type { Assessment, Outcome } from '../../src/analysis/measurement.ts';
import { assessRatio } from '../../src/analysis/ratio.ts';
import { exactBinomial } from './exact.ts';
import { everFailing } from './ever-failing.ts';

const RULE = { max: 0.01, minSamples: 200, what: '5XX' };

const assess = (events: number, trials: number, rule: Partial<typeof RULE> = {}): Assessment =>
  assessRatio({ events, trials }, { ...RULE, ...rule });

describe('a share of requests against a limit', () => {
  it('passes with enough samples and no more than the limit', () => {
    expect(assess(2, 200)).toEqual({
      outcome: 'pass',
      text: '5XX 1 % (2 of 200), at most 1 %',
      value: 0.01,
      limit: 0.01,
      samples: 200,
      baseline: undefined,
      confidence: undefined,
    });
    expect(assess(0, 200).outcome).toBe('pass');
  });

  it('fails when the excess is beyond chance, and says how sure that is', () => {
    const assessment = assess(6, 200);
    expect(assessment).toMatchObject({
      outcome: 'fail',
      text: '5XX 3 % (6 of 200), over 1 %, confidence 96.7 %',
    });
    const chance = exactBinomial(6, 200, 1, 100);
    expect(assessment.confidence).toBeCloseTo(100 * (1 - 2 * chance), 9);
  });

  it('is undecided over the limit when chance can do that', () => {
    expect(assess(3, 200)).toMatchObject({
      outcome: 'inconclusive',
      text: '5XX 1.5 % (3 of 200), over 1 %, by no more than chance can do',
      confidence: undefined,
    });
    expect(assess(5, 200).outcome).toBe('inconclusive');
  });

  it('never passes with too few samples', () => {
    expect(assess(0, 199)).toMatchObject({
      outcome: 'inconclusive',
      text: '5XX 0 % (0 of 199), too few samples: 199 of at least 200',
    });
    expect(assess(1, 20).outcome).toBe('inconclusive');
  });

  it('fails with too few samples where more could not save it', () => {
    expect(assess(50, 50)).toMatchObject({
      outcome: 'fail',
      text: '5XX 100 % (50 of 50), over 1 %, confidence over 99.99 %',
    });
    expect(assess(5, 5).outcome).toBe('fail');
  });

  it('does not take a burst of four for a proof while samples are few', () => {
    expect(assess(4, 4).outcome).toBe('inconclusive');
    expect(assess(4, 4, { minSamples: 4 }).outcome).toBe('fail');
  });

  it('fails at the first event where none is allowed', () => {
    expect(assess(1, 20, { max: 0 })).toMatchObject({
      outcome: 'fail',
      text: '5XX 5 % (1 of 20), over 0 %, confidence over 99.99 %',
    });
    expect(assess(0, 200, { max: 0 }).outcome).toBe('pass');
  });

  it('is no data without requests', () => {
    const nothing = {
      outcome: 'no-data',
      text: '5XX: no requests',
      value: undefined,
      limit: 0.01,
      samples: 0,
      baseline: undefined,
      confidence: undefined,
    };
    expect(assess(0, 0)).toEqual(nothing);
    expect(assessRatio(undefined, RULE)).toEqual(nothing);
  });

  it('takes a limit as it was written, although no double is 0.7 %', () => {
    expect(assess(7, 1000, { max: 0.7 / 100 }).outcome).toBe('pass');
    expect(assess(8, 1000, { max: 0.7 / 100 }).outcome).toBe('inconclusive');
    expect(assess(7_000_001, 1e9, { max: 0.7 / 100 }).text).toContain('0.7000001 % (7,000,001');
  });

  it('asks more of a later look', () => {
    expect(assessRatio({ events: 6, trials: 200 }, { ...RULE, look: 2 }).outcome).toBe(
      'inconclusive',
    );
    expect(assessRatio({ events: 9, trials: 200 }, { ...RULE, look: 2 }).outcome).toBe('fail');
  });

  it.each([-0.1, 1.1, 5, Number.NaN])('has no limit of %d', (max) => {
    expect(() => assess(0, 200, { max })).toThrow(`max is ${max}; a share lies between 0 and 1`);
  });

  it('knows limits of nothing and of everything', () => {
    expect(assess(200, 200, { max: 1 }).outcome).toBe('pass');
    expect(assess(1, 200, { max: 0 }).outcome).toBe('fail');
  });

  it('never gets better by more errors', () => {
    const rank: Readonly<Record<Outcome, number>> = {
      pass: 0,
      inconclusive: 1,
      fail: 2,
      'no-data': 9,
    };
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 5000 }).chain((n) => fc.tuple(fc.constant(n), fc.nat(n - 1))),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.nat(2000),
        fc.integer({ min: 1, max: 30 }),
        ([trials, events], max, minSamples, look) => {
          const rule = { max, minSamples, what: 'x', look };
          const before = assessRatio({ events, trials }, rule).outcome;
          const after = assessRatio({ events: events + 1, trials }, rule).outcome;
          expect(rank[after]).toBeGreaterThanOrEqual(rank[before]);
          if (before === 'pass') expect(trials).toBeGreaterThanOrEqual(minSamples);
        },
      ),
    );
  });

  it.each([0.01, 0.05, 0.3])(
    'at a true share of exactly the limit %d, ten looks at growing data fail no more than is allowed',
    (share) => {
      const failing = everFailing(
        { looks: 10, step: 30, shares: [share] },
        ([events = 0], trials, look) => {
          const rule = { ...RULE, max: share, minSamples: 1, look };
          return assessRatio({ events, trials }, rule).outcome === 'fail';
        },
      );
      expect(failing).toBeLessThanOrEqual(ALPHA);
      expect(failing).toBeGreaterThan(0.005);
    },
  );
});
