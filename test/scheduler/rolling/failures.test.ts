import { describe, expect, it } from 'vitest';
import {
  assessFailures,
  endedByItself,
  type FailureReport,
} from '../../../src/scheduler/rolling/failures.ts';
import {
  ECS_TIMINGS,
  type DeploymentSnapshot,
  type TaskSnapshot,
} from '../../../src/scheduler/rolling/snapshot.ts';
import { standingOf } from '../../../src/scheduler/rolling/task-health.ts';
import {
  EXITED,
  LEAVING,
  NEVER_RAN,
  NEW,
  NOW,
  OLD,
  PENDING,
  UNHEALTHY,
  completed,
  deployment,
  task,
} from './builders.ts';

function assess(
  deployments: readonly DeploymentSnapshot[],
  tasks: readonly TaskSnapshot[],
  resetOnHealthyTask = true,
): FailureReport {
  const judged = tasks.map((each) => ({
    task: each,
    standing: standingOf(each, 0, ECS_TIMINGS, NOW),
  }));
  return assessFailures(deployments, judged, resetOnHealthyTask, NOW);
}

/** What becomes of a deployment in progress. */
function after(
  members: Partial<DeploymentSnapshot>,
  tasks: readonly TaskSnapshot[],
  resetOnHealthyTask = true,
): DeploymentSnapshot {
  const { deployments } = assess([deployment(NEW, members)], tasks, resetOnHealthyTask);
  const [first] = deployments;
  if (first === undefined) throw new Error('the deployment is gone');
  return first;
}

const FRESH = { noted: new Set<never>() };

describe('a failed task', () => {
  it.each<[string, Partial<TaskSnapshot>, number]>([
    ['that never became RUNNING', NEVER_RAN, 1],
    ['that ran and exited by itself', EXITED, 1],
    ['whose health check failed', { ...UNHEALTHY, ...FRESH }, 1],
    ['whose failed health check was counted already', UNHEALTHY, 0],
    ['that ended after its failed health check was counted', { ...EXITED, ...UNHEALTHY }, 0],
    ['whose end was counted already', { ...EXITED, noted: new Set(['ended']) }, 0],
    ['that a user stopped', { ...EXITED, stopCode: 'UserInitiated' }, 0],
    ['that the scheduler stopped', { ...EXITED, stopCode: 'ServiceSchedulerInitiated' }, 0],
    ['that is still on its way out', LEAVING, 0],
    ['that is pending', PENDING, 0],
    ['of another deployment', { ...EXITED, deploymentId: OLD }, 0],
  ])('%s: %#', (_name, members, failures) => {
    expect(after({ failedTasks: 5 }, [task(members)]).failedTasks).toBe(5 + failures);
  });

  it('is noted, so that it is counted once', () => {
    const [lost, sick, exited] = [
      task(NEVER_RAN),
      task({ ...UNHEALTHY, ...FRESH }),
      task({ ...EXITED, ...UNHEALTHY }),
    ];
    expect(assess([deployment(NEW)], [lost, sick, exited]).notes).toEqual([
      { taskId: lost.id, note: 'ended' },
      { taskId: sick.id, note: 'unhealthy' },
      { taskId: exited.id, note: 'ended' },
    ]);
  });

  it('counts in its own deployment', () => {
    const { deployments } = assess(
      [deployment(NEW), deployment(OLD, { failedTasks: 1 })],
      [task(EXITED), task(EXITED), task({ ...EXITED, deploymentId: OLD })],
    );
    expect(deployments.map(({ failedTasks }) => failedTasks)).toEqual([2, 2]);
  });

  it.each(['COMPLETED', 'FAILED'] as const)(
    'does not count once the deployment is %s',
    (rolloutState) => {
      const ended = [task(NEVER_RAN), task({ ...NEVER_RAN, imageUnresolved: true })];
      const result = after({ rolloutState, failedTasks: 1 }, ended);
      expect(result.failedTasks).toBe(1);
      expect(result.failedResolutions).toBeUndefined();
      expect(result.throttleStep).toBe(1);
    },
  );
});

describe('a task that proves healthy', () => {
  it('sets the count of failures to zero, once', () => {
    const proof = task(FRESH);
    const { deployments, notes } = assess([deployment(NEW, { failedTasks: 2 })], [proof]);
    expect(deployments[0]?.failedTasks).toBe(0);
    expect(notes).toEqual([{ taskId: proof.id, note: 'healthy' }]);
    expect(after({ failedTasks: 2 }, [task()]).failedTasks).toBe(2);
  });

  it('is not remembered while nothing has failed', () => {
    expect(assess([deployment(NEW)], [task(FRESH)]).notes).toEqual([]);
    expect(assess([completed(NEW, { failedTasks: 2 })], [task(FRESH)]).notes).toEqual([]);
  });

  it('is remembered with the first failure, which it cannot take back afterwards', () => {
    const proof = task(FRESH);
    const lost = task(EXITED);
    expect(assess([deployment(NEW)], [proof, lost])).toMatchObject({
      deployments: [{ failedTasks: 1 }],
      notes: [
        { taskId: lost.id, note: 'ended' },
        { taskId: proof.id, note: 'healthy' },
      ],
    });
  });

  it('does not take back the failures that are counted with it', () => {
    expect(after({ failedTasks: 2 }, [task(FRESH), task(EXITED)]).failedTasks).toBe(1);
  });

  it('sets nothing to zero where failures add up', () => {
    expect(after({ failedTasks: 2 }, [task(FRESH)], false).failedTasks).toBe(2);
    expect(after({ failedTasks: 2 }, [task(FRESH), task(EXITED)], false).failedTasks).toBe(3);
  });

  it('sets nothing to zero while it only runs', () => {
    const running = task({ startedAt: NOW, ...FRESH });
    const { deployments, notes } = assess([deployment(NEW, { failedTasks: 2 })], [running]);
    expect(deployments[0]?.failedTasks).toBe(2);
    expect(notes).toEqual([]);
  });
});

describe('images that cannot be resolved', () => {
  it('are counted by themselves, beside the failures', () => {
    const lost = { ...NEVER_RAN, imageUnresolved: true };
    const result = after({ failedTasks: 1, failedResolutions: 1 }, [task(lost), task(NEVER_RAN)]);
    expect(result).toMatchObject({ failedTasks: 3, failedResolutions: 2 });
  });

  it('are not spoken of where there are none', () => {
    expect(after({}, [task(EXITED)])).not.toHaveProperty('failedResolutions');
  });
});

describe('the restart throttle', () => {
  it('grows with a wave of tasks that never ran', () => {
    expect(after({}, [task(NEVER_RAN), task(NEVER_RAN)])).toMatchObject({
      throttleStep: 1,
      throttledUntil: NOW + 1000,
    });
  });

  it('does not grow with a task of a wave that was counted', () => {
    const late = task({ ...NEVER_RAN, createdAt: NOW - 5001 });
    const held = { throttleStep: 3, throttledUntil: NOW - 5000 };
    expect(after(held, [late])).toMatchObject({ ...held, failedTasks: 1 });
  });

  it.each<[string, Partial<TaskSnapshot>]>([
    ['exited', EXITED],
    ['failed its checks', { ...UNHEALTHY, ...FRESH }],
  ])('holds for a second after a task that had run %s', (_name, members) => {
    expect(after({}, [task(members)])).toMatchObject({
      throttleStep: 0,
      throttledUntil: NOW + 1000,
    });
  });

  it('starts afresh with a task that becomes RUNNING after the last wave', () => {
    const held = { throttleStep: 4, throttledUntil: NOW };
    const running = task({ startedAt: NOW - 1, ...FRESH });
    expect(after(held, [running])).toMatchObject({ throttleStep: 0, throttledUntil: NOW });
  });

  it('goes on in spite of tasks that ran all the while', () => {
    const held = { throttleStep: 4, throttledUntil: NOW };
    expect(after(held, [task()])).toMatchObject(held);
  });

  it('ends its series with a task that ran and exited, too', () => {
    const exited = task({ ...EXITED, startedAt: NOW - 1 });
    const held = { throttleStep: 4, throttledUntil: NOW };
    expect(after(held, [exited])).toMatchObject({ throttleStep: 0, throttledUntil: NOW + 1000 });
  });

  it('is worth a word from the third wave on', () => {
    const wave = [task(NEVER_RAN)];
    expect(assess([deployment(NEW, { throttleStep: 1 })], wave).impaired).toBe(false);
    expect(assess([deployment(NEW, { throttleStep: 2 })], wave).impaired).toBe(true);
    expect(assess([deployment(NEW, { throttleStep: 2 })], [task(EXITED)]).impaired).toBe(false);
    const held = deployment(NEW, { throttleStep: 5, throttledUntil: NOW });
    expect(assess([held], wave).impaired).toBe(false);
  });

  it('is worth a word whichever deployment it holds', () => {
    const tasks = [task({ ...NEVER_RAN, deploymentId: OLD })];
    const deployments = [deployment(NEW), completed(OLD, { throttleStep: 2 })];
    expect(assess(deployments, tasks).impaired).toBe(true);
    expect(assess(deployments.toReversed(), tasks).impaired).toBe(true);
  });
});

it('a deployment about which there is no news stays the same object', () => {
  const deployments = [
    deployment(NEW, { failedTasks: 2, failedResolutions: 1, throttleStep: 1, throttledUntil: NOW }),
    completed(OLD),
  ];
  const report = assess(deployments, [task(), task({ deploymentId: OLD }), task(PENDING)]);
  expect(report.deployments[0]).toBe(deployments[0]);
  expect(report.deployments[1]).toBe(deployments[1]);
  expect(report.notes).toEqual([]);
});

it('a task whose deployment is gone tells nothing', () => {
  expect(assess([deployment(NEW)], [task({ ...EXITED, deploymentId: OLD })]).notes).toEqual([]);
});

describe('a task ended by itself', () => {
  it.each([
    ['TaskFailedToStart', true],
    ['EssentialContainerExited', true],
    [undefined, true],
    ['UserInitiated', false],
    ['ServiceSchedulerInitiated', false],
  ])('%s: %s', (stopCode, expected) => {
    expect(endedByItself({ stopCode })).toBe(expected);
  });
});
