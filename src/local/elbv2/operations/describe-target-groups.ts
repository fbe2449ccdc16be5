import type {
  DescribeTargetGroupsInput,
  DescribeTargetGroupsOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { TargetGroup } from '../../state/elbv2-entities.ts';
import { AwsError } from '../../wire/aws-error.ts';
import type { Elbv2Context, Elbv2Operation } from '../context.ts';
import { describeTargetGroup } from '../describe.ts';
import { validationError } from '../errors.ts';
import { findLoadBalancer, findTargetGroup } from '../find.ts';
import { paginate } from '../pagination.ts';
import { targetGroupsOf, userOf } from '../target-group-use.ts';

/** Target groups by ARN, by name, of one load balancer, or all of the region. */
export const describeTargetGroups: Elbv2Operation<
  DescribeTargetGroupsInput,
  DescribeTargetGroupsOutput
> = (input, context) => {
  const { items, ...next } = paginate(
    selected(input, context),
    (group) => group.targetGroupArn,
    input,
  );
  return {
    TargetGroups: items.map((group) =>
      describeTargetGroup(group, userOf(context.store, group.targetGroupArn)),
    ),
    ...next,
  };
};

function selected(input: DescribeTargetGroupsInput, context: Elbv2Context): readonly TargetGroup[] {
  const { store, call } = context;
  const { LoadBalancerArn: balancer, TargetGroupArns: arns = [], Names: names = [] } = input;
  const filters = [balancer !== undefined, arns.length > 0, names.length > 0].filter(Boolean);
  if (filters.length > 1)
    throw validationError(
      'Target groups can be described by load balancer ARN, by target group ARNs or by names, but only by one of them',
    );
  if (balancer !== undefined) {
    const used = targetGroupsOf(store, findLoadBalancer(context, balancer).loadBalancerArn);
    return Array.from(used, (arn) => findTargetGroup(context, arn));
  }
  if (arns.length > 0) return [...new Set(arns)].map((arn) => findTargetGroup(context, arn));
  if (names.length === 0) return store.targetGroups.by('region', call.region);
  return [...new Set(names)].flatMap((name) => {
    const found = store.targetGroups.by('name', `${call.region}/${name}`);
    if (found.length === 0)
      throw new AwsError('TargetGroupNotFound', 'One or more target groups not found');
    return found;
  });
}
