import type { SetSubnetsInput, SetSubnetsOutput } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Elbv2Operation } from '../context.ts';
import { validationError } from '../errors.ts';
import { findLoadBalancer } from '../find.ts';
import { availabilityZones, subnetIds } from '../subnets.ts';

/** Replaces the subnets of a load balancer. */
export const setSubnets: Elbv2Operation<SetSubnetsInput, SetSubnetsOutput> = (input, context) => {
  const balancer = findLoadBalancer(context, input.LoadBalancerArn);
  const subnets = subnetIds(input);
  if (subnets.length === 0)
    throw validationError('You must specify either subnets or subnet mappings');
  const ipAddressType = input.IpAddressType ?? balancer.ipAddressType;
  context.store.transaction(() =>
    context.store.loadBalancers.put(balancer.loadBalancerArn, {
      ...balancer,
      subnets,
      ipAddressType,
    }),
  );
  return {
    AvailabilityZones: availabilityZones(balancer.region, subnets),
    ...(input.IpAddressType !== undefined && { IpAddressType: input.IpAddressType }),
  };
};
