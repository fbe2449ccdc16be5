/** The SDK's own client and its waiters against the operations, over the wire. */
import * as elb from '@aws-sdk/client-elastic-load-balancing-v2';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../../src/base/clock.ts';
import { idSource } from '../../../src/base/ids.ts';
import { seededRandom } from '../../../src/base/random.ts';
import { elbv2Api } from '../../../src/local/elbv2/api.ts';
import { memoryJournal } from '../../../src/local/state/journal.ts';
import { Store, targetKey } from '../../../src/local/state/store.ts';
import { createWireServer } from '../../../src/local/wire/server.ts';
import { silentLog } from '../../../src/local/log.ts';
import { MemoryPorts } from './world.ts';

const CREDENTIALS = { accessKeyId: 'test', secretAccessKey: 'test' };

/** A client of a server with an empty state. */
async function start(): Promise<{ client: elb.ElasticLoadBalancingV2Client; store: Store }> {
  const store = new Store(memoryJournal);
  const ids = idSource(seededRandom(1));
  const server = createWireServer({
    apis: [elbv2Api({ store, clock: systemClock, ids, ports: new MemoryPorts() })],
    accountId: '000000000000',
    defaultRegion: 'eu-west-1',
    clock: systemClock,
    ids,
    auth: 'none',
    credentials: CREDENTIALS,
    log: silentLog,
  });
  const { url } = await server.listen(0);
  const client = new elb.ElasticLoadBalancingV2Client({
    endpoint: url,
    region: 'eu-west-1',
    credentials: CREDENTIALS,
    maxAttempts: 1,
  });
  onTestFinished(async () => {
    client.destroy();
    await server.close();
  });
  return { client, store };
}

describe('the load balancing client', () => {
  it('creates, describes and waits for everything that a service needs', async () => {
    const { client, store } = await start();
    const { LoadBalancers } = await client.send(
      new elb.CreateLoadBalancerCommand({ Name: 'web', Subnets: ['subnet-1', 'subnet-2'] }),
    );
    const balancer = LoadBalancers?.[0];
    expect(balancer).toMatchObject({ DNSName: '127.0.0.1', State: { Code: 'active' } });
    expect(balancer?.CreatedTime).toBeInstanceOf(Date);
    const LoadBalancerArn = balancer?.LoadBalancerArn ?? '';

    const { TargetGroups } = await client.send(
      new elb.CreateTargetGroupCommand({
        Name: 'tg',
        Protocol: 'HTTP',
        Port: 80,
        TargetType: 'ip',
        VpcId: 'vpc-1',
      }),
    );
    const TargetGroupArn = TargetGroups?.[0]?.TargetGroupArn ?? '';
    const { Listeners } = await client.send(
      new elb.CreateListenerCommand({
        LoadBalancerArn,
        Protocol: 'HTTP',
        Port: 8080,
        DefaultActions: [{ Type: 'forward', TargetGroupArn }],
      }),
    );
    const ListenerArn = Listeners?.[0]?.ListenerArn ?? '';
    const rule = await client.send(
      new elb.CreateRuleCommand({
        ListenerArn,
        Priority: 1,
        Conditions: [{ Field: 'path-pattern', Values: ['/a&b/*'] }],
        Actions: [
          {
            Type: 'forward',
            ForwardConfig: { TargetGroups: [{ TargetGroupArn, Weight: 100 }] },
          },
        ],
      }),
    );
    const described = await client.send(new elb.DescribeRulesCommand({ ListenerArn }));
    expect(described.Rules).toHaveLength(2);
    expect(described.Rules?.[0]).toEqual(rule.Rules?.[0]);
    expect(described.Rules?.[0]).toMatchObject({
      Priority: '1',
      IsDefault: false,
      Conditions: [{ Values: ['/a&b/*'] }],
      Actions: [{ TargetGroupArn, ForwardConfig: { TargetGroups: [{ Weight: 100 }] } }],
    });

    const Targets = [{ Id: '10.0.0.1', Port: 3000 }];
    await client.send(new elb.RegisterTargetsCommand({ TargetGroupArn, Targets }));
    const key = targetKey({ targetGroupArn: TargetGroupArn, id: '10.0.0.1', port: 3000 });
    const target = store.targets.get(key);
    if (target === undefined) throw new Error('the target is missing');
    store.transaction(() => store.targets.put(key, { ...target, health: 'healthy' }));
    const waiter = { client, maxWaitTime: 30 };
    await elb.waitUntilLoadBalancerAvailable(waiter, { LoadBalancerArns: [LoadBalancerArn] });
    await elb.waitUntilTargetInService(waiter, { TargetGroupArn, Targets });
    store.transaction(() => store.targets.delete(key));
    await elb.waitUntilTargetDeregistered(waiter, { TargetGroupArn, Targets });
    await client.send(new elb.DeleteLoadBalancerCommand({ LoadBalancerArn }));
    await elb.waitUntilLoadBalancersDeleted(waiter, { LoadBalancerArns: [LoadBalancerArn] });
  });

  it('gets the exception classes of the model', async () => {
    const { client } = await start();
    const arn =
      'arn:aws:elasticloadbalancing:eu-west-1:000000000000:targetgroup/tg/0123456789abcdef';
    await expect(
      client.send(new elb.DescribeTargetHealthCommand({ TargetGroupArn: arn })),
    ).rejects.toBeInstanceOf(elb.TargetGroupNotFoundException);
    await expect(
      client.send(new elb.DescribeLoadBalancersCommand({ Names: ['web'] })),
    ).rejects.toBeInstanceOf(elb.LoadBalancerNotFoundException);
    await expect(client.send(new elb.DescribeSSLPoliciesCommand({}))).rejects.toThrow(
      /DescribeSSLPolicies/,
    );
  });

  it('reads all pages by the paginators', async () => {
    const { client } = await start();
    for (const name of ['a', 'b', 'c'])
      await client.send(
        new elb.CreateTargetGroupCommand({ Name: name, Protocol: 'HTTP', Port: 80 }),
      );
    const names: (string | undefined)[] = [];
    for await (const page of elb.paginateDescribeTargetGroups({ client, pageSize: 2 }, {}))
      names.push(...(page.TargetGroups ?? []).map((group) => group.TargetGroupName));
    expect(names).toEqual(['a', 'b', 'c']);
  });
});
