import type {
  ModifyLoadBalancerAttributesInput,
  ModifyLoadBalancerAttributesOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { attributeList, changeAttributes } from '../attributes.ts';
import type { Elbv2Operation } from '../context.ts';
import { required } from '../errors.ts';
import { findLoadBalancer } from '../find.ts';
import { LOAD_BALANCER_ATTRIBUTES } from '../load-balancer-attributes.ts';

/** Changes the given attributes, all or none; answers with all of the load balancer. */
export const modifyLoadBalancerAttributes: Elbv2Operation<
  ModifyLoadBalancerAttributesInput,
  ModifyLoadBalancerAttributesOutput
> = (input, context) => {
  const balancer = findLoadBalancer(context, input.LoadBalancerArn);
  const attributes = changeAttributes(
    'Load balancer',
    LOAD_BALANCER_ATTRIBUTES,
    balancer.attributes,
    required(input.Attributes, 'Attributes'),
  );
  context.store.transaction(() =>
    context.store.loadBalancers.put(balancer.loadBalancerArn, { ...balancer, attributes }),
  );
  return { Attributes: attributeList(attributes) };
};
