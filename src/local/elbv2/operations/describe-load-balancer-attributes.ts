import type {
  DescribeLoadBalancerAttributesInput,
  DescribeLoadBalancerAttributesOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { attributeList } from '../attributes.ts';
import type { Elbv2Operation } from '../context.ts';
import { findLoadBalancer } from '../find.ts';

/** All attributes of a load balancer. */
export const describeLoadBalancerAttributes: Elbv2Operation<
  DescribeLoadBalancerAttributesInput,
  DescribeLoadBalancerAttributesOutput
> = (input, context) => ({
  Attributes: attributeList(findLoadBalancer(context, input.LoadBalancerArn).attributes),
});
