import { describe, expect, it } from 'vitest';
import { listenerPortName } from '../../../../src/local/controllers/load-balancing/configuration.ts';
import { forwardTo, refusal } from '../../elbv2/world.ts';
import { ControlledRegion } from './world.ts';

/** A started region with a listener on 8080. */
async function withListener() {
  const region = await ControlledRegion.start();
  const balancer = await region.balancer();
  const listener = await region.listener(balancer, 8080);
  return { region, balancer, listener };
}

/** The priorities of the rules that the data plane was told of last. */
function priorities(region: ControlledRegion): unknown {
  return region.dataPlane.listeners.at(-1)?.rules.map((rule) => rule.priority);
}

describe('a listener', () => {
  it('serves its default action from the moment that its port is open', async () => {
    const region = await ControlledRegion.start();
    const group = await region.group('tg');
    await region.listener(await region.balancer(), 8080, group);
    expect(region.dataPlane.listeners[0]).toMatchObject({
      host: '127.0.0.1',
      port: 8080,
      rules: [{ action: { kind: 'forward', targetGroups: [{ arn: group }] } }],
    });
  });

  it('has new, changed and deleted rules at once', async () => {
    const { region, listener } = await withListener();
    const rule = await region.rule(listener, 10);
    expect(priorities(region)).toEqual([10, Infinity]);
    await region.rule(listener, 5);
    expect(priorities(region)).toEqual([5, 10, Infinity]);
    await region.call('SetRulePriorities', { RulePriorities: [{ RuleArn: rule, Priority: 1 }] });
    expect(priorities(region)).toEqual([1, 5, Infinity]);
    await region.call('DeleteRule', { RuleArn: rule });
    expect(priorities(region)).toEqual([5, Infinity]);
  });

  it('has the idle time-out of its balancer', async () => {
    const { region, balancer } = await withListener();
    await region.call('ModifyLoadBalancerAttributes', {
      LoadBalancerArn: balancer,
      Attributes: [{ Key: 'idle_timeout.timeout_seconds', Value: '7' }],
    });
    expect(region.dataPlane.listeners.at(-1)?.idleTimeoutSeconds).toBe(7);
  });

  it('listens on its new port before it leaves the old one', async () => {
    const { region, listener } = await withListener();
    await region.rule(listener, 10);
    await region.call('ModifyListener', { ListenerArn: listener, Port: 9090 });
    expect(region.dataPlane.listeners.at(-1)).toMatchObject({ port: 9090 });
    expect(priorities(region)).toEqual([10, Infinity]);
    expect(new Set(region.dataPlane.removed)).toEqual(new Set([listenerPortName(listener, 8080)]));
  });

  it('stays as it is when its new port is busy', async () => {
    const { region, listener } = await withListener();
    region.dataPlane.busy.add(9090);
    expect(
      await refusal(region.call('ModifyListener', { ListenerArn: listener, Port: 9090 })),
    ).toMatch(/^InvalidConfigurationRequest: Port 9090 on 127.0.0.1 is in use by another program/);
    expect(region.dataPlane.removed).toEqual([]);
    await region.rule(listener, 10);
    expect(region.dataPlane.listeners.at(-1)).toMatchObject({ port: 8080 });
  });

  it('leaves its port free when it is deleted', async () => {
    const { region, balancer, listener } = await withListener();
    await region.call('DeleteListener', { ListenerArn: listener });
    await region.listener(balancer, 8080);
    expect(await refusal(region.rule(listener, 1))).toMatch(/^ListenerNotFound/);
  });
});

describe('after a restart', () => {
  /** What a control plane left behind: a listener on 8080 with a rule, and one on 8081. */
  async function leftBehind() {
    const { region, balancer, listener } = await withListener();
    await region.rule(listener, 10);
    await region.listener(balancer, 8081);
    region.controller.close();
    return { clock: region.clock, store: region.store, listener };
  }

  it('every listener is open again, with its rules', async () => {
    const { clock, store } = await leftBehind();
    const region = await ControlledRegion.start({ clock, store });
    const opened = new Set(region.dataPlane.listeners.map((each) => each.port));
    expect(opened).toEqual(new Set([8080, 8081]));
    const first = region.dataPlane.listeners.find((each) => each.port === 8080);
    expect(first?.rules.map((rule) => rule.priority)).toEqual([10, Infinity]);
    expect(region.entries).toEqual([]);
  });

  it('a port that is busy is logged once and tried again until it is free', async () => {
    const { clock, store, listener } = await leftBehind();
    const region = new ControlledRegion({ clock, store });
    region.dataPlane.busy.add(8080);
    await region.controller.start();
    await region.clock.advance(5500);
    expect(region.entries).toEqual([
      expect.stringMatching(/^error the port of a listener cannot be opened \(EADDRINUSE\)/),
    ]);
    expect(region.dataPlane.listeners.filter((each) => each.port === 8080)).toHaveLength(6);
    await region.rule(listener, 5);
    region.dataPlane.busy.clear();
    await region.clock.advance(1000);
    expect(region.entries.slice(1)).toEqual(['info the port of a listener is open again']);
    expect(priorities(region)).toEqual([5, 10, Infinity]);
    await region.rule(listener, 1);
    expect(priorities(region)).toEqual([1, 5, 10, Infinity]);
  });

  it('a listener has the rules that came while its port was being opened', async () => {
    const { clock, store, listener } = await leftBehind();
    const region = new ControlledRegion({ clock, store });
    const { promise, resolve } = Promise.withResolvers<undefined>();
    region.dataPlane.gate = promise;
    const started = region.controller.start();
    await region.rule(listener, 5);
    resolve(undefined);
    await started;
    const told = region.dataPlane.listeners.filter((each) => each.port === 8080);
    expect(told.at(-1)?.rules.map((rule) => rule.priority)).toEqual([5, 10, Infinity]);
  });

  it('a listener that was deleted while its port was being opened is closed again', async () => {
    const { clock, store, listener } = await leftBehind();
    const region = new ControlledRegion({ clock, store });
    const { promise, resolve } = Promise.withResolvers<undefined>();
    region.dataPlane.gate = promise;
    const started = region.controller.start();
    await region.call('DeleteListener', { ListenerArn: listener });
    const removed = region.dataPlane.removed.length;
    resolve(undefined);
    await started;
    expect(region.dataPlane.removed.slice(removed)).toEqual([listenerPortName(listener, 8080)]);
  });

  it('a listener whose port is busy can be moved or deleted, and is not tried again', async () => {
    const { clock, store, listener } = await leftBehind();
    const region = new ControlledRegion({ clock, store });
    region.dataPlane.busy.add(8080).add(8081);
    await region.controller.start();
    await region.call('ModifyListener', { ListenerArn: listener, Port: 9090 });
    const [second] = Array.from(store.listeners.values()).filter((each) => each.port === 8081);
    await region.call('DeleteListener', { ListenerArn: second?.listenerArn });
    const tries = region.dataPlane.listeners.length;
    await region.clock.advance(5000);
    expect(region.dataPlane.listeners.length).toBe(tries);
    expect(region.dataPlane.listeners.at(-1)).toMatchObject({ port: 9090 });
  });

  it('a closed controller tells the data plane nothing more', async () => {
    const { region, listener } = await withListener();
    const group = await region.group('tg');
    region.controller.close();
    const told = region.dataPlane.listeners.length;
    await region.call('ModifyListener', {
      ListenerArn: listener,
      DefaultActions: [forwardTo(group)],
    });
    expect(region.dataPlane.listeners.length).toBe(told);
  });
});
