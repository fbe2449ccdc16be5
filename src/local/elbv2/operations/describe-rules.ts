import type {
  DescribeRulesInput,
  DescribeRulesOutput,
  Rule,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Elbv2Context, Elbv2Operation } from '../context.ts';
import { describeDefaultRule, describeRule } from '../describe.ts';
import { validationError } from '../errors.ts';
import { findListener, findRule } from '../find.ts';
import { paginate } from '../pagination.ts';

/** Rules by ARN, or all of one listener, by priority with the default rule last. */
export const describeRules: Elbv2Operation<DescribeRulesInput, DescribeRulesOutput> = (
  input,
  context,
) => {
  const { items, ...next } = paginate(selected(input, context), orderOf, input);
  return { Rules: items, ...next };
};

function selected(input: DescribeRulesInput, context: Elbv2Context): readonly Rule[] {
  const { ListenerArn: listenerArn, RuleArns: arns = [] } = input;
  if ((listenerArn === undefined) === (arns.length === 0))
    throw validationError('You must specify either listener rule ARNs or a listener ARN');
  if (listenerArn !== undefined) {
    const listener = findListener(context, listenerArn);
    const rules = context.store.rules.by('listener', listener.listenerArn);
    return [...rules.map(describeRule), describeDefaultRule(listener)];
  }
  return [...new Set(arns)].map((arn) => {
    const found = findRule(context, arn);
    return found.kind === 'rule' ? describeRule(found.rule) : describeDefaultRule(found.listener);
  });
}

/** `00010 arn...`, so that 10 comes before 9000; `default` comes after every digit. */
function orderOf(rule: Rule): string {
  return `${(rule.Priority ?? '').padStart(5, '0')} ${rule.RuleArn ?? ''}`;
}
