/** Priorities of rules: 1 to 50000, each once in a listener; the default rule has none and comes last. */
import type { Rule } from '../state/elbv2-entities.ts';
import { AwsError } from '../wire/aws-error.ts';
import { checkRange, validationError } from './errors.ts';

/** @throws AwsError ValidationError */
export function checkPriority(priority: number): number {
  return checkRange(priority, 'Rule priority', 1, 50_000);
}

/**
 * The rules of one listener that get other priorities, with those priorities; all take effect at once, so two rules can change
 * places.
 * @param rules all rules of the listener
 * @param wanted rule ARN -> new priority; every ARN is one of `rules`
 * @throws AwsError ValidationError (out of range, or the same priority for two), PriorityInUse (a rule that stays has it)
 */
export function changePriorities(
  rules: readonly Rule[],
  wanted: ReadonlyMap<string, number>,
): readonly Rule[] {
  const given = new Set<number>();
  for (const priority of wanted.values()) {
    checkPriority(priority);
    if (given.has(priority))
      throw validationError(`Priority '${priority}' was provided multiple times`);
    given.add(priority);
  }
  for (const rule of rules)
    if (!wanted.has(rule.ruleArn) && given.has(rule.priority)) throw priorityInUse(rule.priority);
  return rules.flatMap((rule) => {
    const priority = wanted.get(rule.ruleArn);
    return priority === undefined ? [] : [{ ...rule, priority }];
  });
}

/** The error of a priority that another rule of the listener has. */
export function priorityInUse(priority: number): AwsError {
  return new AwsError('PriorityInUse', `Priority '${priority}' is currently in use`);
}
