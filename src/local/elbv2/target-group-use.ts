/** Which load balancer uses a target group: the one whose listeners or rules forward to it. A group serves one at most. */
import { forwardedTargetGroups } from '../state/elbv2-entities.ts';
import type { Store } from '../state/store.ts';
import { AwsError } from '../wire/aws-error.ts';
import { TARGET_GROUPS_PER_LOAD_BALANCER } from './quotas.ts';

/** The ARN of the load balancer that forwards to the group, or undefined: nothing does. */
export function userOf(store: Store, targetGroupArn: string): string | undefined {
  const [listener] = store.listeners.by('targetGroup', targetGroupArn);
  if (listener !== undefined) return listener.loadBalancerArn;
  const [rule] = store.rules.by('targetGroup', targetGroupArn);
  return rule === undefined ? undefined : store.listeners.get(rule.listenerArn)?.loadBalancerArn;
}

/** True when a rule or a listener forwards to the group: only then are its targets checked. */
export function isInUse(store: Store, targetGroupArn: string): boolean {
  return (
    store.listeners.count('targetGroup', targetGroupArn) > 0 ||
    store.rules.count('targetGroup', targetGroupArn) > 0
  );
}

/** ARNs of the target groups that the load balancer forwards to, without those of `except` (a listener or rule ARN). */
export function targetGroupsOf(
  store: Store,
  loadBalancerArn: string,
  except?: string,
): ReadonlySet<string> {
  const used = new Set<string>();
  for (const listener of store.listeners.by('loadBalancer', loadBalancerArn)) {
    const rules = store.rules.by('listener', listener.listenerArn);
    const all = [
      { arn: listener.listenerArn, actions: listener.defaultActions },
      ...rules.map((rule) => ({ arn: rule.ruleArn, actions: rule.actions })),
    ];
    for (const { arn, actions } of all)
      if (arn !== except) for (const group of forwardedTargetGroups(actions)) used.add(group);
  }
  return used;
}

/**
 * Checks that a listener or rule of a load balancer may forward to these groups.
 * @param replaced the listener or rule whose actions they replace
 * @throws AwsError TargetGroupAssociationLimit, TooManyUniqueTargetGroupsPerLoadBalancer
 */
export function checkAssociation(
  store: Store,
  loadBalancerArn: string,
  groups: readonly string[],
  replaced?: string,
): void {
  const foreign = groups.filter(
    (group) => (userOf(store, group) ?? loadBalancerArn) !== loadBalancerArn,
  );
  if (foreign.length > 0)
    throw new AwsError(
      'TargetGroupAssociationLimit',
      `The following target groups cannot be associated with more than one load balancer: ${foreign.join(', ')}`,
    );
  const used = new Set([...targetGroupsOf(store, loadBalancerArn, replaced), ...groups]);
  if (used.size > TARGET_GROUPS_PER_LOAD_BALANCER)
    throw new AwsError(
      'TooManyUniqueTargetGroupsPerLoadBalancer',
      `The maximum number of unique target groups per load balancer '${TARGET_GROUPS_PER_LOAD_BALANCER}' has been reached on load balancer '${loadBalancerArn}'`,
    );
}
