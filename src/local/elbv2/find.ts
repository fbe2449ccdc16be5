/** Finds the resource that a request names by its ARN, in the request's region. */
import type { Listener, LoadBalancer, Rule, TargetGroup } from '../state/elbv2-entities.ts';
import type { Store } from '../state/store.ts';
import { AwsError } from '../wire/aws-error.ts';
import { checkArn, listenerOfRule } from './arns.ts';
import { required } from './errors.ts';

/** The part of an operation's context that is needed to find something. */
export interface FindContext {
  readonly store: Store;
  readonly call: { readonly region: string };
}

/** @throws AwsError ValidationError (no ARN of a load balancer), LoadBalancerNotFound */
export function findLoadBalancer(context: FindContext, arn: string | undefined): LoadBalancer {
  const found = context.store.loadBalancers.get(
    checkArn(required(arn, 'LoadBalancerArn'), 'loadbalancer'),
  );
  if (found?.region !== context.call.region)
    throw new AwsError('LoadBalancerNotFound', `Load balancer '${arn}' not found`);
  return found;
}

/** @throws AwsError ValidationError (no ARN of a target group), TargetGroupNotFound */
export function findTargetGroup(context: FindContext, arn: string | undefined): TargetGroup {
  const found = context.store.targetGroups.get(
    checkArn(required(arn, 'TargetGroupArn'), 'targetgroup'),
  );
  if (found?.region !== context.call.region)
    throw new AwsError('TargetGroupNotFound', `Target groups '${arn}' not found`);
  return found;
}

/** @throws AwsError ValidationError (no ARN of a listener), ListenerNotFound */
export function findListener(context: FindContext, arn: string | undefined): Listener {
  const found = context.store.listeners.get(checkArn(required(arn, 'ListenerArn'), 'listener'));
  if (found?.region !== context.call.region)
    throw new AwsError('ListenerNotFound', `Listener '${arn}' not found`);
  return found;
}

/** A rule of a request: one with a priority, or the default rule, which is a part of its listener. */
export type FoundRule =
  | { readonly kind: 'rule'; readonly rule: Rule }
  | { readonly kind: 'default'; readonly listener: Listener };

/** @throws AwsError ValidationError (no ARN of a rule), RuleNotFound */
export function findRule(context: FindContext, arn: string | undefined): FoundRule {
  const checked = checkArn(required(arn, 'RuleArn'), 'listener-rule');
  const { region } = context.call;
  const rule = context.store.rules.get(checked);
  if (rule?.region === region) return { kind: 'rule', rule };
  const listener = context.store.listeners.get(listenerOfRule(checked));
  if (listener?.region === region && listener.defaultRuleArn === checked)
    return { kind: 'default', listener };
  throw new AwsError('RuleNotFound', 'One or more rules not found');
}

/** The load balancer of a listener; a listener never outlives its balancer. */
export function balancerOf(context: FindContext, listener: Listener): LoadBalancer {
  return findLoadBalancer(context, listener.loadBalancerArn);
}
