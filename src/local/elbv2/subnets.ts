/** Subnets of a load balancer: there is no VPC here, so they are kept and shown as they were given. */
import type { AvailabilityZone, SubnetMapping } from '@aws-sdk/client-elastic-load-balancing-v2';
import { invalidConfiguration, required, validationError } from './errors.ts';

/** The network that resources are shown in when a request names none. */
export const LOCAL_VPC_ID = 'vpc-00000000000000001';

interface SubnetInput {
  readonly Subnets?: readonly string[] | undefined;
  readonly SubnetMappings?: readonly SubnetMapping[] | undefined;
}

/**
 * The ids of a request's subnets; none when it names none, which AWS would refuse and a machine without a VPC cannot mind.
 * @throws AwsError ValidationError, InvalidConfigurationRequest
 */
export function subnetIds(input: SubnetInput): readonly string[] {
  const { Subnets: subnets, SubnetMappings: mappings } = input;
  if (subnets !== undefined && mappings !== undefined)
    throw validationError('You must specify either subnets or subnet mappings, but not both');
  const ids =
    subnets ??
    (mappings ?? []).map((mapping) => required(mapping.SubnetId, 'SubnetMappings.SubnetId'));
  for (const id of ids)
    if (id === '' || id.length > 255) throw validationError(`The subnet ID '${id}' is not valid`);
  if (new Set(ids).size < ids.length)
    throw invalidConfiguration(
      'A load balancer cannot be attached to multiple subnets in the same Availability Zone: a subnet is given twice',
    );
  return ids;
}

/** The zones of the subnets: one after the other, `eu-west-1a`, `eu-west-1b`, ... */
export function availabilityZones(region: string, subnets: readonly string[]): AvailabilityZone[] {
  return subnets.map((subnet, index) => ({
    ZoneName: region + String.fromCharCode('a'.charCodeAt(0) + (index % 26)),
    SubnetId: subnet,
    LoadBalancerAddresses: [],
  }));
}
