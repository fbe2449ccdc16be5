import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TargetHealthState } from '../../../src/local/balancer/data-plane.ts';
import {
  entersSlowStart,
  leastOutstanding,
  routableTargets,
  slowStartWeight,
} from '../../../src/local/balancer/target-choice.ts';

const state = fc.constantFrom<TargetHealthState>('initial', 'healthy', 'unhealthy');
const targets = fc.array(fc.record({ health: state, draining: fc.boolean() }), { maxLength: 6 });

describe('routableTargets', () => {
  it('is exactly the healthy targets that do not drain, where there is one', () => {
    fc.assert(
      fc.property(targets, (given) => {
        const healthy = given.filter((one) => one.health === 'healthy' && !one.draining);
        fc.pre(healthy.length > 0);
        expect(routableTargets(given)).toEqual(healthy);
      }),
    );
  });

  it('fails open to every registered target when none is healthy, initial ones included', () => {
    fc.assert(
      fc.property(targets, (given) => {
        fc.pre(!given.some((one) => one.health === 'healthy' && !one.draining));
        expect(routableTargets(given)).toEqual(given.filter((one) => !one.draining));
      }),
    );
  });
});

describe('leastOutstanding', () => {
  it('finds the fewest, and takes turns among equals', () => {
    expect(leastOutstanding([3, 1, 2], 0)).toBe(1);
    expect(leastOutstanding([1, 1, 1], 0)).toBe(0);
    expect(leastOutstanding([1, 1, 1], 1)).toBe(1);
    expect(leastOutstanding([1, 1, 1], 5)).toBe(2);
    expect(leastOutstanding([], 0)).toBe(-1);
  });

  it('never chooses one that has more than another', () => {
    const counts = fc.array(fc.nat(20), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(counts, fc.nat(30), (inFlight, cursor) => {
        expect(inFlight[leastOutstanding(inFlight, cursor)]).toBe(Math.min(...inFlight));
      }),
    );
  });
});

describe('slow start', () => {
  it('grows from just above nothing to the whole share', () => {
    expect(slowStartWeight(1000, 30_000, 1000)).toBeGreaterThan(0);
    expect(slowStartWeight(1000, 30_000, 1000)).toBeLessThan(0.01);
    expect(slowStartWeight(1000, 30_000, 16_000)).toBe(0.5);
    expect(slowStartWeight(1000, 30_000, 31_000)).toBe(1);
    expect(slowStartWeight(1000, 30_000, 99_000)).toBe(1);
    expect(slowStartWeight(undefined, 30_000, 0)).toBe(1);
    expect(slowStartWeight(0, 0, 0)).toBe(1);
  });

  const healthy = { health: 'healthy', draining: false } as const;

  it('is entered beside a target that serves at full weight only', () => {
    expect(entersSlowStart(30_000, [{ ...healthy, slowStartedAt: undefined }], 0)).toBe(true);
    expect(entersSlowStart(30_000, [{ ...healthy, slowStartedAt: 0 }], 30_000)).toBe(true);
    expect(entersSlowStart(30_000, [{ ...healthy, slowStartedAt: 0 }], 29_999)).toBe(false);
    expect(entersSlowStart(30_000, [], 0)).toBe(false);
    expect(entersSlowStart(0, [{ ...healthy, slowStartedAt: undefined }], 0)).toBe(false);
    const draining = { health: 'healthy', draining: true, slowStartedAt: undefined } as const;
    expect(entersSlowStart(30_000, [draining], 0)).toBe(false);
    const unhealthy = { health: 'unhealthy', draining: false, slowStartedAt: undefined } as const;
    expect(entersSlowStart(30_000, [unhealthy], 0)).toBe(false);
  });
});
