import { describe, expect, it } from 'vitest';
import { ECS_TIMINGS, type TaskSnapshot } from '../../../src/scheduler/rolling/snapshot.ts';
import {
  completionTime,
  countsForCompletion,
  standingOf,
  type TaskStanding,
} from '../../../src/scheduler/rolling/task-health.ts';
import { GROUP, NOW, target, task } from './builders.ts';

const standing = (members: Partial<TaskSnapshot>, graceMs = 0): TaskStanding =>
  standingOf(task(members), graceMs, ECS_TIMINGS, NOW);

const checked = { hasHealthCheck: true } as const;
const balanced = { expectedTargets: 1 } as const;
const since = (ms: number): Partial<TaskSnapshot> => ({ startedAt: NOW - ms });

describe('a task that nothing checks', () => {
  it.each<[string, number, TaskStanding]>([
    ['0 s', 0, { kind: 'starting', until: NOW + 40_000 }],
    ['39.999 s', 39_999, { kind: 'starting', until: NOW + 1 }],
    ['40 s', 40_000, { kind: 'healthy' }],
  ])('%s after RUNNING', (_when, ms, expected) => {
    expect(standing(since(ms))).toEqual(expected);
  });
});

describe('a task with a container health check and no load balancer', () => {
  it.each([
    ['UNKNOWN', 'starting'],
    ['HEALTHY', 'healthy'],
    ['UNHEALTHY', 'unhealthy'],
  ] as const)('whose health is %s is %s, however long it runs', (healthStatus, kind) => {
    expect(standing({ ...checked, healthStatus }).kind).toBe(kind);
    expect(standing({ ...checked, healthStatus, ...since(0) }).kind).toBe(kind);
  });

  it('that no essential container defines is not looked at', () => {
    expect(standing({ hasHealthCheck: false, healthStatus: 'UNHEALTHY' }).kind).toBe('healthy');
  });
});

describe('a task behind a load balancer', () => {
  it.each([
    ['initial', 'starting'],
    ['healthy', 'healthy'],
    ['unhealthy', 'unhealthy'],
  ] as const)('whose target is %s is %s, however long it runs', (health, kind) => {
    expect(standing({ ...balanced, targets: [target(health)] }).kind).toBe(kind);
    expect(standing({ ...balanced, targets: [target(health)], ...since(0) }).kind).toBe(kind);
  });

  it('is not healthy before it is registered', () => {
    expect(standing({ ...balanced, targets: [] })).toEqual({ kind: 'starting' });
  });

  it('is healthy when it is so in every target group', () => {
    const both = { expectedTargets: 2 };
    expect(standing({ ...both, targets: [target('healthy')] }).kind).toBe('starting');
    expect(standing({ ...both, targets: [target('healthy'), target('initial')] }).kind).toBe(
      'starting',
    );
    expect(standing({ ...both, targets: [target('healthy'), target('healthy')] }).kind).toBe(
      'healthy',
    );
  });

  it('with a container health check needs both', () => {
    const both = { ...checked, ...balanced };
    const good = [target('healthy')];
    expect(standing({ ...both, healthStatus: 'HEALTHY', targets: good }).kind).toBe('healthy');
    expect(standing({ ...both, healthStatus: 'UNKNOWN', targets: good }).kind).toBe('starting');
    expect(standing({ ...both, healthStatus: 'HEALTHY', targets: [target('initial')] }).kind).toBe(
      'starting',
    );
  });

  it('says where and why it is unhealthy', () => {
    const targets = [
      target('healthy', { targetGroupArn: 'other' }),
      target('unhealthy', { description: 'Request timed out' }),
    ];
    expect(standing({ expectedTargets: 2, targets })).toEqual({
      kind: 'unhealthy',
      cause: {
        check: 'load-balancer',
        targetGroupArn: GROUP,
        port: 8080,
        description: 'Request timed out',
      },
    });
    expect(standing({ ...balanced, targets: [target('unhealthy')] })).toMatchObject({
      cause: { description: 'Health checks failed' },
    });
  });

  it('is told by the container check first when both fail', () => {
    const members = { ...checked, ...balanced, healthStatus: 'UNHEALTHY' } as const;
    expect(standing({ ...members, targets: [target('unhealthy')] })).toEqual({
      kind: 'unhealthy',
      cause: { check: 'container' },
    });
  });
});

describe('the health check grace period', () => {
  const failing = { ...balanced, targets: [target('unhealthy')] };

  it('excuses failed checks until it ends, counted from RUNNING', () => {
    expect(standing({ ...failing, ...since(9_999) }, 10_000)).toEqual({
      kind: 'starting',
      until: NOW + 1,
    });
    expect(standing({ ...failing, ...since(10_000) }, 10_000).kind).toBe('unhealthy');
  });

  it('excuses the container check too', () => {
    const members = { ...checked, healthStatus: 'UNHEALTHY', ...since(0) } as const;
    expect(standing(members, 10_000).kind).toBe('starting');
  });

  it('does not delay a task that is healthy already', () => {
    const members = { ...balanced, targets: [target('healthy')], ...since(0) };
    expect(standing(members, 10_000).kind).toBe('healthy');
  });
});

describe('a task that is not RUNNING', () => {
  it.each(['PROVISIONING', 'PENDING', 'ACTIVATING'])('is pending while %s', (lastStatus) => {
    expect(standing({ lastStatus, startedAt: undefined })).toEqual({ kind: 'pending' });
  });

  it.each(['PENDING', 'RUNNING', 'DEACTIVATING', 'STOPPING', 'DEPROVISIONING'])(
    'is leaving while %s once it is told to stop, whatever its checks say',
    (lastStatus) => {
      const members = { ...checked, healthStatus: 'HEALTHY', lastStatus } as const;
      expect(standing({ ...members, desiredStatus: 'STOPPED' })).toEqual({ kind: 'leaving' });
    },
  );

  it('has stopped when it is STOPPED', () => {
    expect(standing({ lastStatus: 'STOPPED', desiredStatus: 'STOPPED' })).toEqual({
      kind: 'stopped',
    });
  });
});

describe('what counts for the completion of a deployment', () => {
  const counts = (members: Partial<TaskSnapshot>): boolean => {
    const counted = task(members);
    return countsForCompletion(counted, standingOf(counted, 0, ECS_TIMINGS, NOW), ECS_TIMINGS, NOW);
  };

  it('is a healthy task', () => {
    expect(counts(since(40_000))).toBe(true);
    expect(counts({ ...checked, healthStatus: 'HEALTHY', ...since(0) })).toBe(true);
  });

  it('is an unchecked task 7 s after RUNNING, long before it counts as healthy', () => {
    expect(counts(since(6_999))).toBe(false);
    expect(counts(since(7_000))).toBe(true);
  });

  it('is no checked task that is not healthy, however long it runs', () => {
    expect(counts({ ...checked, healthStatus: 'UNKNOWN' })).toBe(false);
    expect(counts({ ...checked, healthStatus: 'UNHEALTHY' })).toBe(false);
    expect(counts({ ...balanced, targets: [target('initial')] })).toBe(false);
  });

  it('is no task that is pending, leaving or stopped', () => {
    expect(counts({ lastStatus: 'PENDING', startedAt: undefined })).toBe(false);
    expect(counts({ desiredStatus: 'STOPPED' })).toBe(false);
    expect(counts({ desiredStatus: 'STOPPED', lastStatus: 'STOPPED' })).toBe(false);
  });

  it('has a time only for unchecked tasks that run', () => {
    expect(completionTime(task(since(0)), ECS_TIMINGS)).toBe(NOW + 7_000);
    expect(completionTime(task({ startedAt: undefined }), ECS_TIMINGS)).toBe(Infinity);
    expect(completionTime(task(checked), ECS_TIMINGS)).toBe(Infinity);
    expect(completionTime(task(balanced), ECS_TIMINGS)).toBe(Infinity);
  });
});
