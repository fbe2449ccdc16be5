import type {
  CreateLoadBalancerInput,
  CreateLoadBalancerOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { LoadBalancer } from '../../state/elbv2-entities.ts';
import { AwsError } from '../../wire/aws-error.ts';
import { loadBalancerArn } from '../arns.ts';
import type { Elbv2Context, Elbv2Operation } from '../context.ts';
import { describeLoadBalancer } from '../describe.ts';
import { invalidConfiguration, required } from '../errors.ts';
import { initialLoadBalancerAttributes } from '../load-balancer-attributes.ts';
import { checkLoadBalancerName } from '../names.ts';
import { LOCAL_VPC_ID, subnetIds } from '../subnets.ts';
import { checkTags, sameTags } from '../tags.ts';

/**
 * Creates an Application Load Balancer, active at once, with a loopback address of its own where the machine has one. The same
 * request again answers with the same balancer.
 */
export const createLoadBalancer: Elbv2Operation<
  CreateLoadBalancerInput,
  CreateLoadBalancerOutput
> = async (input, context) => {
  const wanted = wantedBalancer(input);
  const existing = existingBalancer(context, wanted);
  if (existing !== undefined) return { LoadBalancers: [describeLoadBalancer(existing)] };
  for (;;) {
    const taken = hosts(context);
    const dnsName = await context.ports.chooseHost(taken);
    const meanwhile = existingBalancer(context, wanted);
    if (meanwhile !== undefined) return { LoadBalancers: [describeLoadBalancer(meanwhile)] };
    // Given away to another balancer while it was chosen: there may be a further one.
    if (!taken.includes(dnsName) && hosts(context).includes(dnsName)) continue;
    const balancer: LoadBalancer = {
      ...wanted,
      loadBalancerArn: loadBalancerArn(context.call, wanted.loadBalancerName, context.ids.hex(16)),
      region: context.call.region,
      dnsName,
      vpcId: LOCAL_VPC_ID,
      attributes: initialLoadBalancerAttributes(wanted.scheme),
      createdAt: context.clock.now(),
    };
    context.store.transaction(() =>
      context.store.loadBalancers.put(balancer.loadBalancerArn, balancer),
    );
    return { LoadBalancers: [describeLoadBalancer(balancer)] };
  }
};

/** The addresses of all load balancers: those of other regions are on this machine too. */
function hosts(context: Elbv2Context): readonly string[] {
  return Array.from(context.store.loadBalancers.values(), (balancer) => balancer.dnsName);
}

/** What the request decides. */
type WantedBalancer = Pick<
  LoadBalancer,
  'loadBalancerName' | 'type' | 'scheme' | 'ipAddressType' | 'subnets' | 'securityGroups' | 'tags'
>;

function wantedBalancer(input: CreateLoadBalancerInput): WantedBalancer {
  const type = input.Type ?? 'application';
  if (type !== 'application')
    throw invalidConfiguration(
      `The local load balancer forwards HTTP; load balancers of type '${type}' are not available here. Create one of type 'application' with HTTP listeners locally`,
    );
  return {
    loadBalancerName: checkLoadBalancerName(required(input.Name, 'Name')),
    type,
    scheme: input.Scheme ?? 'internet-facing',
    ipAddressType: input.IpAddressType ?? 'ipv4',
    subnets: subnetIds(input),
    securityGroups: input.SecurityGroups ?? [],
    tags: checkTags(input.Tags),
  };
}

/** @throws AwsError DuplicateLoadBalancerName when the name belongs to a balancer with other settings */
function existingBalancer(context: Elbv2Context, wanted: WantedBalancer): LoadBalancer | undefined {
  const name = wanted.loadBalancerName;
  const [existing] = context.store.loadBalancers.by('name', `${context.call.region}/${name}`);
  if (existing === undefined) return undefined;
  const same =
    existing.scheme === wanted.scheme &&
    existing.ipAddressType === wanted.ipAddressType &&
    sameMembers(existing.subnets, wanted.subnets) &&
    sameMembers(existing.securityGroups, wanted.securityGroups) &&
    sameTags(existing.tags, wanted.tags);
  if (same) return existing;
  throw new AwsError(
    'DuplicateLoadBalancerName',
    `A load balancer with the same name '${name}' exists, but with different settings`,
  );
}

function sameMembers(one: readonly string[], other: readonly string[]): boolean {
  return [...one].sort().join() === [...other].sort().join();
}
