/** Which changes of a service start a new deployment (reference: ECS semantics 4.4). */
import type { Service } from '../state/entities.ts';
import { sameValue } from './same-value.ts';

/** The members that tasks are made from: a change of any of them needs new tasks. */
const REVISION_MEMBERS = [
  'taskDefinition',
  'networkConfiguration',
  'platformVersion',
  'loadBalancers',
  'serviceRegistries',
  'serviceConnectConfiguration',
  'volumeConfigurations',
  'vpcLatticeConfigurations',
  'monitoring',
] as const satisfies readonly (keyof Service)[];

/** One of the members that tasks are made from. */
export type RevisionMember = (typeof REVISION_MEMBERS)[number];

/** A service's members that tasks are made from. */
export type RevisionMembers = Pick<Service, RevisionMember>;

/**
 * The members that differ so that a new deployment is needed. Desired count, deployment configuration, zone rebalancing,
 * placement, grace period, execute command and tag options never are among them.
 */
export function changedRevisionMembers(
  former: RevisionMembers,
  next: RevisionMembers,
): readonly RevisionMember[] {
  return REVISION_MEMBERS.filter((member) => !sameValue(former[member], next[member]));
}

/** Whether an update starts a deployment: something that tasks are made from changed, or the caller forces it. */
export function startsDeployment(
  former: RevisionMembers,
  next: RevisionMembers,
  forceNewDeployment: boolean,
): boolean {
  return forceNewDeployment || changedRevisionMembers(former, next).length > 0;
}
