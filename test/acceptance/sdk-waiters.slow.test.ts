/** The same by the AWS SDK for JavaScript, which waits with its own waiters. */
import {
  CreateClusterCommand,
  CreateServiceCommand,
  DeleteServiceCommand,
  DescribeServicesCommand,
  ListServiceDeploymentsCommand,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
  StopTaskCommand,
  UpdateServiceCommand,
  waitUntilServicesInactive,
  waitUntilServicesStable,
  waitUntilTasksRunning,
  waitUntilTasksStopped,
  type TaskDefinition,
} from '@aws-sdk/client-ecs';
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  DeleteLoadBalancerCommand,
  DeregisterTargetsCommand,
  DescribeTargetHealthCommand,
  ModifyTargetGroupAttributesCommand,
  waitUntilLoadBalancerAvailable,
  waitUntilLoadBalancersDeleted,
  waitUntilTargetDeregistered,
  waitUntilTargetInService,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort, openWorld, type World } from '../system/world.ts';
import { revisionOf, settled, taskDefinition, tasksOf } from './service.ts';

/** A second between looks instead of fifteen. */
const PATIENCE = { maxWaitTime: 60, minDelay: 1, maxDelay: 1 };
const NAMES = { cluster: 'my-cluster', service: 'web' };
const SUBNETS = ['subnet-12345'];

describe('the AWS SDK and its waiters', () => {
  let world: World;
  let balancerArn: string | undefined;
  let targetGroupArn: string | undefined;
  let url = '';
  beforeAll(async () => {
    world = await openWorld();
  });
  afterAll(() => world.close());

  const register = async (tag: string): Promise<TaskDefinition | undefined> => {
    const { taskDefinition: registered } = await world.ecs.send(
      new RegisterTaskDefinitionCommand({
        family: 'web',
        networkMode: 'awsvpc',
        requiresCompatibilities: ['FARGATE'],
        cpu: '256',
        memory: '512',
        containerDefinitions: [
          { name: 'web', image: `app:${tag}`, portMappings: [{ containerPort: 8080 }] },
        ],
      }),
    );
    return registered;
  };
  const version = async (): Promise<string | null> => {
    const answer = await fetch(url);
    await answer.text();
    return answer.headers.get('x-app-version');
  };

  it('a service comes up behind a load balancer', async () => {
    const { ecs, elbv2 } = world;
    await ecs.send(new CreateClusterCommand({ clusterName: NAMES.cluster }));
    const { LoadBalancers: [balancer] = [] } = await elbv2.send(
      new CreateLoadBalancerCommand({ Name: 'web', Subnets: SUBNETS }),
    );
    balancerArn = balancer?.LoadBalancerArn;
    await waitUntilLoadBalancerAvailable(
      { client: elbv2, ...PATIENCE },
      { LoadBalancerArns: [balancerArn ?? ''] },
    );
    const { TargetGroups: [group] = [] } = await elbv2.send(
      new CreateTargetGroupCommand({
        ...{ Name: 'web', Protocol: 'HTTP', Port: 8080, VpcId: 'vpc-1', TargetType: 'ip' },
        ...{ HealthCheckPath: '/health', HealthCheckIntervalSeconds: 5 },
        HealthCheckTimeoutSeconds: 2,
      }),
    );
    targetGroupArn = group?.TargetGroupArn;
    await elbv2.send(
      new ModifyTargetGroupAttributesCommand({
        TargetGroupArn: targetGroupArn,
        Attributes: [{ Key: 'deregistration_delay.timeout_seconds', Value: '1' }],
      }),
    );
    const port = await freePort();
    await elbv2.send(
      new CreateListenerCommand({
        ...{ LoadBalancerArn: balancerArn, Protocol: 'HTTP', Port: port },
        DefaultActions: [{ Type: 'forward', TargetGroupArn: targetGroupArn }],
      }),
    );
    url = `http://${balancer?.DNSName ?? ''}:${port}/`;
    const registered = await register('1.0.0');
    await ecs.send(
      new CreateServiceCommand({
        ...{ cluster: NAMES.cluster, serviceName: NAMES.service, desiredCount: 2 },
        taskDefinition: registered?.taskDefinitionArn,
        launchType: 'FARGATE',
        networkConfiguration: { awsvpcConfiguration: { subnets: SUBNETS } },
        loadBalancers: [{ targetGroupArn, containerName: 'web', containerPort: 8080 }],
      }),
    );
    const stable = await waitUntilServicesStable(
      { client: ecs, ...PATIENCE },
      { cluster: NAMES.cluster, services: [NAMES.service] },
    );
    expect(stable.state).toBe('SUCCESS');
    const inService = await waitUntilTargetInService(
      { client: elbv2, ...PATIENCE },
      { TargetGroupArn: targetGroupArn },
    );
    expect(inService.state).toBe('SUCCESS');
    expect(await version()).toBe('1.0.0');
    await settled(ecs, NAMES);
  });

  it('an update is stable when only the new version serves', async () => {
    const { ecs, elbv2 } = world;
    const old = await tasksOf(ecs, NAMES);
    const registered = await register('2.0.0');
    await ecs.send(
      new UpdateServiceCommand({
        ...NAMES,
        taskDefinition: `${registered?.family ?? ''}:${registered?.revision ?? ''}`,
      }),
    );
    await waitUntilServicesStable(
      { client: ecs, ...PATIENCE },
      { cluster: NAMES.cluster, services: [NAMES.service] },
    );
    expect(await Promise.all([version(), version(), version()])).toEqual([
      ...['2.0.0', '2.0.0', '2.0.0'],
    ]);
    const service = await settled(ecs, NAMES);
    expect(revisionOf(service.taskDefinition)).toBe('web:2');
    const { serviceDeployments } = await ecs.send(new ListServiceDeploymentsCommand(NAMES));
    expect(serviceDeployments?.map(({ status }) => status)).toEqual(['SUCCESSFUL', 'SUCCESSFUL']);
    const now = await tasksOf(ecs, NAMES);
    const { TargetHealthDescriptions: targets = [] } = await elbv2.send(
      new DescribeTargetHealthCommand({ TargetGroupArn: targetGroupArn }),
    );
    const addresses = now.map(
      ({ containers: [web] = [] }) => web?.networkInterfaces?.[0]?.privateIpv4Address,
    );
    expect(targets.map(({ Target }) => Target?.Id).sort()).toEqual(addresses.sort());
    expect(now.filter(({ taskArn }) => old.some((task) => task.taskArn === taskArn))).toEqual([]);
  });

  it('tasks of their own are waited for until they run, and until they have stopped', async () => {
    const { ecs, folders } = world;
    const { cluster } = NAMES;
    await ecs.send(new RegisterTaskDefinitionCommand(taskDefinition('job', '1.0.0')));
    const { tasks: started = [], failures } = await ecs.send(
      new RunTaskCommand({ cluster, taskDefinition: 'job', count: 2, startedBy: 'a person' }),
    );
    expect(failures).toEqual([]);
    const tasks = started.map(({ taskArn = '' }) => taskArn);
    await waitUntilTasksRunning({ client: ecs, ...PATIENCE }, { cluster, tasks });
    await folders.settledOn(['1.0.0', '1.0.0']);
    for (const task of tasks)
      await ecs.send(new StopTaskCommand({ cluster, task, reason: 'enough' }));
    await waitUntilTasksStopped({ client: ecs, ...PATIENCE }, { cluster, tasks });
    expect(folders.running()).toEqual([]);
  });

  it('what is taken away is gone', async () => {
    const { ecs, elbv2 } = world;
    const { TargetHealthDescriptions: [first] = [] } = await elbv2.send(
      new DescribeTargetHealthCommand({ TargetGroupArn: targetGroupArn }),
    );
    const Targets = [{ Id: first?.Target?.Id ?? '', Port: first?.Target?.Port }];
    await elbv2.send(new DeregisterTargetsCommand({ TargetGroupArn: targetGroupArn, Targets }));
    const gone = await waitUntilTargetDeregistered(
      { client: elbv2, ...PATIENCE },
      { TargetGroupArn: targetGroupArn, Targets },
    );
    expect(gone.state).toBe('SUCCESS');
    const { cluster, service } = NAMES;
    await ecs.send(new DeleteServiceCommand({ cluster, service, force: true }));
    await waitUntilServicesInactive({ client: ecs, ...PATIENCE }, { cluster, services: [service] });
    const { services } = await ecs.send(
      new DescribeServicesCommand({ cluster, services: [service] }),
    );
    expect(services).toMatchObject([{ status: 'INACTIVE', runningCount: 0, pendingCount: 0 }]);
    await elbv2.send(new DeleteLoadBalancerCommand({ LoadBalancerArn: balancerArn }));
    await waitUntilLoadBalancersDeleted(
      { client: elbv2, ...PATIENCE },
      { LoadBalancerArns: [balancerArn ?? ''] },
    );
    await expect(fetch(url)).rejects.toThrow();
  });
});
