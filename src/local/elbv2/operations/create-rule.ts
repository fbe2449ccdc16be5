import type { CreateRuleInput, CreateRuleOutput } from '@aws-sdk/client-elastic-load-balancing-v2';
import { forwardedTargetGroups, type Rule } from '../../state/elbv2-entities.ts';
import { AwsError } from '../../wire/aws-error.ts';
import { checkActions } from '../actions.ts';
import { ruleArn } from '../arns.ts';
import { checkConditions } from '../conditions.ts';
import type { Elbv2Context, Elbv2Operation } from '../context.ts';
import { describeRule } from '../describe.ts';
import { required } from '../errors.ts';
import { findListener } from '../find.ts';
import { checkPriority, priorityInUse } from '../priorities.ts';
import { RULES_PER_LOAD_BALANCER } from '../quotas.ts';
import { refuseTransforms } from '../transforms.ts';
import { checkTags } from '../tags.ts';
import { checkAssociation } from '../target-group-use.ts';

/** Creates a rule of a listener. */
export const createRule: Elbv2Operation<CreateRuleInput, CreateRuleOutput> = (input, context) => {
  const { store } = context;
  const listener = findListener(context, input.ListenerArn);
  refuseTransforms(input.Transforms);
  const rule: Rule = {
    ruleArn: ruleArn(listener.listenerArn, context.ids.hex(16)),
    listenerArn: listener.listenerArn,
    region: listener.region,
    priority: checkPriority(required(input.Priority, 'Priority')),
    conditions: checkConditions(input.Conditions),
    actions: checkActions(input.Actions, 'Actions', context),
    tags: checkTags(input.Tags),
    createdAt: context.clock.now(),
  };
  const siblings = store.rules.by('listener', listener.listenerArn);
  if (siblings.some((sibling) => sibling.priority === rule.priority))
    throw priorityInUse(rule.priority);
  checkQuota(context, listener.loadBalancerArn);
  checkAssociation(store, listener.loadBalancerArn, forwardedTargetGroups(rule.actions));
  store.transaction(() => store.rules.put(rule.ruleArn, rule));
  return { Rules: [describeRule(rule)] };
};

function checkQuota(context: Elbv2Context, loadBalancerArn: string): void {
  const { listeners, rules } = context.store;
  const count = listeners
    .by('loadBalancer', loadBalancerArn)
    .reduce((sum, listener) => sum + rules.count('listener', listener.listenerArn), 0);
  if (count >= RULES_PER_LOAD_BALANCER)
    throw new AwsError(
      'TooManyRules',
      `The maximum number of rules '${RULES_PER_LOAD_BALANCER}' has been reached on load balancer '${loadBalancerArn}'`,
    );
}
