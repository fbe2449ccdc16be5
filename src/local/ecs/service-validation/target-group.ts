/** One target group of a service (reference: ECS semantics 4.3). */
import { isInUse } from '../../elbv2/target-group-use.ts';
import type { TaskDefinition } from '../../state/entities.ts';
import type { Store } from '../../state/store.ts';
import { invalidParameter } from '../ecs-errors.ts';

/**
 * Checks that a target group exists, is reachable, and is of the kind that the tasks need.
 * @throws AwsError InvalidParameterException
 */
export function checkTargetGroup(
  targetGroupArn: string,
  { definition, region }: TaskDefinition,
  store: Store,
): void {
  const targetGroup = store.targetGroups.get(targetGroupArn);
  if (targetGroup?.region !== region)
    throw invalidParameter(
      `The target group with targetGroupArn ${targetGroupArn} does not exist.`,
    );
  if (!isInUse(store, targetGroupArn))
    throw invalidParameter(
      `The target group with targetGroupArn ${targetGroupArn} does not have an associated load balancer.`,
    );
  const networkMode = definition.networkMode ?? 'bridge';
  if (networkMode === 'none')
    throw invalidParameter(
      'A task definition with network mode none has no ports that a load balancer could reach.',
    );
  if (targetGroup.targetType !== (networkMode === 'awsvpc' ? 'ip' : 'instance'))
    throw invalidParameter(
      `The provided target group ${targetGroupArn} has target type ${targetGroup.targetType}, which is incompatible with the ${networkMode} network mode specified in the task definition.`,
    );
}
