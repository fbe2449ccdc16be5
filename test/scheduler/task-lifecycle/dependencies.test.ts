import { describe, expect, it } from 'vitest';
import { dependencyVerdict, mayStop } from '../../../src/scheduler/task-lifecycle/dependencies.ts';
import type {
  ContainerRules,
  DependencyCondition,
  LifecycleContainer,
} from '../../../src/scheduler/task-lifecycle/task.ts';
import { CHECK, container, ended, rules, running, T0 } from './builders.ts';

function judge(
  condition: DependencyCondition,
  dependency: LifecycleContainer,
  dependencyRules: Partial<ContainerRules> = {},
  now = T0,
) {
  const app = rules('app', { dependsOn: [{ containerName: 'dep', condition }] });
  return dependencyVerdict(
    app,
    [container('app'), dependency],
    [app, rules('dep', { essential: false, ...dependencyRules })],
    now,
  );
}

const RESTARTS = { restartPolicy: { ignoredExitCodes: [], attemptPeriodMs: 60_000 } };

describe('dependsOn START', () => {
  it('waits until the dependency has started', () => {
    expect(judge('START', container('dep'))).toEqual({ kind: 'waiting' });
    expect(judge('START', container('dep', { startRequestedAt: T0 }))).toEqual({ kind: 'waiting' });
  });

  it('is met by a dependency that runs, or that has stopped already', () => {
    expect(judge('START', running('dep'))).toEqual({ kind: 'met' });
    expect(judge('START', ended('dep', { exitCode: 1 }))).toEqual({ kind: 'met' });
  });

  it('has no start timeout', () => {
    const late = T0 + 1_000_000;
    expect(judge('START', container('dep'), { startTimeoutMs: 1000 }, late)).toEqual({
      kind: 'waiting',
    });
  });

  it('can never be met by a dependency that could not be started', () => {
    const broken = container('dep', { lastStatus: 'STOPPED', reason: 'CannotStart: x' });
    expect(judge('START', broken)).toEqual({
      kind: 'impossible',
      reason: "Dependency container 'dep' did not start: CannotStart: x",
    });
  });
});

describe('dependsOn COMPLETE', () => {
  it('waits while the dependency runs and is met by any exit code', () => {
    expect(judge('COMPLETE', container('dep'))).toEqual({ kind: 'waiting' });
    expect(judge('COMPLETE', running('dep'))).toEqual({ kind: 'waiting' });
    expect(judge('COMPLETE', ended('dep', { exitCode: 0 }))).toEqual({ kind: 'met' });
    expect(judge('COMPLETE', ended('dep', { exitCode: 7 }))).toEqual({ kind: 'met' });
  });

  it('cannot be met by a container whose exit status nobody saw', () => {
    const { exitCode: _, ...lost } = ended('dep');
    expect(judge('COMPLETE', lost)).toEqual({
      kind: 'impossible',
      reason: "Dependency container 'dep' ended, and its exit status is unknown",
    });
  });

  it('waits for a dependency that is about to be restarted', () => {
    const restarting = ended('dep', { exitCode: 1, stoppedAt: T0 + 60_000 });
    expect(judge('COMPLETE', restarting, RESTARTS)).toEqual({ kind: 'waiting' });
  });
});

describe('dependsOn SUCCESS', () => {
  it('waits while the dependency runs and is met by exit code 0', () => {
    expect(judge('SUCCESS', running('dep'))).toEqual({ kind: 'waiting' });
    expect(judge('SUCCESS', ended('dep', { exitCode: 0 }))).toEqual({ kind: 'met' });
  });

  it('can never be met after another exit code', () => {
    expect(judge('SUCCESS', ended('dep', { exitCode: 3 }))).toEqual({
      kind: 'impossible',
      reason: "Dependency container 'dep' exited with code 3, but 0 is needed (condition SUCCESS)",
    });
    const { exitCode: _, ...lost } = ended('dep');
    expect(judge('SUCCESS', lost)).toEqual({
      kind: 'impossible',
      reason: "Dependency container 'dep' ended, and its exit status is unknown",
    });
  });

  it('waits for a dependency that is about to be restarted', () => {
    const restarting = ended('dep', { exitCode: 1, stoppedAt: T0 + 60_000 });
    expect(judge('SUCCESS', restarting, RESTARTS)).toEqual({ kind: 'waiting' });
  });
});

describe('dependsOn HEALTHY', () => {
  const checked = { healthCheck: CHECK };

  it('waits until the dependency runs and is HEALTHY, UNHEALTHY or not', () => {
    expect(judge('HEALTHY', container('dep'), checked)).toEqual({ kind: 'waiting' });
    expect(judge('HEALTHY', running('dep'), checked)).toEqual({ kind: 'waiting' });
    const unhealthy = running('dep', { healthStatus: 'UNHEALTHY' });
    expect(judge('HEALTHY', unhealthy, checked)).toEqual({ kind: 'waiting' });
    const healthy = running('dep', { healthStatus: 'HEALTHY' });
    expect(judge('HEALTHY', healthy, checked)).toEqual({ kind: 'met' });
  });

  it('does not take the health of a container that is not running for its own', () => {
    const pending = container('dep', { healthStatus: 'HEALTHY' });
    expect(judge('HEALTHY', pending, checked)).toEqual({ kind: 'waiting' });
  });

  it('can never be met without a health check on the dependency', () => {
    expect(judge('HEALTHY', running('dep', { healthStatus: 'HEALTHY' }))).toEqual({
      kind: 'impossible',
      reason:
        "Dependency container 'dep' has no health check; give container 'dep' a healthCheck in the task definition",
    });
  });

  it('can never be met by a container that has exited', () => {
    expect(judge('HEALTHY', ended('dep', { healthStatus: 'HEALTHY' }), checked)).toEqual({
      kind: 'impossible',
      reason: "Dependency container 'dep' exited before it was HEALTHY",
    });
  });
});

describe('startTimeout', () => {
  it.each(['COMPLETE', 'SUCCESS', 'HEALTHY'] as const)(
    'ends waiting for %s exactly so long after the dependency started',
    (condition) => {
      const limits = { startTimeoutMs: 60_000, healthCheck: CHECK };
      const until = T0 + 60_000;
      expect(judge(condition, running('dep'), limits, until - 1)).toEqual({
        kind: 'waiting',
        until,
      });
      expect(judge(condition, running('dep'), limits, until)).toEqual({
        kind: 'impossible',
        reason: `Dependency container 'dep' did not reach ${condition} within its startTimeout of 60 seconds`,
      });
    },
  );

  it('does not run while the dependency has not started', () => {
    const limits = { startTimeoutMs: 1000 };
    expect(judge('COMPLETE', container('dep'), limits, T0 + 9e9)).toEqual({ kind: 'waiting' });
  });
});

describe('several dependencies', () => {
  const on = (...conditions: DependencyCondition[]): ContainerRules =>
    rules('app', {
      dependsOn: conditions.map((condition, index) => ({ containerName: `d${index}`, condition })),
    });

  it('must all be met', () => {
    const app = on('START', 'START');
    const all = [app, rules('d0'), rules('d1')];
    expect(dependencyVerdict(app, [running('d0'), container('d1')], all, T0).kind).toBe('waiting');
    expect(dependencyVerdict(app, [container('d0'), running('d1')], all, T0).kind).toBe('waiting');
    expect(dependencyVerdict(app, [running('d0'), running('d1')], all, T0).kind).toBe('met');
  });

  it('are given up at the earliest of their deadlines', () => {
    const app = on('COMPLETE', 'COMPLETE', 'COMPLETE');
    const until = (...timeouts: (number | undefined)[]) =>
      dependencyVerdict(
        app,
        timeouts.map((_, index) => running(`d${index}`)),
        [
          app,
          ...timeouts.map((startTimeoutMs, index) =>
            rules(`d${index}`, startTimeoutMs === undefined ? {} : { startTimeoutMs }),
          ),
        ],
        T0,
      );
    expect(until(5000, 3000, 4000)).toEqual({ kind: 'waiting', until: T0 + 3000 });
    expect(until(undefined, 3000, undefined)).toEqual({ kind: 'waiting', until: T0 + 3000 });
    expect(until(2000, undefined, 9000)).toEqual({ kind: 'waiting', until: T0 + 2000 });
    expect(until(undefined, undefined, undefined)).toEqual({ kind: 'waiting' });
  });

  it('fail as soon as one of them is impossible', () => {
    const app = on('START', 'SUCCESS');
    const verdict = dependencyVerdict(
      app,
      [container('d0'), ended('d1', { exitCode: 1 })],
      [app, rules('d0'), rules('d1')],
      T0,
    );
    expect(verdict.kind).toBe('impossible');
  });

  it('must be containers of the task', () => {
    const app = on('START');
    expect(() => dependencyVerdict(app, [container('app')], [app], T0)).toThrow(
      'container app depends on d0, which is missing',
    );
  });
});

describe('the order of stopping', () => {
  const all = [
    rules('app', { dependsOn: [{ containerName: 'db', condition: 'START' }] }),
    rules('db'),
  ];

  it('stops a container only after those that depend on it', () => {
    expect(mayStop('db', [running('app'), running('db')], all)).toBe(false);
    expect(mayStop('app', [running('app'), running('db')], all)).toBe(true);
    expect(mayStop('db', [ended('app'), running('db')], all)).toBe(true);
  });
});
