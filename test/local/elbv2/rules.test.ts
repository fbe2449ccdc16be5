import type { Action, RuleCondition } from '@aws-sdk/client-elastic-load-balancing-v2';
import { describe, expect, it } from 'vitest';
import { forwardTo, NOT_FOUND, refusal, World } from './world.ts';

const ANY_PATH: RuleCondition = { Field: 'path-pattern', Values: ['/*'] };

/** A region with one listener. */
async function withListener(): Promise<{ world: World; listener: string }> {
  const world = new World();
  return { world, listener: await world.listener(await world.balancer(), 8080) };
}

/** The rule that CreateRule makes of these conditions and actions. */
async function created(conditions: RuleCondition[], actions: Action[] = [NOT_FOUND]) {
  const { world, listener } = await withListener();
  const { Rules } = await world.call('CreateRule', {
    ListenerArn: listener,
    Priority: 1,
    Conditions: conditions,
    Actions: actions,
  });
  return Rules?.[0];
}

describe('DescribeRules', () => {
  it('lists rules by priority as text, the default rule last', async () => {
    const { world, listener } = await withListener();
    for (const priority of [50_000, 9, 10, 100]) await world.rule(listener, priority);
    const { Rules } = await world.call('DescribeRules', { ListenerArn: listener });
    expect(Rules?.map((rule) => rule.Priority)).toEqual(['9', '10', '100', '50000', 'default']);
    expect(Rules?.at(-1)).toEqual({
      RuleArn: expect.stringContaining(':listener-rule/app/web/') as string,
      Priority: 'default',
      Conditions: [],
      Actions: [NOT_FOUND],
      IsDefault: true,
    });
    expect(Rules?.[0]?.IsDefault).toBe(false);
    const arns = Rules?.map((rule) => rule.RuleArn ?? '') ?? [];
    const byArn = await world.call('DescribeRules', { RuleArns: arns });
    expect(byArn.Rules).toEqual(Rules);
  });

  it('asks for a listener or for rules, not both and not neither', async () => {
    const { world, listener } = await withListener();
    const rule = await world.rule(listener, 1);
    for (const input of [{}, { ListenerArn: listener, RuleArns: [rule] }])
      expect(await refusal(world.call('DescribeRules', input))).toMatch(/^ValidationError/);
  });
});

describe('conditions', () => {
  it('shows values of paths and hosts in both members', async () => {
    const rule = await created([
      { Field: 'path-pattern', Values: ['/a/*'] },
      { Field: 'host-header', HostHeaderConfig: { Values: ['*.example.com'] } },
    ]);
    expect(rule?.Conditions).toEqual([
      { Field: 'path-pattern', Values: ['/a/*'], PathPatternConfig: { Values: ['/a/*'] } },
      {
        Field: 'host-header',
        Values: ['*.example.com'],
        HostHeaderConfig: { Values: ['*.example.com'] },
      },
    ]);
  });

  it('takes every kind of condition, several headers and query strings', async () => {
    const conditions: RuleCondition[] = [
      { Field: 'http-request-method', HttpRequestMethodConfig: { Values: ['GET'] } },
      { Field: 'source-ip', SourceIpConfig: { Values: ['10.0.0.0/8'] } },
      { Field: 'http-header', HttpHeaderConfig: { HttpHeaderName: 'X-A', Values: ['1'] } },
      { Field: 'http-header', HttpHeaderConfig: { HttpHeaderName: 'X-B', Values: ['2'] } },
      { Field: 'query-string', QueryStringConfig: { Values: [{ Key: 'v', Value: '2' }] } },
    ];
    expect((await created(conditions))?.Conditions).toEqual(conditions);
  });

  it.each<[string, RuleCondition[], string]>([
    ['no condition', [], 'A condition must be specified'],
    ['no value', [{ Field: 'path-pattern' }], 'A condition value must be specified'],
    [
      'an unknown field',
      [{ Field: 'cookie', Values: ['x'] }],
      "Condition field 'cookie' must be one of",
    ],
    ['two paths', [ANY_PATH, ANY_PATH], "A rule can only have one 'path-pattern' condition"],
    [
      'six values',
      [{ Field: 'path-pattern', Values: ['/1', '/2', '/3', '/4', '/5', '/6'] }],
      "A rule can only have '5' condition values",
    ],
    [
      'seven wildcards',
      [{ Field: 'path-pattern', Values: ['/*/*/*/*', '/*/*/*'] }],
      "A rule can only have '6' condition wildcards",
    ],
    [
      'a long path',
      [{ Field: 'path-pattern', Values: [`/${'a'.repeat(128)}`] }],
      "The 'path-pattern' value cannot be longer than '128' characters",
    ],
    ['a path with a space', [{ Field: 'path-pattern', Values: ['/a b'] }], 'invalid characters'],
    ['a host without a dot', [{ Field: 'host-header', Values: ['localhost'] }], "a '.' character"],
    [
      'the host as a header',
      [{ Field: 'http-header', HttpHeaderConfig: { HttpHeaderName: 'Host', Values: ['a'] } }],
      "with the field 'host-header'",
    ],
    [
      'a method in lower case',
      [{ Field: 'http-request-method', HttpRequestMethodConfig: { Values: ['get'] } }],
      'invalid characters',
    ],
    [
      'an address without a mask',
      [{ Field: 'source-ip', SourceIpConfig: { Values: ['10.0.0.1'] } }],
      'must be a CIDR block',
    ],
    [
      'a mask that is too long',
      [{ Field: 'source-ip', SourceIpConfig: { Values: ['10.0.0.1/33'] } }],
      'must be a CIDR block',
    ],
    [
      'the member of another field',
      [{ Field: 'path-pattern', Values: ['/'], HostHeaderConfig: { Values: ['a.b'] } }],
      "HostHeaderConfig can only be specified for the condition field 'host-header'",
    ],
    [
      'Values for a header',
      [{ Field: 'http-header', Values: ['x'] }],
      'give HttpHeaderConfig, not Values',
    ],
  ])('refuses %s', async (_what, conditions, message) => {
    const refused = await refusal(created(conditions));
    expect(refused).toContain('ValidationError: ');
    expect(refused).toContain(message);
  });

  it('does not count escaped wildcards of query strings', async () => {
    const values = ['\\*\\*\\*', '\\?\\?\\?', '***', '???'].map((Value) => ({ Value }));
    const rule = await created([{ Field: 'query-string', QueryStringConfig: { Values: values } }]);
    expect(rule?.Conditions?.[0]?.QueryStringConfig?.Values).toEqual(values);
  });

  it('refuses regular expressions and transforms, which are not served here', async () => {
    expect(
      await refusal(
        created([{ Field: 'path-pattern', PathPatternConfig: { RegexValues: ['a+'] } }]),
      ),
    ).toMatch(/^InvalidConfigurationRequest: .*RegexValues/);
    const { world, listener } = await withListener();
    expect(
      await refusal(
        world.call('CreateRule', {
          ListenerArn: listener,
          Priority: 1,
          Conditions: [ANY_PATH],
          Actions: [NOT_FOUND],
          Transforms: [{ Type: 'url-rewrite' }],
        }),
      ),
    ).toMatch(/^InvalidConfigurationRequest: .*Transforms/);
  });
});

describe('actions', () => {
  it('fills in the parts of a redirect', async () => {
    const rule = await created(
      [ANY_PATH],
      [{ Type: 'redirect', RedirectConfig: { Path: '/new/#{path}', StatusCode: 'HTTP_301' } }],
    );
    expect(rule?.Actions?.[0]?.RedirectConfig).toEqual({
      Protocol: '#{protocol}',
      Host: '#{host}',
      Port: '#{port}',
      Path: '/new/#{path}',
      Query: '#{query}',
      StatusCode: 'HTTP_301',
    });
  });

  it.each<[string, Action[], RegExp]>([
    ['no action', [], /^InvalidLoadBalancerAction: Actions must contain exactly one/],
    ['two actions', [NOT_FOUND, NOT_FOUND], /^InvalidLoadBalancerAction: .*exactly one/],
    [
      'authentication',
      [{ Type: 'authenticate-oidc', Order: 1 }, NOT_FOUND],
      /^InvalidLoadBalancerAction: .*'authenticate-oidc', which need HTTPS/,
    ],
    [
      'a redirect to itself',
      [{ Type: 'redirect', RedirectConfig: { Query: 'a=1', StatusCode: 'HTTP_302' } }],
      /^InvalidLoadBalancerAction: .*creates a loop/,
    ],
    [
      'a redirect to port 0',
      [{ Type: 'redirect', RedirectConfig: { Port: '0', StatusCode: 'HTTP_302' } }],
      /^ValidationError: Redirect port '0'/,
    ],
    [
      'a fixed response of 300',
      [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '300' } }],
      /^ValidationError: Fixed response status code '300'/,
    ],
    [
      'a fixed response with a strange type',
      [
        {
          Type: 'fixed-response',
          FixedResponseConfig: { StatusCode: '200', ContentType: 'image/png' },
        },
      ],
      /^ValidationError: Fixed response content type 'image\/png'/,
    ],
    [
      'a body of 1025 characters',
      [
        {
          Type: 'fixed-response',
          FixedResponseConfig: { StatusCode: '200', MessageBody: 'x'.repeat(1025) },
        },
      ],
      /^ValidationError: Fixed response message body/,
    ],
    ['a forward to nowhere', [{ Type: 'forward' }], /^ValidationError: .*needs a TargetGroupArn/],
    [
      'the member of another type',
      [{ ...NOT_FOUND, ForwardConfig: {} }],
      /^ValidationError: ForwardConfig can only be specified/,
    ],
    [
      'a fixed response with a target group',
      [{ ...NOT_FOUND, TargetGroupArn: 'x' }],
      /^ValidationError: TargetGroupArn can only be specified/,
    ],
    ['what is no target group', [forwardTo('tg')], /^ValidationError: 'tg' is not a valid target/],
    ['an order of 0', [{ ...NOT_FOUND, Order: 0 }], /^ValidationError: Action order '0'/],
  ])('refuses %s', async (_what, actions, message) => {
    expect(await refusal(created([ANY_PATH], actions))).toMatch(message);
  });

  it('refuses weights and stickiness out of range, a group twice, six groups', async () => {
    const { world, listener } = await withListener();
    const groups = [];
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) groups.push(await world.group(name));
    const [a = '', b = ''] = groups;
    const refused = (ForwardConfig: Action['ForwardConfig'], TargetGroupArn?: string) =>
      refusal(
        world.call('CreateRule', {
          ListenerArn: listener,
          Priority: 1,
          Conditions: [ANY_PATH],
          Actions: [{ Type: 'forward', ForwardConfig, TargetGroupArn }],
        }),
      );
    const one = { TargetGroupArn: a };
    expect(await refused({ TargetGroups: [{ ...one, Weight: 1000 }] })).toBe(
      "ValidationError: Target group weight '1000' must be between '0' and '999' inclusive",
    );
    expect(await refused({ TargetGroups: [one, one] })).toMatch(/more than once/);
    expect(await refused({ TargetGroups: [{ TargetGroupArn: b }] }, a)).toMatch(/^ValidationError/);
    expect(await refused({ TargetGroups: groups.map((arn) => ({ TargetGroupArn: arn })) })).toMatch(
      /^InvalidLoadBalancerAction: .*at most '5'/,
    );
    const sticky = { Enabled: true };
    expect(await refused({ TargetGroups: [one], TargetGroupStickinessConfig: sticky })).toMatch(
      /DurationSeconds must be specified/,
    );
    const long = { Enabled: true, DurationSeconds: 604_801 };
    expect(await refused({ TargetGroups: [one], TargetGroupStickinessConfig: long })).toMatch(
      /between '1' and '604800'/,
    );
  });

  it('asks for group stickiness when targets of one of several groups are sticky', async () => {
    const { world, listener } = await withListener();
    const [blue, green] = [await world.group('blue'), await world.group('green')];
    const enable = (): Promise<unknown> =>
      world.call('ModifyTargetGroupAttributes', {
        TargetGroupArn: blue,
        Attributes: [{ Key: 'stickiness.enabled', Value: 'true' }],
      });
    const rule = {
      ListenerArn: listener,
      Priority: 1,
      Conditions: [ANY_PATH],
      Actions: [
        {
          Type: 'forward' as const,
          ForwardConfig: { TargetGroups: [{ TargetGroupArn: blue }, { TargetGroupArn: green }] },
        },
      ],
    };
    const message = /^InvalidConfigurationRequest: You must enable group stickiness on a rule/;
    const { Rules } = await world.call('CreateRule', rule);
    expect(await refusal(enable())).toMatch(message);
    await world.call('DeleteRule', { RuleArn: Rules?.[0]?.RuleArn });
    await enable();
    expect(await refusal(world.call('CreateRule', rule))).toMatch(message);
  });
});

describe('a rule', () => {
  it('has a priority of its own', async () => {
    const { world, listener } = await withListener();
    await world.rule(listener, 7);
    expect(await refusal(world.rule(listener, 7))).toBe(
      "PriorityInUse: Priority '7' is currently in use",
    );
    expect(await refusal(world.rule(listener, 0))).toMatch(/between '1' and '50000'/);
    expect(await refusal(world.rule(listener, 50_001))).toMatch(/between '1' and '50000'/);
  });

  it('is changed in part: conditions, actions or both', async () => {
    const { world, listener } = await withListener();
    const rule = await world.rule(listener, 7);
    const group = await world.group('tg');
    const { Rules } = await world.call('ModifyRule', {
      RuleArn: rule,
      Actions: [forwardTo(group)],
    });
    expect(Rules?.[0]).toMatchObject({
      Priority: '7',
      Conditions: [{ Values: ['/7'] }],
      Actions: [{ TargetGroupArn: group }],
    });
    expect(await refusal(world.call('ModifyRule', { RuleArn: rule }))).toBe(
      'ValidationError: Either conditions or actions must be specified',
    );
  });

  it('cannot be changed, deleted or moved when it is the default one', async () => {
    const { world, listener } = await withListener();
    const { Rules } = await world.call('DescribeRules', { ListenerArn: listener });
    const rule = Rules?.[0]?.RuleArn ?? '';
    for (const call of [
      world.call('ModifyRule', { RuleArn: rule, Actions: [NOT_FOUND] }),
      world.call('DeleteRule', { RuleArn: rule }),
      world.call('SetRulePriorities', { RulePriorities: [{ RuleArn: rule, Priority: 1 }] }),
      world.call('AddTags', { ResourceArns: [rule], Tags: [{ Key: 'a' }] }),
    ])
      expect(await refusal(call)).toMatch(/^OperationNotPermitted: .*efault rule/);
  });

  it('is not found after it was deleted', async () => {
    const { world, listener } = await withListener();
    const rule = await world.rule(listener, 7);
    await world.call('DeleteRule', { RuleArn: rule });
    expect(await refusal(world.call('DeleteRule', { RuleArn: rule }))).toBe(
      'RuleNotFound: One or more rules not found',
    );
  });

  it('does not forward to a group of another balancer', async () => {
    const { world, listener } = await withListener();
    const group = await world.group('tg');
    await world.listener(await world.balancer('other'), 8080, group);
    expect(await refusal(world.rule(listener, 1, group))).toMatch(/^TargetGroupAssociationLimit/);
  });

  it('is refused as the 101st of a balancer', async () => {
    const { world, listener } = await withListener();
    for (let priority = 1; priority <= 100; priority++) await world.rule(listener, priority);
    expect(await refusal(world.rule(listener, 101))).toMatch(/^TooManyRules/);
  });

  it('is refused with the 101st target group of a balancer, unless it replaces the 100th', async () => {
    const { world, listener } = await withListener();
    const groups = [];
    for (let index = 0; index <= 100; index++) groups.push(await world.group(`tg-${index}`));
    for (let priority = 1; priority <= 20; priority++)
      await world.call('CreateRule', {
        ListenerArn: listener,
        Priority: priority,
        Conditions: [ANY_PATH],
        Actions: [
          {
            Type: 'forward',
            ForwardConfig: {
              TargetGroups: groups
                .slice(priority * 5 - 5, priority * 5)
                .map((arn) => ({ TargetGroupArn: arn })),
            },
          },
        ],
      });
    const last = groups[100] ?? '';
    expect(await refusal(world.rule(listener, 21, last))).toMatch(
      /^TooManyUniqueTargetGroupsPerLoadBalancer/,
    );
    const { Rules } = await world.call('DescribeRules', { ListenerArn: listener });
    await world.call('ModifyRule', { RuleArn: Rules?.[0]?.RuleArn, Actions: [forwardTo(last)] });
  });
});
