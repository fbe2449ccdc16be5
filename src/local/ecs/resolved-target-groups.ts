/** Which of its two target groups a load balancer's new revision gets: they swap roles at each deployment (reference: ECS semantics 6.4). */
import type { LoadBalancer } from '@aws-sdk/client-ecs';
import type { ServiceRevision } from '../state/entities.ts';
import type { Store } from '../state/store.ts';
import { forwardWeights, ruleActions } from './traffic-rules.ts';

/** The revision's load balancers with the target groups that its tasks really belong to. */
export function resolvedLoadBalancers({
  loadBalancers,
  resolvedTargetGroups,
}: Pick<ServiceRevision, 'loadBalancers' | 'resolvedTargetGroups'>): readonly LoadBalancer[] {
  if (resolvedTargetGroups === undefined) return loadBalancers;
  return loadBalancers.map((loadBalancer, index) => {
    const targetGroupArn = resolvedTargetGroups[index];
    return targetGroupArn === undefined ? loadBalancer : { ...loadBalancer, targetGroupArn };
  });
}

/** The other one of a load balancer's two target groups. */
export function otherTargetGroup(
  { targetGroupArn = '', advancedConfiguration }: LoadBalancer,
  resolved: string,
): string {
  return resolved === targetGroupArn
    ? (advancedConfiguration?.alternateTargetGroupArn ?? targetGroupArn)
    : targetGroupArn;
}

/**
 * The target groups of a new revision, one for each load balancer. One that shifts traffic gets the group that the former
 * revision does not have; a rolling update stays where the traffic is.
 * @param former the revision that has the production traffic; absent for a service's first one
 */
export function targetGroupsOfNew(
  loadBalancers: readonly LoadBalancer[],
  former: ServiceRevision | undefined,
  shifts: boolean,
  store: Store,
): readonly string[] {
  return loadBalancers.map((loadBalancer) => {
    const { targetGroupArn = '', advancedConfiguration } = loadBalancer;
    if (advancedConfiguration === undefined || former === undefined) return targetGroupArn;
    const pair = [targetGroupArn, advancedConfiguration.alternateTargetGroupArn ?? targetGroupArn];
    const used =
      resolvedLoadBalancers(former).find((each) => pair.includes(each.targetGroupArn ?? ''))
        ?.targetGroupArn ?? servingGroup(store, advancedConfiguration.productionListenerRule, pair);
    if (used === undefined) return targetGroupArn;
    return shifts ? otherTargetGroup(loadBalancer, used) : used;
  });
}

function servingGroup(
  store: Store,
  rule: string | undefined,
  pair: readonly string[],
): string | undefined {
  const weights = forwardWeights(ruleActions(store, rule ?? '') ?? []);
  return weights.find(
    ({ TargetGroupArn = '', Weight = 1 }) => Weight > 0 && pair.includes(TargetGroupArn),
  )?.TargetGroupArn;
}
