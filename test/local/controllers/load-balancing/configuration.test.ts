import type { Action } from '@aws-sdk/client-elastic-load-balancing-v2';
import { describe, expect, it } from 'vitest';
import {
  listenerConfig,
  targetGroupConfig,
  healthCheckConfig,
} from '../../../../src/local/controllers/load-balancing/configuration.ts';
import type {
  Listener,
  LoadBalancer,
  TargetGroup,
} from '../../../../src/local/state/elbv2-entities.ts';
import { World } from '../../elbv2/world.ts';

/** The one entity of a table. */
function only<T>(rows: Iterable<T>): T {
  const [row] = rows;
  if (row === undefined) throw new Error('the table is empty');
  return row;
}

describe('a listener for the data plane', () => {
  it('has its rules by priority, the default one last, on the address of its balancer', async () => {
    const world = new World();
    const group = await world.group('tg');
    const arn = await world.listener(await world.balancer(), 8080, group);
    const rules = [await world.rule(arn, 50_000), await world.rule(arn, 9)];
    const listener: Listener = only(world.store.listeners.values());
    const balancer: LoadBalancer = only(world.store.loadBalancers.values());
    const config = listenerConfig(listener, balancer, world.store.rules.by('listener', arn));
    expect(config).toMatchObject({ host: '127.0.0.1', port: 8080, idleTimeoutSeconds: 60 });
    expect(config.rules.map((rule) => [rule.arn, rule.priority])).toEqual([
      [rules[1], 9],
      [rules[0], 50_000],
      [listener.defaultRuleArn, Infinity],
    ]);
    expect(config.rules[2]).toMatchObject({
      conditions: [],
      action: {
        kind: 'forward',
        targetGroups: [{ arn: group, weight: 1 }],
        stickiness: { enabled: false },
      },
    });
  });

  it('has every kind of condition and action', async () => {
    const world = new World();
    const [blue, green] = [await world.group('blue'), await world.group('green')];
    const arn = await world.listener(await world.balancer(), 8080);
    const create = (Priority: number, Conditions: object[], action: object) =>
      world.call('CreateRule', {
        ListenerArn: arn,
        Priority,
        Conditions,
        Actions: [action as Action],
      });
    await create(
      1,
      [
        { Field: 'host-header', Values: ['*.example.com'] },
        { Field: 'http-header', HttpHeaderConfig: { HttpHeaderName: 'X-A', Values: ['1'] } },
        { Field: 'query-string', QueryStringConfig: { Values: [{ Value: 'x' }] } },
      ],
      {
        Type: 'forward',
        ForwardConfig: {
          TargetGroups: [
            { TargetGroupArn: blue, Weight: 90 },
            { TargetGroupArn: green, Weight: 0 },
          ],
          TargetGroupStickinessConfig: { Enabled: true, DurationSeconds: 60 },
        },
      },
    );
    await create(
      2,
      [
        { Field: 'http-request-method', HttpRequestMethodConfig: { Values: ['GET'] } },
        { Field: 'source-ip', SourceIpConfig: { Values: ['127.0.0.0/8'] } },
        { Field: 'query-string', QueryStringConfig: { Values: [{ Key: 'v', Value: '2' }] } },
      ],
      { Type: 'redirect', RedirectConfig: { Path: '/new', StatusCode: 'HTTP_301' } },
    );
    await create(3, [{ Field: 'path-pattern', Values: ['/down'] }], {
      Type: 'fixed-response',
      FixedResponseConfig: { StatusCode: '503', MessageBody: 'later' },
    });
    const config = listenerConfig(
      only(world.store.listeners.values()),
      only(world.store.loadBalancers.values()),
      world.store.rules.by('listener', arn),
    );
    expect(config.rules.map(({ conditions, action }) => ({ conditions, action }))).toEqual([
      {
        conditions: [
          { field: 'host-header', values: ['*.example.com'] },
          { field: 'http-header', name: 'X-A', values: ['1'] },
          { field: 'query-string', values: [{ value: 'x' }] },
        ],
        action: {
          kind: 'forward',
          targetGroups: [
            { arn: blue, weight: 90 },
            { arn: green, weight: 0 },
          ],
          stickiness: { enabled: true, durationSeconds: 60 },
        },
      },
      {
        conditions: [
          { field: 'http-request-method', values: ['GET'] },
          { field: 'source-ip', values: ['127.0.0.0/8'] },
          { field: 'query-string', values: [{ key: 'v', value: '2' }] },
        ],
        action: {
          kind: 'redirect',
          statusCode: 301,
          protocol: '#{protocol}',
          host: '#{host}',
          port: '#{port}',
          path: '/new',
          query: '#{query}',
        },
      },
      {
        conditions: [{ field: 'path-pattern', values: ['/down'] }],
        action: {
          kind: 'fixed-response',
          statusCode: 503,
          contentType: 'text/plain',
          body: 'later',
        },
      },
      {
        conditions: [],
        action: { kind: 'fixed-response', statusCode: 404, contentType: 'text/plain', body: '' },
      },
    ]);
  });
});

describe('a target group for the data plane', () => {
  it('has the attributes as numbers and words', async () => {
    const world = new World();
    const arn = await world.group('tg', { HealthCheckPath: '/health' });
    const attributes = {
      'deregistration_delay.timeout_seconds': '5',
      'slow_start.duration_seconds': '30',
      'stickiness.enabled': 'true',
      'stickiness.lb_cookie.duration_seconds': '7',
    };
    await world.call('ModifyTargetGroupAttributes', {
      TargetGroupArn: arn,
      Attributes: Object.entries(attributes).map(([Key, Value]) => ({ Key, Value })),
    });
    const group: TargetGroup = only(world.store.targetGroups.values());
    expect(targetGroupConfig(group, healthCheckConfig(group), [])).toEqual({
      arn,
      protocol: 'HTTP',
      healthCheck: {
        enabled: true,
        protocol: 'HTTP',
        port: 'traffic-port',
        path: '/health',
        intervalSeconds: 30,
        timeoutSeconds: 5,
        healthyThreshold: 5,
        unhealthyThreshold: 2,
        matcher: '200',
      },
      deregistrationDelaySeconds: 5,
      slowStartSeconds: 30,
      algorithm: 'round_robin',
      stickiness: { enabled: true, durationSeconds: 7 },
      targets: [],
    });
  });
});
