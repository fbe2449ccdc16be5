import type { CreateServiceRequest, UpdateServiceRequest } from '@aws-sdk/client-ecs';
import { describe, expect, it } from 'vitest';
import { createTaskSet } from '../../../src/local/ecs/operations/create-task-set.ts';
import { deleteService } from '../../../src/local/ecs/operations/delete-service.ts';
import { updateServicePrimaryTaskSet } from '../../../src/local/ecs/operations/update-service-primary-task-set.ts';
import { createService } from '../../../src/local/ecs/operations/create-service.ts';
import { CALLER, refusalOf, type FreshContext } from './fresh-context.ts';
import {
  describe as describeService,
  NETWORK,
  serviceWorld,
  stored,
  update,
} from './service-world.ts';

const EXTERNAL = { deploymentController: { type: 'EXTERNAL' } } as const;

function create(context: FreshContext, members: Partial<CreateServiceRequest> = {}) {
  return createService({ serviceName: 'web', ...EXTERNAL, ...members }, context).service;
}

describe('CreateService under the EXTERNAL controller', () => {
  it('needs only a name and shows no field of a task set', () => {
    const service = create(serviceWorld());
    expect(service).toEqual({
      serviceArn: 'arn:aws:ecs:eu-west-1:123456789012:service/default/web',
      serviceName: 'web',
      clusterArn: 'arn:aws:ecs:eu-west-1:123456789012:cluster/default',
      loadBalancers: [],
      serviceRegistries: [],
      status: 'ACTIVE',
      desiredCount: 0,
      runningCount: 0,
      pendingCount: 0,
      deploymentConfiguration: { maximumPercent: 200, minimumHealthyPercent: 100 },
      taskSets: [],
      deployments: [],
      events: [],
      createdAt: expect.any(Date) as Date,
      createdBy: CALLER,
      placementConstraints: [],
      placementStrategy: [],
      healthCheckGracePeriodSeconds: 0,
      schedulingStrategy: 'REPLICA',
      deploymentController: { type: 'EXTERNAL' },
      enableECSManagedTags: false,
      propagateTags: 'NONE',
      enableExecuteCommand: false,
      availabilityZoneRebalancing: 'ENABLED',
      resourceManagementType: 'CUSTOMER',
    });
  });

  it('keeps what is the own of the service', () => {
    const context = serviceWorld();
    create(context, {
      desiredCount: 3,
      role: 'ecs-role',
      deploymentConfiguration: { maximumPercent: 150, minimumHealthyPercent: 50 },
      healthCheckGracePeriodSeconds: 30,
      placementConstraints: [{ type: 'distinctInstance' }],
      placementStrategy: [{ type: 'binpack', field: 'memory' }],
      propagateTags: 'SERVICE',
      enableECSManagedTags: true,
      enableExecuteCommand: true,
      tags: [{ key: 'team', value: 'a' }],
    });
    expect(describeService(context)).toMatchObject({
      desiredCount: 3,
      roleArn: 'arn:aws:iam::123456789012:role/ecs-role',
      deploymentConfiguration: { maximumPercent: 150, minimumHealthyPercent: 50 },
      healthCheckGracePeriodSeconds: 30,
      placementConstraints: [{ type: 'distinctInstance' }],
      placementStrategy: [{ type: 'binpack', field: 'memory' }],
      propagateTags: 'SERVICE',
      enableECSManagedTags: true,
      enableExecuteCommand: true,
    });
    expect(stored(context).tags).toEqual([{ key: 'team', value: 'a' }]);
  });

  it('is idempotent', () => {
    const context = serviceWorld();
    const first = create(context, { desiredCount: 3 });
    expect(create(context, { desiredCount: 3 })).toEqual(first);
    expect(refusalOf(() => create(context, { desiredCount: 4 })).message).toBe(
      'Creation of service was not idempotent.',
    );
  });

  it.each<[string, Partial<CreateServiceRequest>, string]>([
    ['a task definition', { taskDefinition: 'web' }, 'TaskDefinition must be blank'],
    ['an empty one', { taskDefinition: '' }, 'Family should not be null or empty.'],
    [
      'the DAEMON strategy',
      { schedulingStrategy: 'DAEMON' },
      'The EXTERNAL deployment controller type is not supported for services using the DAEMON scheduling strategy.',
    ],
    [
      'Service Connect',
      { serviceConnectConfiguration: { enabled: true, namespace: 'n' } },
      'The EXTERNAL deployment controller type is not supported for services using Service Connect.',
    ],
    [
      'a circuit breaker',
      { deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } } },
      'Deployment circuit breaker feature is only supported with ECS deployment controller. Update to ECS deployment controller and try again.',
    ],
    [
      'alarms',
      {
        deploymentConfiguration: { alarms: { alarmNames: ['a'], enable: true, rollback: true } },
      },
      'Alarm based rollback feature is only supported with ECS deployment controller. Update to ECS deployment controller and try again.',
    ],
    [
      'another strategy',
      { deploymentConfiguration: { strategy: 'BLUE_GREEN' } },
      'strategy feature is only supported with ECS deployment controller.',
    ],
    [
      'a bake time',
      { deploymentConfiguration: { bakeTimeInMinutes: 5 } },
      'bakeTimeInMinutes feature is only supported with ECS deployment controller.',
    ],
    [
      'lifecycle hooks',
      { deploymentConfiguration: { lifecycleHooks: [{ targetType: 'PAUSE' }] } },
      'lifecycleHooks feature is only supported with ECS deployment controller.',
    ],
    ['a launch type', { launchType: 'FARGATE' }, 'Launch type must be blank'],
    [
      'a network configuration',
      { networkConfiguration: NETWORK },
      'Give networkConfiguration to CreateTaskSet.',
    ],
    [
      'load balancers',
      { loadBalancers: [{ targetGroupArn: 'arn', containerName: 'app', containerPort: 80 }] },
      'Give loadBalancers to CreateTaskSet.',
    ],
    ['a platform version', { platformVersion: 'LATEST' }, 'Platform version must be blank'],
    [
      'volumes',
      { volumeConfigurations: [{ name: 'v' }] },
      'Volume configurations are only supported with ECS deployment controller.',
    ],
    ['too little of everything', { desiredCount: -1 }, 'DesiredCount can not be lesser than 0'],
  ])('refuses %s', (_what, members, message) => {
    const context = serviceWorld();
    const refusal = refusalOf(() => create(context, members));
    expect(refusal.code).toBe('InvalidParameterException');
    expect(refusal.message).toContain(message);
    expect(context.store.services.size).toBe(0);
  });

  it('takes empty lists for what they are', () => {
    expect(create(serviceWorld(), { loadBalancers: [], serviceRegistries: [] })?.status).toBe(
      'ACTIVE',
    );
  });
});

describe('UpdateService under the EXTERNAL controller', () => {
  const world = (): FreshContext => {
    const context = serviceWorld();
    create(context, { desiredCount: 2 });
    return context;
  };

  it('changes desired count, grace period, placement and tag options', () => {
    const context = world();
    const changed: Partial<UpdateServiceRequest> = {
      desiredCount: 5,
      healthCheckGracePeriodSeconds: 60,
      propagateTags: 'SERVICE',
      enableECSManagedTags: true,
      placementStrategy: [{ type: 'random' }],
    };
    expect(update(context, { ...changed, ...EXTERNAL })).toMatchObject(changed);
    expect(describeService(context)).toMatchObject(changed);
  });

  it('leaves alone what it does not name, and a service that it does not change', () => {
    const context = world();
    update(context, { healthCheckGracePeriodSeconds: 9 });
    const before = stored(context);
    expect(update(context, { desiredCount: 2 }).healthCheckGracePeriodSeconds).toBe(9);
    expect(stored(context)).toBe(before);
  });

  it('makes every task set whose count changes unstable at once, and no other', () => {
    const context = world();
    for (const value of [0, 100])
      createTaskSet(
        {
          ...{ cluster: 'default', service: 'web', taskDefinition: 'web' },
          scale: { value, unit: 'PERCENT' },
        },
        context,
      );
    const { store } = context;
    store.transaction(() => {
      for (const each of store.taskSets.values())
        store.taskSets.put(each.taskSetArn, {
          ...each,
          computedDesiredCount: each.scale.value === 0 ? 0 : 2,
          stabilityStatus: 'STEADY_STATE',
        });
    });
    update(context, { desiredCount: 3 });
    expect(Array.from(store.taskSets.values(), (each) => each.stabilityStatus)).toEqual([
      'STEADY_STATE',
      'STABILIZING',
    ]);
  });

  it.each<[string, Partial<UpdateServiceRequest>, string]>([
    [
      'a task definition',
      { taskDefinition: 'web' },
      'Unable to update task definition on services with an EXTERNAL deployment controller.',
    ],
    [
      'a network configuration',
      { networkConfiguration: NETWORK },
      'Unable to update network configuration',
    ],
    ['a platform version', { platformVersion: 'LATEST' }, 'Unable to update platform version'],
    [
      'load balancers',
      { loadBalancers: [{ targetGroupArn: 'arn', containerName: 'app', containerPort: 80 }] },
      'Unable to update load balancers',
    ],
    [
      'a strategy of capacity providers',
      { capacityProviderStrategy: [{ capacityProvider: 'FARGATE' }] },
      'Unable to update capacity provider strategy',
    ],
    [
      'percentages',
      { deploymentConfiguration: { maximumPercent: 150 } },
      'Unable to update deployment configuration',
    ],
    [
      'a circuit breaker',
      { deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } } },
      'Deployment circuit breaker feature is only supported with ECS deployment controller.',
    ],
    ['ECS Exec', { enableExecuteCommand: true }, 'Unable to update enableExecuteCommand'],
    ['a new deployment', { forceNewDeployment: true }, 'Cannot force a new deployment'],
    ['too few tasks', { desiredCount: -1 }, 'Task count can not be lesser than 0'],
  ])('refuses %s', (_what, members, message) => {
    const context = world();
    const before = stored(context);
    const refusal = refusalOf(() => update(context, members));
    expect(refusal.code).toBe('InvalidParameterException');
    expect(refusal.message).toContain(message);
    expect(stored(context)).toBe(before);
  });

  it('refuses another controller, to and fro', () => {
    const context = world();
    expect(refusalOf(() => update(context, { deploymentController: { type: 'ECS' } }))).toEqual({
      code: 'UnsupportedFeatureException',
      message:
        'The deployment controller of a service cannot be changed in this local ECS. Create another service with type ECS.',
    });
    createService({ serviceName: 'own', taskDefinition: 'web', desiredCount: 1 }, context);
    expect(refusalOf(() => update(context, { service: 'own', ...EXTERNAL })).message).toContain(
      'The deployment controller of a service cannot be changed',
    );
  });

  it('refuses placement that its task sets cannot have', () => {
    const context = world();
    createTaskSet(
      {
        ...{ cluster: 'default', service: 'web', taskDefinition: 'vpc', launchType: 'FARGATE' },
        networkConfiguration: NETWORK,
      },
      context,
    );
    expect(
      refusalOf(() => update(context, { placementStrategy: [{ type: 'random' }] })).message,
    ).toBe('Fargate does not support task placement strategies.');
  });
});

describe('DeleteService under the EXTERNAL controller', () => {
  const withTaskSet = (
    desiredCount: number,
  ): { readonly context: FreshContext; readonly id: string } => {
    const context = serviceWorld();
    create(context, { desiredCount });
    const { taskSet } = createTaskSet(
      { cluster: 'default', service: 'web', taskDefinition: 'web' },
      context,
    );
    return { context, id: taskSet?.id ?? '' };
  };

  it('needs force while tasks are wanted', () => {
    const { context } = withTaskSet(1);
    expect(refusalOf(() => deleteService({ service: 'web' }, context)).message).toBe(
      'The service cannot be stopped while it is scaled above 0.',
    );
    const { service } = deleteService({ service: 'web', force: true }, context);
    expect(service).toMatchObject({ status: 'DRAINING', desiredCount: 0, deployments: [] });
    expect(service?.taskSets).toMatchObject([
      { status: 'DRAINING', stabilityStatus: 'STABILIZING' },
    ]);
  });

  it('needs force while there are task sets besides the primary one', () => {
    const { context, id } = withTaskSet(0);
    expect(refusalOf(() => deleteService({ service: 'web' }, context)).message).toBe(
      'The service cannot be stopped while deployments are active.',
    );
    updateServicePrimaryTaskSet(
      { cluster: 'default', service: 'web', primaryTaskSet: id },
      context,
    );
    expect(deleteService({ service: 'web' }, context).service?.status).toBe('DRAINING');
  });
});
