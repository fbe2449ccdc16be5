/** DeleteCluster: empty clusters only; they stay describable as INACTIVE (reference: ECS semantics 1.8). */
import type { DeleteClusterRequest, DeleteClusterResponse } from '@aws-sdk/client-ecs';
import { AwsError } from '../../wire/aws-error.ts';
import type { EcsOperation } from '../context.ts';
import { findCluster } from '../lookup/find-cluster.ts';
import { presentCluster } from '../presentation/present-cluster.ts';

const SHOWN = new Set(['SETTINGS', 'CONFIGURATIONS'] as const);

/**
 * Deleting a deleted cluster is no error. The container instance that is this machine goes with the cluster.
 * @throws AwsError ClusterContainsServicesException, ClusterContainsTasksException
 */
export const deleteCluster: EcsOperation<DeleteClusterRequest, DeleteClusterResponse> = (
  input,
  context,
) => {
  const { store } = context;
  const cluster = findCluster(input.cluster, context);
  const services = store.services.by('cluster', cluster.clusterArn);
  if (services.some((service) => service.status !== 'INACTIVE'))
    throw new AwsError(
      'ClusterContainsServicesException',
      'The Cluster cannot be deleted while Services are active.',
    );
  const tasks = store.tasks.by('cluster', cluster.clusterArn);
  if (tasks.some((task) => task.lastStatus !== 'STOPPED'))
    throw new AwsError(
      'ClusterContainsTasksException',
      'The Cluster cannot be deleted while Tasks are active.',
    );
  const deleted = { ...cluster, status: 'INACTIVE' as const };
  store.transaction(() => store.clusters.put(cluster.clusterArn, deleted));
  return { cluster: presentCluster(deleted, SHOWN, store) };
};
