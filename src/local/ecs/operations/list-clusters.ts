/** ListClusters: the ACTIVE clusters of the region (reference: ECS semantics 1.5). */
import type { ListClustersRequest, ListClustersResponse } from '@aws-sdk/client-ecs';
import type { EcsOperation } from '../context.ts';
import { paginate } from '../pagination.ts';

/** In the order of their names. */
export const listClusters: EcsOperation<ListClustersRequest, ListClustersResponse> = (
  input,
  { store, call },
) => {
  const active = store.clusters
    .by('region', call.region)
    .filter((cluster) => cluster.status === 'ACTIVE');
  const { items, ...next } = paginate(active, input, {
    operation: 'ListClusters',
    defaultResults: 100,
    mostResults: 100,
    keyOf: (cluster) => cluster.clusterArn,
  });
  return { clusterArns: items.map((cluster) => cluster.clusterArn), ...next };
};
