import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changePriorities } from '../../../src/local/elbv2/priorities.ts';
import type { Rule } from '../../../src/local/state/elbv2-entities.ts';
import { AwsError } from '../../../src/local/wire/aws-error.ts';

function rules(priorities: readonly number[]): readonly Rule[] {
  return priorities.map((priority, index) => ({
    ruleArn: `rule-${index}`,
    listenerArn: 'listener',
    region: 'eu-west-1',
    priority,
    conditions: [],
    actions: [],
    tags: [],
    createdAt: 0,
  }));
}

const priority = fc.integer({ min: 1, max: 12 });
const listener = fc.uniqueArray(priority, { minLength: 1, maxLength: 8 });

describe('SetRulePriorities', () => {
  it('leaves every priority unique, or refuses and says which one is taken', () => {
    fc.assert(
      fc.property(listener, fc.array(fc.tuple(fc.nat(7), priority)), (priorities, moves) => {
        const before = rules(priorities);
        const wanted = new Map(
          moves
            .filter(([index]) => index < before.length)
            .map(([index, to]) => [`rule-${index}`, to]),
        );
        const after = new Map(before.map((rule) => [rule.ruleArn, rule.priority]));
        for (const [arn, to] of wanted) after.set(arn, to);
        const unique = new Set(after.values()).size === after.size;
        if (unique) {
          const changed = changePriorities(before, wanted);
          expect(new Map(changed.map((rule) => [rule.ruleArn, rule.priority]))).toEqual(wanted);
        } else {
          expect(() => changePriorities(before, wanted)).toThrow(AwsError);
        }
      }),
    );
  });

  it('lets all rules change places at once', () => {
    fc.assert(
      fc.property(listener, fc.nat(), (priorities, shift) => {
        const before = rules(priorities);
        const rotated = priorities.map(
          (_, index) => priorities[(index + shift) % priorities.length] ?? 0,
        );
        const wanted = new Map(before.map((rule, index) => [rule.ruleArn, rotated[index] ?? 0]));
        const changed = changePriorities(before, wanted);
        expect(changed.map((rule) => rule.priority)).toEqual(rotated);
      }),
    );
  });

  it('names a priority that a rule outside of the request has', () => {
    expect(() => changePriorities(rules([1, 2]), new Map([['rule-0', 2]]))).toThrow(
      "Priority '2' is currently in use",
    );
  });
});
