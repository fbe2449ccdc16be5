import { describe, expect, it } from 'vitest';
import { forwardTo, NOT_FOUND, refusal, World } from './world.ts';

const HTTP = { Protocol: 'HTTP' } as const;

describe('CreateListener', () => {
  it('opens the port and answers with both forms of the forward action', async () => {
    const world = new World();
    const group = await world.group('tg');
    const balancer = await world.balancer();
    const { Listeners } = await world.call('CreateListener', {
      LoadBalancerArn: balancer,
      ...HTTP,
      Port: 8080,
      DefaultActions: [forwardTo(group)],
    });
    expect(Listeners).toEqual([
      {
        ListenerArn: expect.stringMatching(
          new RegExp(`^${balancer.replace(':loadbalancer/', ':listener/')}/[0-9a-f]{16}$`),
        ) as string,
        LoadBalancerArn: balancer,
        Port: 8080,
        Protocol: 'HTTP',
        DefaultActions: [
          {
            Type: 'forward',
            TargetGroupArn: group,
            ForwardConfig: {
              TargetGroups: [{ TargetGroupArn: group, Weight: 1 }],
              TargetGroupStickinessConfig: { Enabled: false },
            },
          },
        ],
      },
    ]);
    expect(world.ports.opened).toEqual(['127.0.0.1:8080']);
  });

  it('answers with the existing listener when the request is the same, refuses the port otherwise', async () => {
    const world = new World();
    const balancer = await world.balancer();
    const first = await world.listener(balancer, 8080);
    expect(await world.listener(balancer, 8080)).toBe(first);
    const group = await world.group('tg');
    expect(await refusal(world.listener(balancer, 8080, group))).toBe(
      `DuplicateListener: A listener already exists on this port for this load balancer '${balancer}'`,
    );
    expect(world.ports.opened).toEqual(['127.0.0.1:8080']);
  });

  it('lets two balancers listen on one port, each on its own address', async () => {
    const world = new World();
    await world.listener(await world.balancer('one'), 8080);
    await world.listener(await world.balancer('two'), 8080);
    expect(world.ports.opened).toEqual(['127.0.0.1:8080', '127.0.1.1:8080']);
  });

  it('says which balancer has the port where all share one address, and what to do', async () => {
    const world = new World(['127.0.0.1']);
    await world.listener(await world.balancer('one'), 8080);
    const two = await world.balancer('two');
    expect(await refusal(world.listener(two, 8080))).toBe(
      "InvalidConfigurationRequest: Port 8080 on 127.0.0.1 is in use by the load balancer 'one' in eu-west-1. Both have the address 127.0.0.1, because this machine has no further loopback address (on Linux each load balancer gets one of its own). Choose another port for the listener, such as 8081",
    );
    expect(world.store.listeners.size).toBe(1);
  });

  it('says that another program has the port', async () => {
    const world = new World();
    world.ports.open_.set('127.0.0.1:8080', 'a program');
    const balancer = await world.balancer();
    expect(await refusal(world.listener(balancer, 8080))).toBe(
      'InvalidConfigurationRequest: Port 8080 on 127.0.0.1 is in use by another program. Choose another port for the listener, such as 8081, or stop the program (lsof -i :8080 names it)',
    );
  });

  it('says that a port is privileged', async () => {
    const world = new World();
    expect(await refusal(world.listener(await world.balancer(), 80))).toBe(
      'InvalidConfigurationRequest: Port 80 on 127.0.0.1 is privileged: this system lets only the administrator listen there. Choose another port for the listener, such as 8080',
    );
  });

  it('closes the port again when the balancer was deleted while it was opened', async () => {
    const world = new World();
    const balancer = await world.balancer();
    world.ports.meanwhile = () => world.call('DeleteLoadBalancer', { LoadBalancerArn: balancer });
    expect(await refusal(world.listener(balancer, 8080))).toMatch(/^LoadBalancerNotFound/);
    expect(world.ports.opened).toEqual([]);
    expect(world.store.listeners.size).toBe(0);
  });

  it('closes the port again when its target group was deleted while it was opened', async () => {
    const world = new World();
    const balancer = await world.balancer();
    const group = await world.group('tg');
    world.ports.meanwhile = () => world.call('DeleteTargetGroup', { TargetGroupArn: group });
    expect(await refusal(world.listener(balancer, 8080, group))).toMatch(/^TargetGroupNotFound/);
    expect(world.ports.opened).toEqual([]);
  });

  it('refuses two requests for one port at the same time as a duplicate', async () => {
    const world = new World();
    const balancer = await world.balancer();
    const group = await world.group('tg');
    const outcomes = await Promise.allSettled([
      world.listener(balancer, 8080, group),
      world.listener(balancer, 8080),
    ]);
    expect(outcomes.map((each) => each.status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(world.store.listeners.size).toBe(1);
    expect(world.ports.opened).toEqual(['127.0.0.1:8080']);
  });

  it('refuses HTTPS and says to use HTTP locally', async () => {
    const world = new World();
    const input = {
      LoadBalancerArn: await world.balancer(),
      Port: 443,
      DefaultActions: [NOT_FOUND],
    };
    expect(await refusal(world.call('CreateListener', { ...input, Protocol: 'HTTPS' }))).toMatch(
      /^UnsupportedProtocol: .*'HTTP'.*locally/,
    );
    expect(await refusal(world.call('CreateListener', { ...input, Protocol: 'TCP' }))).toMatch(
      /^UnsupportedProtocol: Protocol 'TCP'/,
    );
    expect(
      await refusal(world.call('CreateListener', { ...input, ...HTTP, Certificates: [] })),
    ).toBe('ValidationError: Certificates can only be specified for HTTPS and TLS listeners');
    expect(world.ports.opened).toEqual([]);
  });

  it.each([0, 65_536, 80.5])('refuses the port %s', async (port) => {
    const world = new World();
    expect(await refusal(world.listener(await world.balancer(), port))).toBe(
      `ValidationError: Listener port '${port}' must be between '1' and '65535' inclusive`,
    );
  });

  it('refuses a target group that another balancer uses', async () => {
    const world = new World();
    const group = await world.group('tg');
    await world.listener(await world.balancer('one'), 8080, group);
    expect(await refusal(world.listener(await world.balancer('two'), 8080, group))).toBe(
      `TargetGroupAssociationLimit: The following target groups cannot be associated with more than one load balancer: ${group}`,
    );
  });

  it('refuses the 51st listener of a balancer', async () => {
    const world = new World();
    const balancer = await world.balancer();
    for (let port = 8000; port < 8050; port++) await world.listener(balancer, port);
    expect(await refusal(world.listener(balancer, 8050))).toMatch(/^TooManyListeners/);
  });
});

describe('ModifyListener', () => {
  it('replaces the default actions', async () => {
    const world = new World();
    const balancer = await world.balancer();
    const listener = await world.listener(balancer, 8080);
    const [blue, green] = [await world.group('blue'), await world.group('green')];
    const weighted = {
      TargetGroups: [
        { TargetGroupArn: blue, Weight: 90 },
        { TargetGroupArn: green, Weight: 10 },
      ],
      TargetGroupStickinessConfig: { Enabled: true, DurationSeconds: 60 },
    };
    const { Listeners } = await world.call('ModifyListener', {
      ListenerArn: listener,
      DefaultActions: [{ Type: 'forward', ForwardConfig: weighted }],
    });
    expect(Listeners?.[0]?.DefaultActions).toEqual([{ Type: 'forward', ForwardConfig: weighted }]);
  });

  it('moves to another port', async () => {
    const world = new World();
    const listener = await world.listener(await world.balancer(), 8080);
    const { Listeners } = await world.call('ModifyListener', { ListenerArn: listener, Port: 9090 });
    expect(Listeners?.[0]?.Port).toBe(9090);
    expect(world.ports.opened).toEqual(['127.0.0.1:9090']);
  });

  it('changes nothing when the other port is busy', async () => {
    const world = new World();
    world.ports.open_.set('127.0.0.1:9090', 'a program');
    const group = await world.group('tg');
    const listener = await world.listener(await world.balancer(), 8080);
    const before = world.store.listeners.get(listener);
    expect(
      await refusal(
        world.call('ModifyListener', {
          ListenerArn: listener,
          Port: 9090,
          DefaultActions: [forwardTo(group)],
        }),
      ),
    ).toMatch(/^InvalidConfigurationRequest: Port 9090/);
    expect(world.store.listeners.get(listener)).toBe(before);
    expect(world.ports.opened).toContain('127.0.0.1:8080');
  });

  it('refuses a port that another listener of the balancer has', async () => {
    const world = new World();
    const balancer = await world.balancer();
    const listener = await world.listener(balancer, 8080);
    await world.listener(balancer, 9090);
    expect(
      await refusal(world.call('ModifyListener', { ListenerArn: listener, Port: 9090 })),
    ).toMatch(/^DuplicateListener/);
  });

  it('keeps what another request changed while the port was opened', async () => {
    const world = new World();
    const listener = await world.listener(await world.balancer(), 8080);
    const group = await world.group('tg');
    world.ports.meanwhile = () =>
      world.call('ModifyListener', { ListenerArn: listener, DefaultActions: [forwardTo(group)] });
    const { Listeners } = await world.call('ModifyListener', { ListenerArn: listener, Port: 9090 });
    expect(Listeners?.[0]).toMatchObject({ Port: 9090, DefaultActions: [{ Type: 'forward' }] });
  });

  it('leaves the port to another request that moved the listener there first', async () => {
    const world = new World();
    const listener = await world.listener(await world.balancer(), 8080);
    const group = await world.group('tg');
    world.ports.meanwhile = async () => {
      await world.call('ModifyListener', { ListenerArn: listener, Port: 9090 });
      await world.call('DeleteTargetGroup', { TargetGroupArn: group });
    };
    expect(
      await refusal(
        world.call('ModifyListener', {
          ListenerArn: listener,
          Port: 9090,
          DefaultActions: [forwardTo(group)],
        }),
      ),
    ).toMatch(/^TargetGroupNotFound/);
    expect(world.store.listeners.get(listener)?.port).toBe(9090);
    expect(world.ports.opened).toEqual(['127.0.0.1:9090']);
  });

  it('closes both ports when the listener was deleted while the new one was opened', async () => {
    const world = new World();
    const listener = await world.listener(await world.balancer(), 8080);
    world.ports.meanwhile = () => world.call('DeleteListener', { ListenerArn: listener });
    expect(
      await refusal(world.call('ModifyListener', { ListenerArn: listener, Port: 9090 })),
    ).toMatch(/^ListenerNotFound/);
    expect(world.ports.opened).toEqual([]);
  });
});

describe('DescribeListeners and DeleteListener', () => {
  it('finds by ARN and by balancer', async () => {
    const world = new World();
    const balancer = await world.balancer();
    const one = await world.listener(balancer, 8080);
    await world.listener(balancer, 9090);
    const count = async (input: object): Promise<unknown> =>
      (await world.call('DescribeListeners', input)).Listeners?.length;
    expect(await count({ LoadBalancerArn: balancer })).toBe(2);
    expect(await count({ ListenerArns: [one] })).toBe(1);
    expect(await refusal(world.call('DescribeListeners', {}))).toBe(
      'ValidationError: You must specify either listener ARNs or a load balancer ARN',
    );
  });

  it('frees the port and forgets the rules', async () => {
    const world = new World();
    const listener = await world.listener(await world.balancer(), 8080);
    await world.rule(listener, 1);
    await world.call('DeleteListener', { ListenerArn: listener });
    expect(world.ports.opened).toEqual([]);
    expect(world.store.rules.size).toBe(0);
    expect(await refusal(world.call('DeleteListener', { ListenerArn: listener }))).toBe(
      `ListenerNotFound: Listener '${listener}' not found`,
    );
  });
});
