import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextCapacityProvider, type StrategyItem } from '../../src/scheduler/capacity-provider.ts';

function spread(strategy: readonly StrategyItem[], count: number): Record<string, number> {
  const counts: Record<string, number> = {};
  for (let index = 0; index < count; index++) {
    const provider = nextCapacityProvider(strategy, counts);
    if (provider === undefined) throw new Error('no provider');
    counts[provider] = (counts[provider] ?? 0) + 1;
  }
  return counts;
}

describe('the choice of a capacity provider', () => {
  it('fills the base first and then goes by weight', () => {
    const strategy = [
      { capacityProvider: 'FARGATE', weight: 1, base: 2 },
      { capacityProvider: 'FARGATE_SPOT', weight: 3, base: 0 },
    ];
    expect(spread(strategy, 2)).toEqual({ FARGATE: 2 });
    expect(spread(strategy, 10)).toEqual({ FARGATE: 4, FARGATE_SPOT: 6 });
  });

  it('prefers the earlier one where two are equally far from their share', () => {
    const strategy = [
      { capacityProvider: 'B', weight: 1, base: 0 },
      { capacityProvider: 'A', weight: 1, base: 0 },
    ];
    expect(nextCapacityProvider(strategy, {})).toBe('B');
    expect(nextCapacityProvider(strategy, { B: 1 })).toBe('A');
  });

  it('does not count the base against the share by weight', () => {
    const strategy = [
      { capacityProvider: 'A', weight: 1, base: 6 },
      { capacityProvider: 'B', weight: 1, base: 0 },
    ];
    expect(spread(strategy, 10)).toEqual({ A: 8, B: 2 });
  });

  it('never uses a provider of weight 0 beyond its base', () => {
    const strategy = [
      { capacityProvider: 'A', weight: 0, base: 1 },
      { capacityProvider: 'B', weight: 1, base: 0 },
    ];
    expect(spread(strategy, 5)).toEqual({ A: 1, B: 4 });
  });

  it('knows no provider for an empty strategy', () => {
    expect(nextCapacityProvider([], {})).toBeUndefined();
  });

  it('keeps every share within one task of its weight', () => {
    const weights = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 2 });
    fc.assert(
      fc.property(weights, fc.integer({ min: 1, max: 60 }), (given, count) => {
        const strategy = given.map((weight, index) => ({
          capacityProvider: `p${index}`,
          weight,
          base: 0,
        }));
        const total = given.reduce((sum, weight) => sum + weight, 0);
        const counts = spread(strategy, count);
        for (const { capacityProvider, weight } of strategy) {
          const share = (count * weight) / total;
          expect(Math.abs((counts[capacityProvider] ?? 0) - share)).toBeLessThanOrEqual(1);
        }
      }),
    );
  });
});
