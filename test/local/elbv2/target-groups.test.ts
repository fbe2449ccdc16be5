import { describe, expect, it } from 'vitest';
import { refusal, World } from './world.ts';

describe('CreateTargetGroup', () => {
  it("fills in AWS's defaults", async () => {
    const world = new World();
    const { TargetGroups } = await world.call('CreateTargetGroup', {
      Name: 'tg',
      Protocol: 'HTTP',
      Port: 80,
      VpcId: 'vpc-1',
    });
    expect(TargetGroups).toEqual([
      {
        TargetGroupArn: expect.stringMatching(
          /^arn:aws:elasticloadbalancing:eu-west-1:000000000000:targetgroup\/tg\/[0-9a-f]{16}$/,
        ) as string,
        TargetGroupName: 'tg',
        Protocol: 'HTTP',
        ProtocolVersion: 'HTTP1',
        Port: 80,
        VpcId: 'vpc-1',
        TargetType: 'instance',
        IpAddressType: 'ipv4',
        HealthCheckEnabled: true,
        HealthCheckProtocol: 'HTTP',
        HealthCheckPort: 'traffic-port',
        HealthCheckPath: '/',
        HealthCheckIntervalSeconds: 30,
        HealthCheckTimeoutSeconds: 5,
        HealthyThresholdCount: 5,
        UnhealthyThresholdCount: 2,
        Matcher: { HttpCode: '200' },
        LoadBalancerArns: [],
      },
    ]);
  });

  it('answers with the existing group when everything is the same, refuses the name otherwise', async () => {
    const world = new World();
    const first = await world.group('tg');
    expect(await world.group('tg')).toBe(first);
    expect(await refusal(world.group('tg', { Port: 81 }))).toBe(
      "DuplicateTargetGroupName: A target group with the same name 'tg' exists, but with different settings",
    );
    expect(await refusal(world.group('tg', { HealthCheckPath: '/other' }))).toMatch(
      /^DuplicateTargetGroupName/,
    );
  });

  it.each([
    [
      { HealthCheckIntervalSeconds: 4 },
      "Health check interval '4' must be between '5' and '300' inclusive",
    ],
    [
      { HealthCheckTimeoutSeconds: 1 },
      "Health check timeout '1' must be between '2' and '120' inclusive",
    ],
    [
      { HealthyThresholdCount: 11 },
      "Healthy threshold count '11' must be between '2' and '10' inclusive",
    ],
    [
      { UnhealthyThresholdCount: 1 },
      "Unhealthy threshold count '1' must be between '2' and '10' inclusive",
    ],
    [{ HealthCheckPath: 'health' }, "Health check path 'health' must begin with a '/' character"],
    [{ HealthCheckPath: '/a b' }, "Health check path '/a b' contains invalid characters"],
    [
      { HealthCheckPort: '0' },
      "Health check port '0' must be 'traffic-port' or between '1' and '65535'",
    ],
    [{ HealthCheckPort: 'http' }, "Health check port 'http' must be 'traffic-port'"],
    [
      { Matcher: { HttpCode: '500' } },
      "Health check matcher HTTP code '500' must be within '200-499'",
    ],
    [{ Matcher: { HttpCode: '299-200' } }, "Health check matcher HTTP code '299-200'"],
    [{ HealthCheckEnabled: false }, 'Health checks cannot be disabled'],
    [{ Port: 0 }, "Target group port '0' must be between '1' and '65535' inclusive"],
    [{ Port: undefined }, 'A port must be specified'],
    [{ Protocol: undefined }, 'A protocol must be specified'],
    [{ Name: 'a b' }, "Target group name 'a b' can only contain characters that are alphanumeric"],
    [{ Name: 'a-' }, "Target group name 'a-' cannot begin or end with a hyphen(-)"],
  ])('refuses %o', async (more, message) => {
    expect(await refusal(new World().group('tg', more))).toContain(`ValidationError: ${message}`);
  });

  it('refuses an interval that is not above the timeout and names the missing member', async () => {
    const world = new World();
    expect(await refusal(world.group('tg', { HealthCheckIntervalSeconds: 5 }))).toBe(
      "ValidationError: Health check interval must be greater than the timeout: interval '5', timeout '5'; give HealthCheckTimeoutSeconds too",
    );
    await world.group('tg', { HealthCheckIntervalSeconds: 5, HealthCheckTimeoutSeconds: 2 });
  });

  it.each([
    { Protocol: 'TCP' as const },
    { ProtocolVersion: 'GRPC' },
    { TargetType: 'lambda' as const },
    { IpAddressType: 'ipv6' as const },
    { HealthCheckProtocol: 'TCP' as const },
    { Matcher: { GrpcCode: '0' } },
    { TargetControlPort: 9000 },
  ])('refuses what the local load balancer cannot do: %o', async (more) => {
    expect(await refusal(new World().group('tg', more))).toMatch(/^InvalidConfigurationRequest: /);
  });

  it.each(['200', '200,202', '200-299', '200-299,404', '499'])(
    'takes the matcher %s',
    async (code) => {
      const world = new World();
      await world.group('tg', { Matcher: { HttpCode: code } });
      const { TargetGroups } = await world.call('DescribeTargetGroups', { Names: ['tg'] });
      expect(TargetGroups?.[0]?.Matcher).toEqual({ HttpCode: code });
    },
  );
});

describe('ModifyTargetGroup', () => {
  it('changes what it names and leaves the rest', async () => {
    const world = new World();
    const arn = await world.group('tg', { HealthCheckPath: '/health' });
    const { TargetGroups } = await world.call('ModifyTargetGroup', {
      TargetGroupArn: arn,
      HealthyThresholdCount: 2,
    });
    expect(TargetGroups?.[0]).toMatchObject({
      HealthCheckPath: '/health',
      HealthyThresholdCount: 2,
      UnhealthyThresholdCount: 2,
    });
  });

  it('checks the timeout against the interval that the group has', async () => {
    const world = new World();
    const arn = await world.group('tg');
    expect(
      await refusal(
        world.call('ModifyTargetGroup', { TargetGroupArn: arn, HealthCheckTimeoutSeconds: 30 }),
      ),
    ).toMatch(/^ValidationError: Health check interval must be greater than the timeout/);
  });
});

describe('DescribeTargetGroups', () => {
  it('finds by name, by ARN and by load balancer', async () => {
    const world = new World();
    const [one, two] = [await world.group('one'), await world.group('two')];
    const balancer = await world.balancer();
    const listener = await world.listener(balancer, 8080, one);
    await world.rule(listener, 1, one);
    const names = async (input: object): Promise<unknown> =>
      (await world.call('DescribeTargetGroups', input)).TargetGroups?.map((each) => [
        each.TargetGroupName,
        each.LoadBalancerArns,
      ]);
    expect(await names({})).toEqual([
      ['one', [balancer]],
      ['two', []],
    ]);
    expect(await names({ LoadBalancerArn: balancer })).toEqual([['one', [balancer]]]);
    expect(await names({ TargetGroupArns: [two] })).toEqual([['two', []]]);
    expect(await refusal(world.call('DescribeTargetGroups', { Names: ['three'] }))).toBe(
      'TargetGroupNotFound: One or more target groups not found',
    );
    expect(
      await refusal(world.call('DescribeTargetGroups', { Names: ['one'], TargetGroupArns: [two] })),
    ).toMatch(/^ValidationError/);
  });
});

describe('DeleteTargetGroup', () => {
  it('is refused while a listener or a rule forwards to the group, even with weight 0', async () => {
    const world = new World();
    const [blue, green] = [await world.group('blue'), await world.group('green')];
    const balancer = await world.balancer();
    const listener = await world.listener(balancer, 8080);
    const { Rules } = await world.call('CreateRule', {
      ListenerArn: listener,
      Priority: 1,
      Conditions: [{ Field: 'path-pattern', Values: ['/*'] }],
      Actions: [
        {
          Type: 'forward',
          ForwardConfig: {
            TargetGroups: [
              { TargetGroupArn: blue, Weight: 1 },
              { TargetGroupArn: green, Weight: 0 },
            ],
          },
        },
      ],
    });
    expect(await refusal(world.call('DeleteTargetGroup', { TargetGroupArn: green }))).toBe(
      `ResourceInUse: Target group '${green}' is currently in use by a listener or a rule`,
    );
    await world.call('DeleteRule', { RuleArn: Rules?.[0]?.RuleArn });
    await world.call('DeleteTargetGroup', { TargetGroupArn: green });
    expect(await refusal(world.call('DescribeTargetHealth', { TargetGroupArn: green }))).toBe(
      `TargetGroupNotFound: Target groups '${green}' not found`,
    );
  });

  it('takes the targets with it, and is no error for a group that does not exist', async () => {
    const world = new World();
    const arn = await world.group('tg');
    await world.call('RegisterTargets', { TargetGroupArn: arn, Targets: [{ Id: '10.0.0.1' }] });
    await world.call('DeleteTargetGroup', { TargetGroupArn: arn });
    expect(world.store.targets.size).toBe(0);
    expect(await world.call('DeleteTargetGroup', { TargetGroupArn: arn })).toEqual({});
  });
});
