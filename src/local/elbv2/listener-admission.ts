/**
 * The checks of a new or changed listener that depend on the rest of the state. They are made before its port is opened, and
 * once more in the transaction, because other requests may have been answered in between.
 */
import { forwardedTargetGroups, type Listener } from '../state/elbv2-entities.ts';
import { AwsError } from '../wire/aws-error.ts';
import type { Elbv2Context } from './context.ts';
import { findLoadBalancer, findTargetGroup } from './find.ts';
import { checkPortIsFree } from './listener-port.ts';
import { LISTENERS_PER_LOAD_BALANCER } from './quotas.ts';
import { checkAssociation } from './target-group-use.ts';

/**
 * @throws AwsError LoadBalancerNotFound, TargetGroupNotFound, DuplicateListener, TooManyListeners,
 *   TargetGroupAssociationLimit, TooManyUniqueTargetGroupsPerLoadBalancer
 */
export function admitListener(context: Elbv2Context, listener: Listener): void {
  const { store } = context;
  const { loadBalancerArn, listenerArn } = listener;
  findLoadBalancer(context, loadBalancerArn);
  checkPortIsFree(store, listener);
  const isNew = store.listeners.get(listenerArn) === undefined;
  if (
    isNew &&
    store.listeners.count('loadBalancer', loadBalancerArn) >= LISTENERS_PER_LOAD_BALANCER
  )
    throw new AwsError(
      'TooManyListeners',
      `The maximum number of listeners '${LISTENERS_PER_LOAD_BALANCER}' has been reached on load balancer '${loadBalancerArn}'`,
    );
  const groups = forwardedTargetGroups(listener.defaultActions);
  for (const group of groups) findTargetGroup(context, group);
  checkAssociation(store, loadBalancerArn, groups, listenerArn);
}
