/**
 * The one container instance that every cluster has: this machine, made up in the shape of an EC2 instance. What it offers is
 * deliberately generous: whether a laptop is too small is for its tasks to find out, not for bookkeeping.
 */
import { createHash } from 'node:crypto';
import type {
  Attribute,
  ContainerInstance,
  ContainerInstanceField,
  Resource,
} from '@aws-sdk/client-ecs';
import { ecsArn, lastPart, parseArn } from '../../base/arn.ts';
import { toDate } from '../../base/clock.ts';
import type { PlacementInstance } from '../../scheduler/placement.ts';
import type { Cluster, Task } from '../state/entities.ts';
import type { EcsContext, MachineDescription } from './context.ts';
import { INSTANCE_CAPABILITIES } from './required-attributes.ts';
import { standingOf } from './presentation/task-counts.ts';
import { taskReservation } from './task-reservation.ts';

/** How many times the machine's CPU and memory the instance offers. */
const OVERCOMMITMENT = 100;

/** Ports that ECS keeps for SSH, Docker and its agent (reference: ECS semantics 3.1). */
const RESERVED_TCP_PORTS: readonly string[] = ['22', '2375', '2376', '51678', '51679', '51680'];

/** The instance's ARN: the same for a cluster for ever. */
export function containerInstanceArn(clusterArn: string): string {
  const scope = parseArn(clusterArn);
  if (scope === undefined) throw new Error(`${clusterArn} is not an ARN`);
  return ecsArn(
    scope,
    `container-instance/${lastPart(clusterArn)}/${digest(clusterArn).slice(0, 32)}`,
  );
}

/** The id of the EC2 instance, as `i-` and 17 digits; what targets of type instance are registered by. */
export function ec2InstanceId(clusterArn: string): string {
  return `i-${digest(clusterArn).slice(32, 49)}`;
}

/** The instance as the placement of tasks sees it. */
export function placementInstance(
  cluster: Cluster,
  machine: MachineDescription,
): PlacementInstance {
  return {
    instanceId: ec2InstanceId(cluster.clusterArn),
    cpu: machine.cpus * 1024 * OVERCOMMITMENT,
    memoryMiB: machine.memoryMiB * OVERCOMMITMENT,
    attributes: Object.fromEntries(
      attributesOf(cluster, machine).map(({ name = '', value = '' }) => [name, value]),
    ),
  };
}

/** The instance as DescribeContainerInstances shows it. */
export function presentContainerInstance(
  cluster: Cluster,
  include: ReadonlySet<ContainerInstanceField>,
  { store, machine, clock }: Pick<EcsContext, 'store' | 'machine' | 'clock'>,
): ContainerInstance {
  const arn = containerInstanceArn(cluster.clusterArn);
  const tasks = store.tasks.by('containerInstance', arn);
  const { cpu, memoryMiB } = placementInstance(cluster, machine);
  const used = tasks.map((task) => taskReservation(task, store));
  const usedCpu = used.reduce((sum, reservation) => sum + reservation.cpu, 0);
  const usedMemory = used.reduce((sum, reservation) => sum + reservation.memoryMiB, 0);
  return {
    containerInstanceArn: arn,
    ec2InstanceId: ec2InstanceId(cluster.clusterArn),
    version: 1,
    remainingResources: resources(
      Math.max(0, cpu - usedCpu),
      Math.max(0, memoryMiB - usedMemory),
      [...RESERVED_TCP_PORTS, ...hostPorts(tasks, 'tcp')],
      hostPorts(tasks, 'udp'),
    ),
    registeredResources: resources(cpu, memoryMiB, RESERVED_TCP_PORTS, []),
    status: 'ACTIVE',
    agentConnected: true,
    runningTasksCount: tasks.filter((task) => standingOf(task) === 'running').length,
    pendingTasksCount: tasks.filter((task) => standingOf(task) === 'pending').length,
    attributes: [...attributesOf(cluster, machine)],
    registeredAt: toDate(cluster.createdAt),
    attachments: [],
    tags: include.has('TAGS') ? [...(cluster.containerInstanceTags ?? [])] : [],
    ...(include.has('CONTAINER_INSTANCE_HEALTH')
      ? {
          healthStatus: {
            overallStatus: 'OK' as const,
            details: [
              {
                type: 'CONTAINER_RUNTIME' as const,
                status: 'OK' as const,
                lastUpdated: toDate(clock.now()),
                lastStatusChange: toDate(cluster.createdAt),
              },
            ],
          },
        }
      : {}),
  };
}

function attributesOf(cluster: Cluster, machine: MachineDescription): readonly Attribute[] {
  return [
    ...INSTANCE_CAPABILITIES.map((name) => ({ name })),
    { name: 'ecs.availability-zone', value: `${cluster.region}a` },
    { name: 'ecs.cpu-architecture', value: machine.architecture },
    { name: 'ecs.instance-type', value: `local.${machine.cpus}cpu` },
    // Tasks are Linux tasks to ECS on every machine; what runs beneath is the attribute below.
    { name: 'ecs.os-type', value: 'linux' },
    { name: 'ecs.os-family', value: 'LINUX' },
    { name: 'fairlead.platform', value: machine.platform },
  ];
}

function resources(
  cpu: number,
  memory: number,
  tcpPorts: readonly string[],
  udpPorts: readonly string[],
): Resource[] {
  const empty = { doubleValue: 0, longValue: 0, integerValue: 0 };
  return [
    { name: 'CPU', type: 'INTEGER', ...empty, integerValue: cpu },
    { name: 'MEMORY', type: 'INTEGER', ...empty, integerValue: memory },
    { name: 'PORTS', type: 'STRINGSET', ...empty, stringSetValue: [...tcpPorts] },
    { name: 'PORTS_UDP', type: 'STRINGSET', ...empty, stringSetValue: [...udpPorts] },
  ];
}

/** Ports of the machine that tasks of network mode bridge or host have taken; an awsvpc task has an address of its own. */
function hostPorts(tasks: readonly Task[], protocol: 'tcp' | 'udp'): readonly string[] {
  const ports = tasks
    .filter((task) => task.networkMode === 'bridge' || task.networkMode === 'host')
    .flatMap((task) => task.containers)
    .flatMap((container) => container.ports)
    .filter((port) => port.protocol === protocol && port.hostPort > 0)
    .map((port) => String(port.hostPort));
  return [...new Set(ports)];
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
