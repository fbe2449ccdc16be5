import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  evaluationStep,
  nextEvaluation,
  rangeEnd,
  rangeStarts,
} from '../../../src/scheduler/alarm/schedule.ts';

const NOW = Date.UTC(2026, 0, 21, 20, 17, 34);

describe('the rhythm of an alarm', () => {
  it.each([
    [{ period: 60, evaluationPeriods: 1 }, 60_000],
    [{ period: 300, evaluationPeriods: 3 }, 60_000],
    [{ period: 10, evaluationPeriods: 3 }, 10_000],
    [{ period: 3600, evaluationPeriods: 24 }, 60_000],
    [{ period: 3600, evaluationPeriods: 25 }, 3_600_000],
  ])('of %j is %d ms', (rhythm, step) => {
    expect(evaluationStep(rhythm)).toBe(step);
  });

  it('slides by the minute, however long its periods are', () => {
    const rhythm = { period: 300, evaluationPeriods: 1 };
    const end = Date.UTC(2026, 0, 21, 20, 17);
    expect(rangeEnd(rhythm, NOW)).toBe(end);
    expect(rangeStarts(rhythm, NOW)).toEqual([end - 300_000, end - 600_000, end - 900_000]);
    expect(nextEvaluation(rhythm, NOW)).toBe(end + 60_000);
  });

  it('never looks at what is not over, and always comes again', () => {
    const rhythm = fc.record({
      period: fc.constantFrom(10, 20, 30, 60, 120, 300, 3600, 86_400),
      evaluationPeriods: fc.integer({ min: 1, max: 7 }),
    });
    fc.assert(
      fc.property(rhythm, fc.integer({ min: 1e12, max: 2e12 }), (any, now) => {
        expect(rangeStarts(any, now)[0] ?? 0).toBeLessThanOrEqual(now - any.period * 1000);
        expect(nextEvaluation(any, now)).toBeGreaterThan(now);
        expect(nextEvaluation(any, now) - now).toBeLessThanOrEqual(evaluationStep(any));
      }),
    );
  });
});
