/** What carries the traffic: default rules, rules, test listeners, and services that have none. */
import { CreateTaskSetCommand, UpdateServicePrimaryTaskSetCommand } from '@aws-sdk/client-ecs';
import {
  CreateListenerCommand,
  CreateRuleCommand,
  CreateTargetGroupCommand,
  DescribeListenersCommand,
  DescribeRulesCommand,
  ModifyListenerCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { describe, expect, it } from 'vitest';
import type { TrafficWish } from '../../../src/deploy/configuration/configuration.ts';
import { splitOf } from '../../../src/deploy/task-sets/weights.ts';
import { Killed, type FateOf } from './virtual-client.ts';
import { NAME, STEPS, VirtualWorld } from './virtual-world.ts';

const QUICK = { ...STEPS, stepBakeMs: 1000, finalBakeMs: 1000 };
const traffic = (change: Partial<TrafficWish>) => ({
  ...QUICK,
  traffic: { ...STEPS.traffic, ...change },
});

/** Adds a listener to the load balancer that forwards to one target group; gives its ARN. */
async function addListener(world: VirtualWorld, port: number, group: string): Promise<string> {
  const { Listeners: [first] = [] } = await world.clients.elbv2.send(
    new DescribeListenersCommand({ ListenerArns: [world.listener] }),
  );
  const { Listeners: [created] = [] } = await world.clients.elbv2.send(
    new CreateListenerCommand({
      ...{ LoadBalancerArn: first?.LoadBalancerArn, Protocol: 'HTTP', Port: port },
      DefaultActions: [{ Type: 'forward', TargetGroupArn: group }],
    }),
  );
  return created?.ListenerArn ?? '';
}

/** Percent of a listener's traffic that goes to green. */
async function greenShare(world: VirtualWorld, listener: string): Promise<number | undefined> {
  const { Listeners: [found] = [] } = await world.clients.elbv2.send(
    new DescribeListenersCommand({ ListenerArns: [listener] }),
  );
  const groups = { blue: world.blueGroup, green: world.greenGroup };
  return splitOf(found?.DefaultActions ?? [], groups)?.green;
}

describe('test traffic', () => {
  it('comes to green before production traffic, goes back with it, and is never shifted unasked', async () => {
    const world = await VirtualWorld.start();
    const test = await addListener(world, 8080, world.blueGroup);
    await world.register('team/web:2.0.0');
    const unclear = await world.deploy('web:2', { strategy: QUICK });
    expect(unclear.result).toMatchObject({ exitCode: 2, error: { code: 'TRAFFIC_UNCLEAR' } });
    expect(unclear.result.cause[0]).toContain(`HTTP:8080 default rule (${test})`);
    const { result, told, entries } = await world.deploy('web:2', {
      strategy: traffic({ testListenerRule: test }),
    });
    expect(result).toMatchObject({ verdict: 'succeeded' });
    expect(told.filter((line) => line.includes(' traffic to web')).slice(0, 2)).toEqual([
      'test traffic to web:2',
      '10 % of the production traffic to web:2, 90 % to web:1',
    ]);
    expect(
      entries.some(
        (entry) =>
          entry.kind === 'sample' &&
          entry.stage === 'TEST_TRAFFIC_SHIFT' &&
          entry.revisions[0]?.testWeight === 100,
      ),
    ).toBe(true);
    expect(await greenShare(world, test)).toBe(100);
    expect(await world.summary()).toMatchObject({ green: 100 });
    expect((await world.rollback()).result).toMatchObject({ verdict: 'succeeded' });
    expect(await world.summary()).toMatchObject({ green: 0, sets: ['web:1 PRIMARY 100 %'] });
    expect(await greenShare(world, test)).toBe(0);
  });
});

describe('a rule with conditions', () => {
  it('carries the traffic by itself, and the default rule of its listener stays', async () => {
    const world = await VirtualWorld.start();
    const { elbv2 } = world.clients;
    await elbv2.send(
      new ModifyListenerCommand({
        ListenerArn: world.listener,
        DefaultActions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '404' } }],
      }),
    );
    const { Rules: [rule] = [] } = await elbv2.send(
      new CreateRuleCommand({
        ListenerArn: world.listener,
        Priority: 10,
        Conditions: [{ Field: 'path-pattern', Values: ['/shop/*'] }],
        Actions: [{ Type: 'forward', TargetGroupArn: world.blueGroup }],
      }),
    );
    await world.register('team/web:2.0.0');
    const alone = await world.deploy('web:2', { strategy: QUICK });
    expect(alone.result.cause[0]).toContain('HTTP:80 rule 10 (path-pattern /shop/*)');
    expect(alone.result.next[0]).toContain('strategy.alternateTargetGroupArn');
    const { result } = await world.deploy('web:2', {
      strategy: traffic({ alternateTargetGroupArn: world.greenGroup }),
    });
    expect(result).toMatchObject({ verdict: 'succeeded' });
    const { Rules: [changed] = [] } = await elbv2.send(
      new DescribeRulesCommand({ RuleArns: [rule?.RuleArn ?? ''] }),
    );
    expect(
      splitOf(changed?.Actions ?? [], { blue: world.blueGroup, green: world.greenGroup }),
    ).toMatchObject({ blue: 0, green: 100 });
    expect(changed?.Conditions).toMatchObject([{ Field: 'path-pattern' }]);
  });
});

describe('the target group of green', () => {
  it('must be free of other task sets and targets', async () => {
    const world = await VirtualWorld.start();
    await world.register('team/web:2.0.0');
    await world.clients.ecs.send(
      new CreateTaskSetCommand({
        ...{ ...NAME, taskDefinition: 'web:2', launchType: 'FARGATE' },
        networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } },
        loadBalancers: [
          { targetGroupArn: world.greenGroup, containerName: 'web', containerPort: 80 },
        ],
      }),
    );
    const { result } = await world.deploy('web:2', { strategy: QUICK });
    expect(result).toMatchObject({ exitCode: 2, error: { code: 'TARGET_GROUP_IN_USE' } });
    expect(result.cause[0]).toMatch(/target group green is that of task set ecs-svc\/\d+ \(web:2/);
  });

  it('may be a third one, which the rule gets for the while', async () => {
    const world = await VirtualWorld.start();
    const { TargetGroups: [third] = [] } = await world.clients.elbv2.send(
      new CreateTargetGroupCommand({
        ...{ Name: 'third', Protocol: 'HTTP', Port: 80, VpcId: 'vpc-1', TargetType: 'ip' },
      }),
    );
    await world.register('team/web:2.0.0');
    const { result, requests } = await world.deploy('web:2', {
      strategy: traffic({ alternateTargetGroupArn: third?.TargetGroupArn }),
    });
    expect(result).toMatchObject({ verdict: 'succeeded' });
    expect(requests.indexOf('ModifyListener')).toBeLessThan(requests.indexOf('CreateTaskSet'));
    const green = (await world.place()).taskSets.find(({ status }) => status === 'PRIMARY');
    expect(green?.loadBalancers).toMatchObject([{ targetGroupArn: third?.TargetGroupArn }]);
  });
});

describe('the first task set of a service', () => {
  const launch = (world: VirtualWorld) => ({
    launchType: 'FARGATE' as const,
    networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } },
    loadBalancers: [{ targetGroupArn: world.greenGroup, containerName: 'web', containerPort: 80 }],
  });

  it('becomes primary with all of the traffic', async () => {
    const world = await VirtualWorld.empty();
    const { result } = await world.deploy('web:1', { launch: launch(world) });
    expect(result).toMatchObject({ verdict: 'succeeded', exitCode: 0 });
    expect(await world.summary()).toEqual({
      ...{ green: 100, sets: ['web:1 PRIMARY 100 %'], marked: false },
    });
  });

  it('replaces nothing where the one that a lost client began is taken away first', async () => {
    const world = await VirtualWorld.empty();
    await world.register('team/web:2.0.0');
    const dying: FateOf = (_, name) => (name === 'CreateTaskSet' ? 'killed after' : 'pass');
    const begun = world.deploy('web:1', { launch: launch(world) }, { fate: dying });
    await expect(begun).rejects.toThrow(Killed);
    const { result } = await world.deploy('web:2', { launch: launch(world) });
    expect(result).toMatchObject({
      verdict: 'succeeded',
      changed: ['the rollout of web:1 by ann@build-7 was rolled back first'],
    });
    expect(result.from).toBeUndefined();
  });

  it('is not begun where nobody says how its tasks are run', async () => {
    const world = await VirtualWorld.empty();
    const { result } = await world.deploy('web:1');
    expect(result).toMatchObject({ exitCode: 2, error: { code: 'NO_TASK_SET' } });
  });

  it('is taken away again when it cannot start: there is nothing to go back to', async () => {
    const world = await VirtualWorld.empty({
      models: { 'team/web:1.0.0': { failToPull: true } },
    });
    const { result } = await world.deploy('web:1', { launch: launch(world) });
    expect(result).toMatchObject({ verdict: 'failed', exitCode: 4 });
    expect(result.cause[0]).toMatch(/no new task can start/);
    expect(result.cause.join('\n')).toMatch(/nothing to go back to; it was taken away again/);
    expect((await world.summary()).sets).toEqual([]);
  });
});

describe('a service without a load balancer', () => {
  async function unbalanced(): Promise<VirtualWorld> {
    const world = await VirtualWorld.empty();
    const { ecs } = world.clients;
    const { taskSet } = await ecs.send(
      new CreateTaskSetCommand({
        ...{ ...NAME, taskDefinition: 'web:1', launchType: 'FARGATE' },
        networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } },
        scale: { value: 50, unit: 'PERCENT' },
      }),
    );
    await ecs.send(
      new UpdateServicePrimaryTaskSetCommand({ ...NAME, primaryTaskSet: taskSet?.id ?? '' }),
    );
    await world.until(({ taskSets: [set] }) => set?.stabilityStatus === 'STEADY_STATE');
    await world.register('team/web:2.0.0');
    return world;
  }

  it('goes from one task set to the other at once, and has no steps', async () => {
    const world = await unbalanced();
    expect((await world.deploy('web:2')).result).toMatchObject({
      ...{ exitCode: 2, error: { code: 'STRATEGY' } },
    });
    const { result, requests } = await world.deploy('web:2', { strategy: undefined });
    expect(result).toMatchObject({ verdict: 'succeeded' });
    expect(requests.filter((name) => /Listener|Rule|Target/.test(name))).toEqual([]);
    expect((await world.summary()).sets).toEqual(['web:2 PRIMARY 100 %']);
  });
});
