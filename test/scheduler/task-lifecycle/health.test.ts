import { describe, expect, it } from 'vitest';
import {
  afterHealthCheck,
  nextCheckAt,
  taskHealth,
} from '../../../src/scheduler/task-lifecycle/health.ts';
import type { LifecycleContainer } from '../../../src/scheduler/task-lifecycle/task.ts';
import { CHECK, container, ended, rules, running, T0 } from './builders.ts';

function check(
  of: LifecycleContainer,
  result: 'healthy' | 'unhealthy',
  checkStartedAt = T0 + 10_000,
  rulesOfCheck = CHECK,
): LifecycleContainer {
  return afterHealthCheck(of, rulesOfCheck, { result, checkStartedAt }, checkStartedAt + 1);
}

describe('a container health check', () => {
  it('makes the container HEALTHY with its first success', () => {
    expect(check(running('app', { healthFailures: 2 }), 'healthy')).toEqual(
      running('app', {
        healthStatus: 'HEALTHY',
        healthFailures: 0,
        lastHealthCheckAt: T0 + 10_001,
      }),
    );
  });

  it('forgets failures of a HEALTHY container with the next success', () => {
    const wavering = running('app', { healthStatus: 'HEALTHY', healthFailures: 1 });
    expect(check(wavering, 'healthy')).toMatchObject({
      healthStatus: 'HEALTHY',
      healthFailures: 0,
    });
  });

  it('makes it UNHEALTHY with as many failures in a row as there are retries', () => {
    const first = check(running('app'), 'unhealthy');
    expect(first).toMatchObject({
      healthStatus: 'UNKNOWN',
      healthFailures: 1,
      lastHealthCheckAt: T0 + 10_001,
    });
    const second = check(first, 'unhealthy');
    expect(second).toMatchObject({ healthStatus: 'UNKNOWN', healthFailures: 2 });
    const third = check(second, 'unhealthy');
    expect(third).toMatchObject({ healthStatus: 'UNHEALTHY', healthFailures: 3 });
  });

  it('keeps a HEALTHY container HEALTHY until the last retry has failed', () => {
    const healthy = running('app', { healthStatus: 'HEALTHY', healthFailures: 1 });
    const next = check(healthy, 'unhealthy');
    expect(next).toMatchObject({ healthStatus: 'HEALTHY', healthFailures: 2 });
    expect(check(next, 'unhealthy').healthStatus).toBe('UNHEALTHY');
  });

  it('makes an UNHEALTHY container HEALTHY again', () => {
    const unhealthy = running('app', { healthStatus: 'UNHEALTHY', healthFailures: 3 });
    expect(check(unhealthy, 'healthy')).toMatchObject({
      healthStatus: 'HEALTHY',
      healthFailures: 0,
    });
  });

  it('changes nothing when it only confirms what is known', () => {
    const healthy = running('app', { healthStatus: 'HEALTHY' });
    expect(check(healthy, 'healthy')).toBe(healthy);
    const unhealthy = running('app', { healthStatus: 'UNHEALTHY', healthFailures: 3 });
    expect(check(unhealthy, 'unhealthy')).toBe(unhealthy);
  });

  it('means nothing for a container that does not run any more', () => {
    const stopped = ended('app');
    expect(check(stopped, 'healthy')).toBe(stopped);
    const pending = container('app', { startedAt: T0 });
    expect(check(pending, 'unhealthy')).toBe(pending);
  });
});

describe('the start period of a health check', () => {
  const slow = { ...CHECK, startPeriodMs: 60_000, retries: 1 };

  it('does not count failures of checks that began inside it', () => {
    const app = running('app');
    expect(check(app, 'unhealthy', T0 + 59_999, slow)).toBe(app);
    expect(check(app, 'unhealthy', T0 + 60_000, slow).healthStatus).toBe('UNHEALTHY');
  });

  it('ends at once with a success: HEALTHY, and later failures count', () => {
    const healthy = check(running('app'), 'healthy', T0 + 1000, slow);
    expect(healthy.healthStatus).toBe('HEALTHY');
    expect(check(healthy, 'unhealthy', T0 + 2000, slow).healthStatus).toBe('UNHEALTHY');
  });
});

describe('the next health check', () => {
  it('is one interval after the start, and then after the end of the last one', () => {
    expect(nextCheckAt(running('app'), CHECK, undefined)).toBe(T0 + 10_000);
    expect(nextCheckAt(running('app'), CHECK, T0 + 12_000)).toBe(T0 + 22_000);
  });

  it('counts after a crash from the last one that was written down', () => {
    const app = running('app', { lastHealthCheckAt: T0 + 50_000 });
    expect(nextCheckAt(app, CHECK, undefined)).toBe(T0 + 60_000);
    expect(nextCheckAt(app, CHECK, T0 + 55_000)).toBe(T0 + 65_000);
  });

  it('never comes for a container without a check or that does not run', () => {
    expect(nextCheckAt(running('app'), undefined, undefined)).toBeUndefined();
    expect(nextCheckAt(container('app'), CHECK, undefined)).toBeUndefined();
    expect(nextCheckAt(ended('app'), CHECK, undefined)).toBeUndefined();
  });
});

describe("the task's health", () => {
  const of = (...states: readonly (readonly [boolean, LifecycleContainer['healthStatus']])[]) =>
    taskHealth(
      states.map(([, healthStatus], index) => running(`c${index}`, { healthStatus })),
      states.map(([essential], index) => rules(`c${index}`, { essential })),
    );

  it('is the worst of the essential containers: UNHEALTHY before UNKNOWN before HEALTHY', () => {
    expect(of([true, 'HEALTHY'], [true, 'HEALTHY'])).toBe('HEALTHY');
    expect(of([true, 'HEALTHY'], [true, 'UNKNOWN'])).toBe('UNKNOWN');
    expect(of([true, 'UNKNOWN'], [true, 'HEALTHY'])).toBe('UNKNOWN');
    expect(of([true, 'UNKNOWN'], [true, 'UNHEALTHY'])).toBe('UNHEALTHY');
    expect(of([true, 'UNHEALTHY'], [true, 'HEALTHY'])).toBe('UNHEALTHY');
  });

  it('does not depend on non-essential containers', () => {
    expect(of([true, 'HEALTHY'], [false, 'UNHEALTHY'])).toBe('HEALTHY');
    expect(of([false, 'UNKNOWN'], [true, 'HEALTHY'])).toBe('HEALTHY');
  });
});
