/** DescribeClusters: those that exist, deleted ones included, and a failure for each of the others (reference: 1.4, 1.8). */
import type {
  DescribeClustersRequest,
  DescribeClustersResponse,
  Failure,
} from '@aws-sdk/client-ecs';
import type { Cluster } from '../../state/entities.ts';
import type { EcsOperation } from '../context.ts';
import { invalidParameter } from '../ecs-errors.ts';
import { clusterNameOf, DEFAULT_CLUSTER, lookUpCluster } from '../lookup/find-cluster.ts';
import { clusterArn } from '../new-cluster.ts';
import { presentCluster } from '../presentation/present-cluster.ts';

const MOST_CLUSTERS = 100;

/** Without names it describes `default`. Each cluster is shown once. */
export const describeClusters: EcsOperation<DescribeClustersRequest, DescribeClustersResponse> = (
  input,
  context,
) => {
  const references = input.clusters?.length ? input.clusters : [DEFAULT_CLUSTER];
  if (references.length > MOST_CLUSTERS)
    throw invalidParameter(`cluster names can have at most ${MOST_CLUSTERS} items.`);
  const found = new Map<string, Cluster>();
  const failures = new Map<string, Failure>();
  for (const reference of references) {
    const arn = clusterArn(context.call, clusterNameOf(reference, context));
    const cluster = lookUpCluster(reference, context);
    if (cluster === undefined) failures.set(arn, { arn, reason: 'MISSING' });
    else found.set(arn, cluster);
  }
  const include = new Set(input.include);
  return {
    clusters: Array.from(found.values(), (cluster) =>
      presentCluster(cluster, include, context.store),
    ),
    failures: [...failures.values()],
  };
};
