/** Which container instance a request means: its id in the request's cluster, or an ARN (reference: ECS semantics 1.6). */
import { ecsArn, lastPart, looksLikeArn } from '../../../base/arn.ts';
import type { Cluster } from '../../state/entities.ts';
import { resourceInScope, unsupportedResourceType } from '../arn-scope.ts';
import type { EcsContext } from '../context.ts';

/**
 * The ARN that a reference stands for, whether there is such an instance or not.
 * @throws AwsError InvalidParameterException for an ARN of something else, another region or another account
 */
export function containerInstanceArnOf(
  reference: string,
  cluster: Cluster,
  { call }: Pick<EcsContext, 'call'>,
): string {
  const resource = looksLikeArn(reference)
    ? resourceInScope(reference, call)
    : `container-instance/${reference}`;
  if (!resource.startsWith('container-instance/')) throw unsupportedResourceType(resource);
  return resource.split('/').length > 2
    ? ecsArn(call, resource)
    : ecsArn(call, `container-instance/${cluster.clusterName}/${lastPart(resource)}`);
}
