import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stagesOf } from '../../../src/scheduler/traffic-shift/course.ts';
import {
  trafficSteps,
  type TrafficStrategy,
} from '../../../src/scheduler/traffic-shift/strategy.ts';

const tenths = (min: number) => fc.integer({ min, max: 1000 }).map((count) => count / 10);

describe('the steps of a strategy', () => {
  it('blue/green: all at once', () => {
    expect(trafficSteps({ type: 'BLUE_GREEN' }, true)).toEqual([{ greenPercent: 100, bakeMs: 0 }]);
  });

  it('canary: a part, a while, the rest', () => {
    const canary = { type: 'CANARY', canaryPercent: 12.5, canaryBakeMs: 60_000 } as const;
    expect(trafficSteps(canary, true)).toEqual([
      { greenPercent: 12.5, bakeMs: 60_000 },
      { greenPercent: 100, bakeMs: 0 },
    ]);
  });

  it('a canary of everything leaves no rest and waits for nothing', () => {
    const canary = { type: 'CANARY', canaryPercent: 100, canaryBakeMs: 60_000 } as const;
    expect(trafficSteps(canary, true)).toEqual([{ greenPercent: 100, bakeMs: 0 }]);
  });

  it('linear: equal steps, the last with what is left, and no bake after it', () => {
    const linear = { type: 'LINEAR', stepPercent: 30, stepBakeMs: 5_000 } as const;
    expect(trafficSteps(linear, true)).toEqual([
      { greenPercent: 30, bakeMs: 5_000 },
      { greenPercent: 60, bakeMs: 5_000 },
      { greenPercent: 90, bakeMs: 5_000 },
      { greenPercent: 100, bakeMs: 0 },
    ]);
    expect(
      trafficSteps({ ...linear, stepPercent: 33.3 }, true).map(({ greenPercent }) => greenPercent),
    ).toEqual([33.3, 66.6, 99.9, 100]);
    expect(trafficSteps({ ...linear, stepPercent: 100 }, true)).toEqual([
      { greenPercent: 100, bakeMs: 0 },
    ]);
  });

  it('without a former revision there is one step', () => {
    const linear = { type: 'LINEAR', stepPercent: 10, stepBakeMs: 5_000 } as const;
    expect(trafficSteps(linear, false)).toEqual([{ greenPercent: 100, bakeMs: 0 }]);
  });

  it('of a rolling update, which only brings back what another deployment has left divided, are none', () => {
    expect(trafficSteps({ type: 'ROLLING' }, true)).toEqual([]);
  });

  it('of any strategy grow, end with 100, and only then bake for nothing', () => {
    const strategy: fc.Arbitrary<TrafficStrategy> = fc.oneof(
      fc.record({
        type: fc.constant('CANARY' as const),
        canaryPercent: tenths(1),
        canaryBakeMs: fc.integer({ min: 1, max: 1000 }),
      }),
      fc.record({
        type: fc.constant('LINEAR' as const),
        stepPercent: tenths(30),
        stepBakeMs: fc.integer({ min: 1, max: 1000 }),
      }),
    );
    fc.assert(
      fc.property(strategy, (given) => {
        const steps = trafficSteps(given, true);
        const percents = steps.map(({ greenPercent }) => greenPercent);
        expect(percents.at(-1)).toBe(100);
        expect(percents).toEqual([...new Set(percents)].toSorted((a, b) => a - b));
        for (const percent of percents) expect(Math.round(percent * 10) / 10).toBe(percent);
        expect(steps.filter(({ bakeMs }) => bakeMs === 0)).toHaveLength(1);
      }),
    );
  });
});

describe('the course of a deployment', () => {
  const steps = [
    { greenPercent: 10, bakeMs: 1 },
    { greenPercent: 100, bakeMs: 0 },
  ];

  it('forward has the production stages once for each step', () => {
    expect(
      stagesOf({ direction: 'forward', reconcile: false }, steps).map(({ stage, step }) =>
        step === undefined ? stage : `${stage} ${step.greenPercent}`,
      ),
    ).toEqual([
      'PRE_SCALE_UP',
      'SCALE_UP',
      'POST_SCALE_UP',
      'TEST_TRAFFIC_SHIFT',
      'POST_TEST_TRAFFIC_SHIFT',
      'PRE_PRODUCTION_TRAFFIC_SHIFT 10',
      'PRODUCTION_TRAFFIC_SHIFT 10',
      'PRE_PRODUCTION_TRAFFIC_SHIFT 100',
      'PRODUCTION_TRAFFIC_SHIFT 100',
      'POST_PRODUCTION_TRAFFIC_SHIFT',
      'BAKE_TIME',
      'CLEAN_UP',
    ]);
  });

  it('reconciles first where more than one revision was active', () => {
    expect(stagesOf({ direction: 'forward', reconcile: true }, steps)[0]).toEqual({
      stage: 'RECONCILE_SERVICE',
    });
  });

  it.each([
    {
      production: true,
      test: true,
      stages: 'PRODUCTION_TRAFFIC_SHIFT,TEST_TRAFFIC_SHIFT,CLEAN_UP',
    },
    { production: true, test: false, stages: 'PRODUCTION_TRAFFIC_SHIFT,CLEAN_UP' },
    { production: false, test: true, stages: 'TEST_TRAFFIC_SHIFT,CLEAN_UP' },
    { production: false, test: false, stages: 'CLEAN_UP' },
  ])('back, with production $production and test $test, is $stages', ({ stages, ...shifted }) => {
    const course = { direction: 'rollback', ...shifted } as const;
    expect(
      stagesOf(course, steps)
        .map(({ stage }) => stage)
        .join(),
    ).toBe(stages);
  });
});
