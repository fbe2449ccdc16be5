import { describe, expect, it } from 'vitest';
import { planService } from '../../../src/scheduler/plan-service.ts';
import { ECS_TIMINGS, type TaskSnapshot } from '../../../src/scheduler/rolling/snapshot.ts';
import * as build from '../rolling/builders.ts';
import * as given from './shifting.ts';

const { completed, deployment, NOW, target, times, withBreaker } = build;
const { BACK, BEFORE_ROLLING, BETWEEN, BLUE, DAY, GREEN, MINUTE, RECONCILING } = given;
const { begun, hook, hookRun, nextStep, shift, shiftingService, waiting } = given;

/** Two tasks of a revision. */
const both = (deploymentId: string, members: Partial<TaskSnapshot> = {}): TaskSnapshot[] =>
  times(2, { deploymentId, ...members });
const UP = [...both(GREEN), ...both(BLUE)];

/** A task of which something is to be told: it was registered with its target group. */
const registered = (deploymentId: string): TaskSnapshot =>
  build.task({ deploymentId, expectedTargets: 1, targets: [target('healthy')] });
const REGISTERED = `(service web) registered 1 targets in (target-group ${build.GROUP})`;

describe('one step of a traffic shift', () => {
  it('begins the stage, and does nothing else', () => {
    const seen = shift(waiting('TEST_TRAFFIC_SHIFT'));
    const { deployments } = shiftingService(seen);
    // Tasks are missing everywhere: they come with the next step.
    expect(nextStep(seen, { deployments })).toEqual({
      ...{ start: [], stop: [], notes: [], events: [], deployments },
      shift: { ...seen.progress, begunAt: NOW, testPercent: 100 },
      ...{ steady: false, deactivate: false, final: false },
    });
  });

  it('looks after the tasks while the stage may not begin', () => {
    const tasks = both(BLUE);
    const plan = nextStep(shift(waiting('PRODUCTION_TRAFFIC_SHIFT')), { tasks });
    expect(plan).not.toHaveProperty('shift');
    expect(plan.start).toEqual([{ deploymentId: GREEN, count: 2 }]);
  });

  it('looks after the tasks while the stage is not over', () => {
    const progress = begun('POST_SCALE_UP', { hooks: [hookRun()] });
    const plan = nextStep(shift(progress), { tasks: both(BLUE) });
    expect(plan).not.toHaveProperty('shift');
    expect(plan.start).toEqual([{ deploymentId: GREEN, count: 2 }]);
  });

  it('enters the next stage, and does nothing else', () => {
    const plan = nextStep(shift(begun('POST_SCALE_UP')));
    expect(plan.shift).toEqual({ ...waiting('TEST_TRAFFIC_SHIFT'), enteredAt: NOW });
    expect(plan).toMatchObject({ start: [], stop: [], final: false });
  });

  it('enters it at the time-out of a hook that means to continue', () => {
    const hooks = [hookRun({ expiresAt: NOW, timeoutAction: 'CONTINUE' })];
    expect(nextStep(shift(begun('POST_SCALE_UP', { hooks }))).shift).toMatchObject({
      stage: 'TEST_TRAFFIC_SHIFT',
      hooks: [],
    });
  });

  it('turns round at the time-out of one that does not', () => {
    const hooks = [hookRun({ expiresAt: NOW })];
    const plan = nextStep(shift(begun('POST_SCALE_UP', { hooks }), { hooks: [hook()] }));
    expect(plan.serviceDeployment).toMatchObject({
      status: 'ROLLBACK_IN_PROGRESS',
      statusReason: 'Service deployment rolled back because POST_SCALE_UP pause hook timed out.',
    });
    expect(plan.shift).toMatchObject({ stage: 'CLEAN_UP', course: { direction: 'rollback' } });
  });

  it('makes a record that is PENDING one that is IN_PROGRESS', () => {
    const members = { serviceDeployment: { status: 'PENDING' } } as const;
    expect(nextStep(shift(waiting('PRE_SCALE_UP')), members).serviceDeployment).toEqual({
      status: 'IN_PROGRESS',
      circuitBreakerTriggered: false,
    });
  });

  it('of a service without a record changes none', () => {
    const { serviceDeployment: _none, ...service } = shiftingService(shift(waiting('SCALE_UP')));
    expect(planService(service, ECS_TIMINGS, NOW)).not.toHaveProperty('serviceDeployment');
  });

  it('tells what was seen of the tasks, whatever it does', () => {
    const tasks = [registered(GREEN)];
    const note = { taskId: tasks[0]?.id, note: 'registered' };
    for (const plan of [
      nextStep(shift(waiting('TEST_TRAFFIC_SHIFT')), { tasks }),
      nextStep(shift(begun('SCALE_UP')), { tasks }),
    ])
      expect(plan).toMatchObject({ notes: [note], events: [REGISTERED] });
    const turned = nextStep(shift(begun('SCALE_UP'), { fault: 'No rule.' }), { tasks });
    expect(turned.notes).toEqual([note]);
    expect(turned.events[0]).toBe(REGISTERED);
  });

  it('is a bug of a service without any deployment', () => {
    expect(() => nextStep(shift(begun('SCALE_UP')), { deployments: [] })).toThrow(
      'service web has no deployment',
    );
  });
});

describe('a traffic shift is over', () => {
  it('when the last stage is: the new revision is COMPLETED, and its record SUCCESSFUL', () => {
    const plan = nextStep(shift(begun('CLEAN_UP', { position: 11, productionPercent: 100 })), {
      tasks: both(GREEN),
    });
    expect(plan.deployments).toMatchObject([
      { id: GREEN, status: 'PRIMARY', rolloutState: 'COMPLETED', desiredCount: 2 },
      { id: BLUE, desiredCount: 0 },
    ]);
    expect(plan.serviceDeployment).toEqual({
      status: 'SUCCESSFUL',
      circuitBreakerTriggered: false,
    });
    expect(plan.events).toEqual(['(service web) (deployment ecs-svc/3) deployment completed.']);
    expect(plan).not.toHaveProperty('shift');
  });

  it('when the last stage back is: the former revision is COMPLETED again, and its record ROLLBACK_SUCCESSFUL', () => {
    const plan = nextStep(shift(begun('CLEAN_UP', { course: BACK })), { tasks: both(BLUE) });
    expect(plan.deployments[0]).toMatchObject({
      ...{ id: BLUE, status: 'PRIMARY', rolloutState: 'COMPLETED', desiredCount: 2 },
      rolloutStateReason: 'ECS deployment ecs-svc/1 completed.',
    });
    expect(plan.serviceDeployment?.status).toBe('ROLLBACK_SUCCESSFUL');
  });

  it('when traffic is undivided again before a rolling update, which goes on from there', () => {
    const seen = shift(begun('RECONCILE_SERVICE', { course: BEFORE_ROLLING }));
    const plan = nextStep(seen, { tasks: both(BLUE) });
    expect(plan).toMatchObject({ shift: 'over', start: [], stop: [], final: false });
    expect(plan.deployments).toEqual(shiftingService(seen).deployments);
    expect(plan).not.toHaveProperty('serviceDeployment');
  });
});

describe('RECONCILE_SERVICE', () => {
  const deployments = [
    deployment(GREEN),
    deployment(BETWEEN, { desiredCount: 2 }),
    deployment('ecs-svc/x', { desiredCount: 2 }),
    completed(BLUE, { desiredCount: 2 }),
  ];
  const divided = waiting('RECONCILE_SERVICE', { course: RECONCILING, othersServe: true });
  const reconciling = begun('RECONCILE_SERVICE', { course: RECONCILING });

  it.each([
    ['all of them', [...both(BETWEEN), ...both('ecs-svc/x')]],
    ['one of them', both('ecs-svc/x')],
  ])('waits for the former revision where others have traffic and answer: %s', (_name, others) => {
    const plan = nextStep(shift(divided), { deployments, tasks: others });
    expect(plan).not.toHaveProperty('shift');
    expect(plan.start).toEqual([{ deploymentId: BLUE, count: 2 }]);
    const next = nextStep(shift(divided), { deployments, tasks: [...others, ...both(BLUE)] });
    expect(next.shift).toMatchObject({ begunAt: NOW });
  });

  it('does not wait where none of them answers', () => {
    const tasks = [...both(BETWEEN, build.UNHEALTHY), ...both('ecs-svc/x', build.PENDING)];
    expect(nextStep(shift(divided), { deployments, tasks }).shift).toMatchObject({ begunAt: NOW });
  });

  it('counts no task of the new revision among the others', () => {
    const plan = nextStep(shift(divided), { deployments, tasks: both(GREEN) });
    expect(plan.shift).toMatchObject({ begunAt: NOW });
  });

  it('ends when none of the others has a task that is not leaving', () => {
    const ends = (tasks: readonly TaskSnapshot[]): boolean =>
      nextStep(shift(reconciling), { deployments, tasks }).shift !== undefined;
    expect(ends([...both(BETWEEN, build.LEAVING), ...both('ecs-svc/x')])).toBe(false);
    expect(ends([...both(BETWEEN), ...both('ecs-svc/x', build.LEAVING)])).toBe(false);
    expect(ends([...both(BETWEEN, build.LEAVING), ...both('ecs-svc/x', build.LEAVING)])).toBe(true);
  });

  it('leaves CLEAN_UP to wait for those that are', () => {
    const clean = begun('CLEAN_UP', { position: 11 });
    const ends = (tasks: readonly TaskSnapshot[]): boolean =>
      nextStep(shift(clean), { deployments, tasks: [...both(GREEN), ...tasks] })
        .serviceDeployment !== undefined;
    expect(ends(both(BETWEEN, build.LEAVING))).toBe(false);
    expect(ends([])).toBe(true);
  });

  it('before a rolling update heeds no demand to end: the rolling update does, by its own rules', () => {
    const progress = {
      ...begun('RECONCILE_SERVICE', { course: BEFORE_ROLLING }),
      hooks: [hookRun()],
    };
    const plan = nextStep(shift({ ...progress, enteredAt: NOW - 2 * DAY }, { fault: 'No rule.' }), {
      tasks: UP,
      serviceDeployment: { status: 'ROLLBACK_REQUESTED' },
      alarms: { triggered: ['errors'], rollback: true, bakeMs: 0 },
      rules: withBreaker(),
      deployments: [deployment(GREEN, { failedTasks: 3 }), completed(BLUE)],
    });
    expect(plan).not.toHaveProperty('serviceDeployment');
    expect(plan).not.toHaveProperty('shift');
  });
});

describe('a rollback', () => {
  const broken = [
    deployment(BLUE, { status: 'PRIMARY', desiredCount: 2, failedTasks: 3 }),
    deployment(GREEN, { status: 'ACTIVE', desiredCount: 2, rolloutState: 'FAILED' }),
  ];
  const failed = (circuitBreakerTriggered: boolean): unknown => ({
    status: 'ROLLBACK_FAILED',
    statusReason: 'No rollback candidate was found to run the rollback.',
    circuitBreakerTriggered,
  });

  it('fails when the breaker trips on the former revision, and does nothing else', () => {
    const tasks = [registered(BLUE)];
    const seen = shift(waiting('PRODUCTION_TRAFFIC_SHIFT', { course: BACK }));
    expect(nextStep(seen, { deployments: broken, rules: withBreaker(), tasks })).toEqual({
      ...{ start: [], stop: [], steady: false, deactivate: false, final: false },
      deployments: [
        {
          ...broken[0],
          rolloutState: 'FAILED',
          rolloutStateReason: 'ECS deployment ecs-svc/1 failed to roll back.',
        },
        broken[1],
      ],
      serviceDeployment: failed(true),
      notes: expect.arrayContaining([{ taskId: tasks[0]?.id, note: 'registered' }]) as unknown,
      events: [REGISTERED],
    });
  });

  it('fails when the former revision has not come up within a day, and not before', () => {
    const since = (enteredAt: number) =>
      nextStep(shift(waiting('PRODUCTION_TRAFFIC_SHIFT', { course: BACK, enteredAt })));
    expect(since(NOW - DAY).serviceDeployment).toEqual(failed(false));
    expect(since(NOW - DAY + 1)).not.toHaveProperty('serviceDeployment');
  });

  it('goes on whatever else is demanded: it is under way', () => {
    const hooks = [hookRun({ status: 'FAILED', failure: 'It said no.' })];
    const plan = nextStep(
      shift(begun('PRODUCTION_TRAFFIC_SHIFT', { course: BACK, hooks }), { fault: 'No rule.' }),
      { tasks: UP, alarms: { triggered: ['errors'], rollback: true, bakeMs: 0 } },
    );
    expect(plan).not.toHaveProperty('serviceDeployment');
    expect(plan.shift).toMatchObject({ stage: 'TEST_TRAFFIC_SHIFT', enteredAt: NOW });
  });

  it('is not held up by a hook that times out', () => {
    const late = hookRun({
      ...{ targetType: 'AWS_LAMBDA', status: 'IN_PROGRESS' },
      ...{ startedAt: NOW - MINUTE, expiresAt: NOW },
    });
    const progress = begun('PRODUCTION_TRAFFIC_SHIFT', { course: BACK, hooks: [late] });
    expect(nextStep(shift(progress), { tasks: UP }).shift).toMatchObject({
      stage: 'TEST_TRAFFIC_SHIFT',
    });
  });
});
