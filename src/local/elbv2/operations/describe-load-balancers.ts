import type {
  DescribeLoadBalancersInput,
  DescribeLoadBalancersOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { LoadBalancer } from '../../state/elbv2-entities.ts';
import { AwsError } from '../../wire/aws-error.ts';
import type { Elbv2Context, Elbv2Operation } from '../context.ts';
import { describeLoadBalancer } from '../describe.ts';
import { validationError } from '../errors.ts';
import { findLoadBalancer } from '../find.ts';
import { paginate } from '../pagination.ts';

const MOST_NAMED = 20;

/** Load balancers by ARN, by name, or all of the region. One that is named and does not exist is an error. */
export const describeLoadBalancers: Elbv2Operation<
  DescribeLoadBalancersInput,
  DescribeLoadBalancersOutput
> = (input, context) => {
  const { items, ...next } = paginate(
    selected(input, context),
    (balancer) => balancer.loadBalancerArn,
    input,
  );
  return { LoadBalancers: items.map(describeLoadBalancer), ...next };
};

function selected(
  input: DescribeLoadBalancersInput,
  context: Elbv2Context,
): readonly LoadBalancer[] {
  const { LoadBalancerArns: arns = [], Names: names = [] } = input;
  if (arns.length > 0 && names.length > 0)
    throw validationError(
      'Load balancer names and load balancer ARNs cannot be specified together',
    );
  if (Math.max(arns.length, names.length) > MOST_NAMED)
    throw validationError(`Up to '${MOST_NAMED}' load balancers can be described in one call`);
  if (arns.length > 0) return [...new Set(arns)].map((arn) => findLoadBalancer(context, arn));
  const { region } = context.call;
  if (names.length === 0) return context.store.loadBalancers.by('region', region);
  const missing: string[] = [];
  const found = [...new Set(names)].flatMap((name) => {
    const rows = context.store.loadBalancers.by('name', `${region}/${name}`);
    if (rows.length === 0) missing.push(name);
    return rows;
  });
  if (missing.length > 0)
    throw new AwsError(
      'LoadBalancerNotFound',
      `Load balancers '[${missing.join(', ')}]' not found`,
    );
  return found;
}
