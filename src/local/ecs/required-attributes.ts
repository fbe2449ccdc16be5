/**
 * The attributes that an instance must have to run a definition (reference: ECS semantics 3.2). Captured from AWS: task-eni,
 * container-ordering, awslogs, digests; the others follow ECS's published list of agent capabilities.
 */
import type { ContainerDefinition, RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';

const DOCKER_API = 'com.amazonaws.ecs.capability.docker-remote-api.';

/** Versions of the Docker API that features of a definition can ask for. */
const DOCKER_VERSIONS = ['1.17', '1.18', '1.19', '1.20', '1.21', '1.22', '1.24', '1.25'] as const;
type DockerVersion = (typeof DOCKER_VERSIONS)[number];

const LOG_DRIVERS = [
  'awsfirelens',
  'awslogs',
  'fluentd',
  'gelf',
  'journald',
  'json-file',
  'splunk',
  'syslog',
] as const;

const CAPABILITIES = {
  ordering: 'ecs.capability.container-ordering',
  eni: 'ecs.capability.task-eni',
  privileged: 'com.amazonaws.ecs.capability.privileged-container',
  taskRole: 'com.amazonaws.ecs.capability.task-iam-role',
  taskRoleOnHost: 'com.amazonaws.ecs.capability.task-iam-role-network-host',
  ecr: 'com.amazonaws.ecs.capability.ecr-auth',
  ecrByRole: 'ecs.capability.execution-role-ecr-pull',
  logsByRole: 'ecs.capability.execution-role-awslogs',
  registryByRole: 'ecs.capability.private-registry-authentication.secretsmanager',
  ssmSecrets: 'ecs.capability.secrets.ssm.environment-variables',
  managerSecrets: 'ecs.capability.secrets.asm.environment-variables',
  environmentFiles: 'ecs.capability.env-files.s3',
  healthCheck: 'ecs.capability.container-health-check',
  namespaces: 'ecs.capability.pid-ipc-namespace-sharing',
  efs: 'ecs.capability.efs',
  efsAuthorization: 'ecs.capability.efsAuth',
  proxy: 'ecs.capability.aws-appmesh',
  fluentd: 'ecs.capability.firelens.fluentd',
  fluentbit: 'ecs.capability.firelens.fluentbit',
  portRanges: 'ecs.capability.container-port-range',
  restartPolicy: 'ecs.capability.container-restart-policy',
  faultInjection: 'ecs.capability.fault-injection',
} as const;

/** Every attribute that this machine's container instance has: all of them. */
export const INSTANCE_CAPABILITIES: readonly string[] = [
  ...Object.values(CAPABILITIES),
  ...LOG_DRIVERS.map(logDriverCapability),
  ...DOCKER_VERSIONS.map((version) => DOCKER_API + version),
];

/** Names of the attributes that the definition needs, each once; empty when it needs none. */
export function requiredAttributes(definition: RegisterTaskDefinitionRequest): readonly string[] {
  const containers = definition.containerDefinitions ?? [];
  const names = [
    ...containers.flatMap((container) => containerNeeds(container, definition)),
    ...taskNeeds(definition),
  ];
  return [...new Set(names)];
}

function containerNeeds(
  container: ContainerDefinition,
  { executionRoleArn }: RegisterTaskDefinitionRequest,
): readonly string[] {
  const byRole = executionRoleArn !== undefined;
  const { image = '', secrets = [], logConfiguration } = container;
  const driver = logConfiguration?.logDriver;
  const isEcr = /^\d{12}\.dkr\.ecr\./.test(image);
  return [
    ...when(
      (container.dependsOn ?? []).length > 0 ||
        container.startTimeout !== undefined ||
        container.stopTimeout !== undefined,
      CAPABILITIES.ordering,
    ),
    ...when(driver !== undefined, logDriverCapability(driver ?? '')),
    ...when(driver === 'awslogs' && byRole, CAPABILITIES.logsByRole),
    ...when(isEcr, CAPABILITIES.ecr),
    ...when(driver === 'awslogs' || isEcr, docker('1.19')),
    ...when(image.includes('@sha256:'), docker('1.21')),
    ...when(isEcr && byRole, CAPABILITIES.ecrByRole),
    ...when(container.privileged === true, CAPABILITIES.privileged),
    ...when(container.repositoryCredentials !== undefined, CAPABILITIES.registryByRole),
    ...when(secrets.some(isManagerSecret), CAPABILITIES.managerSecrets),
    ...when(!secrets.every(isManagerSecret), CAPABILITIES.ssmSecrets),
    ...when((container.environmentFiles ?? []).length > 0, CAPABILITIES.environmentFiles),
    ...when(container.healthCheck !== undefined, CAPABILITIES.healthCheck, docker('1.24')),
    ...when(container.firelensConfiguration?.type === 'fluentd', CAPABILITIES.fluentd),
    ...when(container.firelensConfiguration?.type === 'fluentbit', CAPABILITIES.fluentbit),
    ...when(container.restartPolicy?.enabled === true, CAPABILITIES.restartPolicy),
    ...when(
      (container.portMappings ?? []).some((mapping) => mapping.containerPortRange !== undefined),
      CAPABILITIES.portRanges,
    ),
    ...when((container.ulimits ?? []).length > 0, docker('1.18')),
    ...when(container.linuxParameters?.initProcessEnabled === true, docker('1.25')),
  ];
}

function taskNeeds(definition: RegisterTaskDefinitionRequest): readonly string[] {
  const volumes = definition.volumes ?? [];
  const onHost = definition.networkMode === 'host';
  return [
    ...when(
      definition.taskRoleArn !== undefined,
      onHost ? CAPABILITIES.taskRoleOnHost : CAPABILITIES.taskRole,
      docker('1.17'),
    ),
    ...when(
      definition.pidMode !== undefined || definition.ipcMode !== undefined,
      CAPABILITIES.namespaces,
    ),
    ...when(
      volumes.some((volume) => volume.efsVolumeConfiguration !== undefined),
      CAPABILITIES.efs,
      docker('1.25'),
    ),
    ...when(
      volumes.some((volume) => volume.efsVolumeConfiguration?.authorizationConfig !== undefined),
      CAPABILITIES.efsAuthorization,
    ),
    ...when(definition.proxyConfiguration !== undefined, CAPABILITIES.proxy),
    ...when(definition.enableFaultInjection === true, CAPABILITIES.faultInjection),
    ...when(definition.networkMode === 'awsvpc', docker('1.18'), CAPABILITIES.eni),
  ];
}

/** Everything that is no ARN of Secrets Manager is a parameter of Systems Manager. */
function isManagerSecret({ valueFrom }: { readonly valueFrom: string | undefined }): boolean {
  return /^arn:[^:]+:secretsmanager:/.test(valueFrom ?? '');
}

function logDriverCapability(driver: string): string {
  return `com.amazonaws.ecs.capability.logging-driver.${driver}`;
}

function docker(version: DockerVersion): string {
  return DOCKER_API + version;
}

function when(needed: boolean, ...names: readonly string[]): readonly string[] {
  return needed ? names : [];
}
