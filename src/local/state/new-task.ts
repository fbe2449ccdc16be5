/** A task as RunTask, StartTask and the service controller create it (reference: ECS semantics 8.1, 8.2). */
import type {
  ContainerDefinition,
  NetworkConfiguration,
  Tag,
  TaskOverride,
} from '@aws-sdk/client-ecs';
import { ecsArn, lastPart, parseArn } from '../../base/arn.ts';
import type { Clock } from '../../base/clock.ts';
import { defined } from '../../base/defined.ts';
import type { IdSource } from '../../base/ids.ts';
import type { Container, Task, TaskDefinition } from './entities.ts';
import { newNetworkInterface } from './network-interface.ts';
import type { Store } from './store.ts';

/** Where and how a task runs. */
export interface TaskPlatform {
  readonly launchType: 'EC2' | 'FARGATE';
  readonly capacityProviderName?: string;
  /** Fargate only: resolved, such as `1.4.0`. */
  readonly platformVersion?: string;
  /** Fargate only: `Linux`. */
  readonly platformFamily?: string;
  /** EC2 only. */
  readonly containerInstanceArn?: string;
}

/** What a new task is made of. */
export interface NewTask {
  readonly clusterArn: string;
  readonly taskDefinition: TaskDefinition;
  readonly platform: TaskPlatform;
  /** `service:NAME`, `family:NAME` or the caller's. */
  readonly group: string;
  readonly startedBy?: string;
  readonly serviceArn?: string;
  /** `ecs-svc/…` for service tasks. */
  readonly deploymentId?: string;
  /** Needed by definitions of network mode awsvpc. */
  readonly networkConfiguration?: NetworkConfiguration;
  readonly overrides?: TaskOverride;
  readonly enableExecuteCommand: boolean;
  readonly tags: readonly Tag[];
  readonly clientToken?: string;
  readonly requestFingerprint?: string;
}

/**
 * The entity of a new task: PROVISIONING, wanted RUNNING, its containers PENDING with health UNKNOWN; an awsvpc task gets a
 * network interface with an address of its own. Put it into the store before making the next one.
 * @throws Error for an awsvpc definition without a network configuration: callers check that before
 */
export function newTask(
  request: NewTask,
  { store, ids, clock }: { readonly store: Store; readonly ids: IdSource; readonly clock: Clock },
): Task {
  const { taskDefinition, platform, clusterArn, overrides = {} } = request;
  const { definition } = taskDefinition;
  const cluster = parseArn(clusterArn);
  if (cluster === undefined) throw new Error(`${clusterArn} is not an ARN`);
  const clusterName = lastPart(clusterArn);
  const taskId = ids.hex(32);
  const networkMode = definition.networkMode ?? 'bridge';
  const awsvpc = request.networkConfiguration?.awsvpcConfiguration;
  if (networkMode === 'awsvpc' && awsvpc === undefined)
    throw new Error(`${taskDefinition.taskDefinitionArn} needs a network configuration`);
  const networkInterface =
    networkMode === 'awsvpc' && awsvpc !== undefined
      ? newNetworkInterface(awsvpc, store, ids)
      : undefined;
  const containers = definition.containerDefinitions ?? [];
  return {
    taskArn: ecsArn(cluster, `task/${clusterName}/${taskId}`),
    taskId,
    region: cluster.region,
    clusterArn,
    taskDefinitionArn: taskDefinition.taskDefinitionArn,
    group: request.group,
    ...defined({
      serviceArn: request.serviceArn,
      deploymentId: request.deploymentId,
      startedBy: request.startedBy,
      capacityProviderName: platform.capacityProviderName,
      platformVersion: platform.platformVersion,
      platformFamily: platform.platformFamily,
      containerInstanceArn: platform.containerInstanceArn,
      cpu: overrides.cpu ?? definition.cpu,
      memory: overrides.memory ?? definition.memory,
      networkInterface,
      clientToken: request.clientToken,
      requestFingerprint: request.requestFingerprint,
    }),
    launchType: platform.launchType,
    lastStatus: 'PROVISIONING',
    desiredStatus: 'RUNNING',
    healthStatus: 'UNKNOWN',
    containers: containers.map((container) =>
      newContainer(container, ecsArn(cluster, `container/${clusterName}/${taskId}/${ids.uuid()}`)),
    ),
    overrides: completeOverrides(overrides, containers),
    enableExecuteCommand: request.enableExecuteCommand,
    availabilityZone: availabilityZone(
      cluster.region,
      platform.launchType,
      awsvpc?.subnets?.indexOf(networkInterface?.subnetId ?? '') ?? 0,
    ),
    networkMode,
    tags: request.tags,
    version: 1,
    createdAt: clock.now(),
    schedulerNotes: [],
    targets: [],
  };
}

function newContainer(definition: ContainerDefinition, containerArn: string): Container {
  return {
    containerArn,
    // RegisterTaskDefinition refuses containers without a name or image.
    name: definition.name ?? '',
    image: definition.image ?? '',
    lastStatus: 'PENDING',
    healthStatus: 'UNKNOWN',
    healthFailures: 0,
    restartCount: 0,
    ports: [],
  };
}

/** ECS lists every container in the overrides, those without one by their name only. */
function completeOverrides(
  overrides: TaskOverride,
  containers: readonly ContainerDefinition[],
): TaskOverride {
  return {
    ...overrides,
    containerOverrides: containers.map(
      ({ name }) =>
        overrides.containerOverrides?.find((override) => override.name === name) ?? { name },
    ),
  };
}

/** The container instance is in the first zone; on Fargate each subnet stands for a zone of its own. */
function availabilityZone(region: string, launchType: string, subnetIndex: number): string {
  const zone = launchType === 'FARGATE' ? Math.max(0, subnetIndex) % 3 : 0;
  return `${region}${'abc'.charAt(zone)}`;
}
