import type { UpdateServiceRequest } from '@aws-sdk/client-ecs';
import { describe, expect, it } from 'vitest';
import { createCluster } from '../../../src/local/ecs/operations/create-cluster.ts';
import { deregisterTaskDefinition } from '../../../src/local/ecs/operations/deregister-task-definition.ts';
import { refusalOf, type FreshContext } from './fresh-context.ts';
import {
  addTargetGroup,
  addTask,
  create,
  describe as describeWeb,
  NETWORK,
  primary,
  register,
  registerVpc,
  rollout,
  serviceWorld,
  setRollout,
  stored,
  update,
} from './service-world.ts';

/** A service on Fargate, at rest. */
function fargateWorld(): FreshContext {
  const context = serviceWorld();
  create(context, {
    taskDefinition: 'vpc',
    launchType: 'FARGATE',
    networkConfiguration: NETWORK,
  });
  return context;
}

describe('an update that starts a deployment', () => {
  it('shows the new PRIMARY first and the former one ACTIVE with its rollout state unchanged', async () => {
    const context = serviceWorld();
    create(context);
    const former = primary(context);
    await context.clock.advance(5000);
    const v2 = register(context, 'web');
    const service = update(context, { taskDefinition: 'web' });
    const now = new Date(context.clock.now());
    expect(service.taskDefinition).toBe(v2);
    expect(service.deployments).toHaveLength(2);
    expect(service.deployments?.[0]).toMatchObject({
      status: 'PRIMARY',
      taskDefinition: v2,
      desiredCount: 0,
      rolloutState: 'IN_PROGRESS',
      createdAt: now,
    });
    expect(service.deployments?.[1]).toMatchObject({
      id: former.id,
      status: 'ACTIVE',
      rolloutState: 'IN_PROGRESS',
      rolloutStateReason: `ECS deployment ${former.id} in progress.`,
      createdAt: new Date(former.createdAt),
      updatedAt: now,
    });
    expect(service.currentServiceRevisions?.map(({ arn }) => arn)).toEqual([
      primary(context).serviceRevisionArn,
      former.serviceRevisionArn,
    ]);
    expect(service.currentServiceDeployment).toBeUndefined();
    expect(stored(context).steady).toBe(false);
  });

  it('ends the rollout that it supersedes, and says by what', () => {
    const context = serviceWorld();
    create(context);
    const first = rollout(context);
    const { serviceRevisionArn } = primary(context);
    addTask(context, primary(context), { lastStatus: 'RUNNING' });
    update(context, { forceNewDeployment: true });
    const second = rollout(context);
    const superseded = context.store.serviceDeployments.get(first.serviceDeploymentArn);
    expect(superseded).toMatchObject({
      status: 'STOPPED',
      statusReason: `Service deployment was superseded by service deployment ${second.serviceDeploymentArn}.`,
      stoppedAt: context.clock.now(),
      finishedAt: context.clock.now(),
    });
    expect(superseded?.finalCounts?.[serviceRevisionArn]).toEqual({
      requestedTaskCount: 0,
      runningTaskCount: 1,
      pendingTaskCount: 0,
    });
    expect(second.sourceServiceRevisionArns).toEqual([serviceRevisionArn]);
  });

  it('leaves the record of a rollout that has ended alone', () => {
    const context = serviceWorld();
    create(context);
    setRollout(context, 'SUCCESSFUL');
    const first = rollout(context);
    update(context, { forceNewDeployment: true });
    expect(context.store.serviceDeployments.get(first.serviceDeploymentArn)).toBe(first);
  });

  it('wins over a rollback that is under way', () => {
    const context = serviceWorld();
    create(context);
    setRollout(context, 'ROLLBACK_IN_PROGRESS');
    const rollback = rollout(context);
    update(context, { forceNewDeployment: true });
    expect(context.store.serviceDeployments.get(rollback.serviceDeploymentArn)?.status).toBe(
      'STOPPED',
    );
    expect(rollout(context).status).toBe('PENDING');
  });

  it('is started by whatever tasks are made from', () => {
    const starts: readonly (readonly [string, (context: FreshContext) => UpdateServiceRequest])[] =
      [
        [
          'taskDefinition',
          (context) => ({ service: 'web', taskDefinition: registerVpc(context, 'vpc') }),
        ],
        [
          'networkConfiguration',
          () => ({
            service: 'web',
            networkConfiguration: { awsvpcConfiguration: { subnets: ['other'] } },
          }),
        ],
        ['platformVersion', () => ({ service: 'web', platformVersion: '1.3.0' })],
        [
          'loadBalancers',
          (context) => ({
            service: 'web',
            loadBalancers: [
              {
                targetGroupArn: addTargetGroup(context, { targetType: 'ip' }),
                containerName: 'app',
                containerPort: 80,
              },
            ],
          }),
        ],
        [
          'serviceRegistries',
          () => ({ service: 'web', serviceRegistries: [{ registryArn: 'a' }] }),
        ],
        [
          'serviceConnectConfiguration',
          () => ({
            service: 'web',
            serviceConnectConfiguration: { enabled: true, namespace: 'internal' },
          }),
        ],
        [
          'vpcLatticeConfigurations',
          () => ({
            service: 'web',
            vpcLatticeConfigurations: [{ roleArn: 'r', targetGroupArn: 't', portName: 'p' }],
          }),
        ],
        ['monitoring', () => ({ service: 'web', monitoring: { metricConfigurations: [] } })],
        ['forceNewDeployment', () => ({ service: 'web', forceNewDeployment: true })],
      ];
    for (const [member, input] of starts) {
      const context = fargateWorld();
      const before = primary(context).id;
      update(context, input(context));
      expect([member, primary(context).id === before]).toEqual([member, false]);
    }
  });
});

describe('an update that starts no deployment', () => {
  it.each<Partial<UpdateServiceRequest>>([
    {},
    { taskDefinition: 'vpc:1' },
    { desiredCount: 7 },
    { deploymentConfiguration: { minimumHealthyPercent: 50 } },
    { availabilityZoneRebalancing: 'DISABLED' },
    { placementConstraints: [] },
    { healthCheckGracePeriodSeconds: 0 },
    { enableExecuteCommand: true },
    { enableECSManagedTags: true },
    { propagateTags: 'SERVICE' },
    {
      networkConfiguration: {
        awsvpcConfiguration: { securityGroups: [], subnets: ['subnet-1', 'subnet-2'] },
      },
    },
    { platformVersion: 'LATEST' },
    { loadBalancers: [] },
  ])('%j', (members) => {
    const context = fargateWorld();
    const { id } = primary(context);
    const record = rollout(context);
    update(context, members);
    expect(stored(context).deployments.map((deployment) => deployment.id)).toEqual([id]);
    expect(rollout(context)).toBe(record);
  });

  it('changes the desired count of the service at once and leaves the deployment to the scheduler', () => {
    const context = serviceWorld();
    create(context);
    const { store } = context;
    const resting = { ...stored(context), steady: true };
    store.transaction(() => store.services.put(resting.serviceArn, resting));
    const service = update(context, { desiredCount: 5 });
    expect(service.desiredCount).toBe(5);
    expect(service.deployments?.[0]?.desiredCount).toBe(0);
    expect(stored(context).steady).toBe(false);
  });

  it('leaves a service at rest when it changes nothing', () => {
    const context = serviceWorld();
    create(context);
    const { store } = context;
    const resting = { ...stored(context), steady: true };
    store.transaction(() => store.services.put(resting.serviceArn, resting));
    update(context, { desiredCount: 2, taskDefinition: 'web:1' });
    expect(stored(context)).toBe(resting);
  });

  it('keeps what it does not name inside the circuit breaker', () => {
    const context = serviceWorld();
    create(context, {
      deploymentConfiguration: {
        deploymentCircuitBreaker: {
          enable: true,
          rollback: true,
          resetOnHealthyTask: false,
          thresholdConfiguration: { type: 'COUNT', value: 7 },
        },
      },
    });
    const service = update(context, {
      deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: false } },
    });
    expect(service.deploymentConfiguration).toMatchObject({
      maximumPercent: 200,
      deploymentCircuitBreaker: {
        enable: true,
        rollback: false,
        resetOnHealthyTask: false,
        thresholdConfiguration: { type: 'COUNT', value: 7 },
      },
    });
  });

  it('turns zone rebalancing off when the maximum leaves no room', () => {
    const context = serviceWorld();
    create(context);
    const deploymentConfiguration = { maximumPercent: 100, minimumHealthyPercent: 50 };
    expect(update(context, { deploymentConfiguration }).availabilityZoneRebalancing).toBe(
      'DISABLED',
    );
  });
});

describe('load balancers on update', () => {
  function balanced(): FreshContext {
    const context = serviceWorld();
    create(context, {
      loadBalancers: [
        { targetGroupArn: addTargetGroup(context), containerName: 'app', containerPort: 80 },
      ],
      healthCheckGracePeriodSeconds: 60,
    });
    return context;
  }

  it('an empty list removes them, and the grace period with them', () => {
    const service = update(balanced(), { loadBalancers: [] });
    expect(service.loadBalancers).toEqual([]);
    expect(service.healthCheckGracePeriodSeconds).toBe(0);
  });

  it('must stay in the new definition', () => {
    const context = balanced();
    register(context, 'web', {
      containerDefinitions: [{ name: 'app', image: 'my-repo/my-app:2.0.0', memory: 128 }],
    });
    expect(refusalOf(() => update(context, { taskDefinition: 'web' })).message).toBe(
      'The container app did not have a container port 80 defined.',
    );
    expect(stored(context).taskDefinition).toMatch(/web:1$/);
  });

  it('must fit the network mode of the new definition', () => {
    const context = balanced();
    expect(
      refusalOf(() => update(context, { taskDefinition: 'vpc', networkConfiguration: NETWORK }))
        .message,
    ).toContain('incompatible with the awsvpc network mode');
  });

  it('an update that does not name them is not refused for a listener that is gone', () => {
    const context = balanced();
    const { store } = context;
    store.transaction(() => {
      for (const { listenerArn } of store.listeners.values()) store.listeners.delete(listenerArn);
    });
    expect(update(context, { desiredCount: 1 }).desiredCount).toBe(1);
  });
});

describe('the network on update', () => {
  it('is needed when the new definition is awsvpc, and dropped when it is not any more', () => {
    const context = serviceWorld();
    create(context);
    expect(refusalOf(() => update(context, { taskDefinition: 'vpc' })).message).toBe(
      "Network Configuration must be provided when networkMode 'awsvpc' is specified.",
    );
    const vpc = update(context, { taskDefinition: 'vpc', networkConfiguration: NETWORK });
    expect(vpc.roleArn).toContain('AWSServiceRoleForECS');
    expect(update(context, { taskDefinition: 'web' }).networkConfiguration).toBeUndefined();
  });
});

describe('capacity providers on update', () => {
  function spotCluster(): FreshContext {
    const context = serviceWorld();
    createCluster(
      { clusterName: 'default', capacityProviders: ['FARGATE', 'FARGATE_SPOT'] },
      context,
    );
    create(context, {
      taskDefinition: 'vpc',
      launchType: 'FARGATE',
      networkConfiguration: NETWORK,
      platformVersion: '1.4.0',
    });
    return context;
  }
  const spot = [{ capacityProvider: 'FARGATE_SPOT', weight: 1 }];

  it('change only with a forced deployment', () => {
    const context = spotCluster();
    expect(refusalOf(() => update(context, { capacityProviderStrategy: spot })).message).toContain(
      'you must force a new deployment',
    );
    const service = update(context, { capacityProviderStrategy: spot, forceNewDeployment: true });
    expect(service.launchType).toBeUndefined();
    expect(service).toMatchObject({
      capacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT', weight: 1, base: 0 }],
      platformVersion: '1.4.0',
    });
    expect(service.deployments?.map(({ launchType }) => launchType)).toEqual([
      undefined,
      'FARGATE',
    ]);
  });

  it('give way to the launch type when the strategy is emptied', () => {
    const context = spotCluster();
    update(context, { capacityProviderStrategy: spot, forceNewDeployment: true });
    const service = update(context, { capacityProviderStrategy: [], forceNewDeployment: true });
    expect(service.launchType).toBe('FARGATE');
    expect(service.capacityProviderStrategy).toBeUndefined();
  });
});

describe('UpdateService refuses', () => {
  const refusals: readonly (readonly [string, Partial<UpdateServiceRequest>, string, string])[] = [
    ['an unknown service', { service: 'no' }, 'ServiceNotFoundException', 'Service not found.'],
    ['an unknown cluster', { cluster: 'no' }, 'ClusterNotFoundException', 'Cluster not found.'],
    [
      'fewer tasks than none',
      { desiredCount: -1 },
      'InvalidParameterException',
      'Task count can not be lesser than 0',
    ],
    [
      'an unknown definition',
      { taskDefinition: 'no' },
      'ClientException',
      'TaskDefinition not found.',
    ],
    [
      'percentages that block deployments',
      { deploymentConfiguration: { maximumPercent: 100 } },
      'InvalidParameterException',
      'Both maximumPercent and minimumHealthyPercent cannot be 100',
    ],
    [
      'another controller',
      { deploymentController: { type: 'CODE_DEPLOY' } },
      'UnsupportedFeatureException',
      'The CODE_DEPLOY deployment controller is not built',
    ],
    [
      'blue/green without a bake time',
      { deploymentConfiguration: { strategy: 'BLUE_GREEN' } },
      'InvalidParameterException',
      'bakeTimeInMinutes must be given with deployment strategy BLUE_GREEN',
    ],
    [
      'a service of another cluster',
      { service: 'arn:aws:ecs:eu-west-1:123456789012:service/other/web' },
      'InvalidParameterException',
      'Identifier is for cluster other. Your cluster is default',
    ],
    [
      'a service of another region',
      { service: 'arn:aws:ecs:us-east-1:123456789012:service/default/web' },
      'InvalidParameterException',
      'Invalid Region in ARN',
    ],
  ];
  it.each(refusals)('%s', (_what, members, code, message) => {
    const context = serviceWorld();
    create(context);
    const before = stored(context);
    const refusal = refusalOf(() => update(context, members));
    expect(refusal.code).toBe(code);
    expect(refusal.message).toContain(message);
    expect(stored(context)).toBe(before);
  });

  it('a service that is not ACTIVE', () => {
    const context = serviceWorld();
    create(context);
    const service = stored(context);
    context.store.transaction(() =>
      context.store.services.put(service.serviceArn, { ...service, status: 'DRAINING' }),
    );
    expect(refusalOf(() => update(context))).toEqual({
      code: 'ServiceNotActiveException',
      message: 'Service was not ACTIVE.',
    });
  });

  it('an INACTIVE definition, but goes on with the one that the service has', () => {
    const context = serviceWorld();
    create(context);
    deregisterTaskDefinition({ taskDefinition: 'web:1' }, context);
    expect(refusalOf(() => update(context, { taskDefinition: 'web:1' })).message).toBe(
      'TaskDefinition is inactive',
    );
    expect(update(context, { desiredCount: 3, forceNewDeployment: true }).desiredCount).toBe(3);
  });
});

describe('a service', () => {
  it('is found by its long and its short ARN', () => {
    const context = serviceWorld();
    const { serviceArn = '' } = create(context);
    expect(describeWeb(context, serviceArn).serviceArn).toBe(serviceArn);
    const short = 'arn:aws:ecs:eu-west-1:123456789012:service/web';
    expect(describeWeb(context, short).serviceArn).toBe(serviceArn);
  });
});
