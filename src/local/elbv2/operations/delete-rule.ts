import type { DeleteRuleInput, DeleteRuleOutput } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Elbv2Operation } from '../context.ts';
import { notPermitted } from '../errors.ts';
import { findRule } from '../find.ts';

/** Deletes a rule; the default rule goes with its listener only. */
export const deleteRule: Elbv2Operation<DeleteRuleInput, DeleteRuleOutput> = (input, context) => {
  const found = findRule(context, input.RuleArn);
  if (found.kind === 'default')
    throw notPermitted(`Default rule '${found.listener.defaultRuleArn}' cannot be deleted`);
  context.store.transaction(() => context.store.rules.delete(found.rule.ruleArn));
  return {};
};
