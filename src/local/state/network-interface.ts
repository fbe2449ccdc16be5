/** The synthetic network interface that an awsvpc task shows on the API. */
import type { AwsVpcConfiguration } from '@aws-sdk/client-ecs';
import type { IdSource } from '../../base/ids.ts';
import type { TaskNetworkInterface } from './entities.ts';
import type { Store } from './store.ts';

/** Tries in 10.0.0.0/16 before the rest of 10.0.0.0/8 is used: more than 65,000 tasks can be simulated. */
const TRIES_IN_FIRST_NETWORK = 16;
const TRIES = 1000;

/**
 * A new interface with an address that no known task has, stopped ones included: a target may still name theirs.
 * @param configuration with at least one subnet; tasks are spread over the subnets
 */
export function newNetworkInterface(
  configuration: AwsVpcConfiguration,
  store: Store,
  ids: IdSource,
): TaskNetworkInterface {
  const subnets = configuration.subnets ?? [];
  const subnetId = subnets[number(ids.hex(4)) % subnets.length];
  if (subnetId === undefined) throw new Error('an awsvpc configuration has no subnet');
  return {
    attachmentId: ids.uuid(),
    networkInterfaceId: `eni-${ids.hex(17)}`,
    macAddress: `0a:${(ids.hex(10).match(/../g) ?? []).join(':')}`,
    privateIPv4Address: freeAddress(store, ids),
    subnetId,
    configuration,
  };
}

function freeAddress(store: Store, ids: IdSource): string {
  for (let tries = 0; tries < TRIES; tries++) {
    const [a = 0, b = 0, c = 0] = [ids.hex(2), ids.hex(2), ids.hex(2)].map(number);
    const second = tries < TRIES_IN_FIRST_NETWORK ? 0 : a;
    // .0 and .255 look like a network and its broadcast address; .1 is the router's in a VPC.
    const address = `10.${second}.${b}.${2 + (c % 253)}`;
    if (store.tasks.count('address', address) === 0) return address;
  }
  throw new Error('no free address was found in 10.0.0.0/8');
}

function number(hex: string): number {
  return Number.parseInt(hex, 16);
}
