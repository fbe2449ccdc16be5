/** Targets as requests name them: an address or an instance id, and a port. */
import { isIPv4 } from 'node:net';
import type { TargetDescription } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { TargetGroup } from '../state/elbv2-entities.ts';
import { AwsError } from '../wire/aws-error.ts';
import { checkRange, required, validationError } from './errors.ts';

/** A target of a group, as its key has it. */
export interface TargetName {
  readonly targetGroupArn: string;
  readonly id: string;
  readonly port: number;
  readonly availabilityZone?: string;
}

/**
 * What a request's targets name; without a port it is the group's.
 * @throws AwsError ValidationError: no target, an id or a port that cannot be one
 */
export function targetNames(
  group: TargetGroup,
  targets: readonly TargetDescription[] | undefined,
): readonly TargetName[] {
  const given = required(targets, 'Targets');
  if (given.length === 0) throw validationError('At least one target must be specified');
  return given.map((target) => ({
    targetGroupArn: group.targetGroupArn,
    id: checkId(group, required(target.Id, 'Targets.Id')),
    port: checkRange(target.Port ?? group.port, 'Target port', 1, 65_535),
    ...(target.AvailabilityZone !== undefined && { availabilityZone: target.AvailabilityZone }),
  }));
}

/**
 * Checks that a balancer may send requests to the address: private or loopback, as nothing else is on this machine.
 * @throws AwsError InvalidTarget
 */
export function checkReachable(group: TargetGroup, target: TargetName): void {
  if (group.targetType === 'instance' || isPrivate(target.id)) return;
  throw new AwsError(
    'InvalidTarget',
    `The IP address '${target.id}' is neither private (10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 100.64.0.0/10) nor loopback (127.0.0.0/8)`,
  );
}

function checkId(group: TargetGroup, id: string): string {
  if (group.targetType === 'instance') {
    if (/^i-[0-9a-f]{8,17}$/.test(id)) return id;
    throw validationError(
      `Instance ID '${id}' is not valid. Targets of target type 'instance' are named by instance id, such as i-0123456789abcdef0`,
    );
  }
  if (isIPv4(id)) return id;
  throw validationError(
    `The IP address '${id}' is not a valid IPv4 address. Targets of target type 'ip' are named by address`,
  );
}

function isPrivate(address: string): boolean {
  const [a = 0, b = 0] = address.split('.').map(Number);
  return (
    a === 10 ||
    a === 127 ||
    (a === 172 && b >= 16 && b <= 31) ||
    (a === 192 && b === 168) ||
    (a === 100 && b >= 64 && b <= 127)
  );
}
