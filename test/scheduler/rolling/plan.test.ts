import { describe, expect, it } from 'vitest';
import { planService } from '../../../src/scheduler/plan-service.ts';
import { ECS_TIMINGS, type ServiceSnapshot } from '../../../src/scheduler/rolling/snapshot.ts';
import {
  EXITED,
  GROUP,
  LEAVING,
  NEVER_RAN,
  NEW,
  NOW,
  OLD,
  PENDING,
  RULES,
  UNHEALTHY,
  completed,
  deployment,
  plan,
  resting,
  target,
  task,
  times,
  withBreaker,
} from './builders.ts';

const rest = (members: Partial<ServiceSnapshot> = {}) =>
  planService(resting(members), ECS_TIMINGS, NOW);

describe('a service at rest', () => {
  it('has nothing to do and no reason to be looked at again', () => {
    const snapshot = resting();
    const { deployments, ...answer } = planService(snapshot, ECS_TIMINGS, NOW);
    expect(answer).toEqual({
      start: [],
      stop: [],
      notes: [],
      events: [],
      steady: true,
      deactivate: false,
      final: true,
    });
    expect(deployments).toHaveLength(1);
    expect(deployments[0]).toBe(snapshot.deployments[0]);
  });

  it('says once that it is steady', () => {
    expect(rest({ steady: false })).toMatchObject({
      events: ['(service web) has reached a steady state.'],
      steady: true,
    });
    expect(rest({ steady: true }).events).toEqual([]);
  });

  it.each<[string, Partial<ServiceSnapshot>]>([
    ['a task is missing', { tasks: times(1) }],
    ['a task is too many', { tasks: times(3) }],
    ['a task is pending', { tasks: [task(), task(PENDING)] }],
    ['its deployment has not completed', { deployments: [deployment(NEW)] }],
    ['its deployment failed', { deployments: [deployment(NEW, { rolloutState: 'FAILED' })] }],
  ])('is not steady while %s', (_name, members) => {
    const { steady, events } = rest({ ...members, steady: false });
    expect(steady).toBe(false);
    expect(events).not.toContain('(service web) has reached a steady state.');
  });

  it('is steady although tasks are still stopping', () => {
    expect(rest({ tasks: [...times(2), task(LEAVING)], steady: false }).steady).toBe(true);
  });

  it('replaces a task that a user stopped, at once', () => {
    const stopped = task({ ...LEAVING, stopCode: 'UserInitiated' });
    expect(rest({ tasks: [task(), stopped] }).start).toEqual([{ deploymentId: NEW, count: 1 }]);
  });

  it('replaces a task that exited after a second', () => {
    const { start, notes, wakeAt, deployments } = rest({ tasks: [task(), task(EXITED)] });
    expect(start).toEqual([]);
    expect(notes).toMatchObject([{ note: 'ended' }]);
    expect(wakeAt).toBe(NOW + 1000);
    const later = planService(resting({ deployments, tasks: times(1) }), ECS_TIMINGS, NOW + 1000);
    expect(later.start).toEqual([{ deploymentId: NEW, count: 1 }]);
  });

  it('follows its desired count and stays COMPLETED', () => {
    const more = rest({ desiredCount: 3 });
    expect(more.start).toEqual([{ deploymentId: NEW, count: 1 }]);
    expect(more.deployments).toEqual([completed(NEW, { desiredCount: 3 })]);
    expect(more.serviceDeployment).toBeUndefined();
    const tasks = times(2);
    const fewer = rest({ desiredCount: 1, tasks });
    expect(fewer.stop).toEqual([
      {
        taskId: tasks[0]?.id,
        reason: `Scaling activity initiated by (deployment ${NEW})`,
      },
    ]);
    expect(fewer.events).toEqual([
      `(service web) has stopped 1 running tasks: (task ${tasks[0]?.id}).`,
    ]);
  });
});

describe('a rollout', () => {
  it('begins with the first look: IN_PROGRESS, tasks start, the PRIMARY wants what the service wants', () => {
    const old = times(2, { deploymentId: OLD });
    const first = plan({ serviceDeployment: { status: 'PENDING' }, tasks: old });
    expect(first.start).toEqual([{ deploymentId: NEW, count: 2 }]);
    expect(first.serviceDeployment).toEqual({
      status: 'IN_PROGRESS',
      circuitBreakerTriggered: false,
    });
    expect(first.deployments.map(({ id, desiredCount }) => [id, desiredCount])).toEqual([
      [NEW, 2],
      [OLD, 2],
    ]);
    expect(plan({ tasks: old }).serviceDeployment).toBeUndefined();
  });

  it('stops the old tasks in the name of the deployment that owns them', () => {
    const old = task({ deploymentId: OLD });
    const { stop, events, deployments } = plan({ tasks: [...times(2), old] });
    expect(stop).toEqual([
      { taskId: old.id, reason: `Scaling activity initiated by (deployment ${OLD})` },
    ]);
    expect(events).toEqual([`(service web) has stopped 1 running tasks: (task ${old.id}).`]);
    expect(deployments[1]).toMatchObject({ id: OLD, status: 'DRAINING', desiredCount: 0 });
  });

  it('waits for the old tasks to have stopped, then completes', () => {
    const waiting = plan({ tasks: [...times(2), task({ ...LEAVING, deploymentId: OLD })] });
    expect(waiting.serviceDeployment).toBeUndefined();
    expect(waiting.deployments[0]?.rolloutState).toBe('IN_PROGRESS');
    const done = plan({ tasks: times(2) });
    expect(done.deployments).toEqual([completed(NEW, { desiredCount: 2 })]);
    expect(done.serviceDeployment).toEqual({
      status: 'SUCCESSFUL',
      circuitBreakerTriggered: false,
    });
    expect(done.events).toEqual([`(service web) (deployment ${NEW}) deployment completed.`]);
    expect(done).toMatchObject({ steady: false, final: false });
  });

  it('of no task completes at once', () => {
    const { serviceDeployment } = plan({ desiredCount: 0, deployments: [deployment(NEW)] });
    expect(serviceDeployment?.status).toBe('SUCCESSFUL');
  });

  it('supersedes one that is under way: the newest wins, and several may be left over', () => {
    const { start, stop, deployments } = plan({
      deployments: [deployment(NEW), deployment(OLD), completed('ecs-svc/1')],
      tasks: [...times(2, { deploymentId: 'ecs-svc/1' }), task({ ...PENDING, deploymentId: OLD })],
      rules: { ...RULES, maximumPercent: 250 },
    });
    expect(start).toEqual([{ deploymentId: NEW, count: 2 }]);
    expect(stop).toMatchObject([{ reason: `Scaling activity initiated by (deployment ${OLD})` }]);
    expect(deployments.map(({ id, status, rolloutState }) => [id, status, rolloutState])).toEqual([
      [NEW, 'PRIMARY', 'IN_PROGRESS'],
      [OLD, 'DRAINING', 'IN_PROGRESS'],
      ['ecs-svc/1', 'ACTIVE', 'COMPLETED'],
    ]);
  });

  it('says when its configuration blocks it', () => {
    expect(
      plan({ tasks: times(2, { deploymentId: OLD }), rules: { ...RULES, maximumPercent: 100 } })
        .events,
    ).toEqual([expect.stringContaining('because of the service deployment configuration')]);
  });

  it('replaces what the good former deployment loses meanwhile', () => {
    const { start } = plan({ tasks: [...times(2, PENDING), task({ deploymentId: OLD })] });
    expect(start).toEqual([{ deploymentId: OLD, count: 1 }]);
    const held = plan({
      deployments: [deployment(NEW), completed(OLD, { throttledUntil: NOW + 1 })],
      tasks: [...times(2, PENDING), task({ deploymentId: OLD })],
    });
    expect(held.start).toEqual([]);
  });

  it('does nothing but tell for a task that a load balancer calls unhealthy, before it replaces it', () => {
    const sick = task({
      expectedTargets: 1,
      targets: [target('unhealthy', { description: 'Request timed out' })],
      noted: new Set(['registered']),
    });
    const { events, notes, deployments } = plan({ tasks: [sick] });
    expect(events).toEqual([
      `(service web) (task ${sick.id}) (port 8080) is unhealthy in (target-group ${GROUP}) due to (reason Request timed out)`,
    ]);
    expect(notes).toEqual([{ taskId: sick.id, note: 'unhealthy' }]);
    expect(deployments[0]?.failedTasks).toBe(1);
  });

  it('tells of registered targets first', () => {
    const fresh = task({
      ...{ expectedTargets: 1, targets: [target('initial')], noted: new Set() },
      deploymentId: NEW,
    });
    const { events, notes } = plan({ tasks: [fresh, task(), task({ deploymentId: OLD })] });
    expect(events[0]).toBe(`(service web) registered 1 targets in (target-group ${GROUP})`);
    expect(notes).toEqual([{ taskId: fresh.id, note: 'registered' }]);
  });
});

describe('unhealthy tasks are stopped in the words of what failed', () => {
  it.each([
    ['a container check', UNHEALTHY, 'Task failed container health checks'],
    [
      'a load balancer',
      {
        expectedTargets: 1,
        targets: [target('unhealthy')],
        noted: new Set(['unhealthy'] as const),
      },
      `Task failed ELB health checks in (target-group ${GROUP})`,
    ],
  ])('%s', (_name, members, reason) => {
    const sick = task(members);
    expect(plan({ tasks: [...times(2), sick] }).stop).toEqual([{ taskId: sick.id, reason }]);
  });
});

describe('early success', () => {
  const tasks = [...times(2), ...times(2, PENDING), ...times(4, { deploymentId: OLD })];
  const early = (waitForCleanup: boolean, members: Partial<ServiceSnapshot> = {}) =>
    plan({
      desiredCount: 4,
      tasks,
      rules: {
        ...RULES,
        minimumHealthyPercent: 50,
        earlySuccess: { healthyPercent: 50, waitForCleanup },
      },
      ...members,
    });

  it('BLOCKING removes the old tasks, and then completes', () => {
    const removing = early(true);
    expect(removing.stop).toHaveLength(4);
    expect(removing.serviceDeployment).toBeUndefined();
    const done = early(true, { tasks: [...times(2), ...times(2, PENDING)] });
    expect(done.serviceDeployment?.status).toBe('SUCCESSFUL');
  });

  it('DEFERRED completes, and then removes the old tasks', () => {
    const done = early(false);
    expect(done.serviceDeployment?.status).toBe('SUCCESSFUL');
    expect(done.stop).toEqual([]);
    const removing = early(false, { deployments: done.deployments });
    expect(removing.stop).toHaveLength(4);
    expect(removing.deployments.map(({ id, status }) => [id, status])).toEqual([
      [NEW, 'PRIMARY'],
      [OLD, 'DRAINING'],
    ]);
  });

  it('goes on to the full count in the background', () => {
    const { start } = early(false, {
      deployments: [completed(NEW)],
      tasks: [...times(2), task(PENDING)],
    });
    expect(start).toEqual([{ deploymentId: NEW, count: 1 }]);
  });

  it('waits for what can start now', () => {
    const none = early(false, {
      tasks: [],
      rules: { ...RULES, earlySuccess: { healthyPercent: 0, waitForCleanup: false } },
    });
    expect(none.start).toEqual([{ deploymentId: NEW, count: 4 }]);
    expect(none.serviceDeployment).toBeUndefined();
  });

  it('BLOCKING, too, waits for what can start now', () => {
    const enough = early(true, { tasks: times(2) });
    expect(enough.start).toEqual([{ deploymentId: NEW, count: 2 }]);
    expect(enough.serviceDeployment).toBeUndefined();
    expect(enough.final).toBe(false);
  });

  it('means nothing for a deployment that failed', () => {
    const failed = [deployment(NEW, { rolloutState: 'FAILED' }), completed(OLD)];
    expect(early(false, { deployments: failed })).toMatchObject({ stop: [] });
  });

  it('does not bring back old tasks', () => {
    const { start } = early(true, {
      tasks: [...times(2), ...times(2, PENDING), task({ deploymentId: OLD })],
    });
    expect(start).toEqual([]);
  });
});

describe('failures', () => {
  it('trip the breaker in the look that counts them, which does nothing else', () => {
    const lost = times(3, EXITED);
    const answer = plan({ rules: withBreaker(), tasks: lost });
    expect(answer).toMatchObject({ start: [], stop: [], steady: false, final: false });
    expect(answer.notes).toHaveLength(3);
    expect(answer.serviceDeployment).toMatchObject({
      status: 'ROLLBACK_IN_PROGRESS',
      circuitBreakerTriggered: true,
    });
    expect(answer.deployments[0]?.id).toBe(OLD);
    expect(answer.events).toHaveLength(2);
  });

  it('hold the deployment, and a new one starts afresh', () => {
    const held = deployment(NEW, { throttleStep: 11, throttledUntil: NOW + 900_000 });
    const waiting = plan({ deployments: [held, completed(OLD)] });
    expect(waiting.start).toEqual([{ deploymentId: OLD, count: 2 }]);
    expect(waiting.wakeAt).toBe(NOW + 900_000);
    const due = plan({ deployments: [{ ...held, throttledUntil: NOW }, completed(OLD)] });
    expect(due.start[0]).toEqual({ deploymentId: NEW, count: 2 });
    const next = plan({ deployments: [deployment('ecs-svc/4'), { ...held, status: 'ACTIVE' }] });
    expect(next.start).toEqual([{ deploymentId: 'ecs-svc/4', count: 2 }]);
  });

  it('are told of when tasks cannot be started again and again', () => {
    const { events } = plan({
      deployments: [deployment(NEW, { throttleStep: 2, throttledUntil: NOW - 2000 })],
      tasks: [task(NEVER_RAN)],
    });
    expect(events).toEqual(['(service web) is unable to consistently start tasks successfully.']);
  });

  it('leave a failed deployment without new tasks', () => {
    const failed = deployment(NEW, { rolloutState: 'FAILED' });
    expect(plan({ deployments: [failed] }).start).toEqual([]);
    expect(plan({ deployments: [failed, completed(OLD)] }).start).toEqual([
      { deploymentId: OLD, count: 2 },
    ]);
  });

  it('do not complete a failed deployment, even when its tasks are all there', () => {
    const failed = deployment(NEW, { rolloutState: 'FAILED' });
    const { serviceDeployment, deployments } = plan({ deployments: [failed], tasks: times(2) });
    expect(serviceDeployment).toBeUndefined();
    expect(deployments[0]?.rolloutState).toBe('FAILED');
  });
});

describe('a DAEMON service', () => {
  const rules = { ...RULES, minimumHealthyPercent: 0, maximumPercent: 100 };

  it('has one task on the container instance, and the old one makes way for the new one', () => {
    const old = task({ deploymentId: OLD });
    const first = plan({ desiredCount: 1, rules, tasks: [old] });
    expect(first).toMatchObject({ start: [], stop: [{ taskId: old.id }] });
    const waiting = plan({ desiredCount: 1, rules, tasks: [{ ...old, ...LEAVING }] });
    expect(waiting).toMatchObject({ start: [], stop: [] });
    expect(plan({ desiredCount: 1, rules }).start).toEqual([{ deploymentId: NEW, count: 1 }]);
  });
});

describe('a service that is deleted', () => {
  const removed = (members: Partial<ServiceSnapshot>) =>
    plan({
      status: 'DRAINING',
      desiredCount: 0,
      serviceDeployment: { status: 'STOPPED' },
      ...members,
    });

  it('stops every task of every deployment', () => {
    const [one, two] = [task(), task({ ...PENDING, deploymentId: OLD })];
    const answer = removed({
      tasks: [one, two, task(LEAVING), task({ ...EXITED, noted: new Set(['ended']) })],
    });
    expect(answer.stop).toEqual([
      { taskId: one.id, reason: `Scaling activity initiated by (deployment ${NEW})` },
      { taskId: two.id, reason: `Scaling activity initiated by (deployment ${OLD})` },
    ]);
    expect(answer.events).toEqual([
      '(service web) stopped 1 pending tasks.',
      `(service web) has stopped 1 running tasks: (task ${one.id}).`,
    ]);
    expect(answer).toMatchObject({ start: [], steady: false, deactivate: false, final: true });
    expect(
      answer.deployments.map(({ id, status, desiredCount }) => [id, status, desiredCount]),
    ).toEqual([
      [NEW, 'PRIMARY', 0],
      [OLD, 'DRAINING', 0],
    ]);
  });

  it.each([
    ['PENDING', false],
    ['RUNNING', false],
    ['DEACTIVATING', false],
    ['STOPPING', true],
    ['DEPROVISIONING', true],
    ['STOPPED', true],
  ])('with a last task that is %s is gone: %s', (lastStatus, gone) => {
    const { deactivate, deployments } = removed({
      tasks: [task({ ...LEAVING, lastStatus, noted: new Set(['ended']) })],
    });
    expect(deactivate).toBe(gone);
    expect(deployments).toHaveLength(gone ? 1 : 2);
  });

  it('is gone at once without tasks, and keeps its last deployment', () => {
    expect(
      removed({ deployments: [completed(NEW, { desiredCount: 2 }), completed(OLD)] }),
    ).toMatchObject({
      deactivate: true,
      deployments: [completed(NEW, { desiredCount: 0 })],
    });
    expect(removed({ deployments: [] }).deployments).toEqual([]);
  });

  it('takes note of failures and rolls nothing back', () => {
    const { serviceDeployment, notes } = removed({ rules: withBreaker(), tasks: times(3, EXITED) });
    expect(serviceDeployment).toBeUndefined();
    expect(notes).toHaveLength(3);
  });
});

describe('a plan is final', () => {
  it.each<[string, Partial<ServiceSnapshot>, boolean]>([
    ['when tasks of the PRIMARY start', { tasks: times(2, { deploymentId: OLD }) }, true],
    ['when old tasks stop', { tasks: [...times(2), task({ deploymentId: OLD })] }, true],
    ['not when tasks of the PRIMARY stop', { tasks: times(3) }, false],
    [
      'not when tasks of a former deployment start',
      { tasks: [...times(2, PENDING), task({ deploymentId: OLD })] },
      false,
    ],
    [
      'not when tasks start beside unhealthy ones',
      { tasks: [task(UNHEALTHY), ...times(2, { deploymentId: OLD })] },
      false,
    ],
    [
      'when old tasks stop beside unhealthy ones',
      { tasks: [...times(1), task(UNHEALTHY), task(PENDING), ...times(2, { deploymentId: OLD })] },
      true,
    ],
    [
      'not when tasks stop outside of a rollout',
      {
        deployments: [completed(NEW), completed(OLD)],
        tasks: [...times(2), task({ deploymentId: OLD })],
      },
      false,
    ],
    ['not when the rollout completes', { tasks: times(2) }, false],
  ])('%s', (_name, members, final) => {
    expect(plan(members).final).toBe(final);
  });
});

it('a service whose rollout is not recorded goes on all the same', () => {
  const { serviceDeployment: _record, ...unrecorded } = resting();
  expect(planService(unrecorded, ECS_TIMINGS, NOW).serviceDeployment).toBeUndefined();
});

it('a service without a deployment is an error of its controller', () => {
  expect(() => plan({ deployments: [] })).toThrow('service web has no deployment');
});
