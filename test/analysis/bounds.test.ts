import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assessBounds } from '../../src/analysis/bounds.ts';

const none = undefined;

describe('a number between bounds', () => {
  it('is good within them and on them', () => {
    expect(assessBounds(7, { min: none, max: 10 }, 'queue depth')).toEqual({
      outcome: 'pass',
      text: 'queue depth 7, at most 10',
      value: 7,
      limit: 10,
      samples: none,
      baseline: none,
      confidence: none,
    });
    expect(assessBounds(10, { min: none, max: 10 }, 'q').outcome).toBe('pass');
    expect(assessBounds(0.99, { min: 0.99, max: none }, 'q')).toMatchObject({
      outcome: 'pass',
      text: 'q 0.99, at least 0.99',
      limit: 0.99,
    });
    expect(assessBounds(5, { min: 1, max: 10 }, 'q')).toMatchObject({
      text: 'q 5, at least 1, at most 10',
      limit: 10,
    });
  });

  it('is bad over the upper and under the lower one, and says which', () => {
    expect(assessBounds(12_345.6, { min: 1, max: 10 }, 'q')).toMatchObject({
      outcome: 'fail',
      text: 'q 12,350, over 10',
      value: 12_345.6,
      limit: 10,
    });
    expect(assessBounds(0.985, { min: 0.99, max: 1 }, 'up')).toMatchObject({
      outcome: 'fail',
      text: 'up 0.985, under 0.99',
      value: 0.985,
      limit: 0.99,
    });
  });

  it('shows by how little it is bad', () => {
    expect(assessBounds(10.000001, { min: none, max: 10 }, 'q').text).toBe('q 10.000001, over 10');
    expect(assessBounds(9.999999, { min: 10, max: none }, 'q').text).toBe('q 9.999999, under 10');
  });

  it.each([none, Number.NaN])('is no data when it is %d', (value) => {
    const assessment = assessBounds(value, { min: 1, max: none }, 'up');
    expect(assessment).toMatchObject({ outcome: 'no-data', text: 'up: no value', limit: 1 });
    expect(assessment.value).toBeUndefined();
    expect(assessBounds(value, { min: 1, max: 3 }, 'up').limit).toBe(3);
  });

  it('has no end, but records have', () => {
    const assessment = assessBounds(Infinity, { min: none, max: 10 }, 'q');
    expect(assessment).toMatchObject({ outcome: 'fail', text: 'q ∞, over 10' });
    expect(assessment.value).toBeUndefined();
    expect(assessBounds(-Infinity, { min: 1, max: none }, 'q').outcome).toBe('fail');
  });

  it('is judged as the comparison says, whatever the numbers', () => {
    const bound = fc.option(fc.double({ noNaN: true }), { nil: undefined });
    fc.assert(
      fc.property(fc.double({ noNaN: true }), bound, bound, (value, min, max) => {
        const good = !(max !== undefined && value > max) && !(min !== undefined && value < min);
        const { outcome, text } = assessBounds(value, { min, max }, 'q');
        expect(outcome).toBe(good ? 'pass' : 'fail');
        expect(text).toMatch(/^q \S/);
      }),
    );
  });
});
