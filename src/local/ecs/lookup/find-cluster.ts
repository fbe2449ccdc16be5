/**
 * Which cluster a request means: a short name, an ARN, or none at all, which is `default` (reference: ECS semantics 1.6).
 * The default cluster comes into being when it is first asked for, so that a new state needs no CreateCluster.
 */
import { looksLikeArn } from '../../../base/arn.ts';
import type { Cluster } from '../../state/entities.ts';
import { AwsError } from '../../wire/aws-error.ts';
import { resourceInScope, unsupportedResourceType } from '../arn-scope.ts';
import type { EcsContext } from '../context.ts';
import { clusterArn, newCluster } from '../new-cluster.ts';

/** What operations without `cluster` mean. */
export const DEFAULT_CLUSTER = 'default';

/**
 * The name in a reference to a cluster.
 * @throws AwsError InvalidParameterException for an ARN of something else, another region or another account
 */
export function clusterNameOf(reference: string | undefined, { call }: EcsContext): string {
  if (reference === undefined) return DEFAULT_CLUSTER;
  if (reference.trim() === '')
    throw new AwsError(
      'InvalidParameterException',
      'Cluster can not be blank. Name a cluster, or leave the member out for the default cluster.',
    );
  if (!looksLikeArn(reference)) return reference;
  const resource = resourceInScope(reference, call);
  if (!resource.startsWith('cluster/')) throw unsupportedResourceType(resource);
  return resource.slice('cluster/'.length);
}

/**
 * The cluster in whatever status, undefined when there never was one. Call it before opening a transaction: the first look
 * for `default` writes it.
 * @throws AwsError InvalidParameterException for a reference that cannot be a cluster's
 */
export function lookUpCluster(
  reference: string | undefined,
  context: EcsContext,
): Cluster | undefined {
  const name = clusterNameOf(reference, context);
  const found = context.store.clusters.get(clusterArn(context.call, name));
  if (found !== undefined || name !== DEFAULT_CLUSTER) return found;
  const created = newCluster(DEFAULT_CLUSTER, context);
  context.store.transaction(() => context.store.clusters.put(created.clusterArn, created));
  return created;
}

/**
 * The cluster, ACTIVE or INACTIVE: for operations that read. Call it before opening a transaction.
 * @throws AwsError ClusterNotFoundException `Cluster not found.`
 */
export function findCluster(reference: string | undefined, context: EcsContext): Cluster {
  const cluster = lookUpCluster(reference, context);
  if (cluster === undefined) throw new AwsError('ClusterNotFoundException', 'Cluster not found.');
  return cluster;
}

/**
 * The cluster, which must be ACTIVE: for operations that put tasks or services into it. Call it before opening a
 * transaction.
 * @throws AwsError ClusterNotFoundException when there is none, ClientException when it was deleted
 */
export function findActiveCluster(reference: string | undefined, context: EcsContext): Cluster {
  const cluster = findCluster(reference, context);
  if (cluster.status !== 'ACTIVE')
    throw new AwsError('ClientException', 'The referenced cluster was inactive.');
  return cluster;
}

/**
 * The cluster, which must be ACTIVE: for operations that change the cluster itself. Call it before opening a transaction.
 * @throws AwsError ClusterNotFoundException when there is none, ClientException `Cluster was not ACTIVE.`
 */
export function findClusterToChange(reference: string | undefined, context: EcsContext): Cluster {
  const cluster = findCluster(reference, context);
  if (cluster.status !== 'ACTIVE') throw new AwsError('ClientException', 'Cluster was not ACTIVE.');
  return cluster;
}
