/** DescribeContainerInstances: this machine, and a failure for everything else (reference: ECS semantics 1.4). */
import type {
  DescribeContainerInstancesRequest,
  DescribeContainerInstancesResponse,
  Failure,
} from '@aws-sdk/client-ecs';
import { checkBatch } from '../batch.ts';
import { containerInstanceArn, presentContainerInstance } from '../container-instance.ts';
import type { EcsOperation } from '../context.ts';
import { findCluster } from '../lookup/find-cluster.ts';
import { containerInstanceArnOf } from '../lookup/find-container-instance.ts';

const MOST_INSTANCES = 100;

/** Takes ids and ARNs; the instance is shown once. */
export const describeContainerInstances: EcsOperation<
  DescribeContainerInstancesRequest,
  DescribeContainerInstancesResponse
> = (input, context) => {
  const cluster = findCluster(input.cluster, context);
  const references = checkBatch(input.containerInstances, 'Container instances', MOST_INSTANCES);
  const known = cluster.status === 'ACTIVE' ? containerInstanceArn(cluster.clusterArn) : undefined;
  const arns = new Set(
    references.map((reference) => containerInstanceArnOf(reference, cluster, context)),
  );
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
