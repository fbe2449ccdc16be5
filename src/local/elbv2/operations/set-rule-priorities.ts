import type {
  SetRulePrioritiesInput,
  SetRulePrioritiesOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Elbv2Operation } from '../context.ts';
import { describeRule } from '../describe.ts';
import { notPermitted, required, validationError } from '../errors.ts';
import { findRule } from '../find.ts';
import { changePriorities } from '../priorities.ts';

/** Gives rules other priorities, all at once or none: two rules can change places. */
export const setRulePriorities: Elbv2Operation<SetRulePrioritiesInput, SetRulePrioritiesOutput> = (
  input,
  context,
) => {
  const { store } = context;
  const pairs = required(input.RulePriorities, 'RulePriorities');
  if (pairs.length === 0) throw validationError('At least one rule priority must be specified');
  const byListener = new Map<string, Map<string, number>>();
  for (const pair of pairs) {
    const found = findRule(context, pair.RuleArn);
    if (found.kind === 'default')
      throw notPermitted(
        `The priority of default rule '${found.listener.defaultRuleArn}' cannot be changed`,
      );
    const { ruleArn, listenerArn } = found.rule;
    const wanted = byListener.get(listenerArn) ?? new Map<string, number>();
    if (wanted.has(ruleArn)) throw validationError(`Rule '${ruleArn}' was provided multiple times`);
    byListener.set(listenerArn, wanted.set(ruleArn, required(pair.Priority, 'Priority')));
  }
  const changed = Array.from(byListener, ([listenerArn, wanted]) =>
    changePriorities(store.rules.by('listener', listenerArn), wanted),
  ).flat();
  store.transaction(() => {
    for (const rule of changed) store.rules.put(rule.ruleArn, rule);
  });
  return { Rules: changed.map(describeRule) };
};
