import { describe, expect, it } from 'vitest';
import {
  isToRestart,
  resetForRestart,
  startRequested,
} from '../../../src/scheduler/task-lifecycle/restart.ts';
import { nextRuntimeId, runtimeIdsUpTo } from '../../../src/scheduler/task-lifecycle/runtime-id.ts';
import { container, ended, rules, running, T0 } from './builders.ts';

const policy = rules('app', {
  restartPolicy: { ignoredExitCodes: [0, 42], attemptPeriodMs: 60_000 },
});
const ranFor = (ms: number, exitCode = 1) => ended('app', { exitCode, stoppedAt: T0 + ms });

describe('the restart policy', () => {
  it('restarts a container that ran for the attempt period at least', () => {
    expect(isToRestart(ranFor(60_000), policy)).toBe(true);
    expect(isToRestart(ranFor(59_999), policy)).toBe(false);
  });

  it('does not restart after an ignored exit code', () => {
    expect(isToRestart(ranFor(60_000, 0), policy)).toBe(false);
    expect(isToRestart(ranFor(60_000, 42), policy)).toBe(false);
  });

  it('does not restart after an exit that nobody saw', () => {
    const { exitCode: _, ...lost } = ranFor(60_000);
    expect(isToRestart(lost, policy)).toBe(false);
  });

  it('does not restart without a policy', () => {
    expect(isToRestart(ranFor(60_000), rules('app'))).toBe(false);
  });

  it('has nothing to restart while the container runs or when it never started', () => {
    expect(isToRestart(running('app', { exitCode: 1, stoppedAt: T0 + 60_000 }), policy)).toBe(
      false,
    );
    const { startedAt: _, ...neverRan } = ranFor(60_000);
    expect(isToRestart(neverRan, policy)).toBe(false);
    const { stoppedAt: __, ...noEnd } = ranFor(60_000);
    expect(isToRestart(noEnd, policy)).toBe(false);
  });
});

describe('a restarted container', () => {
  it('begins anew, with its image, its id so far and one more restart', () => {
    const kept = { image: 'i', imageDigest: 'd', healthCheckCommand: ['CMD'], runtimeId: 't-0-1' };
    const before = ended('app', {
      ...kept,
      restartCount: 1,
      reason: 'x',
      healthStatus: 'UNHEALTHY',
      healthFailures: 3,
      lastHealthCheckAt: T0,
      ports: [{ containerPort: 1, hostPort: 1, host: 'h', protocol: 'tcp' }],
    });
    expect(resetForRestart(before)).toEqual(container('app', { ...kept, restartCount: 2 }));
    expect(Object.keys(resetForRestart(container('app'))).sort()).toEqual(
      Object.keys(container('app')).sort(),
    );
  });

  it('gets a new id for each start', () => {
    const first = startRequested(container('app'), 'task', 2, T0);
    expect(first).toEqual(container('app', { runtimeId: 'task-2-1', startRequestedAt: T0 }));
    expect(startRequested(first, 'task', 2, T0 + 1)).toMatchObject({
      runtimeId: 'task-2-2',
      startRequestedAt: T0 + 1,
    });
  });
});

describe('runtime ids', () => {
  it('count the starts of a container', () => {
    expect(nextRuntimeId('a-b', 0)).toBe('a-b-0-1');
    expect(nextRuntimeId('a-b', 0, 'a-b-0-9')).toBe('a-b-0-10');
  });

  it('name all starts so far', () => {
    expect(runtimeIdsUpTo('a-b-0-3')).toEqual(['a-b-0-1', 'a-b-0-2', 'a-b-0-3']);
  });
});
