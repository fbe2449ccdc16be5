/**
 * Log groups and streams as the containers have them: a group is there as soon as a task definition names it in the awslogs
 * options of a container, a stream as soon as such a container has started. What a container wrote before a restart by its
 * restart policy is not in its stream any more.
 */
import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import { parseArn } from '../../base/arn.ts';
import type { Task, TaskDefinition } from '../state/entities.ts';
import type { Store } from '../state/store.ts';
import type { LogsContext } from './context.ts';
import { invalidParameter, notFound } from './errors.ts';

/** A log group and the task definitions that name it. */
export interface LogGroupSource {
  readonly name: string;
  /** Epoch ms: when the first of them was registered. */
  readonly createdAt: number;
  readonly definitions: readonly TaskDefinition[];
}

/** A log stream: the output of one container. Times are epoch ms. */
export interface LogStreamSource {
  /** `PREFIX/CONTAINER/TASKID`, or the container's id where the definition has no prefix. */
  readonly name: string;
  /** The runtime's id of the container. */
  readonly containerId: string;
  readonly startedAt: number;
  /** Absent while the container runs. */
  readonly stoppedAt?: number;
}

/** Every log group of a region, by name. */
export function logGroups(store: Store, region: string): ReadonlyMap<string, LogGroupSource> {
  const groups = new Map<string, LogGroupSource>();
  for (const definition of store.taskDefinitions.values()) {
    const containers = definition.definition.containerDefinitions ?? [];
    const names = containers.flatMap(
      (container) => awslogs(container, definition, region)?.group ?? [],
    );
    for (const name of new Set(names)) {
      const known = groups.get(name);
      groups.set(name, {
        name,
        createdAt: Math.min(known?.createdAt ?? Infinity, definition.registeredAt),
        definitions: [...(known?.definitions ?? []), definition],
      });
    }
  }
  return groups;
}

/**
 * The log group that a request names by its name or by its ARN.
 * @throws AwsError InvalidParameterException (none named, or both ways), ResourceNotFoundException
 */
export function findLogGroup(
  context: LogsContext,
  input: {
    readonly logGroupName?: string | undefined;
    readonly logGroupIdentifier?: string | undefined;
  },
): LogGroupSource {
  const { logGroupName: name, logGroupIdentifier: identifier } = input;
  if ((name === undefined) === (identifier === undefined))
    throw invalidParameter('Exactly one of logGroupName and logGroupIdentifier must be specified.');
  const wanted = name ?? nameOfIdentifier(identifier ?? '');
  const found = logGroups(context.store, context.call.region).get(wanted);
  if (found === undefined) throw notFound('log group');
  return found;
}

/** `arn:aws:logs:REGION:ACCOUNT:log-group:NAME`, with or without `:*`, or the name itself. */
export function nameOfIdentifier(identifier: string): string {
  const arn = parseArn(identifier);
  if (arn?.service !== 'logs') return identifier;
  return arn.resource.replace(/^log-group:/, '').replace(/:\*$/, '');
}

/** Every stream of a group, oldest first. */
export function logStreams(
  store: Store,
  region: string,
  group: LogGroupSource,
): readonly LogStreamSource[] {
  const streams = group.definitions.flatMap((definition) => {
    const tasks = store.tasks.by('taskDefinition', definition.taskDefinitionArn);
    const containers = definition.definition.containerDefinitions ?? [];
    return containers.flatMap((container) => {
      const options = awslogs(container, definition, region);
      if (options?.group !== group.name) return [];
      return tasks.flatMap((task) => streamOf(task, container.name ?? '', options.prefix) ?? []);
    });
  });
  return streams.sort(
    (one, other) => one.startedAt - other.startedAt || (one.name < other.name ? -1 : 1),
  );
}

function streamOf(
  task: Task,
  containerName: string,
  prefix: string | undefined,
): LogStreamSource | undefined {
  const container = task.containers.find(({ name }) => name === containerName);
  if (container?.runtimeId === undefined || container.startedAt === undefined) return undefined;
  return {
    name: prefix === undefined ? container.runtimeId : `${prefix}/${containerName}/${task.taskId}`,
    containerId: container.runtimeId,
    startedAt: container.startedAt,
    ...(container.stoppedAt !== undefined && { stoppedAt: container.stoppedAt }),
  };
}

/** Where a container logs to, when it is a log group of the region. */
function awslogs(
  { logConfiguration }: ContainerDefinition,
  definition: TaskDefinition,
  region: string,
): { readonly group: string; readonly prefix: string | undefined } | undefined {
  const options = logConfiguration?.options ?? {};
  const group = options['awslogs-group'];
  const ofRegion = options['awslogs-region'] ?? definition.region;
  if (logConfiguration?.logDriver !== 'awslogs' || group === undefined || ofRegion !== region)
    return undefined;
  return { group, prefix: options['awslogs-stream-prefix'] };
}
