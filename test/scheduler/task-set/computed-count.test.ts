import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { computedDesiredCount } from '../../../src/scheduler/task-set/computed-count.ts';

describe('the computed desired count', () => {
  it.each([
    { desired: 4, scale: 30, count: 2, why: '1.2 rounds up' },
    { desired: 1, scale: 50, count: 1, why: 'half a task is one' },
    { desired: 10, scale: 70, count: 7, why: 'a whole number stays' },
    { desired: 3000, scale: 1.1, count: 33, why: 'binary fractions do not make 33 a 34' },
    { desired: 7, scale: 0, count: 0, why: 'nothing of anything is nothing' },
    { desired: 0, scale: 100, count: 0, why: 'all of nothing is nothing' },
    { desired: 5000, scale: 0.00001, count: 1, why: 'the smallest share is a task' },
  ])('of $desired at $scale % is $count: $why', ({ desired, scale, count }) => {
    expect(computedDesiredCount(desired, scale)).toBe(count);
  });

  it('is the exact product rounded up, for every scale that anybody writes', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 5000 }),
        fc.integer({ min: 0, max: 1_000_000 }),
        (desired, tenThousandths) => {
          const exact = BigInt(desired) * BigInt(tenThousandths);
          const expected = (exact + 999_999n) / 1_000_000n;
          expect(computedDesiredCount(desired, tenThousandths / 10_000)).toBe(Number(expected));
        },
      ),
    );
  });
});
