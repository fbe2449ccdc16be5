import type { CreateTaskSetRequest, TaskSet } from '@aws-sdk/client-ecs';
import { describe, expect, it } from 'vitest';
import { createService } from '../../../src/local/ecs/operations/create-service.ts';
import { createTaskSet } from '../../../src/local/ecs/operations/create-task-set.ts';
import { deleteService } from '../../../src/local/ecs/operations/delete-service.ts';
import { deleteTaskSet } from '../../../src/local/ecs/operations/delete-task-set.ts';
import { describeServices } from '../../../src/local/ecs/operations/describe-services.ts';
import { describeTaskSets } from '../../../src/local/ecs/operations/describe-task-sets.ts';
import { listTagsForResource } from '../../../src/local/ecs/operations/list-tags-for-resource.ts';
import { tagResource } from '../../../src/local/ecs/operations/tag-resource.ts';
import { untagResource } from '../../../src/local/ecs/operations/untag-resource.ts';
import { updateServicePrimaryTaskSet } from '../../../src/local/ecs/operations/update-service-primary-task-set.ts';
import { updateTaskSet } from '../../../src/local/ecs/operations/update-task-set.ts';
import { refusalOf, storedTask, type FreshContext } from './fresh-context.ts';
import {
  addTargetGroup,
  describe as describeService,
  NETWORK,
  serviceWorld,
} from './service-world.ts';

const PLACE = { cluster: 'default', service: 'web' };
const SERVICE_ARN = 'arn:aws:ecs:eu-west-1:123456789012:service/default/web';
const UNKNOWN = 'ecs-svc/1000000000000000000';

function world(desiredCount = 2): FreshContext {
  const context = serviceWorld();
  createService(
    { serviceName: 'web', desiredCount, deploymentController: { type: 'EXTERNAL' } },
    context,
  );
  return context;
}

function create(context: FreshContext, members: Partial<CreateTaskSetRequest> = {}): TaskSet {
  return shown(createTaskSet({ ...PLACE, taskDefinition: 'web', ...members }, context).taskSet);
}

function shown(taskSet: TaskSet | undefined): TaskSet {
  if (taskSet === undefined) throw new Error('the reply has no task set');
  return taskSet;
}

function describeAll(context: FreshContext): readonly TaskSet[] {
  return describeTaskSets(PLACE, context).taskSets ?? [];
}

/** As the controller would. */
function addTask(context: FreshContext, id: string, taskId: string): void {
  const task = storedTask('arn:aws:ecs:eu-west-1:123456789012:cluster/default', taskId, {
    ...{ serviceArn: SERVICE_ARN, deploymentId: id, startedBy: id },
  });
  context.store.transaction(() => context.store.tasks.put(task.taskArn, task));
}

describe('CreateTaskSet', () => {
  it('answers as ECS does', () => {
    const context = world();
    const taskSet = create(context, {
      taskDefinition: 'vpc',
      networkConfiguration: {
        awsvpcConfiguration: { subnets: ['subnet-12344321'], securityGroups: ['sg-12344321'] },
      },
    });
    expect(taskSet).toEqual({
      id: expect.stringMatching(/^ecs-svc\/\d{19}$/) as string,
      taskSetArn: `arn:aws:ecs:eu-west-1:123456789012:task-set/default/web/${taskSet.id ?? ''}`,
      serviceArn: SERVICE_ARN,
      clusterArn: 'arn:aws:ecs:eu-west-1:123456789012:cluster/default',
      status: 'ACTIVE',
      taskDefinition: 'arn:aws:ecs:eu-west-1:123456789012:task-definition/vpc:1',
      computedDesiredCount: 0,
      pendingCount: 0,
      runningCount: 0,
      createdAt: expect.any(Date) as Date,
      updatedAt: expect.any(Date) as Date,
      launchType: 'EC2',
      networkConfiguration: {
        awsvpcConfiguration: {
          subnets: ['subnet-12344321'],
          securityGroups: ['sg-12344321'],
          assignPublicIp: 'DISABLED',
        },
      },
      loadBalancers: [],
      serviceRegistries: [],
      scale: { value: 0, unit: 'PERCENT' },
      stabilityStatus: 'STABILIZING',
      stabilityStatusAt: expect.any(Date) as Date,
    });
  });

  it('keeps scale, external id, load balancer, platform and tags', () => {
    const context = world();
    const targetGroupArn = addTargetGroup(context, { targetType: 'ip' });
    const loadBalancers = [{ targetGroupArn, containerName: 'app', containerPort: 80 }];
    const taskSet = create(context, {
      ...{ taskDefinition: 'vpc', launchType: 'FARGATE', networkConfiguration: NETWORK },
      ...{ loadBalancers, scale: { value: 33.3, unit: 'PERCENT' }, externalId: 'build-7' },
      tags: [{ key: 'colour', value: 'green' }],
    });
    expect(taskSet).toMatchObject({
      ...{ launchType: 'FARGATE', platformVersion: '1.4.0', platformFamily: 'Linux' },
      ...{ loadBalancers, scale: { value: 33.3, unit: 'PERCENT' }, externalId: 'build-7' },
      tags: [{ key: 'colour', value: 'green' }],
    });
  });

  it('takes a capacity provider strategy in place of a launch type', () => {
    const context = world();
    const strategy = [{ capacityProvider: 'FARGATE', weight: 1, base: 0 }];
    const [cluster] = [...context.store.clusters.values()];
    if (cluster === undefined) throw new Error('there is no cluster');
    context.store.transaction(() =>
      context.store.clusters.put(cluster.clusterArn, {
        ...cluster,
        capacityProviders: ['FARGATE'],
      }),
    );
    const taskSet = create(context, {
      ...{ taskDefinition: 'vpc', networkConfiguration: NETWORK },
      capacityProviderStrategy: strategy,
    });
    expect(taskSet.capacityProviderStrategy).toEqual(strategy);
    expect(taskSet).not.toHaveProperty('launchType');
  });

  it('is idempotent by its client token', () => {
    const context = world();
    const first = create(context, { clientToken: 'once', externalId: 'a' });
    expect(create(context, { clientToken: 'once', externalId: 'a' })).toEqual(first);
    expect(describeAll(context)).toHaveLength(1);
    expect(refusalOf(() => create(context, { clientToken: 'once', externalId: 'b' })).message).toBe(
      'Creation of task set was not idempotent.',
    );
    expect(create(context, { externalId: 'a' }).id).not.toBe(first.id);
  });

  it('refuses a sixth one, even while one of the five is being deleted', () => {
    const context = world();
    const ids = Array.from({ length: 5 }, () => create(context).id ?? '');
    deleteTaskSet({ ...PLACE, taskSet: ids[0] }, context);
    expect(refusalOf(() => create(context))).toEqual({
      code: 'InvalidParameterException',
      message:
        '5 deployments exist on the service. Unable to create new TaskSet since this exceeds the maximum limit.',
    });
  });

  it.each<[string, (context: FreshContext) => Partial<CreateTaskSetRequest>, string, string]>([
    [
      'an unknown service',
      () => ({ service: 'other' }),
      'ServiceNotFoundException',
      'Service not found.',
    ],
    [
      'an unknown cluster',
      () => ({ cluster: 'other' }),
      'ClusterNotFoundException',
      'Cluster not found.',
    ],
    [
      'an unknown definition',
      () => ({ taskDefinition: 'other' }),
      'ClientException',
      'TaskDefinition not found.',
    ],
    [
      'a missing network configuration',
      () => ({ taskDefinition: 'vpc' }),
      'InvalidParameterException',
      "Network Configuration must be provided when networkMode 'awsvpc' is specified.",
    ],
    [
      'a launch type that the definition cannot have',
      () => ({ launchType: 'FARGATE' }),
      'InvalidParameterException',
      'Task definition does not support launch_type FARGATE.',
    ],
    [
      'a scale below 0',
      () => ({ scale: { value: -1, unit: 'PERCENT' } }),
      'InvalidParameterException',
      'Invalid scale value -1. It must be a number from 0 to 100.',
    ],
    [
      'a scale above 100',
      () => ({ scale: { value: 100.1, unit: 'PERCENT' } }),
      'InvalidParameterException',
      'Invalid scale value 100.1.',
    ],
    [
      'two load balancers',
      (context) => {
        const targetGroupArn = addTargetGroup(context);
        const one = { targetGroupArn, containerName: 'app', containerPort: 80 };
        return { loadBalancers: [one, one] };
      },
      'InvalidParameterException',
      'load balancers of a task set can have at most 1 items.',
    ],
    [
      'a listener rule to be moved',
      (context) => ({
        loadBalancers: [
          {
            ...{ targetGroupArn: addTargetGroup(context), containerName: 'app' },
            containerPort: 80,
            advancedConfiguration: { alternateTargetGroupArn: 'a', productionListenerRule: 'b' },
          },
        ],
      }),
      'InvalidParameterException',
      'advancedConfiguration is not valid for the load balancer of a task set',
    ],
    [
      'a target group that no listener forwards to',
      (context) => ({
        loadBalancers: [
          {
            targetGroupArn: addTargetGroup(context, { inUse: false }),
            containerName: 'app',
            containerPort: 80,
          },
        ],
      }),
      'InvalidParameterException',
      'does not have an associated load balancer.',
    ],
    [
      'a tag without a value',
      () => ({ tags: [{ key: 'a' }] }),
      'ClientException',
      'Tag value can not be null.',
    ],
    [
      'a token that is too long',
      () => ({ clientToken: 'a'.repeat(37) }),
      'InvalidParameterException',
      'idempotency token longer than 36.',
    ],
  ])('refuses %s', (_what, members, code, message) => {
    const context = world();
    const refusal = refusalOf(() => create(context, members(context)));
    expect(refusal.code).toBe(code);
    expect(refusal.message).toContain(message);
    expect(context.store.taskSets.size).toBe(0);
    expect(context.store.serviceRevisions.size).toBe(0);
  });

  it('refuses a service that ECS itself deploys, and one that is being deleted', () => {
    const context = world();
    createService({ serviceName: 'own', taskDefinition: 'web', desiredCount: 1 }, context);
    expect(refusalOf(() => create(context, { service: 'own' }))).toEqual({
      code: 'InvalidParameterException',
      message:
        'Amazon ECS only supports task set management on services configured to use external deployment controllers.',
    });
    deleteService({ service: 'web', force: true }, context);
    expect(refusalOf(() => create(context))).toEqual({
      code: 'ServiceNotActiveException',
      message: 'Service was not ACTIVE.',
    });
  });
});

describe('DescribeTaskSets', () => {
  it('shows all when none is named, else those that are, by id and by ARN, each once', () => {
    const context = world();
    const [blue, green] = [create(context), create(context)];
    expect(describeAll(context).map(({ id }) => id)).toEqual([blue.id, green.id]);
    const { taskSets, failures } = describeTaskSets(
      {
        ...PLACE,
        taskSets: [green.id ?? '', green.taskSetArn ?? '', blue.taskSetArn ?? '', UNKNOWN],
      },
      context,
    );
    expect(taskSets?.map(({ id }) => id)).toEqual([green.id, blue.id]);
    expect(failures).toEqual([
      { arn: `${SERVICE_ARN.replace(':service/', ':task-set/')}/${UNKNOWN}`, reason: 'MISSING' },
    ]);
  });

  it('shows tags when asked for', () => {
    const context = world();
    create(context, { tags: [{ key: 'colour', value: 'blue' }] });
    expect(describeAll(context)[0]).not.toHaveProperty('tags');
    const { taskSets } = describeTaskSets({ ...PLACE, include: ['TAGS'] }, context);
    expect(taskSets?.[0]?.tags).toEqual([{ key: 'colour', value: 'blue' }]);
  });

  it('counts the tasks of each set, and calls none steady whose tasks do not run', () => {
    const context = world();
    const { id = '', taskSetArn = '' } = create(context);
    const { store } = context;
    const stored = store.taskSets.get(taskSetArn);
    if (stored === undefined) throw new Error('not stored');
    store.transaction(() =>
      store.taskSets.put(taskSetArn, {
        ...stored,
        computedDesiredCount: 2,
        stabilityStatus: 'STEADY_STATE',
      }),
    );
    addTask(context, id, '1'.repeat(32));
    expect(describeAll(context)).toMatchObject([
      { runningCount: 1, stabilityStatus: 'STABILIZING' },
    ]);
    addTask(context, id, '2'.repeat(32));
    expect(describeAll(context)).toMatchObject([
      { runningCount: 2, stabilityStatus: 'STEADY_STATE' },
    ]);
    expect(describeService(context)).toMatchObject({ runningCount: 2, taskSets: [{ id }] });
  });

  it.each([
    ['no id', 'new-task-set-id', 'Task Set Identifier is invalid'],
    [
      'a task',
      'arn:aws:ecs:eu-west-1:123456789012:task/default/0123',
      'Unsupported resource type: task',
    ],
    [
      'another service',
      `arn:aws:ecs:eu-west-1:123456789012:task-set/default/other/${UNKNOWN}`,
      'is for service other in cluster default',
    ],
    [
      'another region',
      `arn:aws:ecs:us-east-1:123456789012:task-set/default/web/${UNKNOWN}`,
      'Invalid Region in ARN',
    ],
    ['half an id', 'arn:aws:ecs:eu-west-1:123456789012:task-set/default/web/7', 'is invalid'],
  ])('refuses %s', (_what, reference, message) => {
    const refusal = refusalOf(() => describeTaskSets({ ...PLACE, taskSets: [reference] }, world()));
    expect(refusal.code).toBe('InvalidParameterException');
    expect(refusal.message).toContain(message);
  });
});

describe('UpdateTaskSet', () => {
  it('changes the scale; the count that follows is computed by the scheduler', () => {
    const context = world();
    const { id, updatedAt } = create(context);
    const { taskSet } = updateTaskSet(
      { ...PLACE, taskSet: id, scale: { value: 50, unit: 'PERCENT' } },
      context,
    );
    expect(taskSet).toMatchObject({
      scale: { value: 50, unit: 'PERCENT' },
      computedDesiredCount: 0,
      stabilityStatus: 'STABILIZING',
    });
    expect(taskSet?.updatedAt?.getTime()).toBeGreaterThanOrEqual(updatedAt?.getTime() ?? 0);
  });

  it('refuses what is not there, what is being deleted, and what is no percentage', () => {
    const context = world();
    const scale = { value: 50, unit: 'PERCENT' } as const;
    expect(refusalOf(() => updateTaskSet({ ...PLACE, taskSet: UNKNOWN, scale }, context))).toEqual({
      code: 'TaskSetNotFoundException',
      message: 'The specified task set does not exist.',
    });
    const { id } = create(context);
    expect(
      refusalOf(() => updateTaskSet({ ...PLACE, taskSet: id, scale: { value: 101 } }, context))
        .message,
    ).toContain('Invalid scale value 101');
    deleteTaskSet({ ...PLACE, taskSet: id }, context);
    expect(
      refusalOf(() => updateTaskSet({ ...PLACE, taskSet: id, scale }, context)).message,
    ).toContain('is being deleted');
  });
});

describe('UpdateServicePrimaryTaskSet', () => {
  it('shows the fields of the new primary one on the service; the former is ACTIVE', () => {
    const context = world();
    const targetGroupArn = addTargetGroup(context, { targetType: 'ip' });
    const loadBalancers = [{ targetGroupArn, containerName: 'app', containerPort: 80 }];
    const blue = create(context);
    const green = create(context, {
      ...{ taskDefinition: 'vpc', launchType: 'FARGATE', networkConfiguration: NETWORK },
      loadBalancers,
    });
    updateServicePrimaryTaskSet({ ...PLACE, primaryTaskSet: blue.id }, context);
    const first = describeService(context);
    expect(first).toMatchObject({
      launchType: 'EC2',
      taskDefinition: 'arn:aws:ecs:eu-west-1:123456789012:task-definition/web:1',
      loadBalancers: [],
      deployments: [],
      taskSets: [{ status: 'PRIMARY' }, { status: 'ACTIVE' }],
    });
    expect(first).not.toHaveProperty('networkConfiguration');
    expect(first).not.toHaveProperty('currentServiceRevisions');
    const { taskSet } = updateServicePrimaryTaskSet(
      { ...PLACE, primaryTaskSet: green.taskSetArn },
      context,
    );
    expect(taskSet).toMatchObject({ id: green.id, status: 'PRIMARY' });
    expect(describeService(context)).toMatchObject({
      launchType: 'FARGATE',
      platformVersion: '1.4.0',
      platformFamily: 'Linux',
      taskDefinition: 'arn:aws:ecs:eu-west-1:123456789012:task-definition/vpc:1',
      networkConfiguration: green.networkConfiguration,
      loadBalancers,
      roleArn:
        'arn:aws:iam::123456789012:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS',
      taskSets: [{ status: 'ACTIVE' }, { status: 'PRIMARY' }],
    });
  });

  it('changes nothing for the one that is primary already', () => {
    const context = world();
    const { id = '', taskSetArn = '' } = create(context);
    updateServicePrimaryTaskSet({ ...PLACE, primaryTaskSet: id }, context);
    const before = context.store.taskSets.get(taskSetArn);
    updateServicePrimaryTaskSet({ ...PLACE, primaryTaskSet: id }, context);
    expect(context.store.taskSets.get(taskSetArn)).toBe(before);
  });

  it('refuses what is not there and what is being deleted', () => {
    const context = world();
    const primary = (primaryTaskSet: string) =>
      refusalOf(() => updateServicePrimaryTaskSet({ ...PLACE, primaryTaskSet }, context));
    expect(primary(UNKNOWN).code).toBe('TaskSetNotFoundException');
    const { id = '' } = create(context);
    deleteTaskSet({ ...PLACE, taskSet: id }, context);
    expect(primary(id).message).toContain('cannot become the primary one');
  });
});

describe('DeleteTaskSet', () => {
  it('makes it DRAINING, and answers again as it is', () => {
    const context = world();
    const { id } = create(context);
    const { taskSet } = deleteTaskSet({ ...PLACE, taskSet: id }, context);
    expect(taskSet).toMatchObject({ status: 'DRAINING', stabilityStatus: 'STABILIZING' });
    expect(deleteTaskSet({ ...PLACE, taskSet: id }, context).taskSet).toEqual(taskSet);
  });

  it('needs force for one that is scaled above 0, and for the primary one', () => {
    const context = world();
    const scaled = create(context, { scale: { value: 1, unit: 'PERCENT' } });
    const primary = create(context);
    updateServicePrimaryTaskSet({ ...PLACE, primaryTaskSet: primary.id }, context);
    expect(refusalOf(() => deleteTaskSet({ ...PLACE, taskSet: scaled.id }, context))).toMatchObject(
      {
        code: 'InvalidParameterException',
        message: expect.stringContaining('cannot be deleted while it is scaled above 0') as string,
      },
    );
    expect(
      refusalOf(() => deleteTaskSet({ ...PLACE, taskSet: primary.id }, context)).message,
    ).toContain('is the primary task set');
    for (const { id } of [scaled, primary])
      deleteTaskSet({ ...PLACE, taskSet: id, force: true }, context);
    expect(describeAll(context).map(({ status }) => status)).toEqual(['DRAINING', 'DRAINING']);
  });

  it('takes the fields of the primary one from the service', () => {
    const context = world();
    const before = describeService(context);
    const { id } = create(context);
    updateServicePrimaryTaskSet({ ...PLACE, primaryTaskSet: id }, context);
    expect(describeService(context)).toHaveProperty('taskDefinition');
    deleteTaskSet({ ...PLACE, taskSet: id, force: true }, context);
    const { taskSets, ...after } = describeService(context);
    expect({ ...after, taskSets: [] }).toEqual(before);
    expect(taskSets).toHaveLength(1);
  });

  it('says that what is not there is not there', () => {
    expect(refusalOf(() => deleteTaskSet({ ...PLACE, taskSet: UNKNOWN }, world())).code).toBe(
      'TaskSetNotFoundException',
    );
  });
});

describe('tags of a task set', () => {
  it('are added, listed and removed by its ARN', () => {
    const context = world();
    const resourceArn = create(context).taskSetArn ?? '';
    tagResource({ resourceArn, tags: [{ key: 'a', value: '1' }] }, context);
    tagResource({ resourceArn, tags: [{ key: 'b', value: '2' }] }, context);
    untagResource({ resourceArn, tagKeys: ['a'] }, context);
    expect(listTagsForResource({ resourceArn }, context).tags).toEqual([{ key: 'b', value: '2' }]);
    const { services } = describeServices({ services: ['web'], include: ['TAGS'] }, context);
    expect(services?.[0]?.taskSets?.[0]?.tags).toEqual([{ key: 'b', value: '2' }]);
  });

  it('are refused for one that is not there', () => {
    const resourceArn = `${SERVICE_ARN.replace(':service/', ':task-set/')}/${UNKNOWN}`;
    expect(
      refusalOf(() => tagResource({ resourceArn, tags: [{ key: 'a', value: '1' }] }, world())).code,
    ).toBe('ResourceNotFoundException');
  });
});
