/** The listener rules that ECS moves a service's traffic by: what they forward to, and moving it (reference: ECS semantics 6.4, 9.4). */
import type { Action, TargetGroupTuple } from '@aws-sdk/client-elastic-load-balancing-v2';
import { listenerOfRule } from '../elbv2/arns.ts';
import type { Store } from '../state/store.ts';

/** A share of a rule's traffic. */
export interface TrafficShare {
  readonly targetGroupArn: string;
  /** 0-100, in steps of 0.1. */
  readonly percent: number;
}

/** The actions of a rule, a listener's default rule too; undefined when it does not exist. */
export function ruleActions(store: Store, ruleArn: string): readonly Action[] | undefined {
  const rule = store.rules.get(ruleArn);
  if (rule !== undefined) return rule.actions;
  const listener = store.listeners.get(listenerOfRule(ruleArn));
  return listener?.defaultRuleArn === ruleArn ? listener.defaultActions : undefined;
}

/** The target groups of a rule's forward action, with their weights. */
export function forwardWeights(actions: readonly Action[]): readonly TargetGroupTuple[] {
  return actions.find(({ Type }) => Type === 'forward')?.ForwardConfig?.TargetGroups ?? [];
}

/**
 * Makes a rule forward by these shares and by nothing else; its other actions and its stickiness stay. Runs inside a
 * transaction; a rule that is gone, or forwards as asked already, is left alone.
 */
export function setShares(store: Store, ruleArn: string, shares: readonly TrafficShare[]): void {
  const actions = ruleActions(store, ruleArn);
  if (actions === undefined) return;
  const weights = weightsOf(shares);
  if (sameWeights(forwardWeights(actions), weights)) return;
  const changed = actions.map((action): Action => {
    if (action.Type !== 'forward') return action;
    const { TargetGroupArn: _only, ...rest } = action;
    return { ...rest, ForwardConfig: { ...rest.ForwardConfig, TargetGroups: weights } };
  });
  const rule = store.rules.get(ruleArn);
  if (rule !== undefined) {
    store.rules.put(ruleArn, { ...rule, actions: changed });
    return;
  }
  const listener = store.listeners.get(listenerOfRule(ruleArn));
  if (listener !== undefined)
    store.listeners.put(listener.listenerArn, { ...listener, defaultActions: changed });
}

/** Whole numbers up to 999, as a rule wants them: percents where these are whole, else tenths of a percent. */
function weightsOf(shares: readonly TrafficShare[]): TargetGroupTuple[] {
  const whole = shares.every(({ percent }) => Number.isInteger(percent));
  return shares.map(({ targetGroupArn, percent }) => ({
    TargetGroupArn: targetGroupArn,
    Weight: whole ? percent : Math.round(percent * 10),
  }));
}

function sameWeights(
  one: readonly TargetGroupTuple[],
  other: readonly TargetGroupTuple[],
): boolean {
  return (
    one.length === other.length &&
    other.every(({ TargetGroupArn, Weight }) =>
      one.some((group) => group.TargetGroupArn === TargetGroupArn && group.Weight === Weight),
    )
  );
}
