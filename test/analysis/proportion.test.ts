import { describe, expect, it } from 'vitest';
import { shareOf, withSamples } from '../../src/analysis/proportion.ts';

describe('a proportion', () => {
  it('has samples or is none', () => {
    expect(withSamples(undefined)).toBeUndefined();
    expect(withSamples({ events: 0, trials: 0 })).toBeUndefined();
    expect(withSamples({ events: 0, trials: 1 })).toEqual({ events: 0, trials: 1 });
    expect(withSamples({ events: 9, trials: 9 })).toEqual({ events: 9, trials: 9 });
  });

  it.each([
    [3, 2],
    [1, 0],
    [-1, 2],
    [0.5, 2],
    [1, 2.5],
    [Number.NaN, 2],
    [1, Infinity],
    [0, -1],
  ])('is not %d of %d', (events, trials) => {
    expect(() => withSamples({ events, trials })).toThrow(
      `${events} of ${trials} is no proportion`,
    );
  });

  it('has a share', () => {
    expect(shareOf({ events: 1, trials: 4 })).toBe(0.25);
  });
});
