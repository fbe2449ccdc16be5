import { describe, expect, it } from 'vitest';
import { ECS_TIMINGS, type TaskSnapshot } from '../../../src/scheduler/rolling/snapshot.ts';
import { planTaskSets, type TaskSetPlan } from '../../../src/scheduler/task-set/plan.ts';
import type {
  ExternalServiceSnapshot,
  TaskSetSnapshot,
} from '../../../src/scheduler/task-set/snapshot.ts';
import {
  GROUP,
  LEAVING,
  NEVER_RAN,
  NOW,
  PENDING,
  task as rollingTask,
  UNHEALTHY,
} from '../rolling/builders.ts';

const BLUE = 'ecs-svc/1';
const GREEN = 'ecs-svc/2';

/** At rest, with two tasks of two wanted. */
function taskSet(members: Partial<TaskSetSnapshot> = {}): TaskSetSnapshot {
  return {
    id: BLUE,
    status: 'ACTIVE',
    scale: { value: 100 },
    computedDesiredCount: 2,
    stabilityStatus: 'STEADY_STATE',
    throttleStep: 0,
    ...members,
  };
}

function task(members: Partial<TaskSnapshot> = {}): TaskSnapshot {
  return rollingTask({ deploymentId: BLUE, ...members });
}

function plan(members: Partial<ExternalServiceSnapshot> = {}, now = NOW): TaskSetPlan {
  return planTaskSets(
    {
      serviceName: 'web',
      status: 'ACTIVE',
      desiredCount: 2,
      healthCheckGracePeriodMs: 0,
      taskSets: [taskSet()],
      tasks: [task(), task()],
      steady: true,
      ...members,
    },
    ECS_TIMINGS,
    now,
  );
}

const NOTHING = { start: [], stop: [], notes: [], events: [], deactivate: false };
const target = (health: 'initial' | 'healthy' | 'unhealthy', description?: string) => ({
  ...{ targetGroupArn: GROUP, port: 80, health },
  ...(description === undefined ? {} : { description }),
});

describe('a step of task sets', () => {
  it('does nothing where every set has its tasks, and keeps the entries as they are', () => {
    const taskSets = [taskSet()];
    const result = plan({ taskSets });
    expect(result).toEqual({ ...NOTHING, taskSets, steady: true });
    expect(result.taskSets[0]).toBe(taskSets[0]);
  });

  it('starts what a set lacks of its share of the desired count, and says what the share is', () => {
    const result = plan({
      desiredCount: 5,
      taskSets: [taskSet(), taskSet({ id: GREEN, scale: { value: 50 } })],
    });
    expect(result.start).toEqual([
      { taskSetId: BLUE, count: 3 },
      { taskSetId: GREEN, count: 3 },
    ]);
    expect(result.stop).toEqual([]);
    expect(result.events).toEqual([
      `(service web) updated computedDesiredCount for taskSet ${BLUE} to 5.`,
      `(service web) updated computedDesiredCount for taskSet ${GREEN} to 3.`,
    ]);
    expect(result.taskSets).toMatchObject([
      { computedDesiredCount: 5, stabilityStatus: 'STABILIZING' },
      { computedDesiredCount: 3, stabilityStatus: 'STABILIZING' },
    ]);
    expect(result.steady).toBe(false);
  });

  it('counts pending tasks as there, and those that are leaving as gone', () => {
    const result = plan({ tasks: [task(PENDING), task(LEAVING)] });
    expect(result.start).toEqual([{ taskSetId: BLUE, count: 1 }]);
    expect(result.taskSets).toMatchObject([{ stabilityStatus: 'STABILIZING' }]);
  });

  it('stops what is too much: those that serve nothing first, then the oldest', () => {
    const [older, newer] = [task({ createdAt: NOW - 90_000 }), task()];
    const pending = task(PENDING);
    const result = plan({ desiredCount: 1, tasks: [newer, older, pending] });
    expect(result.stop).toEqual([
      { taskId: pending.id, reason: `Scaling activity initiated by (deployment ${BLUE})` },
      { taskId: older.id, reason: `Scaling activity initiated by (deployment ${BLUE})` },
    ]);
    expect(result.start).toEqual([]);
    expect(result.events).toEqual([
      `(service web) updated computedDesiredCount for taskSet ${BLUE} to 1.`,
      `(service web, taskSet ${BLUE}) stopped 1 pending tasks.`,
      `(service web, taskSet ${BLUE}) has stopped 1 running tasks: (task ${older.id}).`,
    ]);
    expect(result.taskSets).toMatchObject([{ stabilityStatus: 'STABILIZING' }]);
  });

  it('stops unhealthy tasks at once, says why, and replaces them a second later', () => {
    const sick = task({
      expectedTargets: 1,
      targets: [target('unhealthy', 'Request timed out')],
      noted: new Set(['registered']),
    });
    const result = plan({ tasks: [task(), sick] });
    expect(result.stop).toEqual([
      { taskId: sick.id, reason: `Task failed ELB health checks in (target-group ${GROUP})` },
    ]);
    expect(result.start).toEqual([]);
    expect(result.notes).toEqual([{ taskId: sick.id, note: 'unhealthy' }]);
    expect(result.events).toEqual([
      `(service web, taskSet ${BLUE}) (task ${sick.id}) (port 80) is unhealthy in (target-group ${GROUP}) due to (reason Request timed out)`,
      `(service web, taskSet ${BLUE}) deregistered 1 targets in (target-group ${GROUP})`,
      `(service web, taskSet ${BLUE}) has begun draining connections on 1 tasks.`,
      `(service web, taskSet ${BLUE}) has stopped 1 running tasks: (task ${sick.id}).`,
    ]);
    expect(result.taskSets).toMatchObject([
      { stabilityStatus: 'STABILIZING', throttledUntil: NOW + 1000 },
    ]);
    expect(result.wakeAt).toBe(NOW + 1000);
  });

  it('replaces an unhealthy task that it knew of already at once', () => {
    const result = plan({ tasks: [task(), task(UNHEALTHY)] });
    expect(result.stop).toMatchObject([{ reason: 'Task failed container health checks' }]);
    expect(result.start).toEqual([{ taskSetId: BLUE, count: 1 }]);
  });

  it('does not take failing checks for unhealthy before the grace period is over', () => {
    const sick = task({
      ...{ startedAt: NOW - 60_000, expectedTargets: 1, targets: [target('unhealthy')] },
      noted: new Set(['registered']),
    });
    const result = plan({ tasks: [task(), sick], healthCheckGracePeriodMs: 90_000 });
    expect(result.stop).toEqual([]);
    expect(result.taskSets).toMatchObject([{ stabilityStatus: 'STABILIZING' }]);
    expect(result.wakeAt).toBe(NOW + 30_000);
  });

  it('waits for the throttle of the set that failed; the other one starts', () => {
    const dead = task(NEVER_RAN);
    const result = plan({
      taskSets: [taskSet(), taskSet({ id: GREEN })],
      tasks: [task(), dead],
    });
    expect(result.start).toEqual([{ taskSetId: GREEN, count: 2 }]);
    expect(result.notes).toEqual([{ taskId: dead.id, note: 'ended' }]);
    expect(result.taskSets).toMatchObject([
      { throttleStep: 1, throttledUntil: NOW + 1000 },
      { throttleStep: 0 },
    ]);
    expect(result.taskSets[1]).not.toHaveProperty('throttledUntil');
    expect(result.wakeAt).toBe(NOW + 1000);
    const later = plan({ taskSets: result.taskSets.slice(0, 1), tasks: [task()] }, NOW + 1000);
    expect(later.start).toEqual([{ taskSetId: BLUE, count: 1 }]);
    expect(later.wakeAt).toBeUndefined();
  });

  it('says once that a set is unable to start tasks, when it has failed three times', () => {
    const throttled = taskSet({ throttleStep: 2, throttledUntil: NOW - 5000 });
    const result = plan({ taskSets: [throttled], tasks: [task(), task(NEVER_RAN)] });
    expect(result.events).toEqual([
      `(service web, taskSet ${BLUE}) is unable to consistently start tasks successfully.`,
    ]);
  });

  it('begins the series of failures anew once a task has run since', () => {
    const throttled = taskSet({ throttleStep: 2, throttledUntil: NOW - 1000 });
    const ran = task({ startedAt: NOW - 2500 });
    const { taskSets } = plan({ taskSets: [throttled], tasks: [task(), ran] });
    expect(taskSets).toMatchObject([{ throttleStep: 0, throttledUntil: NOW - 1000 }]);
  });

  it('ignores the throttle while nothing is missing', () => {
    const throttled = taskSet({ throttledUntil: NOW + 5000 });
    expect(plan({ taskSets: [throttled] })).toMatchObject({ ...NOTHING, steady: true });
    expect(plan({ taskSets: [throttled] }).wakeAt).toBeUndefined();
  });
});

describe('stability', () => {
  it('comes when each task that a balancer checks is healthy, and the set and the service say so', () => {
    const checked = { expectedTargets: 1, noted: new Set(['registered', 'healthy'] as const) };
    const tasks = [
      task({ ...checked, targets: [target('healthy')] }),
      task({ ...checked, targets: [target('initial')] }),
    ];
    const taskSets = [taskSet({ stabilityStatus: 'STABILIZING' })];
    const waiting = plan({ taskSets, tasks, steady: false });
    expect(waiting).toMatchObject({ ...NOTHING, steady: false });
    expect(waiting.taskSets[0]).toBe(taskSets[0]);
    expect(waiting.wakeAt).toBeUndefined();
    const done = plan({
      taskSets,
      tasks: tasks.map((each) => ({ ...each, targets: [target('healthy')] })),
      steady: false,
    });
    expect(done.events).toEqual([
      `(service web, taskSet ${BLUE}) updated state to STEADY_STATE.`,
      '(service web) has reached a steady state.',
    ]);
    expect(done.taskSets).toMatchObject([{ stabilityStatus: 'STEADY_STATE' }]);
    expect(done.steady).toBe(true);
  });

  it('comes some seconds after RUNNING for tasks that nothing checks', () => {
    const tasks = [task({ startedAt: NOW - 6000 }), task({ startedAt: NOW - 5000 })];
    const taskSets = [taskSet({ stabilityStatus: 'STABILIZING' })];
    expect(plan({ taskSets, tasks, steady: false }).wakeAt).toBe(NOW + 1000);
    expect(plan({ taskSets, tasks, steady: false }).steady).toBe(false);
    const later = plan({ taskSets, tasks, steady: false }, NOW + 2000);
    expect(later.steady).toBe(true);
    expect(later.wakeAt).toBeUndefined();
  });

  it('comes to a set of no tasks at once', () => {
    const empty = taskSet({
      ...{ scale: { value: 0 }, computedDesiredCount: 0, stabilityStatus: 'STABILIZING' },
    });
    expect(plan({ taskSets: [empty], tasks: [], steady: false }).events).toEqual([
      `(service web, taskSet ${BLUE}) updated state to STEADY_STATE.`,
      '(service web) has reached a steady state.',
    ]);
  });

  it('of the service needs all sets but those that are being deleted, and at least one', () => {
    const unstable = taskSet({ id: GREEN, stabilityStatus: 'STABILIZING' });
    const greenTasks = [task({ ...PENDING, deploymentId: GREEN }), task({ deploymentId: GREEN })];
    expect(
      plan({ taskSets: [taskSet(), unstable], tasks: [task(), task(), ...greenTasks] }).steady,
    ).toBe(false);
    const leaving = taskSet({ id: GREEN, status: 'DRAINING', stabilityStatus: 'STABILIZING' });
    const left = plan({
      taskSets: [taskSet(), leaving],
      tasks: [task(), task(), task({ ...LEAVING, deploymentId: GREEN })],
    });
    expect(left.steady).toBe(true);
    expect(plan({ taskSets: [leaving], tasks: [] }).steady).toBe(false);
    expect(plan({ taskSets: [], tasks: [] }).steady).toBe(false);
  });

  it('is said again only after it was lost', () => {
    expect(plan({ steady: true }).events).toEqual([]);
    expect(plan({ steady: false }).events).toEqual(['(service web) has reached a steady state.']);
  });
});

describe('a task set that is being deleted', () => {
  const draining = taskSet({ status: 'DRAINING', stabilityStatus: 'STABILIZING' });

  it('stops its tasks, whatever its scale', () => {
    const tasks = [task(), task()];
    const result = plan({ taskSets: [draining], tasks });
    expect(result.stop.map(({ taskId }) => taskId)).toEqual(tasks.map(({ id }) => id));
    expect(result.taskSets).toMatchObject([
      { status: 'DRAINING', computedDesiredCount: 0, stabilityStatus: 'STABILIZING' },
    ]);
    expect(result.events[0]).toBe(
      `(service web) updated computedDesiredCount for taskSet ${BLUE} to 0.`,
    );
  });

  it('stays until its last task has stopped', () => {
    const empty = { ...draining, computedDesiredCount: 0 };
    expect(plan({ taskSets: [empty], tasks: [task(LEAVING)] }).taskSets).toEqual([empty]);
    const stopped = { ...LEAVING, lastStatus: 'STOPPED' };
    expect(plan({ taskSets: [empty], tasks: [task(stopped)] }).taskSets).toEqual([]);
  });

  it('is not gone for lack of tasks while it is not deleted', () => {
    const empty = taskSet({ scale: { value: 0 }, computedDesiredCount: 0 });
    expect(plan({ taskSets: [empty], tasks: [] }).taskSets).toEqual([empty]);
  });
});

describe('a service that is being deleted', () => {
  const draining = taskSet({
    ...{ status: 'DRAINING', stabilityStatus: 'STABILIZING', computedDesiredCount: 0 },
  });
  const removal = { status: 'DRAINING', desiredCount: 0, steady: false } as const;

  it('becomes inactive with its task sets once no task serves', () => {
    const serving = plan({
      ...{ ...removal, taskSets: [draining] },
      tasks: [task(LEAVING), task({ ...LEAVING, lastStatus: 'DEACTIVATING' })],
    });
    expect(serving).toMatchObject({ deactivate: false, taskSets: [draining] });
    for (const lastStatus of ['STOPPING', 'DEPROVISIONING', 'STOPPED'])
      expect(
        plan({ ...removal, taskSets: [draining], tasks: [task({ ...LEAVING, lastStatus })] }),
      ).toMatchObject({ deactivate: true, taskSets: [] });
  });

  it('becomes inactive at once without a task set, and is never steady', () => {
    expect(plan({ ...removal, taskSets: [], tasks: [] })).toMatchObject({
      deactivate: true,
      steady: false,
    });
    const empty = taskSet({ scale: { value: 0 }, computedDesiredCount: 0 });
    expect(plan({ ...removal, taskSets: [empty], tasks: [] }).steady).toBe(false);
  });

  it('stays active while it is not deleted, however few tasks it has', () => {
    expect(plan({ taskSets: [], tasks: [] }).deactivate).toBe(false);
  });
});

describe('registration', () => {
  it('of targets is said once, by the set that they belong to', () => {
    const registered = task({ expectedTargets: 1, targets: [target('initial')] });
    const result = plan({ tasks: [task(), registered] });
    expect(result.notes).toEqual([{ taskId: registered.id, note: 'registered' }]);
    expect(result.events).toEqual([
      `(service web, taskSet ${BLUE}) registered 1 targets in (target-group ${GROUP})`,
    ]);
  });
});
