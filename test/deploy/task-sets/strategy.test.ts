import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StrategyWish } from '../../../src/deploy/configuration/configuration.ts';
import {
  checkTimeout,
  DEFAULT_BAKE_MS,
  taskSetStrategy,
} from '../../../src/deploy/task-sets/strategy.ts';

const wish = (change: Partial<StrategyWish>): StrategyWish => ({
  type: 'canary',
  steps: [],
  stepBakeMs: undefined,
  finalBakeMs: undefined,
  onClientLoss: undefined,
  traffic: {
    productionListenerRule: undefined,
    testListenerRule: undefined,
    alternateTargetGroupArn: undefined,
  },
  ...change,
});

const steps = (change: Partial<StrategyWish>): readonly number[] =>
  taskSetStrategy(wish(change)).steps;

describe('a strategy for task sets', () => {
  it('is blue/green in one step where nobody says otherwise, and bakes five minutes', () => {
    expect(taskSetStrategy(undefined)).toEqual({
      steps: [100],
      stepBakeMs: DEFAULT_BAKE_MS,
      finalBakeMs: DEFAULT_BAKE_MS,
    });
  });

  it('takes any increasing steps, and adds the last', () => {
    expect(steps({ steps: [0.5, 12.5, 60] })).toEqual([0.5, 12.5, 60, 100]);
    expect(steps({ steps: [20, 100] })).toEqual([20, 100]);
    expect(steps({ type: 'canary' })).toEqual([5, 100]);
    expect(steps({ type: 'blue_green' })).toEqual([100]);
  });

  it('reads one step of linear as the size of all, and several as they stand', () => {
    expect(steps({ type: 'linear', steps: [20] })).toEqual([20, 40, 60, 80, 100]);
    expect(steps({ type: 'linear', steps: [33.3] })).toEqual([33.3, 66.6, 99.9, 100]);
    expect(steps({ type: 'linear', steps: [10, 70] })).toEqual([10, 70, 100]);
  });

  it('always rises to 100', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('canary', 'linear'),
        fc.uniqueArray(fc.integer({ min: 30, max: 1000 }), { maxLength: 8 }),
        (type, tenths) => {
          const given = tenths.toSorted((a, b) => a - b).map((each) => each / 10);
          const result = steps({ type, steps: given });
          expect(result.at(-1)).toBe(100);
          expect(result.every((step, index) => step > (result[index - 1] ?? 0))).toBe(true);
        },
      ),
    );
  });

  it.each<{ readonly given: Partial<StrategyWish>; readonly message: RegExp }>([
    { given: { steps: [50, 10] }, message: /10% does not follow/ },
    { given: { steps: [10, 10] }, message: /10% does not follow/ },
    { given: { steps: [0] }, message: /0% is no step/ },
    { given: { steps: [101] }, message: /101% is no step/ },
    { given: { steps: [0.05] }, message: /0.05% is no step/ },
    { given: { type: 'linear', steps: [0.5] }, message: /200 steps are too many/ },
    { given: { type: 'blue_green', steps: [10] }, message: /in one step, not \[10%\]/ },
    { given: { type: 'rolling' }, message: /deployed by task sets/ },
    { given: { onClientLoss: 'rollback' }, message: /moved by this client alone/ },
  ])('refuses $given', ({ given, message }) => {
    expect(() => taskSetStrategy(wish(given))).toThrow(
      expect.objectContaining({ exitCode: 2, message: expect.stringMatching(message) as string }),
    );
  });

  it('refuses a timeout that its bakes use up, in the time that ECS counts', () => {
    const strategy = { steps: [10, 50, 100], stepBakeMs: 60_000, finalBakeMs: 60_000 };
    expect(() => checkTimeout(strategy, 180_000)).toThrow(/take 3m 00s, and the timeout is 3m 00s/);
    expect(() => checkTimeout(strategy, 181_000)).not.toThrow();
    expect(() => checkTimeout(strategy, 10_000, 60)).not.toThrow();
  });
});
