import { describe, expect, it } from 'vitest';
import { targetKey } from '../../../src/local/state/store.ts';
import type { Target } from '../../../src/local/state/elbv2-entities.ts';
import { refusal, World } from './world.ts';

/** What the balancer saw of a target. */
function observe(world: World, key: string, seen: Partial<Target>): void {
  const target = world.store.targets.get(key);
  if (target === undefined) throw new Error(`no target ${key}`);
  world.store.transaction(() => world.store.targets.put(key, { ...target, ...seen }));
}

/** A group in use with one registered target. */
async function withTarget() {
  const world = new World();
  const group = await world.group('tg');
  await world.listener(await world.balancer(), 8080, group);
  await world.call('RegisterTargets', {
    TargetGroupArn: group,
    Targets: [{ Id: '10.0.0.1', Port: 3000 }],
  });
  const key = targetKey({ targetGroupArn: group, id: '10.0.0.1', port: 3000 });
  const health = async () => {
    const answer = await world.call('DescribeTargetHealth', { TargetGroupArn: group });
    return answer.TargetHealthDescriptions?.map((each) => each.TargetHealth);
  };
  return { world, group, key, health };
}

describe('DescribeTargetHealth', () => {
  it('shows a new target as initial', async () => {
    const { world, group } = await withTarget();
    expect(await world.call('DescribeTargetHealth', { TargetGroupArn: group })).toEqual({
      TargetHealthDescriptions: [
        {
          Target: { Id: '10.0.0.1', Port: 3000 },
          HealthCheckPort: '3000',
          TargetHealth: {
            State: 'initial',
            Reason: 'Elb.RegistrationInProgress',
            Description: 'Target registration is in progress',
          },
        },
      ],
    });
  });

  it('shows a healthy target without a reason', async () => {
    const { world, key, health } = await withTarget();
    observe(world, key, { health: 'healthy' });
    expect(await health()).toEqual([{ State: 'healthy' }]);
  });

  it('shows why a target is unhealthy', async () => {
    const { world, key, health } = await withTarget();
    const reason = {
      code: 'Target.ResponseCodeMismatch',
      description: 'Health checks failed with these codes: [503]',
    };
    observe(world, key, { health: 'unhealthy', reason });
    expect(await health()).toEqual([
      {
        State: 'unhealthy',
        Reason: 'Target.ResponseCodeMismatch',
        Description: 'Health checks failed with these codes: [503]',
      },
    ]);
  });

  it('shows every target as unused while nothing forwards to the group', async () => {
    const { world, group, key, health } = await withTarget();
    observe(world, key, { health: 'healthy' });
    const { TargetGroups } = await world.call('DescribeTargetGroups', { TargetGroupArns: [group] });
    await world.call('DeleteLoadBalancer', {
      LoadBalancerArn: TargetGroups?.[0]?.LoadBalancerArns?.[0],
    });
    expect(await health()).toEqual([
      {
        State: 'unused',
        Reason: 'Target.NotInUse',
        Description: 'Target group is not configured to receive traffic from the load balancer',
      },
    ]);
  });

  it('shows a deregistered target as draining, and one that is registered again as initial', async () => {
    const { world, group, key, health } = await withTarget();
    observe(world, key, { health: 'healthy' });
    const targets = { TargetGroupArn: group, Targets: [{ Id: '10.0.0.1', Port: 3000 }] };
    await world.call('DeregisterTargets', targets);
    expect(await health()).toEqual([
      {
        State: 'draining',
        Reason: 'Target.DeregistrationInProgress',
        Description: 'Target deregistration is in progress',
      },
    ]);
    await world.call('RegisterTargets', targets);
    expect(await health()).toMatchObject([{ State: 'initial' }]);
  });

  it('says of a target that was asked for and does not exist that it is not registered', async () => {
    const { world, group } = await withTarget();
    const { TargetHealthDescriptions } = await world.call('DescribeTargetHealth', {
      TargetGroupArn: group,
      Targets: [{ Id: '10.0.0.9' }, { Id: '10.0.0.1', Port: 3000 }],
    });
    expect(TargetHealthDescriptions).toMatchObject([
      {
        Target: { Id: '10.0.0.9', Port: 80 },
        TargetHealth: { State: 'unused', Reason: 'Target.NotRegistered' },
      },
      { TargetHealth: { State: 'initial' } },
    ]);
  });

  it('shows the port that is checked when it is not the traffic port', async () => {
    const world = new World();
    const group = await world.group('tg', { HealthCheckPort: '9000' });
    await world.call('RegisterTargets', { TargetGroupArn: group, Targets: [{ Id: '10.0.0.1' }] });
    const answer = await world.call('DescribeTargetHealth', { TargetGroupArn: group });
    expect(answer.TargetHealthDescriptions?.[0]?.HealthCheckPort).toBe('9000');
  });
});

describe('RegisterTargets', () => {
  it('leaves a registered target as it is', async () => {
    const { world, group, key } = await withTarget();
    observe(world, key, { health: 'healthy' });
    const before = world.store.targets.get(key);
    await world.call('RegisterTargets', {
      TargetGroupArn: group,
      Targets: [{ Id: '10.0.0.1', Port: 3000 }],
    });
    expect(world.store.targets.get(key)).toBe(before);
  });

  it.each(['10.1.2.3', '172.16.0.1', '172.31.0.1', '192.168.1.1', '100.64.0.1', '127.0.0.1'])(
    'takes the address %s',
    async (id) => {
      const world = new World();
      const group = await world.group('tg');
      await world.call('RegisterTargets', { TargetGroupArn: group, Targets: [{ Id: id }] });
      expect(world.store.targets.size).toBe(1);
    },
  );

  it.each(['8.8.8.8', '172.32.0.1', '172.15.0.1', '192.167.0.1', '100.63.0.1', '100.128.0.1'])(
    'refuses the public address %s',
    async (id) => {
      const world = new World();
      const group = await world.group('tg');
      expect(
        await refusal(
          world.call('RegisterTargets', { TargetGroupArn: group, Targets: [{ Id: id }] }),
        ),
      ).toMatch(new RegExp(`^InvalidTarget: The IP address '${id}' is neither private`));
    },
  );

  it('refuses what is no address or no instance id, by the type of the group', async () => {
    const world = new World();
    const ip = await world.group('ip');
    const instance = await world.group('instance', { TargetType: 'instance' });
    const register = (group: string, target: { Id: string; Port?: number }) =>
      world.call('RegisterTargets', { TargetGroupArn: group, Targets: [target] });
    expect(await refusal(register(ip, { Id: 'i-0123456789abcdef0' }))).toMatch(
      /^ValidationError: The IP address 'i-0123456789abcdef0' is not a valid IPv4 address/,
    );
    expect(await refusal(register(instance, { Id: '10.0.0.1' }))).toMatch(
      /^ValidationError: Instance ID '10.0.0.1' is not valid/,
    );
    expect(await refusal(register(ip, { Id: '10.0.0.1', Port: 0 }))).toMatch(/^ValidationError/);
    await register(instance, { Id: 'i-0123456789abcdef0', Port: 32_768 });
    expect(world.store.targets.size).toBe(1);
  });

  it('registers all or none', async () => {
    const world = new World();
    const group = await world.group('tg');
    await refusal(
      world.call('RegisterTargets', {
        TargetGroupArn: group,
        Targets: [{ Id: '10.0.0.1' }, { Id: '8.8.8.8' }],
      }),
    );
    expect(world.store.targets.size).toBe(0);
  });

  it('refuses the 1001st target of a group', async () => {
    const world = new World();
    const group = await world.group('tg');
    const Targets = Array.from({ length: 1000 }, (_, port) => ({ Id: '10.0.0.1', Port: port + 1 }));
    await world.call('RegisterTargets', { TargetGroupArn: group, Targets });
    await world.call('RegisterTargets', { TargetGroupArn: group, Targets });
    const one = [{ Id: '10.0.0.2' }];
    expect(
      await refusal(world.call('RegisterTargets', { TargetGroupArn: group, Targets: one })),
    ).toMatch(/^TooManyTargets/);
  });
});

describe('DeregisterTargets', () => {
  it('is no error for a target that is not registered', async () => {
    const { world, group, key } = await withTarget();
    await world.call('DeregisterTargets', {
      TargetGroupArn: group,
      Targets: [{ Id: '10.0.0.9' }],
    });
    expect(world.store.targets.get(key)?.deregisteredAt).toBeUndefined();
  });

  it('keeps the time of the first deregistration', async () => {
    const { world, group, key } = await withTarget();
    const targets = { TargetGroupArn: group, Targets: [{ Id: '10.0.0.1', Port: 3000 }] };
    await world.call('DeregisterTargets', targets);
    const at = world.store.targets.get(key)?.deregisteredAt;
    await world.clock.advance(1000);
    await world.call('DeregisterTargets', targets);
    expect(world.store.targets.get(key)?.deregisteredAt).toBe(at);
  });

  it('wants at least one target', async () => {
    const { world, group } = await withTarget();
    expect(
      await refusal(world.call('DeregisterTargets', { TargetGroupArn: group, Targets: [] })),
    ).toBe('ValidationError: At least one target must be specified');
  });
});
