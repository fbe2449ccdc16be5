/** The role that ECS acts with for a service (reference: ECS semantics 4.2). Nobody assumes it here: it is kept and returned. */
import type { LoadBalancer, NetworkConfiguration } from '@aws-sdk/client-ecs';
import { looksLikeArn, type Scope } from '../../../base/arn.ts';
import { invalidParameter } from '../ecs-errors.ts';

/**
 * The given role, or the service-linked one where ECS needs one: with awsvpc or a load balancer.
 * @throws AwsError InvalidParameterException
 */
export function serviceRole(
  given: string | undefined,
  loadBalancers: readonly LoadBalancer[],
  networkConfiguration: NetworkConfiguration | undefined,
  { accountId }: Scope,
): string | undefined {
  if (given === undefined)
    return networkConfiguration !== undefined || loadBalancers.length > 0
      ? `arn:aws:iam::${accountId}:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS`
      : undefined;
  if (networkConfiguration !== undefined)
    throw invalidParameter(
      'You cannot specify an IAM role for services that require a service linked role.',
    );
  if (loadBalancers.length === 0)
    throw invalidParameter(
      'An IAM role is only valid for services configured to use load balancers. Remove role.',
    );
  return looksLikeArn(given) ? given : `arn:aws:iam::${accountId}:role/${given}`;
}
