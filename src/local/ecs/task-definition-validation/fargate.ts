/**
 * What Fargate refuses. The first objection is the error when the definition requires FARGATE; a definition without
 * objections is what ECS lists FARGATE among the compatibilities for (reference: ECS semantics 3.1-3.3).
 */
import type { ContainerDefinition, RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import { isFargateSize } from './fargate-sizes.ts';
import type { TaskSize } from './task-size.ts';

const LOG_DRIVERS: readonly string[] = ['awslogs', 'splunk', 'awsfirelens'];
const LONGEST_STOP_TIMEOUT = 120;
const OPERATING_SYSTEMS: readonly string[] = [
  'LINUX',
  'WINDOWS_SERVER_2019_FULL',
  'WINDOWS_SERVER_2019_CORE',
  'WINDOWS_SERVER_2022_FULL',
  'WINDOWS_SERVER_2022_CORE',
  'WINDOWS_SERVER_2025_FULL',
  'WINDOWS_SERVER_2025_CORE',
];

/** AWS's words for everything that keeps the definition from Fargate, in the order in which AWS checks. */
export function fargateObjections(
  definition: RegisterTaskDefinitionRequest,
  size: TaskSize,
): readonly string[] {
  return [
    ...sizeObjections(definition, size),
    ...taskObjections(definition),
    ...(definition.containerDefinitions ?? []).flatMap((container) =>
      containerObjections(container, definition),
    ),
  ];
}

/** Whether the runtime platform is one of the Windows families. */
export function isWindows({ runtimePlatform }: RegisterTaskDefinitionRequest): boolean {
  return runtimePlatform?.operatingSystemFamily?.startsWith('WINDOWS') ?? false;
}

function sizeObjections(
  definition: RegisterTaskDefinitionRequest,
  { cpu, memory }: TaskSize,
): readonly string[] {
  if (cpu === undefined) return ["Fargate requires that 'cpu' be defined at the task level."];
  if (memory === undefined) return ["Fargate requires that 'memory' be defined at the task level."];
  if (isFargateSize(cpu, memory, isWindows(definition))) return [];
  return [
    `No Fargate configuration exists for given values: ${cpu} CPU, ${memory} memory. See the Amazon ECS documentation for the valid values.`,
  ];
}

function taskObjections(definition: RegisterTaskDefinitionRequest): readonly string[] {
  const system = definition.runtimePlatform?.operatingSystemFamily ?? 'LINUX';
  const notSupported = (member: string): string =>
    `Fargate compatible task definitions do not support ${member}`;
  const volumes = definition.volumes ?? [];
  return [
    ...given(
      !OPERATING_SYSTEMS.includes(system),
      `Tasks using the Fargate launch type are not supported on operating system family ${system}`,
    ),
    ...given(definition.networkMode !== 'awsvpc', 'Fargate only supports network mode ‘awsvpc’.'),
    ...given(
      (definition.placementConstraints ?? []).length > 0,
      'Fargate does not support task placement constraints.',
    ),
    ...given(
      definition.pidMode === 'host',
      "Tasks using the Fargate launch type do not support pidMode 'host'",
    ),
    ...given(definition.ipcMode !== undefined, notSupported('ipcMode')),
    ...given(
      volumes.some((volume) => volume.dockerVolumeConfiguration !== undefined),
      notSupported('dockerVolumeConfiguration'),
    ),
    ...given(
      volumes.some((volume) => volume.fsxWindowsFileServerVolumeConfiguration !== undefined),
      notSupported('fsxWindowsFileServerVolumeConfiguration'),
    ),
    ...given(
      volumes.some((volume) => volume.host?.sourcePath !== undefined),
      notSupported('sourcePath'),
    ),
  ];
}

function containerObjections(
  container: ContainerDefinition,
  definition: RegisterTaskDefinitionRequest,
): readonly string[] {
  const linux = container.linuxParameters;
  const notSupported = (member: string): string =>
    `Fargate compatible task definitions do not support ${member}`;
  return [
    ...given(
      container.privileged === true,
      "Fargate requires that the 'privileged' setting be 'false'",
    ),
    ...given((linux?.devices ?? []).length > 0, notSupported('devices')),
    ...given(linux?.sharedMemorySize !== undefined, notSupported('sharedMemorySize')),
    ...given(linux?.maxSwap !== undefined, notSupported('maxSwap')),
    ...given(linux?.swappiness !== undefined, notSupported('swappiness')),
    ...(linux?.capabilities?.add ?? []).flatMap((capability) =>
      given(capability !== 'SYS_PTRACE', `${capability} is not allowed on Fargate.`),
    ),
    ...given(
      (container.dockerSecurityOptions ?? []).length > 0,
      notSupported('dockerSecurityOptions'),
    ),
    ...given(
      (container.resourceRequirements ?? []).some(({ type }) => type === 'GPU'),
      'Tasks using the Fargate launch type do not support GPU resource requirements',
    ),
    ...given(
      (container.stopTimeout ?? 0) > LONGEST_STOP_TIMEOUT,
      'Tasks using the Fargate launch type must have a container stop timeout of less than 120 seconds.',
    ),
    ...logObjections(container, definition),
    ...given(
      definition.executionRoleArn === undefined &&
        /^\d{12}\.dkr\.ecr\./.test(container.image ?? ''),
      'Fargate requires task definition to have execution role ARN to support ECR images.',
    ),
  ];
}

function logObjections(
  { logConfiguration }: ContainerDefinition,
  { executionRoleArn }: RegisterTaskDefinitionRequest,
): readonly string[] {
  if (logConfiguration?.logDriver === undefined) return [];
  const { logDriver, options = {} } = logConfiguration;
  if (!LOG_DRIVERS.includes(logDriver))
    return [`${logDriver} is not a valid log driver. Must be one of [${LOG_DRIVERS.join()}]`];
  if (logDriver !== 'awslogs') return [];
  return [
    ...given(
      executionRoleArn === undefined,
      'Fargate requires task definition to have execution role ARN to support log driver awslogs.',
    ),
    ...given(
      options['awslogs-stream-prefix'] === undefined,
      'Fargate requires log configuration options to include awslogs-stream-prefix',
    ),
  ];
}

function given(objects: boolean, text: string): readonly string[] {
  return objects ? [text] : [];
}
