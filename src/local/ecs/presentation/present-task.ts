/** A task as the API shows it (reference: ECS semantics 8.2). */
import type {
  Attachment,
  Container as ShownContainer,
  ContainerDefinition,
  LaunchType,
  NetworkBinding,
  Task as ShownTask,
} from '@aws-sdk/client-ecs';
import { toDate } from '../../../base/clock.ts';
import { defined } from '../../../base/defined.ts';
import type { Container, Task, TaskDefinition } from '../../state/entities.ts';
import type { EcsDependencies } from '../context.ts';

/** GiB that every Fargate task has. */
const FARGATE_STORAGE_GIB = 20;

/** The task; tags only where the reply shows them. */
export function presentTask(
  task: Task,
  { store, machine }: Pick<EcsDependencies, 'store' | 'machine'>,
  view: { readonly tags: boolean },
): ShownTask {
  const taskDefinition = store.taskDefinitions.get(task.taskDefinitionArn);
  return {
    attachments: attachmentsOf(task),
    attributes: [{ name: 'ecs.cpu-architecture', value: machine.architecture }],
    availabilityZone: task.availabilityZone,
    clusterArn: task.clusterArn,
    // Not while it is PROVISIONING: the pull of its images is the first that reaches it.
    ...(task.pullStartedAt === undefined
      ? {}
      : { connectivity: 'CONNECTED', connectivityAt: toDate(task.pullStartedAt) }),
    containers: task.containers.map((container) =>
      presentContainer(container, task, definitionOf(taskDefinition, container.name)),
    ),
    createdAt: toDate(task.createdAt),
    desiredStatus: task.desiredStatus,
    enableExecuteCommand: task.enableExecuteCommand,
    group: task.group,
    healthStatus: task.healthStatus,
    lastStatus: task.lastStatus,
    // Stored only after it was checked to be one of ECS's.
    launchType: task.launchType as LaunchType,
    overrides: {
      ...task.overrides,
      inferenceAcceleratorOverrides: [],
    },
    tags: view.tags ? [...task.tags] : [],
    taskArn: task.taskArn,
    taskDefinitionArn: task.taskDefinitionArn,
    version: task.version,
    ...defined({
      capacityProviderName: task.capacityProviderName,
      containerInstanceArn: task.containerInstanceArn,
      cpu: task.cpu,
      memory: task.memory,
      platformVersion: task.platformVersion,
      platformFamily: task.platformFamily,
      startedBy: task.startedBy,
      stopCode: task.stopCode,
      stoppedReason: task.stoppedReason,
      pullStartedAt: dateOf(task.pullStartedAt),
      pullStoppedAt: dateOf(task.pullStoppedAt),
      startedAt: dateOf(task.startedAt),
      stoppingAt: dateOf(task.stoppingAt),
      executionStoppedAt: dateOf(task.executionStoppedAt),
      stoppedAt: dateOf(task.stoppedAt),
    }),
    ...(task.launchType === 'FARGATE' ? storageOf(task, taskDefinition) : {}),
  };
}

function presentContainer(
  container: Container,
  task: Task,
  definition: ContainerDefinition | undefined,
): ShownContainer {
  const override = task.overrides.containerOverrides?.find(({ name }) => name === container.name);
  const ran = container.startedAt !== undefined;
  return {
    containerArn: container.containerArn,
    taskArn: task.taskArn,
    name: container.name,
    image: container.image,
    lastStatus: container.lastStatus,
    ...(ran ? { networkBindings: bindingsOf(container, task) } : {}),
    networkInterfaces:
      task.networkInterface === undefined
        ? []
        : [
            {
              attachmentId: task.networkInterface.attachmentId,
              privateIpv4Address: task.networkInterface.privateIPv4Address,
            },
          ],
    healthStatus: container.healthStatus,
    cpu: String(override?.cpu ?? definition?.cpu ?? 0),
    ...defined({
      imageDigest: container.imageDigest,
      runtimeId: container.runtimeId,
      exitCode: container.exitCode,
      reason: container.reason,
      memory: textOf(override?.memory ?? definition?.memory),
      memoryReservation: textOf(override?.memoryReservation ?? definition?.memoryReservation),
    }),
  };
}

/** With awsvpc the ports are those of the task's own address, so nothing is bound on the host. */
function bindingsOf(container: Container, task: Task): NetworkBinding[] {
  if (task.networkMode === 'awsvpc') return [];
  return container.ports.map(({ containerPort, hostPort, protocol, host }) => ({
    bindIP: host,
    containerPort,
    hostPort,
    protocol,
  }));
}

function attachmentsOf({ networkInterface, lastStatus }: Task): Attachment[] {
  if (networkInterface === undefined) return [];
  return [
    {
      id: networkInterface.attachmentId,
      type: 'ElasticNetworkInterface',
      status: attachmentStatus(lastStatus),
      details: [
        { name: 'subnetId', value: networkInterface.subnetId },
        { name: 'networkInterfaceId', value: networkInterface.networkInterfaceId },
        { name: 'macAddress', value: networkInterface.macAddress },
        { name: 'privateIPv4Address', value: networkInterface.privateIPv4Address },
      ],
    },
  ];
}

function attachmentStatus(lastStatus: Task['lastStatus']): string {
  switch (lastStatus) {
    case 'PROVISIONING':
      return 'PRECREATED';
    case 'DEPROVISIONING':
      return 'DETACHING';
    case 'STOPPED':
      return 'DELETED';
    case 'PENDING':
    case 'ACTIVATING':
    case 'RUNNING':
    case 'DEACTIVATING':
    case 'STOPPING':
      return 'ATTACHED';
  }
}

function storageOf(
  task: Task,
  taskDefinition: TaskDefinition | undefined,
): Pick<ShownTask, 'ephemeralStorage' | 'fargateEphemeralStorage'> {
  const sizeInGiB =
    task.overrides.ephemeralStorage?.sizeInGiB ??
    taskDefinition?.definition.ephemeralStorage?.sizeInGiB ??
    FARGATE_STORAGE_GIB;
  return { ephemeralStorage: { sizeInGiB }, fargateEphemeralStorage: { sizeInGiB } };
}

function definitionOf(
  taskDefinition: TaskDefinition | undefined,
  name: string,
): ContainerDefinition | undefined {
  return taskDefinition?.definition.containerDefinitions?.find(
    (definition) => definition.name === name,
  );
}

function dateOf(epochMs: number | undefined): Date | undefined {
  return epochMs === undefined ? undefined : toDate(epochMs);
}

function textOf(value: number | undefined): string | undefined {
  return value === undefined ? undefined : String(value);
}
