import { describe, expect, it } from 'vitest';
import type { DeploymentSnapshot, TaskSnapshot } from '../../../src/scheduler/rolling/snapshot.ts';
import type { ShiftProgress } from '../../../src/scheduler/traffic-shift/progress.ts';
import * as build from '../rolling/builders.ts';
import * as given from './shifting.ts';

const { completed, deployment, NOW, RULES, task, target, times } = build;
const { BACK, BETWEEN, BLUE, DAY, GREEN, HOUR, MINUTE, RECONCILING } = given;
const { begun, hook, hookRun, nextStep, shift, waiting } = given;

const of = (deploymentId: string, members: Partial<TaskSnapshot> = {}): TaskSnapshot =>
  task({ deploymentId, ...members });
/** Two tasks of a revision. */
const both = (deploymentId: string, members: Partial<TaskSnapshot> = {}): TaskSnapshot[] =>
  times(2, { deploymentId, ...members });

/** What the tasks of a service that waits for a person, with all revisions up, are to be. */
const AWAITED = { hooks: [hookRun()] };

describe('each revision is kept as a service of its own', () => {
  it('the new one is brought up beside the former one, whatever the maximum is', () => {
    const rules = { ...RULES, minimumHealthyPercent: 100, maximumPercent: 100 };
    const { start, stop, final } = nextStep(shift(begun('SCALE_UP')), { rules, tasks: both(BLUE) });
    expect([start, stop]).toEqual([[{ deploymentId: GREEN, count: 2 }], []]);
    expect(final).toBe(true);
  });

  it('each has its own dead tasks replaced', () => {
    const tasks = [of(GREEN), of(BLUE), of(BLUE, { lastStatus: 'STOPPED', ...build.LEAVING })];
    expect(nextStep(shift(begun('POST_SCALE_UP', AWAITED)), { tasks }).start).toEqual([
      { deploymentId: GREEN, count: 1 },
      { deploymentId: BLUE, count: 1 },
    ]);
  });

  it('what one has too much is stopped, oldest first, in the words of a scaling', () => {
    const oldest = of(GREEN, { createdAt: NOW - HOUR });
    const { start, stop, final } = nextStep(shift(begun('POST_SCALE_UP', AWAITED)), {
      tasks: [...both(GREEN), oldest, ...both(BLUE)],
    });
    expect(start).toEqual([]);
    expect(stop).toEqual([
      { taskId: oldest.id, reason: 'Scaling activity initiated by (deployment ecs-svc/3)' },
    ]);
    expect(final).toBe(false);
  });

  it('an unhealthy task is stopped once its replacement is healthy, for its health check', () => {
    const bad = of(GREEN, build.UNHEALTHY);
    const tasks = [bad, ...both(GREEN), ...both(BLUE)];
    expect(nextStep(shift(begun('POST_SCALE_UP', AWAITED)), { tasks }).stop).toEqual([
      { taskId: bad.id, reason: 'Task failed container health checks' },
    ]);
  });

  it.each([
    ['not while the restart throttle holds', NOW + 1, []],
    ['from the moment on that it ends', NOW, [{ deploymentId: GREEN, count: 2 }]],
  ])('a task is started %s', (_name, throttledUntil, start) => {
    const deployments = [deployment(GREEN, { throttledUntil }), completed(BLUE)];
    const members = { deployments, tasks: both(BLUE) };
    expect(nextStep(shift(begun('SCALE_UP')), members).start).toEqual(start);
  });

  it('a revision that failed starts no more tasks', () => {
    const course = BACK;
    const progress = begun('TEST_TRAFFIC_SHIFT', { course, hooks: [hookRun()] });
    const { start } = nextStep(shift(progress), { tasks: [of(GREEN), of(BLUE)] });
    expect(start).toEqual([{ deploymentId: BLUE, count: 1 }]);
  });
});

describe('the tasks of a revision that is to go', () => {
  it('are all stopped at once, those alone that are on their way already', () => {
    const going = [
      of(BLUE),
      of(BLUE, build.PENDING),
      of(BLUE, { startedAt: NOW }),
      // It goes as the others do, not for its health.
      of(BLUE, build.UNHEALTHY),
    ];
    const gone = of(BLUE, { ...build.LEAVING, lastStatus: 'STOPPED' });
    const { start, stop, events } = nextStep(shift(begun('CLEAN_UP')), {
      tasks: [...both(GREEN), ...going, of(BLUE, build.LEAVING), gone],
    });
    const reason = 'Scaling activity initiated by (deployment ecs-svc/1)';
    const ids = going.map(({ id }) => id);
    expect(start).toEqual([]);
    expect(stop).toEqual(ids.map((taskId) => ({ taskId, reason })));
    const [up, , unproved, unhealthy] = ids.map((id) => `(task ${id})`);
    expect(events).toEqual([
      '(service web) stopped 1 pending tasks.',
      `(service web) has stopped 3 running tasks: ${up} ${unproved} ${unhealthy}.`,
    ]);
  });

  it('are those of others once the former revision has taken their traffic back', () => {
    const deployments = [deployment(GREEN), deployment(BETWEEN), completed(BLUE)];
    const tasks = [...both(BETWEEN), ...both(BLUE)];
    const stopped = (progress: ShiftProgress): readonly string[] =>
      nextStep(shift(progress), { deployments, tasks }).stop.map(({ taskId }) => taskId);
    const course = RECONCILING;
    const [a, b] = tasks;
    expect(stopped(begun('RECONCILE_SERVICE', { course }))).toEqual([a?.id, b?.id]);
  });
});

describe('the tasks of others that have traffic', () => {
  it('are neither stopped nor replaced, not even unhealthy ones, until the former revision can take it back', () => {
    const deployments = [deployment(GREEN), deployment(BETWEEN), completed(BLUE)];
    const divided = waiting('RECONCILE_SERVICE', { course: RECONCILING, othersServe: true });
    const tasks = [of(BETWEEN), of(BETWEEN, build.UNHEALTHY), of(BLUE)];
    const { start, stop } = nextStep(shift(divided), { deployments, tasks });
    expect(stop).toEqual([]);
    expect(start).toEqual([{ deploymentId: BLUE, count: 1 }]);
  });
});

describe('the entry of a deployment', () => {
  const entries = (
    progress: ShiftProgress,
    deployments: readonly DeploymentSnapshot[],
    tasks: readonly TaskSnapshot[],
  ): readonly DeploymentSnapshot[] => nextStep(shift(progress), { deployments, tasks }).deployments;

  it('shows what is wanted of it: nothing of the new revision before SCALE_UP', () => {
    const deployments = [deployment(GREEN), completed(BLUE)];
    expect(entries(begun('PRE_SCALE_UP', AWAITED), deployments, both(BLUE))).toMatchObject([
      { id: GREEN, status: 'PRIMARY', desiredCount: 0 },
      { id: BLUE, status: 'ACTIVE', desiredCount: 2, rolloutState: 'COMPLETED' },
    ]);
    expect(entries(begun('SCALE_UP'), deployments, both(BLUE))).toMatchObject([
      { id: GREEN, status: 'PRIMARY', desiredCount: 2 },
      { id: BLUE, status: 'ACTIVE', desiredCount: 2 },
    ]);
  });

  it('is the same as before where nothing changes', () => {
    const deployments = [
      deployment(GREEN, { desiredCount: 2 }),
      completed(BLUE, { desiredCount: 2 }),
    ];
    const next = entries(begun('POST_SCALE_UP', AWAITED), deployments, [
      ...both(GREEN),
      ...both(BLUE),
    ]);
    expect(next[0]).toBe(deployments[0]);
    expect(next[1]).toBe(deployments[1]);
  });

  it('is DRAINING while only tasks that leave are left of one that is to have none', () => {
    const deployments = [deployment(GREEN), completed(BLUE, { desiredCount: 2 })];
    const states = (...tasks: TaskSnapshot[]): unknown =>
      entries(begun('CLEAN_UP'), deployments, [...both(GREEN), ...tasks])[1];
    // The step that stops them counts them as leaving.
    expect(states(...both(BLUE))).toMatchObject({ status: 'DRAINING', desiredCount: 0 });
    expect(states(...both(BLUE, build.LEAVING))).toMatchObject({ status: 'DRAINING' });
  });

  it('of the former revision stays DRAINING without tasks while the new one has to replace a lost one', () => {
    const deployments = [deployment(GREEN), completed(BLUE, { status: 'DRAINING' })];
    expect(entries(begun('CLEAN_UP'), deployments, [of(GREEN)])[1]?.status).toBe('DRAINING');
  });

  it('of the former revision is ACTIVE while one is wanted of it, though all of its tasks leave', () => {
    const deployments = [deployment(GREEN), completed(BLUE)];
    const tasks = [...both(GREEN), ...both(BLUE, build.LEAVING)];
    expect(entries(begun('BAKE_TIME'), deployments, tasks)[1]?.status).toBe('ACTIVE');
  });

  it('of the former revision is ACTIVE before CLEAN_UP where the service wants no task', () => {
    const seen = shift(begun('BAKE_TIME'));
    expect(nextStep(seen, { desiredCount: 0 }).deployments[1]).toMatchObject({
      ...{ id: BLUE, status: 'ACTIVE', desiredCount: 0 },
    });
  });

  it('of the PRIMARY is PRIMARY, even while nothing is wanted of it and its tasks leave', () => {
    const deployments = [deployment(GREEN), completed(BLUE)];
    const tasks = [...both(GREEN, build.LEAVING), ...both(BLUE)];
    expect(entries(begun('PRE_SCALE_UP', AWAITED), deployments, tasks)[0]).toMatchObject({
      status: 'PRIMARY',
      desiredCount: 0,
    });
  });

  it('of an interrupted deployment shows the tasks that it is left with, and goes with the last of them', () => {
    const deployments = [deployment(GREEN), deployment(BETWEEN), completed(BLUE)];
    const course = RECONCILING;
    const left = (progress: ShiftProgress, ...tasks: TaskSnapshot[]): unknown =>
      entries(progress, deployments, [...both(BLUE), ...tasks]).find(({ id }) => id === BETWEEN);
    const divided = begun('RECONCILE_SERVICE', { course, othersServe: true, ...AWAITED });
    expect(left(divided, ...both(BETWEEN), of(BETWEEN, build.LEAVING))).toMatchObject({
      status: 'ACTIVE',
      desiredCount: 2,
    });
    const undivided = begun('RECONCILE_SERVICE', { course, ...AWAITED });
    expect(left(undivided, of(BETWEEN, build.LEAVING))).toMatchObject({
      status: 'DRAINING',
      desiredCount: 0,
    });
    const gone = of(BETWEEN, { ...build.LEAVING, lastStatus: 'STOPPED' });
    expect(left(undivided, gone)).toBeUndefined();
  });

  it('of the former revision stays, though it has no task', () => {
    const deployments = [deployment(GREEN), completed(BLUE)];
    expect(entries(begun('SCALE_UP'), deployments, []).map(({ id }) => id)).toEqual([GREEN, BLUE]);
  });
});

describe('a step that looks after the tasks', () => {
  const up = [...both(GREEN), ...both(BLUE)];

  it('says nothing of the progress, and that there is nothing more to do', () => {
    const plan = nextStep(shift(begun('POST_SCALE_UP', AWAITED)), { tasks: up });
    expect(plan).not.toHaveProperty('shift');
    expect(plan).not.toHaveProperty('serviceDeployment');
    expect(plan).toMatchObject({ steady: false, deactivate: false, final: true });
  });

  it('writes down that a hook timed out while another one of the stage is open', () => {
    const late = hookRun({ expiresAt: NOW, timeoutAction: 'CONTINUE' });
    const open = hookRun({ index: 1 });
    const progress = begun('POST_SCALE_UP', { hooks: [late, open] });
    const hooks = [hook(), hook()];
    expect(nextStep(shift(progress, { hooks }), { tasks: up })).toMatchObject({
      shift: { ...progress, hooks: [{ ...late, status: 'TIMED_OUT' }, open] },
      final: false,
    });
  });

  it('makes a record that is PENDING one that is IN_PROGRESS', () => {
    const members = { tasks: up, serviceDeployment: { status: 'PENDING' } } as const;
    expect(nextStep(shift(begun('POST_SCALE_UP', AWAITED)), members).serviceDeployment).toEqual({
      status: 'IN_PROGRESS',
      circuitBreakerTriggered: false,
    });
  });

  it('tells what was seen of the tasks before what it does with them', () => {
    const registered = of(BLUE, { targets: [target('healthy')], expectedTargets: 1 });
    const { notes, events } = nextStep(shift(begun('CLEAN_UP')), {
      tasks: [...both(GREEN), registered],
    });
    expect(notes).toEqual([{ taskId: registered.id, note: 'registered' }]);
    expect(events).toEqual([
      `(service web) registered 1 targets in (target-group ${build.GROUP})`,
      `(service web) deregistered 1 targets in (target-group ${build.GROUP})`,
      '(service web) has begun draining connections on 1 tasks.',
      `(service web) has stopped 1 running tasks: (task ${registered.id}).`,
    ]);
  });
});

describe('a shift looks again', () => {
  const wake = (
    progress: ShiftProgress,
    green: Partial<DeploymentSnapshot> = {},
    tasks: readonly TaskSnapshot[] = [...both(GREEN), ...both(BLUE)],
  ): number | undefined =>
    nextStep(shift(progress), { deployments: [deployment(GREEN, green), completed(BLUE)], tasks })
      .wakeAt;

  it('when its bake is over', () => {
    expect(wake(begun('BAKE_TIME', { begunAt: NOW }))).toBe(NOW + 5 * MINUTE);
    expect(wake(begun('PRODUCTION_TRAFFIC_SHIFT', { begunAt: NOW }))).toBe(NOW + 3 * MINUTE);
  });

  it('when the day of a stage that waits is over', () => {
    expect(wake(begun('SCALE_UP', { enteredAt: NOW }), {}, both(BLUE))).toBe(NOW + DAY);
  });

  it('when the first of its open hooks times out', () => {
    const hooks = [
      hookRun({ status: 'SUCCEEDED', expiresAt: NOW + 1 }),
      hookRun({ index: 1, expiresAt: NOW + 3 }),
      hookRun({ index: 2, expiresAt: NOW + 2 }),
    ];
    expect(wake(begun('POST_SCALE_UP', { hooks }))).toBe(NOW + 2);
  });

  it('when a restart throttle ends, if that comes first', () => {
    const progress = begun('SCALE_UP', { enteredAt: NOW });
    expect(wake(progress, { throttledUntil: NOW + 5 }, both(BLUE))).toBe(NOW + 5);
  });

  it('when the last task of the new revision counts: nothing goes on before', () => {
    const tasks = [of(GREEN, { startedAt: NOW - 3000 }), of(GREEN, { startedAt: NOW })];
    expect(wake(begun('SCALE_UP'), {}, [...tasks, ...both(BLUE)])).toBe(NOW + 7000);
  });

  it('when the first task of the former revision counts that traffic could return to', () => {
    const tasks = [of(BLUE, { startedAt: NOW - 3000 }), of(BLUE, { startedAt: NOW })];
    const rules = { ...RULES, minimumHealthyPercent: 50 };
    const back = shift(waiting('PRODUCTION_TRAFFIC_SHIFT', { course: BACK, enteredAt: NOW }));
    expect(nextStep(back, { rules, tasks: [...both(GREEN), ...tasks] }).wakeAt).toBe(NOW + 4000);
  });

  it('when a task of the former revision counts that could take back what others have', () => {
    const divided = { course: RECONCILING, othersServe: true } as const;
    const deployments = [deployment(GREEN), deployment(BETWEEN), completed(BLUE)];
    const tasks = [
      ...both(BETWEEN),
      of(BLUE, { startedAt: NOW - 8000 }),
      of(BLUE, { startedAt: NOW }),
    ];
    const plan = nextStep(shift(waiting('RECONCILE_SERVICE', divided)), { deployments, tasks });
    expect(plan.wakeAt).toBe(NOW + 7000);
  });

  it('never for what is over, or is over just now', () => {
    // The bake is over, a hook is not, and that is the next thing.
    const bake = { begunAt: NOW - 3 * MINUTE, hooks: [hookRun({ expiresAt: NOW + HOUR })] };
    expect(wake(begun('PRODUCTION_TRAFFIC_SHIFT', bake))).toBe(NOW + HOUR);
  });

  it('never while time alone changes nothing', () => {
    const plan = nextStep(shift(waiting('CLEAN_UP')), { tasks: [of(GREEN), ...both(BLUE)] });
    expect(plan).not.toHaveProperty('wakeAt');
  });
});
