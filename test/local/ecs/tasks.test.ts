import type { RunTaskRequest } from '@aws-sdk/client-ecs';
import { describe, expect, it } from 'vitest';
import { containerInstanceArn } from '../../../src/local/ecs/container-instance.ts';
import { createCluster } from '../../../src/local/ecs/operations/create-cluster.ts';
import { deregisterTaskDefinition } from '../../../src/local/ecs/operations/deregister-task-definition.ts';
import { describeTasks } from '../../../src/local/ecs/operations/describe-tasks.ts';
import { listTasks } from '../../../src/local/ecs/operations/list-tasks.ts';
import { runTask } from '../../../src/local/ecs/operations/run-task.ts';
import { startTask } from '../../../src/local/ecs/operations/start-task.ts';
import { stopTask } from '../../../src/local/ecs/operations/stop-task.ts';
import { tagResource } from '../../../src/local/ecs/operations/tag-resource.ts';
import type { Task } from '../../../src/local/state/entities.ts';
import { AwsError } from '../../../src/local/wire/aws-error.ts';
import { refusalOf, type FreshContext } from './fresh-context.ts';
import { addTask, create, NETWORK, primary, register, serviceWorld } from './service-world.ts';

const CLUSTER = 'arn:aws:ecs:eu-west-1:123456789012:cluster/default';
const INSTANCE = containerInstanceArn(CLUSTER);
const FARGATE: Partial<RunTaskRequest> = {
  taskDefinition: 'vpc',
  launchType: 'FARGATE',
  networkConfiguration: NETWORK,
};

function run(
  context: FreshContext,
  members: Partial<RunTaskRequest> = {},
): ReturnType<typeof runTask> {
  return runTask({ taskDefinition: 'web', ...members }, context);
}

function tasksOf(context: FreshContext): readonly Task[] {
  return Array.from(context.store.tasks.values());
}

/** Registers `static`, which wants the host's port 8080. */
function registerStatic(context: FreshContext): void {
  register(context, 'static', {
    containerDefinitions: [
      {
        name: 'app',
        image: 'my-repo/my-app:1.0.0',
        memory: 128,
        portMappings: [{ containerPort: 80, hostPort: 8080 }],
      },
    ],
  });
}

describe('RunTask', () => {
  it('starts a task on the container instance that is PROVISIONING and wanted RUNNING', () => {
    const context = serviceWorld();
    const { tasks, failures } = run(context, { startedBy: 'me' });
    const [task] = tasks ?? [];
    expect(failures).toEqual([]);
    expect(task).toMatchObject({
      clusterArn: CLUSTER,
      taskDefinitionArn: 'arn:aws:ecs:eu-west-1:123456789012:task-definition/web:1',
      containerInstanceArn: INSTANCE,
      group: 'family:web',
      startedBy: 'me',
      launchType: 'EC2',
      lastStatus: 'PROVISIONING',
      desiredStatus: 'RUNNING',
      healthStatus: 'UNKNOWN',
      attachments: [],
      overrides: { containerOverrides: [{ name: 'app' }], inferenceAcceleratorOverrides: [] },
      tags: [],
      version: 1,
      createdAt: new Date(context.clock.now()),
    });
    expect(task?.taskArn).toMatch(/:task\/default\/[0-9a-f]{32}$/);
    expect(task?.containers).toEqual([
      {
        containerArn: expect.stringContaining(
          task?.taskArn?.replace(':task/', ':container/') ?? '',
        ) as string,
        taskArn: task?.taskArn,
        name: 'app',
        image: 'my-repo/my-app:1.0.0',
        lastStatus: 'PENDING',
        networkInterfaces: [],
        healthStatus: 'UNKNOWN',
        cpu: '0',
        memory: '128',
      },
    ]);
    expect(task?.platformVersion).toBeUndefined();
    // Nothing has reached the task yet.
    expect(task).not.toHaveProperty('connectivity');
    expect(task).not.toHaveProperty('connectivityAt');
  });

  it('gives each task on Fargate a network interface with an address of its own', () => {
    const context = serviceWorld();
    const { tasks = [] } = run(context, { ...FARGATE, count: 10 });
    const addresses = tasks.map(
      (task) => task.attachments?.[0]?.details?.find((d) => d.name === 'privateIPv4Address')?.value,
    );
    expect(new Set(addresses).size).toBe(10);
    expect(tasks[0]).toMatchObject({
      launchType: 'FARGATE',
      platformVersion: '1.4.0',
      platformFamily: 'Linux',
      cpu: '256',
      memory: '512',
      ephemeralStorage: { sizeInGiB: 20 },
      attachments: [{ type: 'ElasticNetworkInterface', status: 'PRECREATED' }],
    });
    expect(tasks[0]?.containers?.[0]?.networkInterfaces?.[0]?.privateIpv4Address).toBe(
      addresses[0],
    );
    expect(tasks[0]?.containerInstanceArn).toBeUndefined();
  });

  it('keeps overrides and sizes the task by them', () => {
    const context = serviceWorld();
    const { tasks } = run(context, {
      ...FARGATE,
      overrides: {
        cpu: '.5 vCPU',
        memory: '1 GB',
        containerOverrides: [{ name: 'app', command: ['migrate'], memory: 64 }],
      },
    });
    expect(tasks?.[0]).toMatchObject({
      cpu: '512',
      memory: '1024',
      overrides: { containerOverrides: [{ name: 'app', command: ['migrate'] }] },
      containers: [{ memory: '64' }],
    });
  });

  it('propagates the tags of the definition, below its own and beside those of ECS', () => {
    const context = serviceWorld();
    const resourceArn = 'arn:aws:ecs:eu-west-1:123456789012:task-definition/web:1';
    const inherited = [
      { key: 'a', value: 'definition' },
      { key: 'b', value: 'definition' },
    ];
    tagResource({ resourceArn, tags: inherited }, context);
    const { tasks } = run(context, {
      tags: [{ key: 'a', value: 'own' }],
      propagateTags: 'TASK_DEFINITION',
      enableECSManagedTags: true,
    });
    expect(tasks?.[0]?.tags).toEqual([
      { key: 'a', value: 'own' },
      { key: 'b', value: 'definition' },
      { key: 'aws:ecs:clusterName', value: 'default' },
    ]);
    expect(run(context, {}).tasks?.[0]?.tags).toEqual([]);
  });

  it('spreads tasks over the providers of a strategy', () => {
    const context = serviceWorld();
    createCluster(
      { clusterName: 'default', capacityProviders: ['FARGATE', 'FARGATE_SPOT'] },
      context,
    );
    const { tasks = [] } = run(context, {
      taskDefinition: 'vpc',
      networkConfiguration: NETWORK,
      count: 4,
      capacityProviderStrategy: [
        { capacityProvider: 'FARGATE', base: 1, weight: 1 },
        { capacityProvider: 'FARGATE_SPOT', weight: 2 },
      ],
    });
    expect(tasks.map(({ capacityProviderName }) => capacityProviderName).toSorted()).toEqual([
      'FARGATE',
      'FARGATE',
      'FARGATE_SPOT',
      'FARGATE_SPOT',
    ]);
    expect(tasks.every(({ launchType }) => launchType === 'FARGATE')).toBe(true);
  });

  it('answers with failures, not an error, where a static host port is taken', () => {
    const context = serviceWorld();
    registerStatic(context);
    const first = run(context, { taskDefinition: 'static', count: 2 });
    expect(first.tasks).toHaveLength(1);
    expect(first.failures).toEqual([
      {
        arn: INSTANCE,
        reason: 'RESOURCE:PORTS',
        detail: 'host port 8080/tcp is already used by another task',
      },
    ]);
    expect(run(context, { taskDefinition: 'static' }).tasks).toEqual([]);
    for (const task of tasksOf(context))
      context.store.transaction(() =>
        context.store.tasks.put(task.taskArn, { ...task, lastStatus: 'STOPPED' }),
      );
    expect(run(context, { taskDefinition: 'static' }).tasks).toHaveLength(1);
  });

  it('keeps to the constraints of the request and of the definition', () => {
    const context = serviceWorld();
    const distinct = run(context, {
      count: 2,
      placementConstraints: [{ type: 'distinctInstance' }],
    });
    expect(distinct.tasks).toHaveLength(1);
    expect(distinct.failures?.[0]?.reason).toBe(
      'DistinctInstance placement constraint unsatisfied.',
    );
    const elsewhere = run(context, {
      placementConstraints: [{ type: 'memberOf', expression: 'attribute:stack == prod' }],
    });
    expect(elsewhere.failures?.[0]?.reason).toBe('MemberOf placement constraint unsatisfied.');
    register(context, 'bound', {
      placementConstraints: [{ type: 'memberOf', expression: 'attribute:stack == prod' }],
    });
    expect(run(context, { taskDefinition: 'bound' }).tasks).toEqual([]);
  });

  it('repeated with the same token answers with the same tasks', () => {
    const context = serviceWorld();
    const first = run(context, { clientToken: 'token', count: 2 });
    const second = run(context, { clientToken: 'token', count: 2 });
    expect(second.tasks?.map(({ taskArn }) => taskArn)).toEqual(
      first.tasks?.map(({ taskArn }) => taskArn),
    );
    expect(tasksOf(context)).toHaveLength(2);
  });

  it('refuses a token that was used for something else, and names its tasks', () => {
    const context = serviceWorld();
    const { tasks } = run(context, { clientToken: 'token' });
    let error: unknown;
    try {
      run(context, { clientToken: 'token', count: 2 });
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(AwsError);
    expect(error).toMatchObject({
      code: 'ConflictException',
      members: { resourceIds: [tasks?.[0]?.taskArn] },
    });
  });

  const refusals: readonly (readonly [string, Partial<RunTaskRequest>, string])[] = [
    ['no task', { count: 0 }, 'Invalid count 0. It must be from 1 to 10.'],
    ['eleven tasks', { count: 11 }, 'Invalid count 11. It must be from 1 to 10.'],
    ['an unknown definition', { taskDefinition: 'none' }, 'TaskDefinition not found.'],
    [
      'awsvpc without network',
      { taskDefinition: 'vpc' },
      "Network Configuration must be provided when networkMode 'awsvpc' is specified.",
    ],
    [
      'bridge on Fargate',
      { launchType: 'FARGATE' },
      'Task definition does not support launch_type FARGATE.',
    ],
    [
      'constraints on Fargate',
      { ...FARGATE, placementConstraints: [{ type: 'distinctInstance' }] },
      'Fargate does not support task placement constraints.',
    ],
    [
      'an override for an unknown container',
      { overrides: { containerOverrides: [{ name: 'sidecar' }] } },
      'Override for container named sidecar is not a container in the TaskDefinition.',
    ],
    [
      'an override for no container',
      { overrides: { containerOverrides: [{ command: ['x'] }] } },
      'Every container override needs the name of a container.',
    ],
    [
      'overrides that are too long',
      { overrides: { containerOverrides: [{ name: 'app', command: ['x'.repeat(9000)] }] } },
      'Container Overrides length must be at most 8192',
    ],
    [
      'a size that Fargate does not have',
      { ...FARGATE, overrides: { memory: '4096' } },
      'No Fargate configuration exists for given values: 256 CPU, 4096 memory.',
    ],
    ['a bad size', { overrides: { cpu: 'much' } }, "Invalid 'cpu' setting for task."],
    [
      'a group of a service',
      { group: 'service:web' },
      "Invalid group 'service:web'. Groups that begin with 'service:' belong to services.",
    ],
    ['a long startedBy', { startedBy: 'x'.repeat(129) }, 'startedBy can have at most 128'],
    ['tags of no service', { propagateTags: 'SERVICE' }, 'propagateTags SERVICE is for services'],
    [
      'storage on EC2',
      { overrides: { ephemeralStorage: { sizeInGiB: 30 } } },
      'ephemeralStorage is for tasks on Fargate only',
    ],
  ];
  it.each(refusals)('refuses %s', (_what, members, message) => {
    const context = serviceWorld();
    expect(refusalOf(() => run(context, members)).message).toContain(message);
    expect(tasksOf(context)).toEqual([]);
  });

  it('refuses an INACTIVE definition', () => {
    const context = serviceWorld();
    deregisterTaskDefinition({ taskDefinition: 'web:1' }, context);
    expect(refusalOf(() => run(context, { taskDefinition: 'web:1' })).message).toBe(
      'TaskDefinition is inactive',
    );
  });
});

describe('StartTask', () => {
  it('starts one task on the one container instance; others are MISSING', () => {
    const context = serviceWorld();
    const { tasks, failures } = startTask(
      { taskDefinition: 'web', containerInstances: [INSTANCE, 'f'.repeat(32)] },
      context,
    );
    expect(tasks?.map((task) => task.containerInstanceArn)).toEqual([INSTANCE]);
    expect(failures).toEqual([
      { arn: `${INSTANCE.slice(0, -32)}${'f'.repeat(32)}`, reason: 'MISSING' },
    ]);
    expect(tasksOf(context)).toHaveLength(1);
  });

  it('fails where a host port is taken', () => {
    const context = serviceWorld();
    registerStatic(context);
    const start = (): ReturnType<typeof startTask> =>
      startTask({ taskDefinition: 'static', containerInstances: [INSTANCE] }, context);
    expect(start().tasks).toHaveLength(1);
    expect(start()).toMatchObject({ tasks: [], failures: [{ reason: 'RESOURCE:PORTS' }] });
  });

  it('needs from 1 to 10 instances', () => {
    const context = serviceWorld();
    expect(
      refusalOf(() => startTask({ taskDefinition: 'web', containerInstances: [] }, context))
        .message,
    ).toBe('Container instances cannot be empty.');
  });
});

describe('StopTask', () => {
  it('wants the task stopped, with the reason given or that of ECS', () => {
    const context = serviceWorld();
    const [first, second] = run(context, { count: 2 }).tasks ?? [];
    const stop = (task: string | undefined, reason?: string): unknown =>
      stopTask({ task, reason }, context).task;
    expect(stop(first?.taskArn, 'enough')).toMatchObject({
      lastStatus: 'PROVISIONING',
      desiredStatus: 'STOPPED',
      stopCode: 'UserInitiated',
      stoppedReason: 'enough',
      version: 2,
    });
    expect(stop(second?.taskArn)).toMatchObject({ stoppedReason: 'Task stopped by user' });
  });

  it('takes the id too, and keeps the first reason when repeated', () => {
    const context = serviceWorld();
    run(context);
    const [task] = tasksOf(context);
    stopTask({ task: task?.taskId, reason: 'first' }, context);
    const stopped = context.store.tasks.get(task?.taskArn ?? '');
    expect(stopTask({ task: task?.taskId, reason: 'second' }, context).task).toMatchObject({
      stoppedReason: 'first',
    });
    expect(context.store.tasks.get(task?.taskArn ?? '')).toBe(stopped);
  });

  it('does not find what never was', () => {
    expect(refusalOf(() => stopTask({ task: '0'.repeat(32) }, serviceWorld()))).toEqual({
      code: 'InvalidParameterException',
      message: 'The referenced task was not found.',
    });
  });
});

describe('DescribeTasks', () => {
  it('shows what a container has only once it ran', () => {
    const context = serviceWorld();
    run(context);
    const [task] = tasksOf(context);
    const [container] = task?.containers ?? [];
    if (task === undefined || container === undefined) throw new Error('no task');
    context.store.transaction(() =>
      context.store.tasks.put(task.taskArn, {
        ...task,
        lastStatus: 'STOPPED',
        desiredStatus: 'STOPPED',
        stopCode: 'EssentialContainerExited',
        stoppedReason: 'Essential container in task exited',
        pullStartedAt: 500,
        startedAt: 1000,
        stoppedAt: 2000,
        containers: [
          {
            ...container,
            lastStatus: 'STOPPED',
            runtimeId: 'r-1',
            startedAt: 1000,
            exitCode: 3,
            imageDigest: 'sha256:0',
            ports: [{ containerPort: 80, protocol: 'tcp', host: '127.0.0.1', hostPort: 41000 }],
          },
        ],
      }),
    );
    const { tasks } = describeTasks({ tasks: [task.taskId] }, context);
    expect(tasks?.[0]).toMatchObject({
      stopCode: 'EssentialContainerExited',
      connectivity: 'CONNECTED',
      connectivityAt: new Date(500),
      startedAt: new Date(1000),
      stoppedAt: new Date(2000),
      containers: [
        {
          exitCode: 3,
          runtimeId: 'r-1',
          imageDigest: 'sha256:0',
          networkBindings: [
            { bindIP: '127.0.0.1', containerPort: 80, hostPort: 41000, protocol: 'tcp' },
          ],
        },
      ],
    });
  });

  it('reports unknown tasks as MISSING, and tags only when asked', () => {
    const context = serviceWorld();
    const tags = [{ key: 'a', value: 'b' }];
    const [task] = run(context, { tags }).tasks ?? [];
    const tasks = [task?.taskArn ?? '', 'f'.repeat(32)];
    const plain = describeTasks({ tasks }, context);
    expect(plain.tasks?.[0]?.tags).toEqual([]);
    expect(plain.failures).toEqual([
      {
        arn: `arn:aws:ecs:eu-west-1:123456789012:task/default/${'f'.repeat(32)}`,
        reason: 'MISSING',
      },
    ]);
    expect(describeTasks({ tasks, include: ['TAGS'] }, context).tasks?.[0]?.tags).toEqual(tags);
    expect(refusalOf(() => describeTasks({ tasks: [] }, context)).message).toBe(
      'Tasks cannot be empty.',
    );
  });

  it('refuses a task of another cluster than the one named', () => {
    const context = serviceWorld();
    createCluster({ clusterName: 'other' }, context);
    const [task] = run(context).tasks ?? [];
    expect(
      refusalOf(() => describeTasks({ cluster: 'other', tasks: [task?.taskArn ?? ''] }, context))
        .message,
    ).toBe('Identifier is for cluster default. Your cluster is other');
  });
});

describe('ListTasks', () => {
  it('lists tasks wanted RUNNING; stopped ones only when asked, PENDING ones never', () => {
    const context = serviceWorld();
    const [first, second] = run(context, { count: 2 }).tasks ?? [];
    stopTask({ task: first?.taskArn }, context);
    expect(listTasks({}, context).taskArns).toEqual([second?.taskArn]);
    expect(listTasks({ desiredStatus: 'STOPPED' }, context).taskArns).toEqual([first?.taskArn]);
    expect(listTasks({ desiredStatus: 'PENDING' }, context).taskArns).toEqual([]);
  });

  it('filters by service, family, starter, launch type and instance', () => {
    const context = serviceWorld();
    create(context);
    const ofService = addTask(context, primary(context)).taskArn;
    const [fargate] = run(context, { ...FARGATE, startedBy: 'me' }).tasks ?? [];
    const [ec2] = run(context).tasks ?? [];
    const list = (input: Parameters<typeof listTasks>[0]): string[] | undefined =>
      listTasks(input, context).taskArns?.toSorted();
    expect(list({ serviceName: 'web' })).toEqual([ofService]);
    expect(list({ family: 'vpc' })).toEqual([fargate?.taskArn]);
    expect(list({ startedBy: 'me' })).toEqual([fargate?.taskArn]);
    expect(list({ launchType: 'FARGATE' })).toEqual([fargate?.taskArn]);
    expect(list({ containerInstance: INSTANCE })).toEqual([ec2?.taskArn]);
    expect(list({})).toHaveLength(3);
    expect(refusalOf(() => list({ serviceName: 'none' })).code).toBe('ServiceNotFoundException');
  });
});
