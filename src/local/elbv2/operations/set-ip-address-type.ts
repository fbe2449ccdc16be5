import type {
  SetIpAddressTypeInput,
  SetIpAddressTypeOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Elbv2Operation } from '../context.ts';
import { invalidConfiguration, required } from '../errors.ts';
import { findLoadBalancer } from '../find.ts';

/** Sets the IP address type that a load balancer shows; its address on this machine stays. */
export const setIpAddressType: Elbv2Operation<SetIpAddressTypeInput, SetIpAddressTypeOutput> = (
  input,
  context,
) => {
  const balancer = findLoadBalancer(context, input.LoadBalancerArn);
  const ipAddressType = required(input.IpAddressType, 'IpAddressType');
  if (balancer.scheme === 'internal' && ipAddressType === 'dualstack-without-public-ipv4')
    throw invalidConfiguration(
      "Internal load balancers cannot have the IP address type 'dualstack-without-public-ipv4'",
    );
  context.store.transaction(() =>
    context.store.loadBalancers.put(balancer.loadBalancerArn, { ...balancer, ipAddressType }),
  );
  return { IpAddressType: ipAddressType };
};
