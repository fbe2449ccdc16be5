import type {
  SetSecurityGroupsInput,
  SetSecurityGroupsOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Elbv2Operation } from '../context.ts';
import { required, validationError } from '../errors.ts';
import { findLoadBalancer } from '../find.ts';

/** Replaces the security groups of a load balancer; they are kept and shown, there is no VPC that enforces them. */
export const setSecurityGroups: Elbv2Operation<SetSecurityGroupsInput, SetSecurityGroupsOutput> = (
  input,
  context,
) => {
  const balancer = findLoadBalancer(context, input.LoadBalancerArn);
  const securityGroups = [...new Set(required(input.SecurityGroups, 'SecurityGroups'))];
  if (securityGroups.length === 0)
    throw validationError('At least one security group must be specified');
  context.store.transaction(() =>
    context.store.loadBalancers.put(balancer.loadBalancerArn, { ...balancer, securityGroups }),
  );
  return { SecurityGroupIds: securityGroups };
};
