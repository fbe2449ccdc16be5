import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  CHECK_FAILED,
  CHECK_TIMED_OUT,
  checkMismatch,
  nextTargetHealth,
  targetHealth,
  type ProbeResult,
  type TargetHealth,
} from '../../../src/local/balancer/target-health.ts';

const passed: ProbeResult = { kind: 'passed' };
const config = { healthyThreshold: 3, unhealthyThreshold: 2 };
const after = (start: TargetHealth, ...results: readonly ProbeResult[]): TargetHealth =>
  results.reduce((health, result) => nextTargetHealth(health, result, config), start);

describe('nextTargetHealth', () => {
  it('one passed check makes a new target healthy, whatever the healthy threshold', () => {
    expect(after(targetHealth('initial'), passed).state).toBe('healthy');
    expect(after(targetHealth('initial'), CHECK_FAILED, passed).state).toBe('healthy');
  });

  it('an unhealthy target comes back after the healthy threshold, in a row', () => {
    const down = targetHealth('unhealthy');
    expect(after(down, passed, passed).state).toBe('unhealthy');
    expect(after(down, passed, passed, passed).state).toBe('healthy');
    expect(after(down, passed, passed, CHECK_FAILED, passed, passed).state).toBe('unhealthy');
  });

  it('a healthy or new target becomes unhealthy after the unhealthy threshold, in a row', () => {
    expect(after(targetHealth('healthy'), CHECK_FAILED).state).toBe('healthy');
    expect(after(targetHealth('healthy'), CHECK_FAILED, CHECK_FAILED).state).toBe('unhealthy');
    expect(after(targetHealth('healthy'), CHECK_FAILED, passed, CHECK_FAILED).state).toBe(
      'healthy',
    );
    expect(after(targetHealth('initial'), CHECK_FAILED).state).toBe('initial');
    expect(after(targetHealth('initial'), CHECK_FAILED, CHECK_FAILED).state).toBe('unhealthy');
  });

  it('says why in the words of Elastic Load Balancing, as of the last failed check', () => {
    const down = after(targetHealth('healthy'), CHECK_TIMED_OUT, checkMismatch(503));
    expect(down.reason).toEqual({
      code: 'Target.ResponseCodeMismatch',
      description: 'Health checks failed with these codes: [503]',
    });
    expect(after(down, CHECK_TIMED_OUT).reason).toEqual({
      code: 'Target.Timeout',
      description: 'Request timed out',
    });
    expect(after(down, CHECK_FAILED).reason).toEqual({
      code: 'Target.FailedHealthChecks',
      description: 'Health checks failed',
    });
  });

  it('a reason is there exactly while a target is unhealthy', () => {
    const result = fc.constantFrom(passed, CHECK_FAILED, CHECK_TIMED_OUT, checkMismatch(500));
    fc.assert(
      fc.property(fc.array(result, { maxLength: 20 }), (results) => {
        const health = after(targetHealth('initial'), ...results);
        expect(health.reason !== undefined).toBe(health.state === 'unhealthy');
      }),
    );
  });

  it('gives back the same object when a target is at rest', () => {
    const up = targetHealth('healthy');
    expect(nextTargetHealth(up, passed, config)).toBe(up);
    const down = after(up, CHECK_FAILED, CHECK_FAILED);
    expect(nextTargetHealth(down, CHECK_FAILED, config)).toBe(down);
    expect(nextTargetHealth(down, CHECK_TIMED_OUT, config)).not.toBe(down);
  });
});
