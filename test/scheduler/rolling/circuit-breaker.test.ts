import { describe, expect, it } from 'vitest';
import {
  breakerTripped,
  failureThreshold,
} from '../../../src/scheduler/rolling/circuit-breaker.ts';
import { NEW, deployment, withBreaker } from './builders.ts';

describe('the failure threshold', () => {
  it.each([
    // type, value, desired count, threshold
    ['BOUNDED_PERCENT', 50, 1, 3],
    ['BOUNDED_PERCENT', 50, 6, 3],
    ['BOUNDED_PERCENT', 50, 7, 4],
    ['BOUNDED_PERCENT', 50, 25, 13],
    ['BOUNDED_PERCENT', 50, 400, 200],
    ['BOUNDED_PERCENT', 50, 800, 200],
    ['BOUNDED_PERCENT', 100, 150, 150],
    ['BOUNDED_PERCENT', 50, 0, 3],
    ['UNBOUNDED_PERCENT', 50, 800, 400],
    ['UNBOUNDED_PERCENT', 50, 3, 2],
    ['UNBOUNDED_PERCENT', 1, 1, 1],
    ['UNBOUNDED_PERCENT', 50, 0, 1],
    ['COUNT', 7, 1, 7],
    ['COUNT', 1, 800, 1],
    ['COUNT', 500, 2, 500],
  ] as const)('%s %i is, with %i tasks wanted, %i failures', (type, value, desired, threshold) => {
    expect(failureThreshold({ type, value }, desired)).toBe(threshold);
  });
});

describe('the circuit breaker', () => {
  const rules = withBreaker();

  it('trips with as many failed tasks as the threshold says', () => {
    expect(breakerTripped(rules, 1, deployment(NEW, { failedTasks: 2 }))).toBe(false);
    expect(breakerTripped(rules, 1, deployment(NEW, { failedTasks: 3 }))).toBe(true);
    expect(breakerTripped(rules, 1, deployment(NEW, { failedTasks: 4 }))).toBe(true);
  });

  it('goes by the desired count of the moment', () => {
    expect(breakerTripped(rules, 25, deployment(NEW, { failedTasks: 3 }))).toBe(false);
    expect(breakerTripped(rules, 25, deployment(NEW, { failedTasks: 13 }))).toBe(true);
  });

  it('watches only a deployment that is in progress', () => {
    const failed = { failedTasks: 3 };
    expect(breakerTripped(rules, 1, deployment(NEW, { ...failed, rolloutState: 'FAILED' }))).toBe(
      false,
    );
    expect(
      breakerTripped(rules, 1, deployment(NEW, { ...failed, rolloutState: 'COMPLETED' })),
    ).toBe(false);
  });

  it('does nothing where it is not enabled', () => {
    const disabled = withBreaker({ enable: false });
    const lost = deployment(NEW, { failedTasks: 1000, failedResolutions: 1000 });
    expect(breakerTripped(disabled, 1, lost)).toBe(false);
  });

  it('trips after three tasks whose images could not be resolved, whatever the threshold', () => {
    const patient = withBreaker({ threshold: { type: 'COUNT', value: 100 } });
    expect(breakerTripped(patient, 1, deployment(NEW, { failedResolutions: 2 }))).toBe(false);
    expect(breakerTripped(patient, 1, deployment(NEW, { failedResolutions: 3 }))).toBe(true);
  });
});
