import type { CreateServiceRequest } from '@aws-sdk/client-ecs';
import { describe, expect, it } from 'vitest';
import { createCluster } from '../../../src/local/ecs/operations/create-cluster.ts';
import { deregisterTaskDefinition } from '../../../src/local/ecs/operations/deregister-task-definition.ts';
import { CALLER, contextOf, refusalOf } from './fresh-context.ts';
import {
  addTargetGroup,
  addTask,
  create,
  describe as describeWeb,
  NETWORK,
  primary,
  register,
  rollout,
  serviceWorld,
  stored,
} from './service-world.ts';

const ECS = 'arn:aws:ecs:eu-west-1:123456789012';

describe('a new service', () => {
  it('has the defaults that ECS gives a minimal one', () => {
    const context = serviceWorld();
    const service = create(context);
    const { id } = primary(context);
    const number = id.slice('ecs-svc/'.length);
    const now = new Date(context.clock.now());
    expect(service).toEqual({
      serviceArn: `${ECS}:service/default/web`,
      serviceName: 'web',
      clusterArn: `${ECS}:cluster/default`,
      loadBalancers: [],
      serviceRegistries: [],
      status: 'ACTIVE',
      desiredCount: 2,
      runningCount: 0,
      pendingCount: 0,
      launchType: 'EC2',
      taskDefinition: `${ECS}:task-definition/web:1`,
      deploymentConfiguration: {
        deploymentCircuitBreaker: {
          enable: false,
          rollback: false,
          resetOnHealthyTask: true,
          thresholdConfiguration: { type: 'BOUNDED_PERCENT', value: 50 },
        },
        maximumPercent: 200,
        minimumHealthyPercent: 100,
        strategy: 'ROLLING',
        bakeTimeInMinutes: 0,
      },
      deployments: [
        {
          id,
          status: 'PRIMARY',
          taskDefinition: `${ECS}:task-definition/web:1`,
          desiredCount: 0,
          pendingCount: 0,
          runningCount: 0,
          failedTasks: 0,
          createdAt: now,
          updatedAt: now,
          launchType: 'EC2',
          rolloutState: 'IN_PROGRESS',
          rolloutStateReason: `ECS deployment ${id} in progress.`,
        },
      ],
      events: [],
      createdAt: now,
      createdBy: CALLER,
      currentServiceRevisions: [
        {
          arn: `${ECS}:service-revision/default/web/${number}`,
          requestedTaskCount: 0,
          runningTaskCount: 0,
          pendingTaskCount: 0,
        },
      ],
      placementConstraints: [],
      placementStrategy: [],
      healthCheckGracePeriodSeconds: 0,
      schedulingStrategy: 'REPLICA',
      deploymentController: { type: 'ECS' },
      enableECSManagedTags: false,
      propagateTags: 'NONE',
      enableExecuteCommand: false,
      availabilityZoneRebalancing: 'ENABLED',
      resourceManagementType: 'CUSTOMER',
    });
    expect(id).toMatch(/^ecs-svc\/\d{19}$/);
  });

  it('has platform members on Fargate: LATEST on the service, 1.4.0 on the deployment', () => {
    const context = serviceWorld();
    const service = create(context, {
      taskDefinition: 'vpc',
      launchType: 'FARGATE',
      networkConfiguration: NETWORK,
    });
    expect(service).toMatchObject({
      launchType: 'FARGATE',
      platformVersion: 'LATEST',
      platformFamily: 'Linux',
      roleArn:
        'arn:aws:iam::123456789012:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS',
      networkConfiguration: {
        awsvpcConfiguration: {
          subnets: ['subnet-1', 'subnet-2'],
          securityGroups: [],
          assignPublicIp: 'DISABLED',
        },
      },
    });
    expect(service.deployments?.[0]).toMatchObject({
      launchType: 'FARGATE',
      platformVersion: '1.4.0',
      platformFamily: 'Linux',
      networkConfiguration: { awsvpcConfiguration: { assignPublicIp: 'DISABLED' } },
    });
  });

  it('begins a service deployment that the controller has not taken up yet', () => {
    const context = serviceWorld();
    create(context, {
      desiredCount: 10,
      deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
    });
    const { id, serviceRevisionArn } = primary(context);
    expect(rollout(context)).toMatchObject({
      status: 'PENDING',
      sourceServiceRevisionArns: [],
      targetServiceRevisionArn: serviceRevisionArn,
      circuitBreaker: { status: 'MONITORING', failureCount: 0, threshold: 5 },
    });
    expect(rollout(context).serviceDeploymentArn).toMatch(
      /:service-deployment\/default\/web\/[\w-]{21}$/,
    );
    expect(serviceRevisionArn.endsWith(`/${id.slice('ecs-svc/'.length)}`)).toBe(true);
    expect(context.store.serviceRevisions.get(serviceRevisionArn)).toMatchObject({
      taskDefinition: `${ECS}:task-definition/web:1`,
      containerImages: [{ containerName: 'app', image: 'my-repo/my-app:1.0.0' }],
    });
    expect(describeWeb(context).currentServiceDeployment).toBe(
      rollout(context).serviceDeploymentArn,
    );
  });

  it('runs once as a daemon, with minimum 0 and maximum 100 percent', () => {
    const service = create(serviceWorld(), {
      schedulingStrategy: 'DAEMON',
      desiredCount: undefined,
    });
    expect(service).toMatchObject({
      desiredCount: 1,
      schedulingStrategy: 'DAEMON',
      deploymentConfiguration: { minimumHealthyPercent: 0, maximumPercent: 100 },
      availabilityZoneRebalancing: 'DISABLED',
    });
  });

  it('has the default strategy of its cluster when it names no launch type', () => {
    const context = serviceWorld();
    createCluster(
      {
        clusterName: 'spot',
        capacityProviders: ['FARGATE', 'FARGATE_SPOT'],
        defaultCapacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT', weight: 1 }],
      },
      context,
    );
    const service = create(context, {
      cluster: 'spot',
      taskDefinition: 'vpc',
      networkConfiguration: NETWORK,
    });
    expect(service.launchType).toBeUndefined();
    expect(service).toMatchObject({
      capacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT', weight: 1, base: 0 }],
      platformVersion: 'LATEST',
    });
  });

  it('shows its tags in the reply, and later only when asked', () => {
    const context = serviceWorld();
    const tags = [{ key: 'team', value: 'web' }];
    expect(create(context, { tags }).tags).toEqual(tags);
    expect(describeWeb(context).tags).toBeUndefined();
  });

  it('keeps rollback off while the circuit breaker is off', () => {
    const service = create(serviceWorld(), {
      deploymentConfiguration: { deploymentCircuitBreaker: { enable: false, rollback: true } },
    });
    expect(service.deploymentConfiguration?.deploymentCircuitBreaker).toMatchObject({
      enable: false,
      rollback: false,
    });
  });
});

describe('creating a service twice', () => {
  it('answers the same request with the service as it is', () => {
    const context = serviceWorld();
    const first = create(context);
    addTask(context, primary(context), { lastStatus: 'RUNNING' });
    const second = create(context, { clientToken: 'another' });
    expect(second.deployments?.[0]?.id).toBe(first.deployments?.[0]?.id);
    expect(second.runningCount).toBe(1);
    expect(context.store.services.size).toBe(1);
  });

  it('refuses the same name with other settings, and the same token for another service', () => {
    const context = serviceWorld();
    create(context, { clientToken: 'token' });
    const refusal = {
      code: 'InvalidParameterException',
      message: 'Creation of service was not idempotent.',
    };
    expect(refusalOf(() => create(context, { desiredCount: 3 }))).toEqual(refusal);
    expect(refusalOf(() => create(context, { serviceName: 'api', clientToken: 'token' }))).toEqual(
      refusal,
    );
  });

  it('refuses the name of a service that is still DRAINING, and forgets what an INACTIVE one left', () => {
    const context = serviceWorld();
    create(context);
    const former = stored(context);
    const oldRevision = primary(context).serviceRevisionArn;
    const oldRollout = rollout(context).serviceDeploymentArn;
    const { store } = context;
    store.transaction(() =>
      store.services.put(former.serviceArn, { ...former, status: 'DRAINING' }),
    );
    expect(refusalOf(() => create(context)).message).toBe(
      'Unable to Start a service that is still Draining.',
    );
    store.transaction(() =>
      store.services.put(former.serviceArn, { ...former, status: 'INACTIVE' }),
    );
    create(context);
    expect(store.serviceRevisions.get(oldRevision)).toBeUndefined();
    expect(store.serviceDeployments.get(oldRollout)).toBeUndefined();
    expect(stored(context).status).toBe('ACTIVE');
  });
});

describe('CreateService refuses', () => {
  const invalid = 'InvalidParameterException';
  const refusals: readonly (readonly [string, Partial<CreateServiceRequest>, string, string])[] = [
    ['an unknown cluster', { cluster: 'none' }, 'ClusterNotFoundException', 'Cluster not found.'],
    ['a bad name', { serviceName: 'a b' }, invalid, "Invalid service name 'a b'"],
    ['a long token', { clientToken: 'x'.repeat(37) }, invalid, 'idempotency token longer than 36.'],
    ['no desired count', { desiredCount: undefined }, invalid, 'DesiredCount is missing'],
    ['fewer than none', { desiredCount: -1 }, invalid, 'DesiredCount can not be lesser than 0'],
    [
      'a count for a daemon',
      { schedulingStrategy: 'DAEMON' },
      invalid,
      'The daemon scheduling strategy does not support a desired count for services. Remove the desired count value and try again',
    ],
    ['no definition', { taskDefinition: undefined }, invalid, 'TaskDefinition can not be blank.'],
    [
      'an unknown definition',
      { taskDefinition: 'none' },
      'ClientException',
      'TaskDefinition not found.',
    ],
    [
      'awsvpc without a network',
      { taskDefinition: 'vpc' },
      invalid,
      "Network Configuration must be provided when networkMode 'awsvpc' is specified.",
    ],
    [
      'a network without awsvpc',
      { networkConfiguration: NETWORK },
      invalid,
      'Network Configuration is not valid for the given networkMode of this task definition.',
    ],
    [
      'a network without subnets',
      {
        taskDefinition: 'vpc',
        networkConfiguration: { awsvpcConfiguration: { subnets: [] } },
      },
      invalid,
      'subnets can not be empty.',
    ],
    [
      'a public address on EC2',
      {
        taskDefinition: 'vpc',
        networkConfiguration: {
          awsvpcConfiguration: { subnets: ['s'], assignPublicIp: 'ENABLED' },
        },
      },
      invalid,
      'Assign public IP is not supported for this launch type.',
    ],
    [
      'bridge on Fargate',
      { launchType: 'FARGATE' },
      invalid,
      'Task definition does not support launch_type FARGATE.',
    ],
    [
      'a daemon on Fargate',
      {
        taskDefinition: 'vpc',
        networkConfiguration: NETWORK,
        launchType: 'FARGATE',
        schedulingStrategy: 'DAEMON',
        desiredCount: undefined,
      },
      invalid,
      'The daemon scheduling strategy is not supported on Fargate.',
    ],
    [
      'launch type and strategy',
      { launchType: 'EC2', capacityProviderStrategy: [{ capacityProvider: 'FARGATE', weight: 1 }] },
      invalid,
      'Specifying both a launch type and capacity provider strategy is not supported',
    ],
    [
      'a provider that the cluster does not have',
      { capacityProviderStrategy: [{ capacityProvider: 'FARGATE', weight: 1 }] },
      invalid,
      'not associated with the cluster',
    ],
    [
      'a platform version on EC2',
      { platformVersion: 'LATEST' },
      invalid,
      'The platform version must be null when specifying an EC2 launch type',
    ],
    [
      'an unknown platform version',
      {
        taskDefinition: 'vpc',
        networkConfiguration: NETWORK,
        launchType: 'FARGATE',
        platformVersion: '9.9.9',
      },
      'PlatformUnknownException',
      'The specified platform does not exist',
    ],
    ['EXTERNAL instances', { launchType: 'EXTERNAL' }, 'UnsupportedFeatureException', 'EXTERNAL'],
    [
      'maximum below 100',
      { deploymentConfiguration: { maximumPercent: 99 } },
      invalid,
      'maximumPercent must be at least 100',
    ],
    [
      'minimum above 100',
      { deploymentConfiguration: { minimumHealthyPercent: 101 } },
      invalid,
      'minimumHealthyPercent must be at most 100',
    ],
    [
      'both at 100',
      { deploymentConfiguration: { maximumPercent: 100, minimumHealthyPercent: 100 } },
      invalid,
      'Both maximumPercent and minimumHealthyPercent cannot be 100 as this will block deployments',
    ],
    [
      'a breaker of count 0',
      {
        deploymentConfiguration: {
          deploymentCircuitBreaker: {
            enable: true,
            rollback: true,
            thresholdConfiguration: { type: 'COUNT', value: 0 },
          },
        },
      },
      invalid,
      'Invalid deployment circuit breaker threshold value.',
    ],
    [
      'a breaker of 101 percent',
      {
        deploymentConfiguration: {
          deploymentCircuitBreaker: {
            enable: true,
            rollback: true,
            thresholdConfiguration: { type: 'BOUNDED_PERCENT', value: 101 },
          },
        },
      },
      invalid,
      'Invalid deployment circuit breaker threshold value.',
    ],
    [
      'rebalancing without room',
      {
        availabilityZoneRebalancing: 'ENABLED',
        deploymentConfiguration: { maximumPercent: 100, minimumHealthyPercent: 50 },
      },
      invalid,
      'Availability Zone Rebalancing does not support maximumPercent <= 100 % as deployment configuration.',
    ],
    [
      'a controller that is not built',
      { deploymentController: { type: 'CODE_DEPLOY' } },
      'UnsupportedFeatureException',
      'The CODE_DEPLOY deployment controller is not built',
    ],
    [
      'a canary of nothing',
      {
        deploymentConfiguration: { strategy: 'CANARY', canaryConfiguration: { canaryPercent: 0 } },
      },
      invalid,
      'canaryPercent must be a multiple of 0.1 from 0.1 to 100.0, but it is 0.',
    ],
    [
      'steps between the tenths',
      {
        deploymentConfiguration: { strategy: 'LINEAR', linearConfiguration: { stepPercent: 3.14 } },
      },
      invalid,
      'stepPercent must be a multiple of 0.1 from 3.0 to 100.0, but it is 3.14.',
    ],
    [
      'the steps of another strategy',
      { deploymentConfiguration: { strategy: 'CANARY', linearConfiguration: { stepPercent: 10 } } },
      invalid,
      'linearConfiguration is not valid with deployment strategy CANARY',
    ],
    [
      'blue/green without a bake time',
      { deploymentConfiguration: { strategy: 'BLUE_GREEN' } },
      invalid,
      'bakeTimeInMinutes must be given with deployment strategy BLUE_GREEN',
    ],
    [
      'a bake time of more than a day',
      { deploymentConfiguration: { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 1441 } },
      invalid,
      'bakeTimeInMinutes must be from 0 to 1440, but it is 1441.',
    ],
    [
      'a pause while traffic is on its way',
      {
        deploymentConfiguration: {
          strategy: 'CANARY',
          lifecycleHooks: [{ targetType: 'PAUSE', lifecycleStages: ['PRODUCTION_TRAFFIC_SHIFT'] }],
        },
      },
      invalid,
      'Invalid lifecycle stage provided for Pause Hook',
    ],
    [
      'a hook that is no function',
      {
        deploymentConfiguration: {
          strategy: 'CANARY',
          lifecycleHooks: [{ hookTargetArn: 'smoke.sh', lifecycleStages: ['POST_SCALE_UP'] }],
        },
      },
      invalid,
      'hookTargetArn of lifecycleHooks[0] must be the ARN of a Lambda function, but it is "smoke.sh".',
    ],
    [
      'hooks that a rolling update would not run',
      {
        deploymentConfiguration: {
          lifecycleHooks: [{ targetType: 'PAUSE', lifecycleStages: ['PRE_SCALE_UP'] }],
        },
      },
      'UnsupportedFeatureException',
      'Lifecycle hooks of the deployment strategy ROLLING are not built',
    ],
    [
      'alarms without names',
      { deploymentConfiguration: { alarms: { alarmNames: [], enable: true, rollback: true } } },
      invalid,
      'alarms that are enabled need alarmNames',
    ],
    [
      'a bake time that nobody would wait for',
      { deploymentConfiguration: { bakeTimeInMinutes: 5 } },
      invalid,
      'bakeTimeInMinutes is not valid with deployment strategy ROLLING',
    ],
    [
      'early success below the minimum',
      {
        deploymentConfiguration: {
          earlySuccessCriteria: {
            enable: true,
            healthyPercent: 50,
            sourceServiceRevisionCleanup: 'BLOCKING',
          },
        },
      },
      invalid,
      'healthyPercent of earlySuccessCriteria must be at least minimumHealthyPercent (100)',
    ],
    [
      'a grace period without load balancer',
      { healthCheckGracePeriodSeconds: 5 },
      invalid,
      'Health check grace period is only valid for services configured to use load balancers',
    ],
    [
      'two registries',
      { serviceRegistries: [{ registryArn: 'a' }, { registryArn: 'b' }] },
      invalid,
      'service registries can have at most 1 items',
    ],
    [
      'an expression that it does not understand',
      { placementConstraints: [{ type: 'memberOf', expression: 'agentVersion >= 1' }] },
      invalid,
      "Invalid expression 'agentVersion >= 1' in a placement constraint: the subject 'agentVersion' is not supported here",
    ],
    [
      'a binpack of nothing',
      { placementStrategy: [{ type: 'binpack', field: 'x' }] },
      invalid,
      "binpack field 'x' is invalid",
    ],
    [
      'Service Connect without namespace',
      { serviceConnectConfiguration: { enabled: true } },
      invalid,
      'Namespace is missing',
    ],
    [
      'an unknown volume',
      { volumeConfigurations: [{ name: 'x' }] },
      invalid,
      "The volume name 'x' in your request does not have a matching volume in your Task Definition",
    ],
    [
      'a tag without value',
      { tags: [{ key: 'a' }] },
      'ClientException',
      'Tag value can not be null.',
    ],
  ];
  it.each(refusals)('%s', (_what, members, code, message) => {
    const context = serviceWorld();
    const refusal = refusalOf(() => create(context, members));
    expect(refusal.code).toBe(code);
    expect(refusal.message).toContain(message);
    expect(context.store.services.size).toBe(0);
    expect(context.store.serviceDeployments.size).toBe(0);
  });

  it('an INACTIVE definition', () => {
    const context = serviceWorld();
    deregisterTaskDefinition({ taskDefinition: 'web:1' }, context);
    expect(refusalOf(() => create(context, { taskDefinition: 'web:1' }))).toEqual({
      code: 'ClientException',
      message: 'TaskDefinition is inactive',
    });
  });
});

describe('the load balancers of a new service', () => {
  const behind = (
    targetGroupArn: string,
    containerName = 'app',
    containerPort = 80,
  ): Partial<CreateServiceRequest> => ({
    loadBalancers: [{ targetGroupArn, containerName, containerPort }],
  });

  it('are kept and returned, and make the service linked role necessary', () => {
    const context = serviceWorld();
    const members = behind(addTargetGroup(context));
    const service = create(context, { ...members, healthCheckGracePeriodSeconds: 30 });
    expect(service.loadBalancers).toEqual(members.loadBalancers);
    expect(service.healthCheckGracePeriodSeconds).toBe(30);
    expect(service.roleArn).toContain('AWSServiceRoleForECS');
  });

  it.each([
    ['sidecar', 80, 'The container sidecar does not exist in the task definition.'],
    ['app', 81, 'The container app did not have a container port 81 defined.'],
  ])('must name a container port of the definition: %s %i', (container, port, message) => {
    const context = serviceWorld();
    const members = behind(addTargetGroup(context), container, port);
    expect(refusalOf(() => create(context, members))).toEqual({
      code: 'InvalidParameterException',
      message,
    });
  });

  it('must have a target group that exists, in this region, and is behind a load balancer', () => {
    const context = serviceWorld();
    expect(refusalOf(() => create(context, behind('arn:none'))).message).toBe(
      'The target group with targetGroupArn arn:none does not exist.',
    );
    const unused = addTargetGroup(context, { targetGroupName: 'unused', inUse: false });
    expect(refusalOf(() => create(context, behind(unused))).message).toBe(
      `The target group with targetGroupArn ${unused} does not have an associated load balancer.`,
    );
    const foreign = addTargetGroup(context, { targetGroupName: 'foreign', region: 'us-east-1' });
    expect(refusalOf(() => create(context, behind(foreign))).message).toContain('does not exist');
  });

  it('must have targets of the kind that the network mode makes', () => {
    const context = serviceWorld();
    const ip = addTargetGroup(context, { targetGroupName: 'ip', targetType: 'ip' });
    const instance = addTargetGroup(context, { targetGroupName: 'instance' });
    expect(refusalOf(() => create(context, behind(ip))).message).toBe(
      `The provided target group ${ip} has target type ip, which is incompatible with the bridge network mode specified in the task definition.`,
    );
    const vpc = { taskDefinition: 'vpc', networkConfiguration: NETWORK };
    expect(refusalOf(() => create(context, { ...vpc, ...behind(instance) })).message).toContain(
      'incompatible with the awsvpc network mode',
    );
    expect(create(context, { ...vpc, ...behind(ip) }).status).toBe('ACTIVE');
  });

  it('may be at a port of a range', () => {
    const context = serviceWorld();
    register(context, 'range', {
      containerDefinitions: [
        {
          name: 'app',
          image: 'my-repo/my-app:1.0.0',
          memory: 128,
          portMappings: [{ containerPortRange: '100-110' }],
        },
      ],
    });
    const members = behind(addTargetGroup(context), 'app', 105);
    expect(create(context, { taskDefinition: 'range', ...members }).status).toBe('ACTIVE');
  });
});

describe('services of two regions', () => {
  it('do not meet', () => {
    const here = serviceWorld();
    create(here);
    const there = contextOf(here.store, 'us-east-1');
    register(there, 'web');
    expect(create(there).serviceArn).toBe('arn:aws:ecs:us-east-1:123456789012:service/default/web');
    expect(here.store.services.size).toBe(2);
  });
});
