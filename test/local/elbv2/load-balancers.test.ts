import { describe, expect, it } from 'vitest';
import { refusal, World } from './world.ts';

describe('CreateLoadBalancer', () => {
  it('answers with an active balancer on a loopback address, as AWS shapes it', async () => {
    const world = new World();
    const { LoadBalancers } = await world.call('CreateLoadBalancer', {
      Name: 'web',
      Subnets: ['subnet-1', 'subnet-2'],
      SecurityGroups: ['sg-1'],
    });
    expect(LoadBalancers).toEqual([
      {
        LoadBalancerArn: expect.stringMatching(
          /^arn:aws:elasticloadbalancing:eu-west-1:000000000000:loadbalancer\/app\/web\/[0-9a-f]{16}$/,
        ) as string,
        DNSName: '127.0.0.1',
        CanonicalHostedZoneId: expect.any(String) as string,
        CreatedTime: new Date(world.clock.now()),
        LoadBalancerName: 'web',
        Scheme: 'internet-facing',
        VpcId: expect.stringMatching(/^vpc-[0-9a-f]{17}$/) as string,
        State: { Code: 'active' },
        Type: 'application',
        AvailabilityZones: [
          { ZoneName: 'eu-west-1a', SubnetId: 'subnet-1', LoadBalancerAddresses: [] },
          { ZoneName: 'eu-west-1b', SubnetId: 'subnet-2', LoadBalancerAddresses: [] },
        ],
        SecurityGroups: ['sg-1'],
        IpAddressType: 'ipv4',
      },
    ]);
  });

  it('gives each balancer an address of its own, in whatever region', async () => {
    const world = new World();
    const names = ['one', 'two', 'three'];
    await Promise.all(
      names.map((name, index) =>
        world.call('CreateLoadBalancer', { Name: name }, `eu-west-${index + 1}`),
      ),
    );
    const hosts = Array.from(world.store.loadBalancers.values(), (row) => row.dnsName);
    expect(hosts.sort()).toEqual(['127.0.0.1', '127.0.1.1', '127.0.1.2']);
  });

  it('answers with the existing balancer when name and settings are the same', async () => {
    const world = new World();
    const input = { Name: 'web', Subnets: ['a', 'b'], Tags: [{ Key: 'k', Value: 'v' }] };
    const first = await world.call('CreateLoadBalancer', input);
    const again = await world.call('CreateLoadBalancer', { ...input, Subnets: ['b', 'a'] });
    expect(again).toEqual(first);
    expect(world.store.loadBalancers.size).toBe(1);
  });

  it('makes one balancer of two requests at the same time', async () => {
    const world = new World();
    const [one, other] = await Promise.all([world.balancer('web'), world.balancer('web')]);
    expect(one).toBe(other);
    expect(world.store.loadBalancers.size).toBe(1);
  });

  it.each([
    { Scheme: 'internal' as const },
    { Subnets: ['other'] },
    { SecurityGroups: ['sg-2'] },
    { Tags: [{ Key: 'k', Value: 'w' }] },
    { IpAddressType: 'dualstack' as const },
  ])('refuses the name of a balancer with other settings: %o', async (more) => {
    const world = new World();
    await world.balancer('web');
    expect(await refusal(world.call('CreateLoadBalancer', { Name: 'web', ...more }))).toBe(
      "DuplicateLoadBalancerName: A load balancer with the same name 'web' exists, but with different settings",
    );
  });

  it('lets two regions use the same name', async () => {
    const world = new World();
    await world.balancer('web');
    await world.call('CreateLoadBalancer', { Name: 'web', Scheme: 'internal' }, 'us-east-1');
    expect(world.store.loadBalancers.size).toBe(2);
  });

  it.each([
    ['', 'The load balancer name cannot be empty'],
    [
      'a'.repeat(33),
      `The load balancer name '${'a'.repeat(33)}' cannot be longer than '32' characters`,
    ],
    [
      'a_b',
      "The load balancer name 'a_b' can only contain characters that are alphanumeric characters or hyphens(-)",
    ],
    ['-a', "The load balancer name '-a' cannot begin or end with a hyphen(-)"],
    ['internal-a', "The load balancer name 'internal-a' cannot begin with 'internal-'"],
  ])('refuses the name %o', async (name, message) => {
    expect(await refusal(new World().balancer(name))).toBe(`ValidationError: ${message}`);
  });

  it('refuses network load balancers and says what to do', async () => {
    expect(
      await refusal(new World().call('CreateLoadBalancer', { Name: 'web', Type: 'network' })),
    ).toMatch(/^InvalidConfigurationRequest: .*type 'network' are not available.*'application'/);
  });

  it('refuses a subnet that is given twice, and subnets beside mappings', async () => {
    const world = new World();
    expect(
      await refusal(world.call('CreateLoadBalancer', { Name: 'w', Subnets: ['a', 'a'] })),
    ).toMatch(/^InvalidConfigurationRequest: A load balancer cannot be attached/);
    expect(
      await refusal(
        world.call('CreateLoadBalancer', {
          Name: 'w',
          Subnets: ['a'],
          SubnetMappings: [{ SubnetId: 'b' }],
        }),
      ),
    ).toMatch(/^ValidationError: .*not both/);
  });
});

describe('DescribeLoadBalancers', () => {
  it('finds by name and by ARN, only in its region', async () => {
    const world = new World();
    const web = await world.balancer('web');
    await world.balancer('api');
    await world.call('CreateLoadBalancer', { Name: 'far' }, 'us-east-1');
    const names = async (input: object): Promise<unknown> =>
      (await world.call('DescribeLoadBalancers', input)).LoadBalancers?.map(
        (each) => each.LoadBalancerName,
      );
    expect(await names({})).toEqual(['api', 'web']);
    expect(await names({ Names: ['web'] })).toEqual(['web']);
    expect(await names({ LoadBalancerArns: [web] })).toEqual(['web']);
    expect(await refusal(world.call('DescribeLoadBalancers', { Names: ['web', 'far'] }))).toBe(
      "LoadBalancerNotFound: Load balancers '[far]' not found",
    );
    expect(
      await refusal(world.call('DescribeLoadBalancers', { LoadBalancerArns: [web] }, 'us-east-1')),
    ).toBe(`LoadBalancerNotFound: Load balancer '${web}' not found`);
    expect(await refusal(world.call('DescribeLoadBalancers', { LoadBalancerArns: ['web'] }))).toBe(
      "ValidationError: 'web' is not a valid load balancer ARN",
    );
  });
});

describe('DeleteLoadBalancer', () => {
  it('takes listeners and rules with it, frees the ports and leaves the target groups', async () => {
    const world = new World();
    const group = await world.group('tg');
    const balancer = await world.balancer();
    const listener = await world.listener(balancer, 8080, group);
    await world.rule(listener, 1, group);
    await world.call('DeleteLoadBalancer', { LoadBalancerArn: balancer });
    expect(world.store.listeners.size + world.store.rules.size).toBe(0);
    expect(world.ports.opened).toEqual([]);
    const { TargetGroups } = await world.call('DescribeTargetGroups', {});
    expect(TargetGroups?.map((each) => each.LoadBalancerArns)).toEqual([[]]);
  });

  it('is no error for one that does not exist', async () => {
    const world = new World();
    const balancer = await world.balancer();
    await world.call('DeleteLoadBalancer', { LoadBalancerArn: balancer });
    expect(await world.call('DeleteLoadBalancer', { LoadBalancerArn: balancer })).toEqual({});
  });

  it('is refused while deletion protection is enabled', async () => {
    const world = new World();
    const balancer = await world.balancer();
    await world.call('ModifyLoadBalancerAttributes', {
      LoadBalancerArn: balancer,
      Attributes: [{ Key: 'deletion_protection.enabled', Value: 'true' }],
    });
    expect(await refusal(world.call('DeleteLoadBalancer', { LoadBalancerArn: balancer }))).toBe(
      `OperationNotPermitted: Load balancer '${balancer}' cannot be deleted because deletion protection is enabled`,
    );
  });
});

describe('settings of a load balancer', () => {
  it('shows what SetSecurityGroups, SetSubnets and SetIpAddressType set', async () => {
    const world = new World();
    const balancer = await world.balancer();
    await world.call('SetSecurityGroups', {
      LoadBalancerArn: balancer,
      SecurityGroups: ['sg-1', 'sg-2'],
    });
    await world.call('SetSubnets', { LoadBalancerArn: balancer, Subnets: ['s-1', 's-2'] });
    await world.call('SetIpAddressType', { LoadBalancerArn: balancer, IpAddressType: 'dualstack' });
    const { LoadBalancers } = await world.call('DescribeLoadBalancers', {});
    expect(LoadBalancers?.[0]).toMatchObject({
      SecurityGroups: ['sg-1', 'sg-2'],
      AvailabilityZones: [{ SubnetId: 's-1' }, { SubnetId: 's-2' }],
      IpAddressType: 'dualstack',
    });
  });

  it('refuses an empty list of security groups or subnets', async () => {
    const world = new World();
    const arn = { LoadBalancerArn: await world.balancer() };
    expect(await refusal(world.call('SetSecurityGroups', { ...arn, SecurityGroups: [] }))).toMatch(
      /^ValidationError/,
    );
    expect(await refusal(world.call('SetSubnets', arn))).toMatch(/^ValidationError/);
  });
});
