/** Random task definitions that ECS takes, and ways to spoil any of them. */
import type {
  ContainerDefinition,
  NetworkMode,
  PortMapping,
  RegisterTaskDefinitionRequest,
} from '@aws-sdk/client-ecs';
import * as fc from 'fast-check';

const FARGATE_SIZES = [
  ['256', '512'],
  ['0.25 vCPU', '2 GB'],
  ['512', '3072'],
  ['1 vcpu', '8GB'],
  ['4096', '30720'],
  ['16384', '122880'],
] as const;

const ROLE = 'arn:aws:iam::123456789012:role/execution';

/** A definition for Fargate or for EC2 with any network mode. */
export const validDefinition: fc.Arbitrary<RegisterTaskDefinitionRequest> = fc
  .constantFrom<NetworkMode | 'fargate' | undefined>(
    'fargate',
    'awsvpc',
    'bridge',
    'host',
    'none',
    undefined,
  )
  .chain((kind) => definitionOf(kind === 'fargate' ? 'awsvpc' : kind, kind === 'fargate'));

function definitionOf(
  networkMode: NetworkMode | undefined,
  fargate: boolean,
): fc.Arbitrary<RegisterTaskDefinitionRequest> {
  return fc
    .record({
      family: fc.stringMatching(/^[A-Za-z0-9_-]{1,20}$/),
      size: fargate
        ? fc.constantFrom(...FARGATE_SIZES)
        : fc.constantFrom(['1024', '100 GB'] as const, [undefined, undefined] as const),
      count: fc.integer({ min: 1, max: 4 }),
      containers: fc.array(containerOf(networkMode), { minLength: 4, maxLength: 4 }),
      executionRoleArn: fc.constant(ROLE),
      taskRoleArn: fc.option(fc.constant('arn:aws:iam::123456789012:role/task'), {
        nil: undefined,
      }),
      platform: fc.option(fc.constantFrom('X86_64' as const, 'ARM64' as const), { nil: undefined }),
      volume: fc.boolean(),
    })
    .map(({ size: [cpu, memory], count, containers, platform, volume, taskRoleArn, ...rest }) => ({
      family: rest.family,
      executionRoleArn: rest.executionRoleArn,
      ...(taskRoleArn === undefined ? {} : { taskRoleArn }),
      ...(networkMode === undefined ? {} : { networkMode }),
      ...(cpu === undefined ? {} : { cpu, memory }),
      ...(fargate ? { requiresCompatibilities: ['FARGATE' as const] } : {}),
      ...(platform === undefined
        ? {}
        : {
            runtimePlatform: { cpuArchitecture: platform, operatingSystemFamily: 'LINUX' as const },
          }),
      ...(volume ? { volumes: [{ name: 'data' }] } : {}),
      containerDefinitions: containers
        .slice(0, count)
        .map((container, index) => placed(container, index, containers, volume)),
    }));
}

/** Gives a container its name, and dependencies on containers before it only, so that there is no cycle. */
function placed(
  { dependsOnEarlier, ...container }: RandomContainer,
  index: number,
  all: readonly RandomContainer[],
  volume: boolean,
): ContainerDefinition {
  const first = all[0];
  return {
    ...container,
    name: `container-${index}`,
    ...(index === 0 ? { essential: true } : {}),
    ...(index > 0 && dependsOnEarlier
      ? {
          dependsOn: [
            {
              containerName: 'container-0',
              condition:
                first?.healthCheck === undefined ? ('START' as const) : ('HEALTHY' as const),
            },
          ],
        }
      : {}),
    ...(volume ? { mountPoints: [{ sourceVolume: 'data', containerPath: '/data' }] } : {}),
  };
}

type RandomContainer = ContainerDefinition & { readonly dependsOnEarlier: boolean };

function containerOf(networkMode: NetworkMode | undefined): fc.Arbitrary<RandomContainer> {
  return fc.record(
    {
      dependsOnEarlier: fc.boolean(),
      image: fc.constantFrom(
        'busybox',
        'my-repo/my-app:1.2.0',
        '123456789012.dkr.ecr.eu-west-1.amazonaws.com/app:7',
        `app@sha256:${'ab'.repeat(32)}`,
      ),
      memory: fc.integer({ min: 64, max: 256 }),
      memoryReservation: fc.integer({ min: 6, max: 64 }),
      cpu: fc.integer({ min: 0, max: 60 }),
      essential: fc.boolean(),
      portMappings: portMappingsOf(networkMode),
      environment: fc.array(
        fc.record({ name: fc.stringMatching(/^[A-Z_]{1,8}$/), value: fc.string() }),
        { maxLength: 3 },
      ),
      secrets: fc.constantFrom([{ name: 'secret', valueFrom: 'a-parameter' }], []),
      healthCheck: fc.record(
        {
          command: fc.constant(['CMD-SHELL', 'true']),
          interval: fc.integer({ min: 5, max: 300 }),
          timeout: fc.integer({ min: 2, max: 60 }),
          retries: fc.integer({ min: 1, max: 10 }),
          startPeriod: fc.integer({ min: 0, max: 300 }),
        },
        { requiredKeys: ['command'] },
      ),
      stopTimeout: fc.integer({ min: 2, max: 120 }),
      startTimeout: fc.integer({ min: 2, max: 121 }),
      logConfiguration: fc.constant({
        logDriver: 'awslogs' as const,
        options: {
          'awslogs-group': '/app',
          'awslogs-region': 'eu-west-1',
          'awslogs-stream-prefix': 'app',
        },
      }),
      ulimits: fc.constant([{ name: 'nofile' as const, softLimit: 1024, hardLimit: 4096 }]),
      restartPolicy: fc.constant({ enabled: true, restartAttemptPeriod: 60 }),
    },
    { requiredKeys: ['dependsOnEarlier', 'image', 'memory'] },
  );
}

function portMappingsOf(networkMode: NetworkMode | undefined): fc.Arbitrary<PortMapping[]> {
  if (networkMode === 'none') return fc.constant([]);
  const isStatic = networkMode === 'awsvpc' || networkMode === 'host';
  return fc.uniqueArray(fc.integer({ min: 1, max: 30_000 }), { maxLength: 3 }).chain((ports) =>
    fc.tuple(
      ...ports.map((containerPort) =>
        fc
          .record({
            hostPort: isStatic
              ? fc.constantFrom(containerPort, undefined, 0)
              : fc.constantFrom(undefined, 0, containerPort + 1000),
            protocol: fc.constantFrom('tcp' as const, 'udp' as const, undefined),
          })
          .map((rest) => ({ containerPort, ...rest })),
      ),
    ),
  );
}

type Spoil = (definition: RegisterTaskDefinitionRequest) => RegisterTaskDefinitionRequest;

/** Spoils the first container. */
function container(members: Partial<ContainerDefinition>): Spoil {
  return (definition) => ({
    ...definition,
    containerDefinitions: (definition.containerDefinitions ?? []).map((one, index) =>
      index === 0 ? { ...one, ...members } : one,
    ),
  });
}

/** Ways to make any valid definition one that AWS refuses, whatever it is for. */
export const SPOILS: Readonly<Record<string, Spoil>> = {
  'no family': (d) => ({ ...d, family: '' }),
  'family with a slash': (d) => ({ ...d, family: 'a/b' }),
  'family too long': (d) => ({ ...d, family: 'f'.repeat(256) }),
  'cpu not a number': (d) => ({ ...d, cpu: 'many' }),
  'cpu too small': (d) => ({ ...d, cpu: '64' }),
  'memory in vCPU': (d) => ({ ...d, memory: '1 vCPU' }),
  'no containers': (d) => ({ ...d, containerDefinitions: [] }),
  'eleven containers': (d) => ({
    ...d,
    containerDefinitions: Array.from({ length: 11 }, (_, index) => ({
      name: `many-${index}`,
      image: 'busybox',
      memory: 16,
    })),
  }),
  'two containers of one name': (d) => ({
    ...d,
    containerDefinitions: [...(d.containerDefinitions ?? []), ...(d.containerDefinitions ?? [])],
  }),
  'nothing essential': (d) => ({
    ...d,
    containerDefinitions: (d.containerDefinitions ?? []).map((one) => ({
      ...one,
      essential: false,
    })),
  }),
  'container without a name': container({ name: '' }),
  'container with a dot in its name': container({ name: 'a.b' }),
  'no image': container({ image: '' }),
  'image with a variable': container({ image: '$IMAGE' }),
  'image with a short digest': container({ image: 'app@sha256:abc' }),
  'too little memory': container({ memory: 3 }),
  'memory below the reservation': container({ memory: 64, memoryReservation: 65 }),
  'negative cpu': container({ cpu: -1 }),
  'unknown dependency': container({
    dependsOn: [{ containerName: 'nobody', condition: 'START' }],
  }),
  'dependency on itself': container({
    dependsOn: [{ containerName: 'container-0', condition: 'START' }],
  }),
  'stop timeout of a second': container({ stopTimeout: 1 }),
  'start timeout of zero': container({ startTimeout: 0 }),
  'restart period of a minute less a second': container({
    restartPolicy: { enabled: true, restartAttemptPeriod: 59 },
  }),
  'health check without CMD': container({ healthCheck: { command: ['true'] } }),
  'health check too often': container({ healthCheck: { command: ['CMD', 'true'], interval: 4 } }),
  'health check too patient': container({ healthCheck: { command: ['CMD', 'true'], timeout: 61 } }),
  'container port 0': container({ portMappings: [{ containerPort: 0 }] }),
  'host port beyond the last': container({
    portMappings: [{ containerPort: 80, hostPort: 65_536 }],
  }),
  'port and range at once': container({
    portMappings: [{ containerPort: 80, containerPortRange: '80-90' }],
  }),
  'reversed range': container({ portMappings: [{ containerPortRange: '90-80' }] }),
  'one port for two protocols': container({
    portMappings: [
      { containerPort: 53, protocol: 'tcp' },
      { containerPort: 53, protocol: 'udp' },
    ],
  }),
  'port name in capitals': container({ portMappings: [{ containerPort: 80, name: 'HTTP' }] }),
  'secret that is a variable, too': container({
    environment: [{ name: 'A', value: '1' }],
    secrets: [{ name: 'A', valueFrom: 'parameter' }],
  }),
  'environment file that is no object': container({
    environmentFiles: [{ type: 's3', value: 'config.env' }],
  }),
  'soft limit above the hard one': container({
    ulimits: [{ name: 'nofile', softLimit: 2, hardLimit: 1 }],
  }),
  'awslogs without a group': container({
    logConfiguration: { logDriver: 'awslogs', options: { 'awslogs-region': 'eu-west-1' } },
  }),
  'awsfirelens without a router': container({ logConfiguration: { logDriver: 'awsfirelens' } }),
  'mount of an unknown volume': container({
    mountPoints: [{ sourceVolume: 'nothing', containerPath: '/x' }],
  }),
  'volumes from nobody': container({ volumesFrom: [{ sourceContainer: 'nobody' }] }),
  'two volumes of one name': (d) => ({ ...d, volumes: [{ name: 'data' }, { name: 'data' }] }),
  'role that is no role': (d) => ({ ...d, taskRoleArn: 'arn:aws:iam::1:user/x' }),
  'ephemeral storage of 20 GiB': (d) => ({ ...d, ephemeralStorage: { sizeInGiB: 20 } }),
  'placement constraint without an expression': (d) => ({
    ...d,
    requiresCompatibilities: [],
    placementConstraints: [{ type: 'memberOf' }],
  }),
  'empty tags': (d) => ({ ...d, tags: [] }),
  'tag without a value': (d) => ({ ...d, tags: [{ key: 'a' }] }),
  'compatibility that the network mode excludes': (d) => ({
    ...d,
    requiresCompatibilities: [d.networkMode === 'awsvpc' ? 'EXTERNAL' : 'FARGATE'],
  }),
};
