/** A deployment that follows one that was still shifting traffic: nobody is sent where nobody answers. */
import type { DeploymentConfiguration } from '@aws-sdk/client-ecs';
import { describe, expect, it } from 'vitest';
import { RememberingJournal } from './remembering-journal.ts';
import { ShiftingScenario } from './shifting-scenario.ts';
import type { VirtualEcsOptions } from './virtual-ecs.ts';

const CANARY: DeploymentConfiguration = {
  strategy: 'CANARY',
  bakeTimeInMinutes: 5,
  canaryConfiguration: { canaryPercent: 12.5, canaryBakeTimeInMinutes: 10 },
};
const ROLLING: DeploymentConfiguration = { strategy: 'ROLLING' };

/** A canary of app:2 that has got as far as this stage. */
async function interruptedIn(
  stage: string,
  options: VirtualEcsOptions = {},
): Promise<ShiftingScenario> {
  const world = await ShiftingScenario.start(CANARY, options);
  await world.scenario.update({ taskDefinition: 'app:2' });
  await world.untilStage(stage);
  return world;
}

/** Somebody ends every task of the revision. */
async function stopTasksOf({ scenario }: ShiftingScenario, definition: string): Promise<void> {
  for (const { taskArn, taskDefinitionArn = '', lastStatus } of await scenario.tasks())
    if (taskDefinitionArn.endsWith(definition) && lastStatus === 'RUNNING')
      await scenario.ecs.call('StopTask', { cluster: 'shop', task: taskArn });
}

async function stopDeployment({ scenario }: ShiftingScenario): Promise<void> {
  const { serviceDeploymentArn } = await scenario.rollout();
  await scenario.ecs.call('StopServiceDeployment', { serviceDeploymentArn });
}

describe('a rolling update that follows a deployment which still shifts traffic', () => {
  it.each([
    { stage: 'SCALE_UP', group: 'blue' },
    { stage: 'PRODUCTION_TRAFFIC_SHIFT', group: 'blue' },
    { stage: 'BAKE_TIME', group: 'blue' },
    // The former revision is gone.
    { stage: 'CLEAN_UP', group: 'green' },
  ])(
    'brings all traffic back to one revision before it replaces that: from $stage',
    async ({ stage, group }) => {
      const world = await interruptedIn(stage);
      const unanswered = world.watchTraffic();
      await world.scenario.update({ taskDefinition: 'app:3', deploymentConfiguration: ROLLING });
      expect(await world.untilEnded()).toBe('SUCCESSFUL');
      expect(unanswered).toEqual([]);
      expect(world.weights(world.productionRule)).toMatchObject({ [group]: 100 });
      expect(world.weights(world.testRule)).toMatchObject({ [group]: 100 });
      expect(await world.scenario.deployments()).toEqual(['PRIMARY COMPLETED app:3 2/2']);
    },
  );

  it('shows the stage until traffic is back, and none afterwards', async () => {
    const world = await interruptedIn('PRODUCTION_TRAFFIC_SHIFT');
    await world.scenario.update({ taskDefinition: 'app:3', deploymentConfiguration: ROLLING });
    expect((await world.scenario.rollout()).lifecycleStage).toBe('RECONCILE_SERVICE');
    expect(await world.untilEnded()).toBe('SUCCESSFUL');
    expect((await world.scenario.rollout()).lifecycleStage).toBeUndefined();
  });

  it('waits for the former revision where that has no task left, and leaves the others alone', async () => {
    const world = await interruptedIn('PRODUCTION_TRAFFIC_SHIFT');
    await stopTasksOf(world, 'app:1');
    await world.scenario.update({ taskDefinition: 'app:3', deploymentConfiguration: ROLLING });
    await world.scenario.ecs.clock.advance(500);
    expect(world.weights(world.productionRule)).toEqual({ green: 12.5, blue: 87.5 });
    expect(await world.scenario.deployments()).toContain('ACTIVE IN_PROGRESS app:2 2/2');
    expect(await world.untilEnded()).toBe('SUCCESSFUL');
    expect(world.weights(world.productionRule)).toMatchObject({ blue: 100 });
  });

  it('goes on after the control plane was killed while it waits', async () => {
    const journal = new RememberingJournal();
    const world = await interruptedIn('PRODUCTION_TRAFFIC_SHIFT', { journal });
    await stopTasksOf(world, 'app:1');
    await world.scenario.update({ taskDefinition: 'app:3', deploymentConfiguration: ROLLING });
    await world.scenario.ecs.clock.advance(500);
    await world.scenario.crash({ journal });
    expect(await world.untilEnded()).toBe('SUCCESSFUL');
    expect(world.weights(world.productionRule)).toMatchObject({ blue: 100 });
    expect(await world.scenario.deployments()).toEqual(['PRIMARY COMPLETED app:3 2/2']);
  });

  it.each([
    { stopType: 'ROLLBACK' as const, status: 'ROLLBACK_SUCCESSFUL' },
    { stopType: 'ABORT' as const, status: 'STOPPED' },
  ])('is stopped with $stopType once traffic is back', async ({ stopType, status }) => {
    const world = await interruptedIn('PRODUCTION_TRAFFIC_SHIFT');
    await world.scenario.update({ taskDefinition: 'app:3', deploymentConfiguration: ROLLING });
    const { serviceDeploymentArn } = await world.scenario.rollout();
    await world.scenario.ecs.call('StopServiceDeployment', { serviceDeploymentArn, stopType });
    expect(await world.untilEnded()).toBe(status);
    expect(world.weights(world.productionRule)).toMatchObject({ blue: 100 });
  });
});

describe('a canary that follows one which still shifts traffic', () => {
  it.each(['PRODUCTION_TRAFFIC_SHIFT', 'BAKE_TIME'])(
    'brings all traffic back first: from %s',
    async (stage) => {
      const world = await interruptedIn(stage);
      const unanswered = world.watchTraffic();
      await world.scenario.update({ taskDefinition: 'app:3' });
      expect(await world.untilEnded()).toBe('SUCCESSFUL');
      expect(unanswered).toEqual([]);
    },
  );

  it('and is stopped before traffic is back gives it back when there is somebody to take it', async () => {
    const world = await interruptedIn('BAKE_TIME');
    await stopTasksOf(world, 'app:1');
    const unanswered = world.watchTraffic();
    await world.scenario.update({ taskDefinition: 'app:3' });
    await world.scenario.ecs.clock.advance(500);
    await stopDeployment(world);
    expect(await world.untilEnded()).toBe('ROLLBACK_SUCCESSFUL');
    expect(unanswered).toEqual([]);
    expect(world.weights(world.productionRule)).toMatchObject({ blue: 100 });
    expect(await world.scenario.deployments()).toEqual(['PRIMARY COMPLETED app:1 2/2']);
  });
});
