import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchesClusterQuery, parseClusterQuery } from '../../src/scheduler/cluster-query.ts';

const VALUES: Readonly<Record<string, readonly string[]>> = {
  'attribute:stack': ['prod'],
  'attribute:flag': [''],
  'attribute:odd': ['or'],
  'attribute:bracket': [']'],
  'attribute:dashed': ['pro-d'],
  'attribute:ecs.instance-type': ['local.2cpu'],
  'task-group': ['service:web', 'family:batch'],
  'instance-id': ['i-1'],
};

function matches(text: string): boolean {
  const parsed = parseClusterQuery(text);
  if (!parsed.ok) throw new Error(parsed.message);
  return matchesClusterQuery(parsed.query, (subject) => {
    const key = subject.kind === 'attribute' ? `attribute:${subject.name}` : subject.kind;
    return VALUES[key] ?? [];
  });
}

function mistakeIn(text: string): string {
  const parsed = parseClusterQuery(text);
  if (parsed.ok) throw new Error(`'${text}' was understood`);
  return parsed.message;
}

describe('the cluster query language', () => {
  it.each([
    ['attribute:stack == prod', true],
    ['attribute:stack equals prod', true],
    ['attribute:stack==prod', true],
    ['attribute:stack == test', false],
    ['attribute:stack != test', true],
    ['attribute:stack != prod', false],
    ['attribute:stack not_equals prod', false],
    ['  attribute:stack == prod  ', true],
    ['task:group in [service:web]', true],
    ['attribute:stack !in [prod]', false],
    ['attribute:stack !exists', false],
    ['attribute:stack not_exists', false],
    ['attribute:missing !in [prod]', true],
    ['attribute:a exists or attribute:b exists', false],
    ['attribute:stack == "a==b"', false],
    ['attribute:odd == "or"', true],
    ['attribute:odd in ["or", "]"]', true],
    ['attribute:bracket == "]"', true],
    ['attribute:dashed == pro-d', true],
    ['attribute:missing == prod', false],
    ['attribute:missing != prod', true],
    ['attribute:stack in [test, prod]', true],
    ['attribute:stack in [test]', false],
    ['attribute:stack !in [test]', true],
    ['attribute:stack not_in [prod]', false],
    ['attribute:flag exists', true],
    ['attribute:missing exists', false],
    ['attribute:missing !exists', true],
    ['attribute:missing not_exists', true],
    ['attribute:ecs.instance-type == local.2cpu', true],
    ['task:group == service:web', true],
    ['task:group == service:api', false],
    ['ec2InstanceId in [i-1, i-2]', true],
    ['attribute:stack == "prod"', true],
    ["attribute:stack == 'or'", false],
  ])('%s is %s', (text, expected) => {
    expect(matches(text)).toBe(expected);
  });

  it('lets not bind tighter than and, and and tighter than or', () => {
    expect(matches('attribute:flag exists or attribute:a exists and attribute:b exists')).toBe(
      true,
    );
    expect(matches('(attribute:flag exists or attribute:a exists) and attribute:b exists')).toBe(
      false,
    );
    expect(matches('not attribute:a exists and attribute:flag exists')).toBe(true);
    expect(matches('!(attribute:a exists || attribute:flag exists)')).toBe(false);
    expect(matches('attribute:flag exists && !(attribute:a exists)')).toBe(true);
  });

  it.each([
    ['', 'a subject such as attribute:NAME is missing at the end'],
    ['attribute:stack', 'an operator is missing at the end'],
    ['attribute:stack ==', 'a value is missing at the end'],
    ['attribute:stack == )', "a value is expected instead of ')'"],
    ['attribute:stack in prod', "'[' is expected instead of 'prod'"],
    ['attribute:stack in [prod', "']' is missing at the end"],
    ['attribute:stack == prod extra', "'extra' is not expected"],
    ['(attribute:stack == prod', "')' is missing at the end"],
    ['attribute:stack ! prod', "'in' or 'exists' is expected after '!'"],
    ['runningTasksCount == 1', "the subject 'runningTasksCount' is not supported here"],
    ['attribute:stack =~ prod.*', "the operator '=~' is not supported here"],
    ['xattribute:stack exists', "the subject 'xattribute:stack' is not supported here"],
    ['attribute:st*ck exists', "the subject 'attribute:st*ck' is not supported here"],
    ['attribute:stack in [prod" ]', 'it cannot be read from'],
    ['attribute:stack > a', "the operator '>' is not supported here"],
    ['attribute:stack = prod', "it cannot be read from '= prod' on"],
  ])('refuses %j: %s', (text, message) => {
    expect(mistakeIn(text)).toContain(message);
  });

  it('refuses nesting that could exhaust the stack', () => {
    expect(mistakeIn(`${'('.repeat(900)}attribute:a exists${')'.repeat(900)}`)).toBe(
      'it is nested too deeply',
    );
    expect(mistakeIn(`${'!'.repeat(1900)} attribute:a exists`)).toBe('it is nested too deeply');
  });

  it('takes long chains, which are not nested', () => {
    const chain = Array.from({ length: 60 }, () => 'attribute:stack == prod').join(' and ');
    expect(matches(chain)).toBe(true);
    const deepest = '('.repeat(99);
    expect(matches(`${deepest}attribute:stack == prod${')'.repeat(99)}`)).toBe(true);
    const levels = Array.from({ length: 120 }, () => '(attribute:stack == prod)').join(' and ');
    expect(matches(levels)).toBe(true);
  });

  it('answers to any text, never throws', () => {
    const piece = fc.constantFrom(
      'attribute:a',
      '==',
      '!=',
      '!',
      'in',
      'exists',
      'and',
      'or',
      'not',
      '(',
      ')',
      '[',
      ']',
      ',',
      'x',
      '"q"',
      '=',
      '"',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(piece).map((p) => p.join(' ')),
        ),
        (text) => {
          const parsed = parseClusterQuery(text);
          if (parsed.ok) matchesClusterQuery(parsed.query, () => ['x']);
          else expect(parsed.message).not.toBe('');
        },
      ),
    );
  });
});
