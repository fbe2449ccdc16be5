/** DescribeContainerInstances: this machine, and a failure for everything else (reference: ECS semantics 1.4). */
import type {
  DescribeContainerInstancesRequest,
  DescribeContainerInstancesResponse,
  Failure,
} from '@aws-sdk/client-ecs';
import { ecsArn, lastPart, looksLikeArn } from '../../base/arn.ts';
import type { Cluster } from '../state/entities.ts';
import { resourceInScope, unsupportedResourceType } from './arn-scope.ts';
import { containerInstanceArn, presentContainerInstance } from './container-instance.ts';
import type { EcsContext, EcsOperation } from './context.ts';
import { invalidParameter } from './ecs-errors.ts';
import { findCluster } from './find-cluster.ts';

const MOST_INSTANCES = 100;

/** Takes ids and ARNs; the instance is shown once. */
export const describeContainerInstances: EcsOperation<
  DescribeContainerInstancesRequest,
  DescribeContainerInstancesResponse
> = (input, context) => {
  const cluster = findCluster(input.cluster, context);
  const references = input.containerInstances ?? [];
  if (references.length === 0) throw invalidParameter('Container instances cannot be empty.');
  if (references.length > MOST_INSTANCES)
    throw invalidParameter(`container instances can have at most ${MOST_INSTANCES} items.`);
  const known = cluster.status === 'ACTIVE' ? containerInstanceArn(cluster.clusterArn) : undefined;
  const arns = new Set(references.map((reference) => arnOf(reference, cluster, context)));
  const failures: Failure[] = Array.from(arns)
    .filter((arn) => arn !== known)
    .map((arn) => ({ arn, reason: 'MISSING' }));
  const isAsked = known !== undefined && arns.has(known);
  return {
    containerInstances: isAsked
      ? [presentContainerInstance(cluster, new Set(input.include), context)]
      : [],
    failures,
  };
};

/** The long ARN of a reference; a short ARN or an id belongs to the request's cluster. */
function arnOf(reference: string, cluster: Cluster, { call }: EcsContext): string {
  const resource = looksLikeArn(reference)
    ? resourceInScope(reference, call)
    : `container-instance/${reference}`;
  if (!resource.startsWith('container-instance/')) throw unsupportedResourceType(resource);
  return resource.split('/').length > 2
    ? ecsArn(call, resource)
    : ecsArn(call, `container-instance/${cluster.clusterName}/${lastPart(resource)}`);
}
