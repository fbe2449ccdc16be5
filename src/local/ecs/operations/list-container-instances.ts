/** ListContainerInstances: the one that is this machine, when filter and status let it pass. */
import type {
  ContainerInstanceStatus,
  ListContainerInstancesRequest,
  ListContainerInstancesResponse,
} from '@aws-sdk/client-ecs';
import {
  matchesClusterQuery,
  parseClusterQuery,
  type QuerySubject,
} from '../../../scheduler/cluster-query.ts';
import type { Cluster } from '../../state/entities.ts';
import { containerInstanceArn, placementInstance } from '../container-instance.ts';
import type { EcsContext, EcsOperation } from '../context.ts';
import { invalidParameter } from '../ecs-errors.ts';
import { findCluster } from '../lookup/find-cluster.ts';
import { paginate } from '../pagination.ts';

/** Without a status it lists instances that are ACTIVE or DRAINING. */
export const listContainerInstances: EcsOperation<
  ListContainerInstancesRequest,
  ListContainerInstancesResponse
> = (input, context) => {
  const cluster = findCluster(input.cluster, context);
  const listed =
    cluster.status === 'ACTIVE' && isWanted(input.status) && passes(input.filter, cluster, context);
  const arns = listed ? [containerInstanceArn(cluster.clusterArn)] : [];
  const { items, ...next } = paginate(arns, input, {
    operation: 'ListContainerInstances',
    defaultResults: 100,
    mostResults: 100,
    keyOf: (arn) => arn,
  });
  return { containerInstanceArns: [...items], ...next };
};

function isWanted(status: ContainerInstanceStatus | undefined): boolean {
  return status === undefined || status === 'ACTIVE';
}

/** @throws AwsError InvalidParameterException when the filter is no expression of the cluster query language */
function passes(filter: string | undefined, cluster: Cluster, context: EcsContext): boolean {
  if (filter === undefined || filter.trim() === '') return true;
  const parsed = parseClusterQuery(filter);
  if (!parsed.ok) throw invalidParameter(`Invalid filter '${filter}': ${parsed.message}.`);
  return matchesClusterQuery(parsed.query, (subject) => valuesOf(subject, cluster, context));
}

function valuesOf(
  subject: QuerySubject,
  cluster: Cluster,
  { store, machine }: EcsContext,
): readonly string[] {
  const { attributes, instanceId } = placementInstance(cluster, machine);
  switch (subject.kind) {
    case 'instance-id':
      return [instanceId];
    case 'task-group': {
      const arn = containerInstanceArn(cluster.clusterArn);
      return store.tasks.by('containerInstance', arn).map((task) => task.group);
    }
    case 'attribute':
      return Object.entries(attributes)
        .filter(([name]) => name === subject.name)
        .map(([, value]) => value);
  }
}
