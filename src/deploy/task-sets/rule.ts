/** Reads and changes what shares the traffic: a rule, or a listener's default actions. */
import {
  DescribeListenersCommand,
  DescribeRulesCommand,
  ModifyListenerCommand,
  ModifyRuleCommand,
  type Action,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { ApiError } from '../aws/api-failure.ts';
import type { Session } from '../session/session.ts';

/** ARN of a rule, or of a listener for its default rule, which ModifyRule does not change (reference: ECS semantics 9.4). */
export type RuleArn = string;

/** True for the ARN of a listener. */
export function isListener(arn: RuleArn): boolean {
  return arn.includes(':listener/');
}

/** The listener that a rule belongs to. */
export function listenerOf(arn: RuleArn): string {
  if (isListener(arn)) return arn;
  return arn.replace(':listener-rule/', ':listener/').replace(/\/[^/]+$/, '');
}

/** The dimension `LoadBalancer` of the load balancer that a rule or listener belongs to: `app/NAME/ID`. */
export function loadBalancerOf(arn: RuleArn): string {
  const path = listenerOf(arn).split(':listener/')[1] ?? '';
  return path.split('/').slice(0, 3).join('/');
}

/** The actions as they are now; undefined when the rule is gone. @throws ApiError */
export async function readActions(
  { api, dependencies }: Session,
  arn: RuleArn,
): Promise<readonly Action[] | undefined> {
  const { elbv2 } = dependencies.clients;
  try {
    if (isListener(arn)) {
      const { Listeners } = await api.read('elasticloadbalancing', 'DescribeListeners', (options) =>
        elbv2.send(new DescribeListenersCommand({ ListenerArns: [arn] }), options),
      );
      return Listeners?.[0]?.DefaultActions;
    }
    const { Rules } = await api.read('elasticloadbalancing', 'DescribeRules', (options) =>
      elbv2.send(new DescribeRulesCommand({ RuleArns: [arn] }), options),
    );
    return Rules?.[0]?.Actions;
  } catch (error) {
    if (error instanceof ApiError && /^(?:Rule|Listener)NotFound/.test(error.code)) {
      return undefined;
    }
    throw error;
  }
}

/** Replaces all actions. Done twice it does no harm. @throws ApiError */
export async function writeActions(
  { api, dependencies }: Session,
  arn: RuleArn,
  actions: Action[],
): Promise<void> {
  const { elbv2 } = dependencies.clients;
  if (isListener(arn)) {
    await api.change('elasticloadbalancing', 'ModifyListener', (options) =>
      elbv2.send(new ModifyListenerCommand({ ListenerArn: arn, DefaultActions: actions }), options),
    );
    return;
  }
  await api.change('elasticloadbalancing', 'ModifyRule', (options) =>
    elbv2.send(new ModifyRuleCommand({ RuleArn: arn, Actions: actions }), options),
  );
}
