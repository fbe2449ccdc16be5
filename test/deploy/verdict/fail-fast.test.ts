import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { certainFailure } from '../../../src/deploy/verdict/fail-fast.ts';
import type { ObservedTask } from '../../../src/deploy/observed/observation.ts';
import {
  exited,
  observation,
  rollout,
  STATUSES,
  TARGET_WEB7,
  task,
  unstartable,
} from '../watch/observations.ts';

const NOT_FOUND = 'CannotPullContainerError: team/web:2 not found';
const failure = (...tasks: readonly ObservedTask[]): string | undefined =>
  certainFailure(observation({ tasks }), TARGET_WEB7);

describe('certainFailure', () => {
  it('is certain when the image cannot be pulled, twice', () => {
    expect(failure(unstartable(NOT_FOUND))).toBeUndefined();
    expect(failure(unstartable(NOT_FOUND), unstartable(NOT_FOUND))).toBe(
      `no new task can start: ${NOT_FOUND}`,
    );
  });

  it.each([
    'CannotPullContainerError: pull access denied for team/web, repository does not exist',
    'CannotPullContainerError: manifest unknown',
    'ResourceInitializationError: unable to pull secrets: AccessDeniedException: …',
    'CannotStartContainerError: exec: "server": executable file not found in $PATH',
  ])('is certain: %s', (reason) => {
    expect(failure(unstartable(reason), unstartable(reason))).toContain(reason);
  });

  it.each([
    'CannotPullContainerError: toomanyrequests: You have reached your pull rate limit (not found)',
    'CannotPullContainerError: dial tcp: i/o timeout',
    'CannotPullContainerError: 503 Service Unavailable, not found',
    'ResourceInitializationError: unable to pull secrets: connection timed out',
    'ResourceInitializationError: failed to validate logger args: context deadline exceeded',
  ])('may heal: %s', (reason) => {
    expect(failure(...Array.from({ length: 9 }, () => unstartable(reason)))).toBeUndefined();
  });

  it('is certain when task after task fails to start in the same way, whatever the way', () => {
    const reason = (n: number): string =>
      `ResourceInitializationError: unable to pull secrets: no 'A' for task ${String(n).repeat(32)}`;
    const some = (count: number): readonly ObservedTask[] =>
      Array.from({ length: count }, (_, n) => unstartable(reason(n)));
    // Two whole waves of the service's 4 tasks: one wave alone may have met the same accident.
    expect(failure(...some(7))).toBeUndefined();
    expect(failure(...some(8))).toBe(
      'every new task fails to start in the same way: 8 of 8 so far',
    );
    expect(failure(...some(8), unstartable('another reason'))).toBeUndefined();
    expect(failure(...some(8), exited(1))).toBeUndefined();
  });

  it('leaves it to ECS when there is no room for the tasks', () => {
    const full = Array.from({ length: 12 }, () =>
      unstartable('TaskFailedToStart: RESOURCE:MEMORY'),
    );
    expect(failure(...full)).toBeUndefined();
  });

  it('reads the reason where the container has it', () => {
    const dead = (): ObservedTask => ({
      ...unstartable('Task failed to start'),
      containers: [{ name: 'web', image: 'x', exitCode: undefined, reason: NOT_FOUND }],
    });
    expect(failure(dead(), dead())).toContain(NOT_FOUND);
  });

  it('is certain when a whole wave of tasks exited and none stayed', () => {
    expect(failure(exited(1), exited(1), exited(1))).toBeUndefined();
    expect(failure(exited(1), exited(1), exited(1), exited(1))).toBe(
      'every new task exits (exit code 1): 4 of 4 so far',
    );
  });

  it('is not certain while a task has outlived those that exited', () => {
    const four = [exited(1), exited(1), exited(1), exited(1)];
    expect(
      failure(
        ...four,
        task({ startedAt: 2000 }),
        exited(1, 9000, { startedAt: 10_000, stoppedAt: 13_000 }),
      ),
    ).toBeUndefined();
    expect(failure(...four, task({ startedAt: 4900 }))).toBeDefined();
  });

  it('is not certain once one new task is healthy', () => {
    const target = { ...TARGET_WEB7, healthChecked: new Set([TARGET_WEB7.taskDefinition]) };
    const tasks = [exited(1), exited(1), exited(1), exited(1), task({ health: 'HEALTHY' })];
    expect(certainFailure(observation({ tasks }), target)).toBeUndefined();
    const unhealthy = [...tasks.slice(0, 4), task({ health: 'UNKNOWN', startedAt: 0 })];
    expect(certainFailure(observation({ tasks: unhealthy }), target)).toBeDefined();
  });

  it('never takes tasks of the old revision for ours, nor failing health checks for certain', () => {
    const old = Array.from({ length: 9 }, () => exited(1, 100, { deploymentId: 'ecs-svc/6' }));
    expect(failure(...old)).toBeUndefined();
    const sick = Array.from({ length: 9 }, () =>
      exited(0, 100, {
        stopCode: 'ServiceSchedulerInitiated',
        stoppedReason: 'Task failed container health checks',
      }),
    );
    expect(failure(...sick)).toBeUndefined();
  });

  it('leaves a rollback and an end alone, and is never certain while a new task is healthy', () => {
    const dead = fc.array(fc.constantFrom(exited(1), exited(0), unstartable(NOT_FOUND)), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(fc.constantFrom(...STATUSES), dead, fc.boolean(), (status, tasks, alive) => {
        const target = { ...TARGET_WEB7, healthChecked: new Set([TARGET_WEB7.taskDefinition]) };
        const all = alive ? [...tasks, task({ health: 'HEALTHY' })] : tasks;
        const why = certainFailure(
          observation({ tasks: all, rollout: rollout({ status }) }),
          target,
        );
        if (alive || !['PENDING', 'IN_PROGRESS', 'STOP_REQUESTED'].includes(status)) {
          expect(why).toBeUndefined();
        }
      }),
    );
  });
});
