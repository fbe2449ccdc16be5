/** What tags can be put on: finds a resource by its ARN and says how its tags are changed (reference: 1.6, 1.8). */
import type { Tag } from '@aws-sdk/client-ecs';
import type { Table } from '../state/table.ts';
import { AwsError } from '../wire/aws-error.ts';
import { resourceInScope } from './arn-scope.ts';
import { containerInstanceArn } from './container-instance.ts';
import type { EcsContext } from './context.ts';
import { invalidParameter } from './ecs-errors.ts';
import { clusterArn } from './new-cluster.ts';
import type { TagErrorCode } from './tag-rules.ts';

/** A resource that has tags. */
export interface TaggedResource {
  readonly tags: readonly Tag[];
  /** How bad tags are refused for this kind of resource. */
  readonly tagErrorCode: TagErrorCode;
  /** Replaces all tags; call it inside a transaction. */
  setTags(tags: readonly Tag[]): void;
}

/**
 * The resource of that ARN, of the caller's region and account.
 * @throws AwsError InvalidParameterException for a short or foreign ARN, an inactive cluster or service or a stopped task;
 * ClusterNotFoundException, ServiceNotFoundException, ResourceNotFoundException
 */
export function findTaggedResource(arn: string, context: EcsContext): TaggedResource {
  const resource = resourceInScope(arn, context.call);
  const [kind = '', ...path] = resource.split('/');
  switch (kind) {
    case 'cluster':
      return clusterOf(arn, context);
    case 'task-definition':
      return taskDefinitionOf(arn, context);
    case 'service':
      checkLong(path, 2);
      return serviceOf(arn, context);
    case 'task':
      checkLong(path, 2);
      return taskOf(arn, context);
    case 'task-set':
      return taskSetOf(arn, context);
    case 'container-instance':
      checkLong(path, 2);
      return containerInstanceOf(arn, path[0] ?? '', context);
    default:
      throw invalidParameter(
        `Unsupported resource type: ${kind}. Tags can be put on clusters, services, task sets, tasks, task definitions and container instances.`,
      );
  }
}

function clusterOf(arn: string, { store }: EcsContext): TaggedResource {
  const cluster = store.clusters.get(arn);
  if (cluster === undefined) throw new AwsError('ClusterNotFoundException', 'Cluster not found.');
  if (cluster.status !== 'ACTIVE')
    throw invalidParameter(
      'The specified cluster is inactive. Specify an active cluster and try again.',
    );
  return {
    ...tagged(store.clusters, arn, cluster),
    tagErrorCode: 'InvalidParameterException',
  };
}

function taskDefinitionOf(arn: string, { store }: EcsContext): TaggedResource {
  const found = store.taskDefinitions.get(arn);
  if (found === undefined) throw notFound('task definition');
  return tagged(store.taskDefinitions, arn, found);
}

function serviceOf(arn: string, { store }: EcsContext): TaggedResource {
  const service = store.services.get(arn);
  if (service === undefined) throw new AwsError('ServiceNotFoundException', 'Service not found.');
  if (service.status === 'INACTIVE')
    throw invalidParameter(
      'The specified service is inactive. Specify an active service and try again.',
    );
  return tagged(store.services, arn, service);
}

function taskOf(arn: string, { store }: EcsContext): TaggedResource {
  const task = store.tasks.get(arn);
  if (task === undefined) throw notFound('task');
  if (task.lastStatus === 'STOPPED')
    throw invalidParameter('The specified task is stopped. Specify a running task and try again.');
  return tagged(store.tasks, arn, task);
}

function taskSetOf(arn: string, { store }: EcsContext): TaggedResource {
  const taskSet = store.taskSets.get(arn);
  if (taskSet === undefined) throw notFound('task set');
  return tagged(store.taskSets, arn, taskSet);
}

function containerInstanceOf(
  arn: string,
  clusterName: string,
  { store, call }: EcsContext,
): TaggedResource {
  const key = clusterArn(call, clusterName);
  const cluster = store.clusters.get(key);
  if (cluster?.status !== 'ACTIVE' || containerInstanceArn(key) !== arn)
    throw notFound('container instance');
  return {
    tags: cluster.containerInstanceTags ?? [],
    tagErrorCode: 'ClientException',
    setTags: (containerInstanceTags) =>
      store.clusters.put(key, { ...cluster, containerInstanceTags }),
  };
}

function tagged<T extends { readonly tags: readonly Tag[] }>(
  table: Table<T>,
  key: string,
  entity: T,
): TaggedResource {
  return {
    tags: entity.tags,
    tagErrorCode: 'ClientException',
    setTags: (tags) => table.put(key, { ...entity, tags }),
  };
}

/** Old ARNs do not name the cluster (reference: ECS semantics 1.6). */
function checkLong(path: readonly string[], parts: number): void {
  if (path.length !== parts)
    throw invalidParameter('Long arn format must be used for tagging operations');
}

function notFound(what: string): AwsError {
  return new AwsError(
    'ResourceNotFoundException',
    `The specified ${what} was not found. Specify a valid ${what} and try again.`,
  );
}
