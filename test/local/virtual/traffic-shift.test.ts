import type { DeploymentConfiguration } from '@aws-sdk/client-ecs';
import { describe, expect, it } from 'vitest';
import { RememberingJournal } from './remembering-journal.ts';
import { ShiftingScenario } from './shifting-scenario.ts';

const MINUTE = 60_000;
const STAGES = [
  'PRE_SCALE_UP',
  'SCALE_UP',
  'POST_SCALE_UP',
  'TEST_TRAFFIC_SHIFT',
  'POST_TEST_TRAFFIC_SHIFT',
  'PRE_PRODUCTION_TRAFFIC_SHIFT',
  'PRODUCTION_TRAFFIC_SHIFT',
  'POST_PRODUCTION_TRAFFIC_SHIFT',
  'BAKE_TIME',
  'CLEAN_UP',
];

const BLUE_GREEN: DeploymentConfiguration = { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 5 };
const CANARY: DeploymentConfiguration = {
  strategy: 'CANARY',
  bakeTimeInMinutes: 5,
  canaryConfiguration: { canaryPercent: 12.5, canaryBakeTimeInMinutes: 10 },
};
const LINEAR: DeploymentConfiguration = {
  strategy: 'LINEAR',
  bakeTimeInMinutes: 5,
  linearConfiguration: { stepPercent: 40, stepBakeTimeInMinutes: 3 },
};

/** Stages that last by themselves; the others are over in an instant, unless a hook holds them. */
const LASTING = ['SCALE_UP', 'PRODUCTION_TRAFFIC_SHIFT', 'BAKE_TIME', 'CLEAN_UP'];

/** The configuration with a function that does not answer at this stage, and is then not waited for any longer. */
function holding(configuration: DeploymentConfiguration, stage: string): DeploymentConfiguration {
  const lasts =
    LASTING.includes(stage) &&
    !(stage === 'PRODUCTION_TRAFFIC_SHIFT' && configuration.strategy === 'BLUE_GREEN');
  if (lasts) return configuration;
  return {
    ...configuration,
    lifecycleHooks: [
      {
        hookTargetArn: 'arn:aws:lambda:eu-west-1:123456789012:function:hold',
        roleArn: 'arn:aws:iam::123456789012:role/hooks',
        lifecycleStages: [stage as 'PRE_SCALE_UP'],
        timeoutConfiguration: { timeoutInMinutes: 30, action: 'CONTINUE' },
      },
    ],
  };
}

describe('a deployment that shifts traffic, in virtual time', () => {
  it('goes blue/green through every stage, and the target groups swap their roles each time', async () => {
    const world = await ShiftingScenario.start(BLUE_GREEN);
    const { scenario } = world;
    expect(world.weights(world.productionRule)).toEqual({ blue: 100, green: 0 });
    const seen = world.follow();
    const begin = scenario.ecs.clock.now();
    await scenario.update({ taskDefinition: 'app:2' });
    await world.untilStage('BAKE_TIME');
    expect(world.weights(world.productionRule)).toEqual({ green: 100, blue: 0 });
    expect(world.weights(world.testRule)).toEqual({ green: 100, blue: 0 });
    expect(await scenario.deployments()).toEqual([
      'PRIMARY IN_PROGRESS app:2 2/2',
      'ACTIVE COMPLETED app:1 2/2',
    ]);
    expect(await world.untilEnded()).toBe('SUCCESSFUL');
    expect([...new Set(seen.map(({ stage }) => stage))]).toEqual(STAGES);
    expect(scenario.ecs.clock.now() - begin).toBeGreaterThanOrEqual(5 * MINUTE);
    expect(await scenario.deployments()).toEqual(['PRIMARY COMPLETED app:2 2/2']);
    const rollout = await scenario.rollout();
    expect(rollout).toMatchObject({
      status: 'SUCCESSFUL',
      lifecycleStage: 'CLEAN_UP',
      targetServiceRevision: {
        requestedProductionTrafficWeight: 100,
        requestedTestTrafficWeight: 100,
        runningTaskCount: 2,
      },
      sourceServiceRevisions: [{ requestedProductionTrafficWeight: 0, runningTaskCount: 0 }],
    });
    const { serviceRevisions = [] } = await scenario.ecs.call('DescribeServiceRevisions', {
      serviceRevisionArns: [rollout.targetServiceRevision?.arn ?? ''],
    });
    expect(serviceRevisions[0]?.resolvedConfiguration?.loadBalancers).toEqual([
      { targetGroupArn: world.groups[1], productionListenerRule: world.productionRule },
    ]);

    await scenario.update({ taskDefinition: 'app:3' });
    expect(await world.untilEnded()).toBe('SUCCESSFUL');
    expect(world.weights(world.productionRule)).toEqual({ blue: 100, green: 0 });
  });

  it('shifts a canary first, waits, and then the rest', async () => {
    const world = await ShiftingScenario.start(CANARY);
    await world.scenario.update({ taskDefinition: 'app:2' });
    await world.untilStage('PRODUCTION_TRAFFIC_SHIFT');
    await world.scenario.ecs.clock.advance(MINUTE);
    expect(world.weights(world.productionRule)).toEqual({ green: 12.5, blue: 87.5 });
    expect(await world.scenario.rollout()).toMatchObject({
      lifecycleStage: 'PRODUCTION_TRAFFIC_SHIFT',
      targetServiceRevision: { requestedProductionTrafficWeight: 12.5 },
      sourceServiceRevisions: [{ requestedProductionTrafficWeight: 87.5 }],
    });
    await world.scenario.ecs.clock.advance(9 * MINUTE + 1000);
    expect(world.weights(world.productionRule)).toEqual({ green: 100, blue: 0 });
    expect(await world.untilEnded()).toBe('SUCCESSFUL');
  });

  it('shifts in equal steps', async () => {
    const world = await ShiftingScenario.start(LINEAR);
    const seen = world.follow();
    await world.scenario.update({ taskDefinition: 'app:2' });
    expect(await world.untilEnded()).toBe('SUCCESSFUL');
    expect([...new Set(seen.map(({ production }) => production))]).toEqual([0, 40, 80, 100]);
  });

  for (const [name, configuration] of Object.entries({ BLUE_GREEN, CANARY, LINEAR }))
    for (const stage of STAGES)
      it(`goes back from ${stage} of ${name} when it is stopped`, async () => {
        const world = await ShiftingScenario.start(configuration);
        const { scenario } = world;
        await scenario.update({
          taskDefinition: 'app:2',
          deploymentConfiguration: holding(configuration, stage),
        });
        await world.untilStage(stage);
        const { serviceDeploymentArn } = await scenario.rollout();
        await scenario.ecs.call('StopServiceDeployment', { serviceDeploymentArn });
        expect(await world.untilEnded()).toBe('ROLLBACK_SUCCESSFUL');
        expect(world.weights(world.productionRule)).toMatchObject({ blue: 100 });
        expect(world.weights(world.testRule)['green']).not.toBe(
          stage === 'SCALE_UP' ? undefined : 100,
        );
        expect(await scenario.deployments()).toEqual(['PRIMARY COMPLETED app:1 2/2']);
        expect(await scenario.rollout()).toMatchObject({
          statusReason:
            'Service deployment rolled back because StopServiceDeployment was requested.',
          sourceServiceRevisions: [{ requestedProductionTrafficWeight: 100 }],
          targetServiceRevision: { requestedProductionTrafficWeight: 0 },
        });
      });

  for (const stage of STAGES)
    it(`goes on to its end when the control plane is killed in ${stage}`, async () => {
      const journal = new RememberingJournal();
      const world = await ShiftingScenario.start(LINEAR, { journal });
      await world.scenario.update({
        taskDefinition: 'app:2',
        deploymentConfiguration: holding(LINEAR, stage),
      });
      await world.untilStage(stage);
      await world.scenario.crash({ journal });
      expect(await world.untilEnded()).toBe('SUCCESSFUL');
      expect(world.weights(world.productionRule)).toEqual({ green: 100, blue: 0 });
      expect(await world.scenario.deployments()).toEqual(['PRIMARY COMPLETED app:2 2/2']);
    });

  it('comes back by the circuit breaker when its tasks do not come up', async () => {
    const models = { 'app:2.0.0': { exit: { afterMs: 500, exitCode: 1 } } };
    const world = await ShiftingScenario.start(
      { ...BLUE_GREEN, deploymentCircuitBreaker: { enable: true, rollback: true } },
      { models },
    );
    await world.scenario.update({ taskDefinition: 'app:2' });
    expect(await world.untilEnded()).toBe('ROLLBACK_SUCCESSFUL');
    expect(await world.scenario.rollout()).toMatchObject({
      statusReason:
        'Service deployment rolled back because the circuit breaker threshold was exceeded.',
      deploymentCircuitBreaker: { status: 'TRIGGERED' },
    });
    expect(world.weights(world.productionRule)).toMatchObject({ blue: 100 });
  });

  it('reconciles first when another deployment was still under way', async () => {
    const world = await ShiftingScenario.start(CANARY);
    const { scenario } = world;
    await scenario.update({ taskDefinition: 'app:2' });
    await world.untilStage('PRODUCTION_TRAFFIC_SHIFT');
    await scenario.ecs.clock.advance(MINUTE);
    const seen = world.follow();
    await scenario.update({ taskDefinition: 'app:3' });
    expect(await world.untilEnded()).toBe('SUCCESSFUL');
    expect(seen.map(({ stage }) => stage)).toContain('RECONCILE_SERVICE');
    expect(await scenario.deployments()).toEqual(['PRIMARY COMPLETED app:3 2/2']);
    expect(world.weights(world.productionRule)).toEqual({ green: 100, blue: 0 });
    const [, former] = await scenario.rollouts();
    expect(former).toMatchObject({ status: 'STOPPED' });
  });

  it('stays where the traffic is when a rolling update follows', async () => {
    const world = await ShiftingScenario.start(BLUE_GREEN);
    await world.scenario.update({ taskDefinition: 'app:2' });
    expect(await world.untilEnded()).toBe('SUCCESSFUL');
    await world.scenario.update({
      taskDefinition: 'app:3',
      deploymentConfiguration: { strategy: 'ROLLING' },
    });
    await world.scenario.untilSteady();
    expect(await world.scenario.deployments()).toEqual(['PRIMARY COMPLETED app:3 2/2']);
    expect(world.weights(world.productionRule)).toEqual({ green: 100, blue: 0 });
    const { store } = world.scenario.ecs;
    const registered = [...store.targets.values()].filter(
      ({ deregisteredAt }) => deregisteredAt === undefined,
    );
    expect(new Set(registered.map(({ targetGroupArn }) => targetGroupArn))).toEqual(
      new Set([world.groups[1]]),
    );
  });

  it('needs no load balancer', async () => {
    const world = await ShiftingScenario.start(BLUE_GREEN, {}, { loadBalancers: [] });
    const seen = world.follow();
    await world.scenario.update({ taskDefinition: 'app:2' });
    expect(await world.untilEnded()).toBe('SUCCESSFUL');
    expect([...new Set(seen.map(({ stage }) => stage))]).toEqual(STAGES);
  });

  it('goes back when the rules do not forward to one of its target groups', async () => {
    const world = await ShiftingScenario.start(BLUE_GREEN);
    const { ecs } = world.scenario;
    const listener = [...ecs.store.listeners.values()].find(
      ({ defaultRuleArn }) => defaultRuleArn === world.productionRule,
    );
    if (listener === undefined) throw new Error('no listener');
    ecs.store.transaction(() =>
      ecs.store.listeners.put(listener.listenerArn, {
        ...listener,
        defaultActions: [
          {
            Type: 'forward',
            ForwardConfig: {
              TargetGroups: world.groups.map((TargetGroupArn) => ({ TargetGroupArn, Weight: 1 })),
            },
          },
        ],
      }),
    );
    await world.scenario.update({ taskDefinition: 'app:2' });
    expect(await world.untilEnded()).toBe('ROLLBACK_SUCCESSFUL');
    expect((await world.scenario.rollout()).statusReason).toBe(
      'Service deployment rolled back because of invalid networking configuration. ' +
        `productionListenerRule ${world.productionRule} should have exactly one target group serving traffic but found 2`,
    );
  });
});

describe('a pause hook', () => {
  const paused: DeploymentConfiguration = {
    ...CANARY,
    lifecycleHooks: [
      {
        targetType: 'PAUSE',
        lifecycleStages: ['PRE_PRODUCTION_TRAFFIC_SHIFT'],
        timeoutConfiguration: { timeoutInMinutes: 30, action: 'ROLLBACK' },
      },
    ],
  };

  async function atPause(): Promise<{ world: ShiftingScenario; hookId: string; arn: string }> {
    const world = await ShiftingScenario.start(CANARY);
    await world.scenario.update({ taskDefinition: 'app:2', deploymentConfiguration: paused });
    return { world, ...(await pause(world, 0)) };
  }

  async function pause(
    world: ShiftingScenario,
    step: number,
  ): Promise<{ hookId: string; arn: string }> {
    await world.untilStage('PRE_PRODUCTION_TRAFFIC_SHIFT', step);
    await world.scenario.ecs.clock.advance(1000);
    const { lifecycleHookDetails = [], serviceDeploymentArn = '' } = await world.scenario.rollout();
    expect(lifecycleHookDetails).toMatchObject([
      { targetType: 'PAUSE', status: 'AWAITING_ACTION', timeoutAction: 'ROLLBACK' },
    ]);
    return { hookId: lifecycleHookDetails[0]?.hookId ?? '', arn: serviceDeploymentArn };
  }

  const proceed = (
    world: ShiftingScenario,
    { hookId, arn }: { hookId: string; arn: string },
    action: 'CONTINUE' | 'ROLLBACK' = 'CONTINUE',
  ): Promise<unknown> =>
    world.scenario.ecs.call('ContinueServiceDeployment', {
      ...{ serviceDeploymentArn: arn, hookId, action },
    });

  it('waits before every step, each time under another id, and goes on when it is told to', async () => {
    const { world, ...first } = await atPause();
    expect(first.hookId).toMatch(/^ecs-pause-[A-Za-z0-9_-]+$/);
    await proceed(world, first);
    const second = await pause(world, 1);
    expect(second.hookId).not.toBe(first.hookId);
    expect(world.weights(world.productionRule)).toEqual({ green: 12.5, blue: 87.5 });
    await expect(proceed(world, first)).rejects.toThrow(
      'Provided hookId is either completed, unavailable, or not associated with the given Resource ARN',
    );
    await proceed(world, second);
    expect(await world.untilEnded()).toBe('SUCCESSFUL');
    await expect(proceed(world, second)).rejects.toThrow(
      'Continuing a service deployment is not allowed for service deployment in terminal states.',
    );
  });

  it('brings the deployment back when it is told to', async () => {
    const { world, ...first } = await atPause();
    await proceed(world, first);
    await proceed(world, await pause(world, 1), 'ROLLBACK');
    expect(await world.untilEnded()).toBe('ROLLBACK_SUCCESSFUL');
    expect(world.weights(world.productionRule)).toMatchObject({ blue: 100 });
  });

  it('brings it back when nobody answers in time', async () => {
    const { world } = await atPause();
    expect(await world.untilEnded()).toBe('ROLLBACK_SUCCESSFUL');
    expect((await world.scenario.rollout()).statusReason).toBe(
      'Service deployment rolled back because PRE_PRODUCTION_TRAFFIC_SHIFT pause hook timed out.',
    );
  });

  it('refuses an id that is none', async () => {
    const { world, arn } = await atPause();
    await expect(proceed(world, { arn, hookId: 'pause' })).rejects.toThrow(
      'Invalid hookId: hookId must follow the format: ecs-{hookType}-{id}',
    );
  });
});

describe('a deployment alarm', () => {
  const ALARM = {
    ...{ AlarmName: 'errors', Namespace: 'Shop', MetricName: 'Errors', Statistic: 'Sum' as const },
    ...{ Period: 60, EvaluationPeriods: 1, Threshold: 10, TreatMissingData: 'notBreaching' },
    ComparisonOperator: 'GreaterThanThreshold' as const,
  };
  const watched = (configuration: DeploymentConfiguration): DeploymentConfiguration => ({
    ...configuration,
    alarms: { alarmNames: ['errors'], enable: true, rollback: true },
  });

  async function withAlarm(): Promise<ShiftingScenario> {
    const world = await ShiftingScenario.start(CANARY);
    await world.scenario.ecs.call('PutMetricAlarm', ALARM);
    return world;
  }

  const errors = (world: ShiftingScenario): Promise<object> =>
    world.scenario.ecs.call('PutMetricData', {
      Namespace: 'Shop',
      MetricData: [{ MetricName: 'Errors', Value: 100 }],
    });

  it('brings a canary back when real data set it off', async () => {
    const world = await withAlarm();
    await world.scenario.update({
      taskDefinition: 'app:2',
      deploymentConfiguration: watched(CANARY),
    });
    await world.untilStage('PRODUCTION_TRAFFIC_SHIFT');
    await world.scenario.ecs.clock.advance(MINUTE);
    await errors(world);
    expect(await world.untilEnded()).toBe('ROLLBACK_SUCCESSFUL');
    expect(await world.scenario.rollout()).toMatchObject({
      statusReason: 'Service deployment rolled back because alarm detected: errors.',
      alarms: { status: 'TRIGGERED', alarmNames: ['errors'], triggeredAlarmNames: ['errors'] },
    });
    expect(world.weights(world.productionRule)).toMatchObject({ blue: 100 });
  });

  it('that was in ALARM already when the deployment began is not looked at', async () => {
    const world = await withAlarm();
    const { ecs } = world.scenario;
    await ecs.call('SetAlarmState', {
      ...{ AlarmName: 'errors', StateValue: 'ALARM', StateReason: 'by hand' },
    });
    await world.scenario.update({
      taskDefinition: 'app:2',
      deploymentConfiguration: watched(CANARY),
    });
    expect(await world.untilEnded()).toBe('SUCCESSFUL');
    expect(await world.scenario.rollout()).toMatchObject({
      alarms: { status: 'MONITORING_COMPLETE', triggeredAlarmNames: [] },
    });
  });

  it('turns a rolling update round, which is watched for a while after its tasks are up', async () => {
    const world = await withAlarm();
    const { scenario } = world;
    await scenario.update({
      taskDefinition: 'app:2',
      deploymentConfiguration: watched({ strategy: 'ROLLING' }),
    });
    const begin = scenario.ecs.clock.now();
    expect(await world.untilEnded()).toBe('SUCCESSFUL');
    expect(scenario.ecs.clock.now() - begin).toBeGreaterThanOrEqual(MINUTE);
    await scenario.update({ taskDefinition: 'app:3' });
    await scenario.ecs.clock.advance(5000);
    await errors(world);
    expect(await world.untilEnded()).toBe('ROLLBACK_SUCCESSFUL');
    expect(await scenario.deployments()).toEqual(['PRIMARY COMPLETED app:2 2/2']);
  });
});
