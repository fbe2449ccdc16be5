import type { CreateTaskSetRequest, TaskSet } from '@aws-sdk/client-ecs';
import { describe, expect, it } from 'vitest';
import { Scenario } from './scenario.ts';
import type { VirtualEcsOptions } from './virtual-ecs.ts';

const PLACE = { cluster: 'shop', service: 'web' };

/** The service `web` under the EXTERNAL controller, with 4 tasks wanted. */
class TaskSetScenario {
  readonly scenario: Scenario;

  private constructor(scenario: Scenario) {
    this.scenario = scenario;
  }

  static async start(options: VirtualEcsOptions = {}, desiredCount = 4): Promise<TaskSetScenario> {
    const scenario = await Scenario.start(['1.0.0', '2.0.0', 'bad'], options);
    await scenario.ecs.call('CreateService', {
      ...{ cluster: 'shop', serviceName: 'web', desiredCount },
      deploymentController: { type: 'EXTERNAL' },
    });
    return new TaskSetScenario(scenario);
  }

  async create(taskDefinition: string, members: Partial<CreateTaskSetRequest> = {}) {
    const { taskSet } = await this.scenario.ecs.call('CreateTaskSet', {
      ...{ ...PLACE, taskDefinition, scale: { value: 100, unit: 'PERCENT' } },
      ...members,
    });
    return taskSet?.id ?? '';
  }

  async sets(): Promise<readonly TaskSet[]> {
    const { taskSets = [] } = await this.scenario.ecs.call('DescribeTaskSets', PLACE);
    return taskSets;
  }

  /** `PRIMARY STEADY_STATE app:1 2/2` for each. */
  async shown(): Promise<readonly string[]> {
    return (await this.sets()).map((set) =>
      [
        set.status,
        set.stabilityStatus,
        set.taskDefinition?.replace(/.*\//, ''),
        `${set.runningCount ?? 0}/${set.computedDesiredCount ?? 0}`,
      ].join(' '),
    );
  }

  /** What the service says, oldest first, with names instead of ids. */
  async events(): Promise<readonly string[]> {
    return (await this.scenario.events()).map((message) => message.replace('(service web, ', '('));
  }

  /** Every task set that stays has its tasks, and those that were deleted are gone. */
  async untilSteady(): Promise<void> {
    const { clock, store } = this.scenario.ecs;
    await clock.runUntil(
      () =>
        [...store.taskSets.values()].every(
          ({ status, stabilityStatus }) =>
            status !== 'DRAINING' && stabilityStatus === 'STEADY_STATE',
        ),
      24 * 3_600_000,
    );
  }
}

describe('task sets in virtual time', () => {
  it('start at scale, become steady, take over, and are deleted, as ECS tells it', async () => {
    const world = await TaskSetScenario.start();
    const { ecs } = world.scenario;
    const blue = await world.create('app:1');
    expect(await world.shown()).toEqual(['ACTIVE STABILIZING app:1 0/0']);
    await world.untilSteady();
    await ecs.call('UpdateServicePrimaryTaskSet', { ...PLACE, primaryTaskSet: blue });
    const green = await world.create('app:2', { scale: { value: 30, unit: 'PERCENT' } });
    await world.untilSteady();
    expect(await world.shown()).toEqual([
      'PRIMARY STEADY_STATE app:1 4/4',
      'ACTIVE STEADY_STATE app:2 2/2',
    ]);
    await ecs.call('UpdateTaskSet', {
      ...{ ...PLACE, taskSet: green, scale: { value: 100, unit: 'PERCENT' } },
    });
    await world.untilSteady();
    await ecs.call('UpdateServicePrimaryTaskSet', { ...PLACE, primaryTaskSet: green });
    await ecs.call('DeleteTaskSet', { ...PLACE, taskSet: blue, force: true });
    await world.untilSteady();
    expect(await world.shown()).toEqual(['PRIMARY STEADY_STATE app:2 4/4']);
    expect(await world.events()).toEqual([
      'updated computedDesiredCount for taskSet 1 to 4.',
      '(taskSet 1) has started 4 tasks: (task a) (task b) (task c) (task d).',
      '(taskSet 1) updated state to STEADY_STATE.',
      'has reached a steady state.',
      'updated computedDesiredCount for taskSet 2 to 2.',
      '(taskSet 2) has started 2 tasks: (task e) (task f).',
      '(taskSet 2) updated state to STEADY_STATE.',
      'has reached a steady state.',
      'updated computedDesiredCount for taskSet 2 to 4.',
      '(taskSet 2) has started 2 tasks: (task g) (task h).',
      '(taskSet 2) updated state to STEADY_STATE.',
      'has reached a steady state.',
      'updated computedDesiredCount for taskSet 1 to 0.',
      '(taskSet 1) has stopped 4 running tasks: (task a) (task b) (task c) (task d).',
      'has reached a steady state.',
    ]);
  });
});
