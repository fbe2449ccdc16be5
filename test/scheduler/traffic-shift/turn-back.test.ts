import { describe, expect, it } from 'vitest';
import type { DeploymentSnapshot } from '../../../src/scheduler/rolling/snapshot.ts';
import type { Interruption } from '../../../src/scheduler/traffic-shift/interruption.ts';
import type { ShiftProgress } from '../../../src/scheduler/traffic-shift/progress.ts';
import { turnBack, type Turn } from '../../../src/scheduler/traffic-shift/turn-back.ts';
import { completed, deployment, NOW } from '../rolling/builders.ts';
import { begun, BETWEEN, BLUE, GREEN, hookRun, shift, shiftingService } from './shifting.ts';

const ALARM: Interruption = {
  statusReason: 'Service deployment rolled back because alarm detected: errors.',
  failedState: 'ECS deployment failed: alarm detected.',
  cause: 'alarm detected',
  circuitBreakerTriggered: false,
};
const GREEN_BEFORE = deployment(GREEN, { desiredCount: 2, failedTasks: 1 });
const BLUE_BEFORE = completed(BLUE, { desiredCount: 2, failedTasks: 2, failedResolutions: 1 });

function turn(
  progress: ShiftProgress,
  {
    deployments = [GREEN_BEFORE, BLUE_BEFORE],
    why = ALARM,
  }: { deployments?: readonly DeploymentSnapshot[]; why?: Interruption } = {},
): Turn {
  const seen = shift(progress);
  return turnBack(shiftingService(seen), seen, deployments, why, NOW);
}

describe('a deployment that turns round', () => {
  it('makes the former revision PRIMARY again, with no failure counted, and the new one FAILED', () => {
    expect(turn(begun('BAKE_TIME')).deployments).toEqual([
      {
        ...BLUE_BEFORE,
        status: 'PRIMARY',
        rolloutState: 'IN_PROGRESS',
        rolloutStateReason: 'ECS deployment rolling back to deploymentId ecs-svc/1.',
        failedTasks: 0,
        failedResolutions: 0,
      },
      {
        ...GREEN_BEFORE,
        status: 'ACTIVE',
        rolloutState: 'FAILED',
        rolloutStateReason: 'ECS deployment failed: alarm detected.',
      },
    ]);
  });

  it('leaves to the revision of an interrupted deployment the state that it ended with', () => {
    const between = deployment(BETWEEN);
    const { deployments } = turn(begun('BAKE_TIME'), {
      deployments: [GREEN_BEFORE, between, BLUE_BEFORE],
    });
    expect(deployments.map(({ id }) => id)).toEqual([BLUE, GREEN, BETWEEN]);
    expect(deployments[2]).toEqual(between);
  });

  it('is a rollback in its record, with the reason and where it goes', () => {
    expect(turn(begun('BAKE_TIME')).serviceDeployment).toEqual({
      status: 'ROLLBACK_IN_PROGRESS',
      statusReason: ALARM.statusReason,
      rollback: { reason: ALARM.statusReason, toDeploymentId: BLUE },
      circuitBreakerTriggered: false,
    });
    const breaker = { ...ALARM, circuitBreakerTriggered: true };
    expect(turn(begun('BAKE_TIME'), { why: breaker }).serviceDeployment).toMatchObject({
      circuitBreakerTriggered: true,
    });
  });

  it('says that it failed, if it did, and where it goes back to', () => {
    expect(turn(begun('BAKE_TIME')).events).toEqual([
      '(service web) (deployment ecs-svc/3) deployment failed: alarm detected.',
      '(service web) rolling back to deployment ecs-svc/1.',
    ]);
    const { cause: _none, ...asked } = ALARM;
    expect(turn(begun('BAKE_TIME'), { why: asked }).events).toEqual([
      '(service web) rolling back to deployment ecs-svc/1.',
    ]);
  });
});

describe('the way back', () => {
  it('begins anew, with the traffic as it is and no hook of the stage that was left', () => {
    const hooks = [hookRun()];
    expect(
      turn(begun('BAKE_TIME', { productionPercent: 100, testPercent: 100, hooks })).progress,
    ).toEqual({
      ...{ greenId: GREEN, blueId: BLUE },
      course: { direction: 'rollback', production: true, test: true },
      ...{ stage: 'PRODUCTION_TRAFFIC_SHIFT', position: 0, enteredAt: NOW, hooks: [] },
      ...{ productionPercent: 100, testPercent: 100 },
    });
  });

  it.each([
    { productionPercent: 0, testPercent: 0, first: 'CLEAN_UP' },
    { productionPercent: 0, testPercent: 100, first: 'TEST_TRAFFIC_SHIFT' },
    { productionPercent: 0.1, testPercent: 0, first: 'PRODUCTION_TRAFFIC_SHIFT' },
    { productionPercent: 10, testPercent: 100, first: 'PRODUCTION_TRAFFIC_SHIFT' },
  ])(
    'is $first first, with $productionPercent % of production and $testPercent % of test traffic shifted',
    ({ first, productionPercent, testPercent }) => {
      const { progress } = turn(begun('SCALE_UP', { productionPercent, testPercent }));
      expect(progress).toMatchObject({
        stage: first,
        ...{ productionPercent, testPercent },
        course: { production: productionPercent > 0, test: testPercent > 0 },
      });
      expect(progress.othersServe).toBeUndefined();
    },
  );

  it('brings back what an interrupted deployment has left divided, too', () => {
    expect(turn(begun('RECONCILE_SERVICE', { othersServe: true })).progress).toMatchObject({
      course: { direction: 'rollback', production: true, test: true },
      stage: 'PRODUCTION_TRAFFIC_SHIFT',
      othersServe: true,
    });
  });
});

describe('a deployment without a former revision', () => {
  const { blueId: _none, ...first } = begun('SCALE_UP');

  it('ends where it is, and says that nothing is left to go back to, and why it would have to', () => {
    expect(turn(first, { deployments: [GREEN_BEFORE] })).toEqual({
      deployments: [
        {
          ...GREEN_BEFORE,
          rolloutState: 'FAILED',
          rolloutStateReason: 'ECS deployment failed: alarm detected.',
        },
      ],
      serviceDeployment: {
        status: 'ROLLBACK_FAILED',
        statusReason:
          'No rollback candidate was found to run the rollback. Service deployment failed because alarm detected: errors.',
        circuitBreakerTriggered: false,
      },
      events: ['(service web) (deployment ecs-svc/3) deployment failed: alarm detected.'],
      progress: first,
    });
  });
});
