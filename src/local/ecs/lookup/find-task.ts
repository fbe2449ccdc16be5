/** Which task a request means: its id in the request's cluster, or an ARN (reference: ECS semantics 1.6). */
import { ecsArn, looksLikeArn } from '../../../base/arn.ts';
import type { Cluster } from '../../state/entities.ts';
import { resourceInScope, unsupportedResourceType } from '../arn-scope.ts';
import type { EcsContext } from '../context.ts';
import { invalidParameter } from '../ecs-errors.ts';

/**
 * The ARN that a reference stands for, whether there is such a task or not.
 * @throws AwsError InvalidParameterException for an ARN of something else or of another cluster, region or account
 */
export function taskArnOf(
  reference: string,
  cluster: Cluster,
  { call }: Pick<EcsContext, 'call'>,
): string {
  if (!looksLikeArn(reference)) return ecsArn(call, `task/${cluster.clusterName}/${reference}`);
  const resource = resourceInScope(reference, call);
  const [kind, first = '', second] = resource.split('/');
  if (kind !== 'task') throw unsupportedResourceType(resource);
  // The old form of the ARN has no cluster in it.
  if (second === undefined) return ecsArn(call, `task/${cluster.clusterName}/${first}`);
  if (first !== cluster.clusterName)
    throw invalidParameter(
      `Identifier is for cluster ${first}. Your cluster is ${cluster.clusterName}`,
    );
  return ecsArn(call, `task/${first}/${second}`);
}
