import { describe, expect, it } from 'vitest';
import { GOOD, World, type Behaviour, type Shifting } from '../rolling/world.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const BLUE_GREEN: Shifting = { strategy: { type: 'BLUE_GREEN' }, bakeMs: 5 * MINUTE, hooks: [] };
const SLOW: Behaviour = { ...GOOD, stopMs: 30_000 };
const NEVER: Behaviour = { ...GOOD, fate: { kind: 'never-runs' } };

/** A service whose first revision is complete. */
function complete(desiredCount = 2, rules = {}): World {
  const world = new World(desiredCount, rules);
  world.deploy(SLOW);
  world.run(() => world.outcomes.length > 0);
  return world;
}

const stageOf = (world: World): string => world.shift?.progress.stage ?? '';
const at =
  (stage: string, begun = true) =>
  (world: World) =>
    stageOf(world) === stage && (world.shift?.progress.begunAt !== undefined) === begun;
const [BREAKER] = [
  {
    circuitBreaker: {
      enable: true,
      rollback: false,
      resetOnHealthyTask: true,
      threshold: { type: 'COUNT', value: 3 },
    },
  } as const,
];

describe('a traffic shift', () => {
  it('starts nothing in PRE_SCALE_UP, all of green in SCALE_UP, and stops blue in CLEAN_UP only', () => {
    const world = complete(3);
    const hook = {
      targetType: 'PAUSE',
      stages: ['PRE_SCALE_UP'],
      timeoutMs: MINUTE,
      timeoutAction: 'CONTINUE',
    } as const;
    const green = world.deploy(GOOD, { ...BLUE_GREEN, hooks: [hook] });
    world.run(() => false, 30_000);
    expect(stageOf(world)).toBe('PRE_SCALE_UP');
    expect(world.existing(green)).toEqual([]);
    expect(world.deployments).toMatchObject([
      { id: green, status: 'PRIMARY', desiredCount: 0 },
      { status: 'ACTIVE', desiredCount: 3 },
    ]);
    world.run(() => at('SCALE_UP')(world));
    world.settle();
    expect(world.existing(green)).toHaveLength(3);
    world.run(() => at('BAKE_TIME')(world));
    expect(world.existing()).toHaveLength(6);
    world.run(() => at('CLEAN_UP')(world));
    world.settle();
    expect(world.deployments).toMatchObject([
      { id: green, status: 'PRIMARY', desiredCount: 3, rolloutState: 'IN_PROGRESS' },
      { status: 'DRAINING', desiredCount: 0 },
    ]);
    world.run(() => !world.isShifting);
    expect(world.outcomes.at(-1)).toBe('SUCCESSFUL');
    expect(world.deployments).toMatchObject([{ id: green, rolloutState: 'COMPLETED' }]);
  });

  it('bakes for exactly as long as it is told to', () => {
    const world = complete();
    world.deploy(GOOD, BLUE_GREEN);
    world.run(() => at('BAKE_TIME')(world));
    const begin = world.now;
    world.run(() => stageOf(world) === 'CLEAN_UP');
    expect(world.now - begin).toBe(5 * MINUTE);
  });

  it('is a record that is IN_PROGRESS from its first step', () => {
    const world = complete();
    world.deploy(GOOD, BLUE_GREEN);
    expect(world.serviceDeployment?.status).toBe('PENDING');
    world.settle();
    expect(world.serviceDeployment?.status).toBe('IN_PROGRESS');
  });

  it('goes back when the breaker trips, whether or not rollback was asked for', () => {
    const world = complete(2, BREAKER);
    const [blue] = world.deployments;
    const plans: string[] = [];
    world.onPlan = ({ serviceDeployment }) => plans.push(serviceDeployment?.statusReason ?? '');
    const green = world.deploy(NEVER, BLUE_GREEN);
    world.run(() => !world.isShifting, DAY);
    expect(world.outcomes.at(-1)).toBe('ROLLBACK_SUCCESSFUL');
    expect(plans).toContain(
      'Service deployment rolled back because the circuit breaker threshold was exceeded.',
    );
    expect(world.deployments).toMatchObject([{ id: blue?.id, rolloutState: 'COMPLETED' }]);
    expect(world.events).toContain(
      `(service web) (deployment ${green}) deployment failed: tasks failed to start.`,
    );
    expect(world.events).toContain(`(service web) rolling back to deployment ${blue?.id ?? ''}.`);
  });

  it('that is the first of a service has nothing to go back to', () => {
    const world = new World(1, BREAKER);
    world.deploy(NEVER, BLUE_GREEN);
    world.run(() => !world.isShifting, DAY);
    expect(world.outcomes).toEqual(['ROLLBACK_FAILED']);
    expect(world.deployments).toMatchObject([{ rolloutState: 'FAILED' }]);
  });

  it('that is the first of a service and fails says that there is nothing to go back to, and why it would have to', () => {
    const world = new World(1);
    const reasons: string[] = [];
    world.onPlan = ({ serviceDeployment }) => reasons.push(serviceDeployment?.statusReason ?? '');
    world.deploy(GOOD, { ...BLUE_GREEN, fault: 'The listener rule r was not found.' });
    world.run(() => !world.isShifting);
    expect(reasons).toContain(
      'No rollback candidate was found to run the rollback. Service deployment failed because of invalid networking configuration. The listener rule r was not found.',
    );
  });

  it('that does not come up is given a day', () => {
    const world = complete();
    const reasons: string[] = [];
    world.onPlan = ({ serviceDeployment }) => reasons.push(serviceDeployment?.statusReason ?? '');
    world.deploy(NEVER, BLUE_GREEN);
    const begin = world.now;
    world.run(() => world.serviceDeployment?.status === 'ROLLBACK_IN_PROGRESS', 2 * DAY);
    expect(world.now - begin).toBe(DAY);
    expect(reasons).toContain(
      'Service deployment rolled back because SCALE_UP did not end within 24 hours.',
    );
  });

  it('waits with its next step until a task of green that died is replaced', () => {
    const world = complete();
    const green = world.deploy(GOOD, {
      ...BLUE_GREEN,
      strategy: { type: 'CANARY', canaryPercent: 10, canaryBakeMs: MINUTE },
    });
    world.run(() => at('PRODUCTION_TRAFFIC_SHIFT')(world));
    world.later(MINUTE - 500, () => {
      const [victim] = world.tasks.filter(({ deploymentId }) => deploymentId === green);
      if (victim === undefined) throw new Error('green has no task');
      world.crash(victim);
    });
    world.run(() => at('PRODUCTION_TRAFFIC_SHIFT', false)(world));
    expect(world.shift?.progress.productionPercent).toBe(10);
    world.run(() => world.shift?.progress.productionPercent === 100);
    expect(world.existing(green)).toHaveLength(2);
  });

  it('goes back with its traffic at once, and stops green afterwards', () => {
    const world = complete();
    const green = world.deploy(GOOD, BLUE_GREEN);
    world.run(() => at('BAKE_TIME')(world));
    world.serviceDeployment = { status: 'ROLLBACK_REQUESTED' };
    const begin = world.now;
    world.run(() => world.shift?.progress.productionPercent === 0);
    expect(world.now).toBe(begin);
    expect(world.existing(green)).toHaveLength(2);
    world.run(() => !world.isShifting);
    expect(world.outcomes.at(-1)).toBe('ROLLBACK_SUCCESSFUL');
    expect(world.existing(green)).toEqual([]);
  });

  it('brings blue up again before traffic returns to it from CLEAN_UP', () => {
    const world = complete();
    const blue = world.deployments[0]?.id ?? '';
    world.deploy(GOOD, BLUE_GREEN);
    world.run(() => at('CLEAN_UP')(world));
    world.settle();
    world.serviceDeployment = { status: 'ROLLBACK_REQUESTED' };
    world.settle();
    expect(world.shift?.progress).toMatchObject({
      stage: 'PRODUCTION_TRAFFIC_SHIFT',
      productionPercent: 100,
    });
    world.run(() => world.shift?.progress.productionPercent === 0);
    const healthy = world.existing(blue).filter(({ healthStatus }) => healthStatus === 'HEALTHY');
    expect(healthy.length).toBeGreaterThanOrEqual(2);
    world.run(() => !world.isShifting);
    expect(world.outcomes.at(-1)).toBe('ROLLBACK_SUCCESSFUL');
  });

  it('fails when the rules do not allow it, and says what is wrong with them', () => {
    const world = complete();
    const reasons: string[] = [];
    world.onPlan = ({ serviceDeployment }) => reasons.push(serviceDeployment?.statusReason ?? '');
    world.deploy(GOOD, { ...BLUE_GREEN, fault: 'The listener rule r was not found.' });
    world.run(() => !world.isShifting);
    expect(reasons).toContain(
      'Service deployment rolled back because of invalid networking configuration. The listener rule r was not found.',
    );
    expect(world.outcomes.at(-1)).toBe('ROLLBACK_SUCCESSFUL');
  });

  it('goes back when an alarm goes off, naming it', () => {
    const world = complete();
    const reasons: string[] = [];
    world.onPlan = ({ serviceDeployment }) => reasons.push(serviceDeployment?.statusReason ?? '');
    world.deploy(GOOD, BLUE_GREEN);
    world.run(() => at('BAKE_TIME')(world));
    world.alarms = { triggered: ['errors', 'latency'], rollback: false, bakeMs: 0 };
    world.run(() => !world.isShifting);
    expect(reasons).toContain(
      'Service deployment rolled back because alarm detected: errors, latency.',
    );
    expect(world.outcomes.at(-1)).toBe('ROLLBACK_SUCCESSFUL');
  });

  it('of a service without tasks goes through', () => {
    const world = complete(0);
    world.deploy(GOOD, BLUE_GREEN);
    world.run(() => !world.isShifting);
    expect(world.outcomes.at(-1)).toBe('SUCCESSFUL');
  });

  it('follows a changed desired count with both revisions', () => {
    const world = complete();
    const blue = world.deployments[0]?.id ?? '';
    const green = world.deploy(GOOD, BLUE_GREEN);
    world.run(() => at('BAKE_TIME')(world));
    world.desiredCount = 4;
    world.run(() => false, MINUTE);
    expect([world.existing(blue).length, world.existing(green).length]).toEqual([4, 4]);
  });
});

describe('a superseded traffic shift', () => {
  it('is cleared away first: blue is full, gets all traffic, and then the one in between is stopped', () => {
    const world = complete();
    const blue = world.deployments[0]?.id ?? '';
    const between = world.deploy(GOOD, BLUE_GREEN);
    world.run(() => at('BAKE_TIME')(world));
    const green = world.deploy(GOOD, BLUE_GREEN);
    expect(world.shift?.progress).toMatchObject({
      blueId: blue,
      greenId: green,
      stage: 'RECONCILE_SERVICE',
    });
    const seen: unknown[] = [];
    world.onPlan = ({ shift }) => {
      if (shift === undefined || shift === 'over') return;
      if (shift.stage !== 'PRE_SCALE_UP' || shift.begunAt !== undefined) return;
      const staying = world.existing(between).filter((task) => task.desiredStatus === 'RUNNING');
      seen.push([world.existing(blue).length, staying.length, world.existing(green).length]);
    };
    world.run(() => !world.isShifting);
    expect(seen).toEqual([[2, 0, 0]]);
    expect(world.outcomes).toEqual(['SUCCESSFUL', 'STOPPED', 'SUCCESSFUL']);
    expect(world.deployments.map(({ id }) => id)).toEqual([green]);
  });

  it('does not wait for a former revision that is down, where that has all traffic: the new one is what helps', () => {
    const world = new World(2);
    const fading = { ...GOOD };
    world.deploy(fading);
    world.run(() => world.outcomes.length > 0);
    world.deploy(GOOD, BLUE_GREEN);
    world.run(() => at('SCALE_UP')(world));
    fading.fate = { kind: 'exits', afterMs: 0 };
    for (const task of world.tasks) world.crash(task);
    const fix = world.deploy(GOOD, BLUE_GREEN);
    world.run(() => !world.isShifting);
    expect(world.outcomes.at(-1)).toBe('SUCCESSFUL');
    expect(world.deployments.map(({ id }) => id)).toEqual([fix]);
  });

  it('of a service that has never completed one leaves traffic to the one that had most of it', () => {
    const world = new World(1);
    const first = world.deploy(GOOD, BLUE_GREEN);
    world.run(() => at('BAKE_TIME')(world));
    world.deploy(GOOD, BLUE_GREEN);
    expect(world.shift?.progress.blueId).toBe(first);
  });
});
