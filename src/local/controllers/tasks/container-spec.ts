/** What the runtime is told to start: a container definition with the task's overrides. */
import type { ContainerDefinition, ContainerOverride, KeyValuePair } from '@aws-sdk/client-ecs';
import { defined } from '../../../base/defined.ts';
import type { ContainerSpec } from '../../runtime/runtime.ts';
import type { Task, TaskDefinition } from '../../state/entities.ts';

/**
 * The specification of one start of a container. Override beats definition, member by member; environment variables are
 * merged by name (reference: ECS semantics 8.2, RunTask's containerOverrides).
 */
export function containerSpec(
  task: Task,
  taskDefinition: TaskDefinition | undefined,
  containerName: string,
  runtimeId: string,
): ContainerSpec {
  const definition = taskDefinition?.definition.containerDefinitions?.find(
    ({ name }) => name === containerName,
  );
  const container = task.containers.find(({ name }) => name === containerName);
  if (definition === undefined || container === undefined)
    throw new Error(`task ${task.taskArn} has no container ${containerName}`);
  const override = task.overrides.containerOverrides?.find(({ name }) => name === containerName);
  return {
    id: runtimeId,
    taskArn: task.taskArn,
    name: containerName,
    image: container.image,
    environment: environmentOf(definition, override),
    ports: portsOf(definition, task.networkMode),
    ...defined({
      entryPoint: given(definition.entryPoint),
      command: given(override?.command) ?? given(definition.command),
      workingDirectory: definition.workingDirectory,
      secrets: secretsOf(definition),
    }),
  };
}

/** An empty list means the image's own, as for Docker. */
function given(list: readonly string[] | undefined): readonly string[] | undefined {
  return list === undefined || list.length === 0 ? undefined : list;
}

function secretsOf({ secrets = [] }: ContainerDefinition): ContainerSpec['secrets'] {
  if (secrets.length === 0) return undefined;
  return secrets.map(({ name = '', valueFrom = '' }) => ({ name, valueFrom }));
}

function environmentOf(
  definition: ContainerDefinition,
  override: ContainerOverride | undefined,
): Readonly<Record<string, string>> {
  const pairs: readonly KeyValuePair[] = [
    ...(definition.environment ?? []),
    ...(override?.environment ?? []),
  ];
  return Object.fromEntries(pairs.map(({ name = '', value = '' }) => [name, value]));
}

/**
 * Each port with the host port that it asks for. An awsvpc task has an address of its own on AWS, so its ports never clash:
 * here they get any free port of the machine. Ranges are always dynamic.
 */
function portsOf(
  definition: ContainerDefinition,
  networkMode: Task['networkMode'],
): ContainerSpec['ports'] {
  if (networkMode === 'none') return [];
  return (definition.portMappings ?? []).flatMap((mapping) => {
    const protocol = mapping.protocol ?? 'tcp';
    if (mapping.containerPortRange !== undefined)
      return rangeOf(mapping.containerPortRange).map((containerPort) => ({
        containerPort,
        hostPort: 0,
        protocol,
      }));
    if (mapping.containerPort === undefined) return [];
    return [
      {
        containerPort: mapping.containerPort,
        hostPort: hostPortOf(mapping.containerPort, mapping.hostPort, networkMode),
        protocol,
      },
    ];
  });
}

function hostPortOf(
  containerPort: number,
  hostPort: number | undefined,
  networkMode: Exclude<Task['networkMode'], 'none'>,
): number {
  switch (networkMode) {
    case 'awsvpc':
      return 0;
    case 'host':
      return containerPort;
    case 'bridge':
      return hostPort ?? 0;
  }
}

/** The ports of `8000-8010`, both ends included. */
function rangeOf(range: string): readonly number[] {
  const [first = 0, last = first] = range.split('-').map(Number);
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}
