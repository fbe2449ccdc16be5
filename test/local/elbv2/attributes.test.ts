import type { TargetGroupAttribute } from '@aws-sdk/client-elastic-load-balancing-v2';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wholeNumber } from '../../../src/local/elbv2/attributes.ts';
import { refusal, World } from './world.ts';

function values(list: TargetGroupAttribute[] | undefined): Record<string, unknown> {
  return Object.fromEntries((list ?? []).map(({ Key = '', Value }) => [Key, Value]));
}

async function setOnGroup(world: World, group: string, key: string, value: string) {
  const answer = await world.call('ModifyTargetGroupAttributes', {
    TargetGroupArn: group,
    Attributes: [{ Key: key, Value: value }],
  });
  return values(answer.Attributes);
}

describe('target group attributes', () => {
  it("begin with AWS's defaults", async () => {
    const world = new World();
    const group = await world.group('tg');
    const answer = await world.call('DescribeTargetGroupAttributes', { TargetGroupArn: group });
    expect(values(answer.Attributes)).toMatchObject({
      'deregistration_delay.timeout_seconds': '300',
      'slow_start.duration_seconds': '0',
      'stickiness.enabled': 'false',
      'stickiness.type': 'lb_cookie',
      'stickiness.lb_cookie.duration_seconds': '86400',
      'load_balancing.algorithm.type': 'round_robin',
      'load_balancing.cross_zone.enabled': 'use_load_balancer_configuration',
    });
  });

  it.each([
    ['deregistration_delay.timeout_seconds', ['0', '3600'], ['-1', '3601', '', '1.5', 'x']],
    ['slow_start.duration_seconds', ['0', '30', '900'], ['1', '29', '901']],
    ['stickiness.enabled', ['true', 'false'], ['yes', 'TRUE', '']],
    ['stickiness.lb_cookie.duration_seconds', ['1', '604800'], ['0', '604801']],
    ['load_balancing.algorithm.type', ['round_robin', 'least_outstanding_requests'], ['random']],
  ])('%s takes %o and refuses %o', async (key, good, bad) => {
    const world = new World();
    const group = await world.group('tg');
    for (const value of good) expect((await setOnGroup(world, group, key, value))[key]).toBe(value);
    for (const value of bad)
      expect(await refusal(setOnGroup(world, group, key, value))).toMatch(
        new RegExp(`^ValidationError: '${key}' must be`),
      );
  });

  it.each([
    ['stickiness.type', 'app_cookie'],
    ['load_balancing.algorithm.type', 'weighted_random'],
    ['load_balancing.algorithm.anomaly_mitigation', 'on'],
    ['target_group_health.unhealthy_state_routing.minimum_healthy_targets.count', '2'],
  ])('%s cannot be %s here, and the error says so', async (key, value) => {
    const world = new World();
    const group = await world.group('tg');
    expect(await refusal(setOnGroup(world, group, key, value))).toMatch(
      /^InvalidConfigurationRequest: .*local load balancer serves only/,
    );
  });

  it('do not combine slow start with least outstanding requests, in either order', async () => {
    const world = new World();
    const group = await world.group('tg');
    const [slow, algorithm] = ['slow_start.duration_seconds', 'load_balancing.algorithm.type'];
    await setOnGroup(world, group, slow, '30');
    const refused = /^InvalidConfigurationRequest: 'slow_start.duration_seconds' must be '0'/;
    expect(
      await refusal(setOnGroup(world, group, algorithm, 'least_outstanding_requests')),
    ).toMatch(refused);
    await setOnGroup(world, group, slow, '0');
    await setOnGroup(world, group, algorithm, 'least_outstanding_requests');
    expect(await refusal(setOnGroup(world, group, slow, '30'))).toMatch(refused);
  });

  it('are changed all or none', async () => {
    const world = new World();
    const group = await world.group('tg');
    const delay = 'deregistration_delay.timeout_seconds';
    const modify = (Attributes: { Key: string; Value: string }[]) =>
      refusal(world.call('ModifyTargetGroupAttributes', { TargetGroupArn: group, Attributes }));
    expect(
      await modify([
        { Key: delay, Value: '5' },
        { Key: 'constructor', Value: '1' },
      ]),
    ).toMatch(/^ValidationError: Target group attribute key 'constructor' is not recognized/);
    expect(
      await modify([
        { Key: delay, Value: '5' },
        { Key: delay, Value: '6' },
      ]),
    ).toMatch(/more than once/);
    expect(await modify([])).toMatch(/^ValidationError: At least one attribute/);
    expect(world.store.targetGroups.get(group)?.attributes[delay]).toBe('300');
  });
});

describe('a whole number', () => {
  it('is taken exactly when it is written plainly and within its bounds', () => {
    const rule = wholeNumber('1', 1, 4000);
    fc.assert(
      fc.property(fc.oneof(fc.integer({ min: -5, max: 5000 }).map(String), fc.string()), (text) => {
        const good = /^\d+$/.test(text) && Number(text) >= 1 && Number(text) <= 4000;
        const check = () => rule.check('key', text);
        if (good) expect(check).not.toThrow();
        else expect(check).toThrow("'key' must be between '1' and '4000' inclusive");
      }),
    );
  });
});

describe('load balancer attributes', () => {
  it('begin with the defaults, can be changed and are checked', async () => {
    const world = new World();
    const balancer = { LoadBalancerArn: await world.balancer() };
    const described = await world.call('DescribeLoadBalancerAttributes', balancer);
    expect(values(described.Attributes)).toMatchObject({
      'idle_timeout.timeout_seconds': '60',
      'deletion_protection.enabled': 'false',
      'routing.http2.enabled': 'true',
    });
    const set = (Key: string, Value: string) =>
      world.call('ModifyLoadBalancerAttributes', { ...balancer, Attributes: [{ Key, Value }] });
    const changed = await set('idle_timeout.timeout_seconds', '4000');
    expect(values(changed.Attributes)['idle_timeout.timeout_seconds']).toBe('4000');
    expect(await refusal(set('idle_timeout.timeout_seconds', '4001'))).toMatch(/^ValidationError/);
    expect(await refusal(set('access_logs.s3.enabled', 'true'))).toMatch(
      /^InvalidConfigurationRequest/,
    );
    expect(await refusal(set('idle_timeout', '1'))).toMatch(/is not recognized/);
  });
});

describe('listener attributes', () => {
  it('can be read, and set to what they are', async () => {
    const world = new World();
    const listener = { ListenerArn: await world.listener(await world.balancer(), 8080) };
    const described = await world.call('DescribeListenerAttributes', listener);
    const Key = 'routing.http.response.server.enabled';
    expect(values(described.Attributes)[Key]).toBe('true');
    const set = (Value: string) =>
      world.call('ModifyListenerAttributes', { ...listener, Attributes: [{ Key, Value }] });
    expect((await set('true')).Attributes).toEqual(described.Attributes);
    expect(await refusal(set('false'))).toMatch(/^InvalidConfigurationRequest/);
  });
});
