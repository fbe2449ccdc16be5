import type {
  CreateTaskSetRequest,
  RegisterTaskDefinitionRequest,
  TaskSet,
} from '@aws-sdk/client-ecs';
import { describe, expect, it } from 'vitest';
import { RememberingJournal } from './remembering-journal.ts';
import { Scenario } from './scenario.ts';
import type { VirtualEcsOptions } from './virtual-ecs.ts';

const PLACE = { cluster: 'shop', service: 'web' };

/** The service `web` under the EXTERNAL controller, with 4 tasks wanted. */
class TaskSetScenario {
  readonly scenario: Scenario;

  private constructor(scenario: Scenario) {
    this.scenario = scenario;
  }

  static async start(
    options: VirtualEcsOptions = {},
    desiredCount = 4,
    definition: Partial<RegisterTaskDefinitionRequest> = {},
  ): Promise<TaskSetScenario> {
    const scenario = await Scenario.start(['1.0.0', '2.0.0', 'bad'], options, definition);
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

  it('follow the desired count of their service, each at its own percentage', async () => {
    const world = await TaskSetScenario.start();
    await world.create('app:1');
    await world.create('app:2', { scale: { value: 50, unit: 'PERCENT' } });
    await world.untilSteady();
    await world.scenario.update({ desiredCount: 7 });
    expect(await world.shown()).toEqual([
      'ACTIVE STABILIZING app:1 4/4',
      'ACTIVE STABILIZING app:2 2/2',
    ]);
    await world.untilSteady();
    expect(await world.shown()).toEqual([
      'ACTIVE STEADY_STATE app:1 7/7',
      'ACTIVE STEADY_STATE app:2 4/4',
    ]);
    await world.scenario.update({ desiredCount: 0 });
    await world.untilSteady();
    expect(await world.shown()).toEqual([
      'ACTIVE STEADY_STATE app:1 0/0',
      'ACTIVE STEADY_STATE app:2 0/0',
    ]);
  });

  it('start tasks that name them, and only their own service in the group', async () => {
    const world = await TaskSetScenario.start({}, 1);
    const blue = await world.create('app:1');
    await world.untilSteady();
    const { ecs } = world.scenario;
    const { taskArns = [] } = await ecs.call('ListTasks', { cluster: 'shop', startedBy: blue });
    const { tasks } = await ecs.call('DescribeTasks', { cluster: 'shop', tasks: taskArns });
    expect(tasks).toMatchObject([{ startedBy: blue, group: 'service:web', lastStatus: 'RUNNING' }]);
  });

  it('replace a task that was stopped by hand, and are not steady meanwhile', async () => {
    const world = await TaskSetScenario.start();
    await world.create('app:1');
    await world.untilSteady();
    const [task] = await world.scenario.tasks();
    await world.scenario.ecs.call('StopTask', { cluster: 'shop', task: task?.taskArn });
    expect(await world.shown()).toEqual(['ACTIVE STABILIZING app:1 3/4']);
    await world.scenario.ecs.clock.advance(1);
    await world.untilSteady();
    expect(await world.shown()).toEqual(['ACTIVE STEADY_STATE app:1 4/4']);
  });

  it('never reach a steady state with tasks that cannot run, and try ever more slowly', async () => {
    const world = await TaskSetScenario.start({
      models: { 'app:bad': { failToPull: true } },
    });
    await world.create('app:1');
    await world.untilSteady();
    await world.create('app:3');
    await world.scenario.ecs.clock.advance(3_600_000);
    expect((await world.shown())[1]).toBe('ACTIVE STABILIZING app:3 0/4');
    const starts = (await world.events()).filter((event) =>
      event.startsWith('(taskSet 2) has started'),
    );
    expect(starts.length).toBeGreaterThan(8);
    expect(starts.length).toBeLessThan(16);
    expect(await world.events()).toContain(
      '(taskSet 2) is unable to consistently start tasks successfully.',
    );
  });

  it('go with their service, which becomes inactive', async () => {
    const world = await TaskSetScenario.start();
    const { ecs } = world.scenario;
    await world.create('app:1');
    await world.create('app:2');
    await world.untilSteady();
    await ecs.call('DeleteService', { cluster: 'shop', service: 'web', force: true });
    await world.scenario.until(({ status }) => status === 'INACTIVE');
    expect(await world.scenario.service()).toMatchObject({
      ...{ status: 'INACTIVE', runningCount: 0, taskSets: [], deployments: [] },
    });
    await ecs.clock.runUntil(
      () => [...ecs.store.tasks.values()].every(({ lastStatus }) => lastStatus === 'STOPPED'),
      60_000,
    );
    expect(ecs.store.taskSets.size).toBe(0);
    // The name is free again.
    await ecs.call('CreateService', {
      ...{ cluster: 'shop', serviceName: 'web', deploymentController: { type: 'EXTERNAL' } },
    });
    expect(ecs.store.serviceRevisions.size).toBe(0);
  });

  it('wait for the balancer before they are steady, and leave it before they are gone', async () => {
    const world = await TaskSetScenario.start({}, 2, { networkMode: 'awsvpc' });
    const { ecs } = world.scenario;
    const { LoadBalancers: [balancer] = [] } = await ecs.call('CreateLoadBalancer', {
      ...{ Name: 'web', Subnets: ['subnet-1'] },
    });
    const { TargetGroups: [group] = [] } = await ecs.call('CreateTargetGroup', {
      ...{ Name: 'web', Protocol: 'HTTP', Port: 80, VpcId: 'vpc-1', TargetType: 'ip' },
    });
    const targetGroupArn = group?.TargetGroupArn ?? '';
    await ecs.call('CreateListener', {
      ...{ LoadBalancerArn: balancer?.LoadBalancerArn ?? '', Protocol: 'HTTP', Port: 8080 },
      DefaultActions: [{ Type: 'forward', TargetGroupArn: targetGroupArn }],
    });
    const blue = await world.create('app:1', {
      loadBalancers: [{ targetGroupArn, containerName: 'app', containerPort: 80 }],
      networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } },
    });
    await world.untilSteady();
    const health = () =>
      ecs.store.targets.by('targetGroup', targetGroupArn).map((each) => each.health);
    expect(health()).toEqual(['healthy', 'healthy']);
    await ecs.call('DeleteTaskSet', { ...PLACE, taskSet: blue, force: true });
    await world.untilSteady();
    const events = await world.events();
    expect(events.some((each) => each.startsWith('(taskSet 1) registered '))).toBe(true);
    expect(events.slice(-4)).toEqual([
      'updated computedDesiredCount for taskSet 1 to 0.',
      `(taskSet 1) deregistered 2 targets in (target-group ${targetGroupArn})`,
      '(taskSet 1) has begun draining connections on 2 tasks.',
      '(taskSet 1) has stopped 2 running tasks: (task a) (task b).',
    ]);
    expect(health()).toEqual([]);
  });
});

describe('a control plane that is killed among task sets and started again', () => {
  const moments = [[0], [1], [400], [800], [1500], [8000], [300, 300, 300], [700, 7000, 90]];

  it.each(moments.map((each) => [each]))('goes on with them, after %j ms', async (killed) => {
    const journal = new RememberingJournal();
    const world = await TaskSetScenario.start({ journal });
    const { scenario } = world;
    const blue = await world.create('app:1');
    await world.untilSteady();
    await scenario.ecs.call('UpdateServicePrimaryTaskSet', { ...PLACE, primaryTaskSet: blue });
    const green = await world.create('app:2');
    await scenario.ecs.call('DeleteTaskSet', { ...PLACE, taskSet: blue, force: true });
    for (const ms of killed) {
      await scenario.ecs.clock.advance(ms);
      await scenario.crash({ journal });
    }
    await world.untilSteady();
    expect(await world.shown()).toEqual(['ACTIVE STEADY_STATE app:2 4/4']);
    expect((await world.sets())[0]?.id).toBe(green);
    // Tasks that ran were taken over; only one whose start was under way may have had to be started again.
    const ran = (await scenario.tasks()).filter(({ startedAt }) => startedAt !== undefined);
    expect(ran).toHaveLength(8);
  });
});
