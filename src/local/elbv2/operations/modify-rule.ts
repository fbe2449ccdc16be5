import type { ModifyRuleInput, ModifyRuleOutput } from '@aws-sdk/client-elastic-load-balancing-v2';
import { forwardedTargetGroups, type Rule } from '../../state/elbv2-entities.ts';
import { checkActions } from '../actions.ts';
import { checkConditions } from '../conditions.ts';
import type { Elbv2Operation } from '../context.ts';
import { describeRule } from '../describe.ts';
import { notPermitted, validationError } from '../errors.ts';
import { findListener, findRule } from '../find.ts';
import { checkAssociation } from '../target-group-use.ts';
import { refuseTransforms } from '../transforms.ts';

/** Replaces the conditions, the actions or both of a rule. The default rule is changed by ModifyListener. */
export const modifyRule: Elbv2Operation<ModifyRuleInput, ModifyRuleOutput> = (input, context) => {
  const { store } = context;
  const found = findRule(context, input.RuleArn);
  if (found.kind === 'default')
    throw notPermitted(
      `Default rule '${found.listener.defaultRuleArn}' cannot be modified. Change the DefaultActions of its listener by ModifyListener`,
    );
  refuseTransforms(input.Transforms);
  if (
    input.Conditions === undefined &&
    input.Actions === undefined &&
    input.ResetTransforms === undefined
  )
    throw validationError('Either conditions or actions must be specified');
  const { rule } = found;
  const changed: Rule = {
    ...rule,
    ...(input.Conditions !== undefined && { conditions: checkConditions(input.Conditions) }),
    ...(input.Actions !== undefined && {
      actions: checkActions(input.Actions, 'Actions', context),
    }),
  };
  const { loadBalancerArn } = findListener(context, rule.listenerArn);
  checkAssociation(store, loadBalancerArn, forwardedTargetGroups(changed.actions), rule.ruleArn);
  store.transaction(() => store.rules.put(rule.ruleArn, changed));
  return { Rules: [describeRule(changed)] };
};
