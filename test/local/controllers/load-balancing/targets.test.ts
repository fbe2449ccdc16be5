import { describe, expect, it } from 'vitest';
import type { Container } from '../../../../src/local/state/entities.ts';
import type { Journal } from '../../../../src/local/state/journal.ts';
import { targetKey } from '../../../../src/local/state/store.ts';
import { storedTask } from '../../ecs/fresh-context.ts';
import { forwardTo } from '../../elbv2/world.ts';
import { ControlledRegion } from './world.ts';

const MISMATCH = {
  kind: 'failed',
  reason: {
    code: 'Target.ResponseCodeMismatch',
    description: 'Health checks failed with these codes: [500]',
  },
} as const;

/** A started region with a group in use. */
async function withGroup(options?: Parameters<typeof ControlledRegion.start>[0]) {
  const region = await ControlledRegion.start(options);
  const group = await region.group('tg');
  await region.listener(await region.balancer(), 8080, group);
  return { region, group };
}

/** A journal whose disk can be full. */
function fullableJournal() {
  const disk = { isFull: false };
  const journal: Journal = {
    load: () => [],
    write: () => {
      if (disk.isFull) throw new Error('disk full');
    },
    close: () => undefined,
  };
  return { disk, journal };
}

describe('the health of targets', () => {
  it('follows the checks: initial, then healthy', async () => {
    const { region, group } = await withGroup();
    await region.register(group);
    expect(await region.states(group)).toEqual(['initial']);
    await region.clock.advance(100);
    expect(await region.health(group)).toEqual([{ State: 'healthy' }]);
  });

  it('says why a target is unhealthy, and forgets it when the target is healthy', async () => {
    const { region, group } = await withGroup({
      modelOf: () => ({
        health: [
          { fromMs: 0, result: MISMATCH },
          { fromMs: 100_000, result: { kind: 'passed' } },
        ],
      }),
    });
    await region.register(group);
    await region.clock.advance(40_000);
    expect(await region.health(group)).toEqual([
      {
        State: 'unhealthy',
        Reason: 'Target.ResponseCodeMismatch',
        Description: 'Health checks failed with these codes: [500]',
      },
    ]);
    await region.clock.advance(300_000);
    expect(await region.health(group)).toEqual([{ State: 'healthy' }]);
    const [target] = region.store.targets.values();
    expect(target).not.toHaveProperty('reason');
  });

  it('does not tell the data plane what came from it', async () => {
    const { region, group } = await withGroup();
    await region.register(group);
    const told = region.dataPlane.groups.length;
    await region.clock.advance(100);
    expect(await region.states(group)).toEqual(['healthy']);
    expect(region.dataPlane.groups.length).toBe(told);
  });

  it('is written when the journal takes writes again', async () => {
    const { disk, journal } = fullableJournal();
    const { region, group } = await withGroup({ journal });
    await region.register(group);
    disk.isFull = true;
    await region.clock.advance(5000);
    expect(await region.states(group)).toEqual(['initial']);
    expect(region.entries[0]).toMatch(/^error the health of targets could not be written/);
    disk.isFull = false;
    await region.clock.advance(1000);
    expect(await region.states(group)).toEqual(['healthy']);
  });
});

describe('draining', () => {
  const slow = () => ({ health: { kind: 'passed' }, inFlightMs: 3000 }) as const;

  it('lasts until the last request has ended, then the target is gone', async () => {
    const { region, group } = await withGroup({ modelOf: slow });
    await region.register(group);
    await region.clock.advance(100);
    await region.deregister(group);
    await region.clock.advance(2900);
    expect(await region.states(group)).toEqual(['draining']);
    await region.clock.advance(200);
    expect(await region.states(group)).toEqual([]);
    expect(region.dataPlane.groups.at(-1)?.targets).toEqual([]);
  });

  it('ends when the target is registered again: it begins as initial', async () => {
    const { region, group } = await withGroup({ modelOf: slow });
    await region.register(group);
    await region.clock.advance(100);
    await region.deregister(group);
    await region.clock.advance(1000);
    await region.register(group);
    expect(await region.states(group)).toEqual(['initial']);
    await region.clock.advance(10_000);
    expect(await region.states(group)).toEqual(['healthy']);
  });

  it('goes on after a restart', async () => {
    const { region, group } = await withGroup({ modelOf: slow });
    await region.register(group);
    await region.clock.advance(100);
    await region.deregister(group);
    region.controller.close();
    const { clock, store } = region;
    const restarted = await ControlledRegion.start({ clock, store, modelOf: slow });
    expect(await restarted.states(group)).toEqual(['draining']);
    await restarted.clock.advance(3100);
    expect(await restarted.states(group)).toEqual([]);
  });
});

describe('a group that nothing forwards to', () => {
  it('has unused targets, which are not healthy for anybody', async () => {
    const region = await ControlledRegion.start();
    const group = await region.group('tg');
    await region.register(group);
    await region.clock.advance(100_000);
    expect(await region.states(group)).toEqual(['unused']);
    expect(Array.from(region.store.targets.values(), (each) => each.health)).toEqual(['initial']);
  });

  it('has healthy targets once a rule forwards to it, with whatever weight', async () => {
    const region = await ControlledRegion.start();
    const group = await region.group('tg');
    await region.register(group);
    await region.clock.advance(100_000);
    await region.listener(await region.balancer(), 8080, group);
    await region.clock.advance(0);
    expect(await region.states(group)).toEqual(['healthy']);
  });

  it('has healthy targets once a rule forwards to it, even if that could not be written at once', async () => {
    const { disk, journal } = fullableJournal();
    const region = await ControlledRegion.start({ journal });
    const group = await region.group('tg');
    await region.register(group);
    await region.clock.advance(100_000);
    await region.listener(await region.balancer(), 8080, group);
    disk.isFull = true;
    await region.clock.advance(5000);
    expect(await region.states(group)).toEqual(['initial']);
    disk.isFull = false;
    await region.clock.advance(1000);
    expect(await region.states(group)).toEqual(['healthy']);
  });

  it('takes the health of its targets with it when the last rule goes', async () => {
    const { region, group } = await withGroup();
    await region.register(group);
    await region.clock.advance(100);
    const { Listeners } = await region.call('DescribeListeners', {
      LoadBalancerArn: Array.from(region.store.loadBalancers.values())[0]?.loadBalancerArn,
    });
    const listener = Listeners?.[0]?.ListenerArn ?? '';
    const other = await region.group('other');
    await region.call('ModifyListener', {
      ListenerArn: listener,
      DefaultActions: [forwardTo(other)],
    });
    await region.clock.advance(0);
    expect(await region.states(group)).toEqual(['unused']);
    expect(Array.from(region.store.targets.values(), (each) => each.health)).toEqual(['initial']);
    await region.rule(listener, 1, group);
    await region.clock.advance(0);
    expect(await region.states(group)).toEqual(['healthy']);
  });

  it('forgets what was seen of a target when it is deregistered', async () => {
    const region = await ControlledRegion.start({
      modelOf: () => ({ health: MISMATCH, inFlightMs: 3000 }),
    });
    const group = await region.group('tg');
    await region.register(group);
    const name = { targetGroupArn: group, id: '10.0.0.1', port: 80 };
    region.dataPlane.emit({ kind: 'target-health', ...name, state: 'healthy' });
    await region.clock.advance(0);
    await region.deregister(group);
    await region.register(group);
    await region.listener(await region.balancer(), 8080, group);
    await region.clock.advance(0);
    expect(await region.states(group)).toEqual(['initial']);
  });

  it('keeps its draining targets draining', async () => {
    const { region, group } = await withGroup({
      modelOf: () => ({ health: { kind: 'passed' }, inFlightMs: 3000 }),
    });
    await region.register(group);
    await region.clock.advance(100);
    await region.deregister(group);
    const [balancer] = region.store.loadBalancers.values();
    await region.call('DeleteLoadBalancer', { LoadBalancerArn: balancer?.loadBalancerArn });
    await region.clock.advance(2000);
    expect(await region.states(group)).toEqual(['draining']);
    await region.clock.advance(1000);
    expect(await region.states(group)).toEqual([]);
  });
});

describe('the addresses of targets', () => {
  it('follow the containers of the task, and only its group is told', async () => {
    const { region, group } = await withGroup();
    await region.group('another');
    const container: Container = {
      containerArn: 'container',
      name: 'app',
      image: 'app:1',
      lastStatus: 'PENDING',
      healthStatus: 'UNKNOWN',
      healthFailures: 0,
      restartCount: 0,
      ports: [],
    };
    const task = storedTask('arn:aws:ecs:eu-west-1:000000000000:cluster/c', '0123', {
      containers: [container],
      networkInterface: {
        attachmentId: 'attachment',
        networkInterfaceId: 'eni-1',
        macAddress: '0a:00:00:00:00:01',
        privateIPv4Address: '10.0.0.1',
        subnetId: 'subnet-1',
        configuration: { subnets: ['subnet-1'] },
      },
    });
    const put = (changed: typeof task) =>
      region.store.transaction(() => region.store.tasks.put(task.taskArn, changed));
    put(task);
    await region.register(group, '10.0.0.1', 8080);
    const last = () => region.dataPlane.groups.at(-1);
    expect(last()).toMatchObject({ arn: group, targets: [{ id: '10.0.0.1', port: 8080 }] });
    expect(last()?.targets[0]).not.toHaveProperty('address');

    const ports = [
      { containerPort: 8080, protocol: 'tcp' as const, host: '127.0.0.1', hostPort: 31_000 },
    ];
    const running = {
      ...task,
      containers: [{ ...container, lastStatus: 'RUNNING' as const, ports }],
    };
    put(running);
    expect(last()?.targets[0]?.address).toEqual({ host: '127.0.0.1', port: 31_000 });
    const told = region.dataPlane.groups.length;
    put({ ...running, version: 2 });
    expect(region.dataPlane.groups.length).toBe(told);
    await region.clock.advance(100);
    expect(await region.states(group)).toEqual(['healthy']);
    put({ ...running, containers: [{ ...container, lastStatus: 'STOPPED', ports }] });
    expect(last()?.targets[0]).not.toHaveProperty('address');
  });
});

describe('the cost of a change', () => {
  it('is one group told of, however many there are', async () => {
    const region = await ControlledRegion.start();
    let last = '';
    for (let index = 0; index < 2000; index++) last = await region.group(`tg-${index}`);
    const told = region.dataPlane.groups.length;
    expect(told).toBe(2000);
    await region.register(last);
    expect(region.dataPlane.groups.slice(told).map((each) => each.arn)).toEqual([last]);
  });
});

describe('a restart', () => {
  it('tells the data plane every group with the health that is known', async () => {
    const { region, group } = await withGroup();
    await region.register(group);
    await region.clock.advance(100);
    region.controller.close();
    const { clock, store } = region;
    const restarted = await ControlledRegion.start({ clock, store });
    expect(restarted.dataPlane.groups).toMatchObject([
      { arn: group, targets: [{ id: '10.0.0.1', health: 'healthy', draining: false }] },
    ]);
    expect(await restarted.states(group)).toEqual(['healthy']);
  });

  it('makes up for a crash between the last rule and what follows from its end', async () => {
    const { region, group } = await withGroup();
    await region.register(group);
    await region.clock.advance(100);
    region.controller.close();
    const key = targetKey({ targetGroupArn: group, id: '10.0.0.1', port: 80 });
    const [balancer] = region.store.loadBalancers.values();
    await region.call('DeleteLoadBalancer', { LoadBalancerArn: balancer?.loadBalancerArn });
    expect(region.store.targets.get(key)?.health).toBe('healthy');
    const restarted = await ControlledRegion.start({ clock: region.clock, store: region.store });
    await restarted.clock.advance(0);
    expect(region.store.targets.get(key)?.health).toBe('initial');
  });

  it('removes a deleted group from the data plane', async () => {
    const region = await ControlledRegion.start();
    const group = await region.group('tg');
    await region.call('DeleteTargetGroup', { TargetGroupArn: group });
    expect(region.dataPlane.removed).toEqual([group]);
  });
});
