import type {
  Compatibility,
  ContainerDefinition,
  NetworkMode,
  RegisterTaskDefinitionRequest,
} from '@aws-sdk/client-ecs';
import { describe, expect, it } from 'vitest';
import { registerTaskDefinition } from '../../../src/local/ecs/operations/register-task-definition.ts';
import { CALLER, contextOf, freshContext, refusalOf } from './fresh-context.ts';

const APP = { name: 'app', image: 'busybox' };
const ROLE = 'arn:aws:iam::123456789012:role/execution';
const FARGATE: RegisterTaskDefinitionRequest = {
  family: 'web',
  requiresCompatibilities: ['FARGATE'],
  networkMode: 'awsvpc',
  cpu: '256',
  memory: '512',
  containerDefinitions: [APP],
};
const MINIMAL: RegisterTaskDefinitionRequest = {
  family: 'web',
  containerDefinitions: [{ ...APP, memory: 64 }],
};

function fargate(members: Partial<ContainerDefinition>): RegisterTaskDefinitionRequest {
  return { ...FARGATE, containerDefinitions: [{ ...APP, ...members }] };
}

function minimal(members: Partial<ContainerDefinition>): RegisterTaskDefinitionRequest {
  return { family: 'web', containerDefinitions: [{ ...APP, memory: 64, ...members }] };
}

function registered(
  request: RegisterTaskDefinitionRequest,
): ReturnType<typeof registerTaskDefinition> {
  return registerTaskDefinition(request, freshContext());
}

describe('the answer of RegisterTaskDefinition', () => {
  it('is the definition with the defaults that AWS adds, for the smallest definition', () => {
    const context = freshContext();
    expect(registerTaskDefinition(MINIMAL, context)).toEqual({
      taskDefinition: {
        taskDefinitionArn: 'arn:aws:ecs:eu-west-1:123456789012:task-definition/web:1',
        family: 'web',
        revision: 1,
        status: 'ACTIVE',
        containerDefinitions: [
          {
            name: 'app',
            image: 'busybox',
            memory: 64,
            cpu: 0,
            portMappings: [],
            essential: true,
            environment: [],
            mountPoints: [],
            volumesFrom: [],
            systemControls: [],
          },
        ],
        volumes: [],
        placementConstraints: [],
        compatibilities: ['EXTERNAL', 'EC2'],
        registeredAt: new Date(context.clock.now()),
        registeredBy: CALLER,
      },
    });
  });

  it('leaves networkMode, requiresCompatibilities, requiresAttributes and tags out when there are none', () => {
    const { taskDefinition, ...answer } = registered({ ...MINIMAL, requiresCompatibilities: [] });
    expect(answer).not.toHaveProperty('tags');
    for (const member of ['networkMode', 'requiresCompatibilities', 'requiresAttributes'])
      expect(taskDefinition).not.toHaveProperty(member);
  });

  it('has the tags beside the definition when tags were sent', () => {
    const tags = [{ key: 'owner', value: 'me' }];
    expect(registered({ ...MINIMAL, tags })).toMatchObject({ tags });
    expect(registered({ ...MINIMAL, tags }).taskDefinition).not.toHaveProperty('tags');
  });

  it.each<[NetworkMode | undefined, number]>([
    ['awsvpc', 8080],
    ['host', 8080],
    ['bridge', 0],
    [undefined, 0],
  ])(
    'with network mode %s, gives a container port without a host port the host port %s',
    (networkMode, hostPort) => {
      const { taskDefinition } = registered({
        ...minimal({ portMappings: [{ containerPort: 8080 }] }),
        ...(networkMode === undefined ? {} : { networkMode }),
      });
      expect(taskDefinition?.containerDefinitions?.[0]?.portMappings).toEqual([
        { containerPort: 8080, hostPort, protocol: 'tcp' },
      ]);
    },
  );

  it('fills in how often a health check runs', () => {
    const healthCheck = { command: ['CMD-SHELL', 'true'] };
    const { taskDefinition } = registered(minimal({ healthCheck }));
    expect(taskDefinition?.containerDefinitions?.[0]?.healthCheck).toEqual({
      ...healthCheck,
      interval: 30,
      timeout: 5,
      retries: 3,
    });
  });

  it.each([
    ['256', '512', '256', '512'],
    ['0.25 vCPU', '0.5 GB', '256', '512'],
    ['.5 vcpu', '1GB', '512', '1024'],
    ['1 vCPU', '2 gb', '1024', '2048'],
  ])('shows %s and %s as cpu %s and memory %s', (cpu, memory, shownCpu, shownMemory) => {
    expect(registered({ ...FARGATE, cpu, memory }).taskDefinition).toMatchObject({
      cpu: shownCpu,
      memory: shownMemory,
    });
  });

  it('numbers families by themselves, in each region from 1', () => {
    const context = freshContext();
    const elsewhere = contextOf(context.store, 'us-east-1');
    const revisions = [
      registerTaskDefinition(MINIMAL, context),
      registerTaskDefinition(MINIMAL, context),
      registerTaskDefinition({ ...MINIMAL, family: 'api' }, context),
      registerTaskDefinition(MINIMAL, elsewhere),
    ].map(({ taskDefinition }) => taskDefinition?.revision);
    expect(revisions).toEqual([1, 2, 1, 1]);
  });
});

describe('compatibilities', () => {
  const LINUX = { operatingSystemFamily: 'LINUX', cpuArchitecture: 'ARM64' } as const;
  const WINDOWS = {
    operatingSystemFamily: 'WINDOWS_SERVER_2022_CORE',
    cpuArchitecture: 'ARM64',
  } as const;

  it.each<[string, RegisterTaskDefinitionRequest, Compatibility[]]>([
    ['no network mode', MINIMAL, ['EXTERNAL', 'EC2']],
    ['bridge', { ...MINIMAL, networkMode: 'bridge' }, ['EXTERNAL', 'EC2']],
    ['awsvpc in a Fargate size', FARGATE, ['EC2', 'MANAGED_INSTANCES', 'FARGATE']],
    [
      'awsvpc with a Linux platform',
      { ...FARGATE, runtimePlatform: LINUX },
      ['EC2', 'FARGATE', 'MANAGED_INSTANCES'],
    ],
    [
      'awsvpc with a Windows platform',
      { ...FARGATE, cpu: '1024', memory: '2048', runtimePlatform: WINDOWS },
      ['EC2', 'FARGATE'],
    ],
    ['awsvpc without a size', { ...MINIMAL, networkMode: 'awsvpc' }, ['EC2', 'MANAGED_INSTANCES']],
    [
      'a stop timeout that Fargate does not have',
      { ...fargate({ stopTimeout: 121 }), requiresCompatibilities: ['EC2'] },
      ['EC2', 'MANAGED_INSTANCES'],
    ],
  ])('with %s', (_, request, expected) => {
    expect(registered(request).taskDefinition?.compatibilities).toEqual(expected);
  });
});

describe('requiresAttributes', () => {
  const DOCKER = 'com.amazonaws.ecs.capability.docker-remote-api';
  const AWSLOGS: ContainerDefinition = {
    logConfiguration: {
      logDriver: 'awslogs',
      options: { 'awslogs-group': '/app', 'awslogs-region': 'eu-west-1' },
    },
  };

  it.each<[string, RegisterTaskDefinitionRequest, string[]]>([
    ['awsvpc', FARGATE, [`${DOCKER}.1.18`, 'ecs.capability.task-eni']],
    [
      'a stop timeout',
      fargate({ stopTimeout: 30 }),
      ['ecs.capability.container-ordering', `${DOCKER}.1.18`, 'ecs.capability.task-eni'],
    ],
    [
      'awslogs',
      minimal(AWSLOGS),
      ['com.amazonaws.ecs.capability.logging-driver.awslogs', `${DOCKER}.1.19`],
    ],
    ['a digest', minimal({ image: `app@sha256:${'0'.repeat(64)}` }), [`${DOCKER}.1.21`]],
  ])('of a definition with %s', (_, request, expected) => {
    expect(registered(request).taskDefinition?.requiresAttributes).toEqual(
      expected.map((name) => ({ name })),
    );
  });
});

describe('what AWS refuses, in its words', () => {
  const client = 'ClientException';
  const parameter = 'InvalidParameterException';
  const ordered = (
    condition: 'START' | 'SUCCESS' | 'HEALTHY',
    other: Partial<ContainerDefinition>,
  ): RegisterTaskDefinitionRequest => ({
    ...FARGATE,
    containerDefinitions: [
      { ...APP, dependsOn: [{ containerName: 'other', condition }] },
      { name: 'other', image: 'busybox', ...other },
    ],
  });

  it.each<[string, RegisterTaskDefinitionRequest, string, string]>([
    ['an empty cpu', { ...FARGATE, cpu: '' }, parameter, "Invalid 'cpu' setting for task."],
    [
      'a bad cpu before a bad network mode and no essential container',
      { ...fargate({ essential: false }), networkMode: 'bridge', cpu: 'bad' },
      parameter,
      "Invalid 'cpu' setting for task.",
    ],
    [
      'no essential container before a bad network mode',
      { ...fargate({ essential: false }), networkMode: 'bridge' },
      client,
      "Task definition doesn't have any essential container.",
    ],
    [
      'a size that Fargate does not have',
      { ...FARGATE, memory: '4096' },
      client,
      'No Fargate configuration exists for given values: 256 CPU, 4096 memory. See the Amazon ECS documentation for the valid values.',
    ],
    [
      'Fargate on a bridge',
      { ...FARGATE, networkMode: 'bridge' },
      client,
      'Fargate only supports network mode ‘awsvpc’.',
    ],
    [
      'Fargate without cpu',
      {
        family: 'web',
        requiresCompatibilities: ['FARGATE'],
        networkMode: 'awsvpc',
        memory: '512',
        containerDefinitions: [APP],
      },
      client,
      "Fargate requires that 'cpu' be defined at the task level.",
    ],
    [
      'Fargate without memory, where the container has none either',
      {
        family: 'web',
        requiresCompatibilities: ['FARGATE'],
        networkMode: 'awsvpc',
        cpu: '256',
        containerDefinitions: [APP],
      },
      client,
      "Invalid setting for container 'app'. At least one of 'memory' or 'memoryReservation' must be specified.",
    ],
    [
      'Fargate without memory, where the container has some',
      {
        family: 'web',
        requiresCompatibilities: ['FARGATE'],
        networkMode: 'awsvpc',
        cpu: '256',
        containerDefinitions: [{ ...APP, memory: 64 }],
      },
      client,
      "Fargate requires that 'memory' be defined at the task level.",
    ],
    [
      'a reservation above the limit',
      fargate({ memory: 64, memoryReservation: 128 }),
      client,
      "Invalid setting for container 'app'. 'memory' must be greater than or equal to 'memoryReservation'.",
    ],
    [
      'more memory for the container than for the task',
      fargate({ memory: 513 }),
      client,
      "The 'memory' setting for container 'app' is greater than for the task",
    ],
    [
      'more cpu for the containers than for the task',
      fargate({ cpu: 257 }),
      client,
      "The sum of all container 'cpu' values cannot be greater than the task-level 'cpu' value",
    ],
    [
      'an unknown dependency',
      fargate({ dependsOn: [{ containerName: 'missing', condition: 'START' }] }),
      client,
      "Cannot depend on container + 'missing' because it does not exist",
    ],
    [
      'a container that waits for itself',
      fargate({ dependsOn: [{ containerName: 'app', condition: 'START' }] }),
      client,
      'Container dependsOn contains a cycle',
    ],
    [
      'two containers that wait for each other',
      ordered('START', { dependsOn: [{ containerName: 'app', condition: 'START' }] }),
      client,
      'Container dependsOn contains a cycle',
    ],
    [
      'HEALTHY of a container without a health check',
      ordered('HEALTHY', {}),
      client,
      'A dependency container with HEALTHY condition must have health check configured',
    ],
    [
      'SUCCESS of an essential container',
      ordered('SUCCESS', {}),
      client,
      'A dependency container with SUCCESS or COMPLETE condition cannot be an essential container',
    ],
    [
      'different ports with awsvpc',
      fargate({ portMappings: [{ containerPort: 8080, hostPort: 9090 }] }),
      client,
      'When networkMode=awsvpc, the host ports and container ports in port mappings must match.',
    ],
    [
      'different ports with host',
      {
        ...minimal({ portMappings: [{ containerPort: 8080, hostPort: 9090 }] }),
        networkMode: 'host',
      },
      client,
      'When networkMode=host, the host ports and container ports in port mappings must match.',
    ],
    [
      'overlapping ranges of ports',
      minimal({ portMappings: [{ containerPortRange: '80-90' }, { containerPortRange: '90-95' }] }),
      client,
      'container port is used multiple times in task',
    ],
    [
      'ranges of ports that meet in two containers',
      {
        family: 'web',
        containerDefinitions: ['a', 'b'].map((name) => ({
          ...APP,
          name,
          memory: 64,
          portMappings: [{ containerPortRange: '80-90' }],
        })),
      },
      client,
      'container port is used multiple times in task',
    ],
    [
      'json-file on Fargate',
      fargate({ logConfiguration: { logDriver: 'json-file' } }),
      client,
      'json-file is not a valid log driver. Must be one of [awslogs,splunk,awsfirelens]',
    ],
    [
      'awslogs without options',
      fargate({ logConfiguration: { logDriver: 'awslogs' } }),
      client,
      'Log driver awslogs requires options: awslogs-region, awslogs-group',
    ],
    [
      'awslogs on Fargate without an execution role',
      fargate({
        logConfiguration: {
          logDriver: 'awslogs',
          options: { 'awslogs-group': '/a', 'awslogs-region': 'eu-west-1' },
        },
      }),
      client,
      'Fargate requires task definition to have execution role ARN to support log driver awslogs.',
    ],
    [
      'awslogs on Fargate without a stream prefix',
      {
        ...fargate({
          logConfiguration: {
            logDriver: 'awslogs',
            options: { 'awslogs-group': '/a', 'awslogs-region': 'eu-west-1' },
          },
        }),
        executionRoleArn: ROLE,
      },
      client,
      'Fargate requires log configuration options to include awslogs-stream-prefix',
    ],
    [
      'a stop timeout below two seconds',
      fargate({ stopTimeout: 1 }),
      client,
      "Granular stop timeout on container 'app' must be at least 2 seconds.",
    ],
    [
      'a stop timeout above two minutes on Fargate',
      fargate({ stopTimeout: 121 }),
      client,
      'Tasks using the Fargate launch type must have a container stop timeout of less than 120 seconds.',
    ],
    [
      'secrets without an execution role',
      minimal({ secrets: [{ name: 'A', valueFrom: 'parameter' }] }),
      client,
      "When you are specifying container secrets, you must also specify a value for 'executionRoleArn'",
    ],
    [
      'a privileged container on Fargate',
      fargate({ privileged: true }),
      client,
      "Fargate requires that the 'privileged' setting be 'false'",
    ],
    [
      'a host path on Fargate',
      { ...FARGATE, volumes: [{ name: 'v', host: { sourcePath: '/srv' } }] },
      client,
      'Fargate compatible task definitions do not support sourcePath',
    ],
    [
      'a Docker volume on Fargate',
      { ...FARGATE, volumes: [{ name: 'v', dockerVolumeConfiguration: {} }] },
      client,
      'Fargate compatible task definitions do not support dockerVolumeConfiguration',
    ],
    [
      'shared memory on Fargate',
      fargate({ linuxParameters: { sharedMemorySize: 64 } }),
      client,
      'Fargate compatible task definitions do not support sharedMemorySize',
    ],
    [
      'placement constraints on Fargate',
      { ...FARGATE, placementConstraints: [{ type: 'memberOf', expression: 'attribute:a == b' }] },
      client,
      'Fargate does not support task placement constraints.',
    ],
    [
      'an ECR image on Fargate without an execution role',
      fargate({ image: '123456789012.dkr.ecr.eu-west-1.amazonaws.com/app:1' }),
      client,
      'Fargate requires task definition to have execution role ARN to support ECR images.',
    ],
    [
      'a host name with awsvpc',
      fargate({ hostname: 'me' }),
      client,
      'hostname is not supported on container when networkMode=awsvpc',
    ],
    [
      'links with awsvpc',
      fargate({ links: ['db'] }),
      client,
      'Links are not supported when networkMode=awsvpc',
    ],
    [
      'EFS with IAM and without encryption',
      {
        ...MINIMAL,
        volumes: [
          {
            name: 'v',
            efsVolumeConfiguration: {
              fileSystemId: 'fs-1',
              authorizationConfig: { iam: 'ENABLED' },
            },
          },
        ],
      },
      client,
      'EFS IAM authorization requires TransitEncryption to be enabled',
    ],
    [
      'a volume for launch time that nobody mounts',
      { ...MINIMAL, volumes: [{ name: 'late', configuredAtLaunch: true }] },
      client,
      'Volumes [late] are not referenced by any of the containers',
    ],
    [
      'a mount of nothing',
      minimal({ mountPoints: [{ sourceVolume: 'x', containerPath: '/x' }] }),
      client,
      "Unknown volume 'x'",
    ],
    [
      'an image without a name',
      minimal({ image: '' }),
      client,
      'Container.image should not be null or empty.',
    ],
    ['an empty list of tags', { ...MINIMAL, tags: [] }, client, 'Tags can not be empty.'],
    [
      'a tag without a value',
      { ...MINIMAL, tags: [{ key: 'a' }] },
      client,
      'Tag value can not be null.',
    ],
    [
      'ephemeral storage on EC2',
      { ...MINIMAL, requiresCompatibilities: ['EC2'], ephemeralStorage: { sizeInGiB: 30 } },
      client,
      'Tasks using the EC2 launch type do not support EphemeralStorage',
    ],
  ])('%s', (_, request, code, message) => {
    expect(refusalOf(() => registered(request))).toEqual({ code, message });
  });
});

describe('what AWS takes', () => {
  it.each<[string, RegisterTaskDefinitionRequest]>([
    ['a start timeout above its documented limit', fargate({ startTimeout: 121 })],
    ['an unreferenced volume', { ...MINIMAL, volumes: [{ name: 'spare' }] }],
    ['the smallest EC2 size', { ...MINIMAL, cpu: '128', memory: '64' }],
    [
      'two containers of a task on one port, each behind a bridge',
      {
        family: 'web',
        containerDefinitions: [
          { ...APP, memory: 64, portMappings: [{ containerPort: 80 }] },
          { ...APP, name: 'other', memory: 64, portMappings: [{ containerPort: 80 }] },
        ],
      },
    ],
    [
      'an unlimited hard limit',
      minimal({ ulimits: [{ name: 'core', softLimit: 1, hardLimit: -1 }] }),
    ],
    ['every Fargate size at the top', { ...FARGATE, cpu: '16384', memory: '122880' }],
    [
      'SYS_PTRACE on Fargate',
      fargate({ linuxParameters: { capabilities: { add: ['SYS_PTRACE'] } } }),
    ],
  ])('%s', (_, request) => {
    expect(registered(request).taskDefinition?.status).toBe('ACTIVE');
  });
});
