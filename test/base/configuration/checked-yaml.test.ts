import { describe, expect, it } from 'vitest';
import {
  checkYaml,
  parseCheckedYaml,
  type Variables,
} from '../../../src/base/configuration/checked-yaml.ts';
import {
  argument,
  choice,
  duration,
  flag,
  httpUrl,
  list,
  mapping,
  namesTo,
  number,
  percent,
  share,
  text,
  wholeNumber,
} from '../../../src/base/configuration/fields.ts';
import { itemsOf, memberOf } from '../../../src/base/configuration/readable.ts';

const schema = mapping('a mapping', {
  name: text(),
  kind: choice(['small', 'large']).optional(),
  only: choice(['this']).optional(),
  on: flag().optional(),
  count: wholeNumber(1, 10).optional(),
  value: number().optional(),
  weight: percent().optional(),
  ratio: share().optional(),
  wait: duration('zero').optional(),
  limit: duration('above-zero').optional(),
  url: httpUrl('http://localhost/').optional(),
  items: list('a list of arguments', argument(), 1).optional(),
  names: namesTo('a mapping of names', argument(), {
    ...{ pattern: /^[a-z]+$/, wrong: 'is no name' },
  }).optional(),
});

const FORM = {
  whenEmpty: 'it must have the key name',
  schema,
  problemsOf: (data: unknown) =>
    itemsOf(memberOf(data, 'items')).length > 2
      ? [{ path: ['items'], text: 'are more than two' }]
      : [],
};

function problemsIn(yaml: string, variables: Variables = {}): readonly string[] {
  const checked = checkYaml(yaml, variables, FORM);
  if (checked.ok) throw new Error(JSON.stringify(checked.data));
  return checked.problems.map(({ line, column, text: what }) => `${line}:${column} ${what}`);
}

describe('fields', () => {
  it('are read from the texts that scalars are', () => {
    const yaml = `name: 1.10
kind: small
only: this
on: true
count: 007
value: -1.5e3
weight: 20%
ratio: 0.7%
wait: 0
limit: 1h30m
url: https://localhost/x?y
items: [1, no, ""]
names: { a: 1, b: }
`;
    expect(checkYaml(yaml, {}, { ...FORM, problemsOf: () => [] })).toEqual({
      ok: true,
      placeOf: expect.any(Function) as unknown,
      data: {
        ...{ name: '1.10', kind: 'small', only: 'this', on: true, count: 7, value: -1500 },
        ...{ weight: 20, ratio: 0.007, wait: 0, limit: 5_400_000, url: 'https://localhost/x?y' },
        ...{ items: ['1', 'no', ''], names: { a: '1', b: '' } },
      },
    });
  });

  it.each([
    ['name: [x]', 'name must be a text, not a list'],
    ['name:', 'name is empty; it must be a text'],
    ['kind: Small', 'kind must be one of small, large, not "Small"'],
    ['only: that', 'only must be this, not "that"'],
    ['on: yes', 'on must be true or false, not "yes"'],
    ['count: 11', 'count must be a whole number from 1 to 10, not "11"'],
    ['count: 1.5', 'count must be a whole number from 1 to 10, not "1.5"'],
    ['value: 1%', 'value must be a number, such as 0.99, not "1%"'],
    ['value: 1e999', 'value must be a number, such as 0.99, not "1e999"'],
    ['weight: 0%', 'weight must be a percentage above 0% and up to 100%, such as 20%, not "0%"'],
    ['weight: 20', 'weight must be a percentage above 0% and up to 100%, such as 20%, not "20"'],
    ['ratio: 0.01', 'ratio must be a percentage from 0% to 100%, such as 1%, not "0.01"'],
    ['wait: soon', 'wait must be a time up to 336h, such as 90s, 5m or 1h30m, not "soon"'],
    ['wait: 337h', 'wait must be a time up to 336h, such as 90s, 5m or 1h30m, not "337h"'],
    [
      'limit: 0',
      'limit must be a time above 0s and up to 336h, such as 250ms, 90s or 15m, not "0"',
    ],
    ['items: x', 'items must be a list of arguments, not "x"'],
    ['items: []', 'items is an empty list; it must be a list of arguments'],
    ['items: { a: b }', 'items must be a list of arguments, not a mapping'],
    ['names: [a]', 'names must be a mapping of names, not a list'],
    ['names: { B: c }', 'names.B is no name'],
    ['nmae: x', 'nmae is an unknown key; did you mean name?'],
    [
      'zzz: x',
      'zzz is an unknown key; known keys are name, kind, only, on, count, value, weight, ratio, wait, limit, url, items, names',
    ],
  ])('%s: %s', (yaml, problem) => {
    const named = yaml.startsWith('name:') ? yaml : `name: x\n${yaml}`;
    expect(problemsIn(named)).toEqual([expect.stringContaining(` ${problem}`) as string]);
  });

  it('must be there where they are not optional', () => {
    expect(problemsIn('kind: small')).toEqual(['1:1 name is missing; it must be a text']);
  });

  it.each([
    ['ftp://localhost/', '"ftp://localhost/"'],
    ['localhost:80', '"localhost:80"'],
    // Neither passwords nor tokens are shown.
    ['http://user:secret@localhost/', '"http://…@localhost/"'],
    ['ftp://localhost/?token=secret', '"ftp://localhost/?…"'],
  ])('a URL must be one of http without a password: not %s', (url, shown) => {
    expect(problemsIn(`name: x\nurl: ${url}`)).toEqual([
      `2:1 url must be an http or https URL without a user and a password, such as http://localhost/, not ${shown}`,
    ]);
  });

  it('that are long are shown in part', () => {
    const [problem = ''] = problemsIn(`name: x\nkind: ${'y'.repeat(500)}`);
    expect(problem.length).toBeLessThan(150);
    expect(problem).toMatch(/y…"$/);
  });
});

describe('a wrong text', () => {
  it('is told every problem, in the order of the text', () => {
    expect(
      problemsIn(`items: [a, b, c]
kidn: small
count: x
name: { a: b }
`),
    ).toEqual([
      '1:1 items are more than two',
      '2:1 kidn is an unknown key; did you mean kind?',
      '3:1 count must be a whole number from 1 to 10, not "x"',
      '4:1 name must be a text, not a mapping',
    ]);
  });

  it('whose variable is missing is told that, and nothing else of the field', () => {
    expect(problemsIn('name: x\ncount: ${COUNT}')).toEqual([
      expect.stringMatching(
        /^2:1 count has the variable COUNT, which is not set; export it/,
      ) as string,
    ]);
  });

  it('whose variable is wrong is told what it is', () => {
    expect(problemsIn('name: x\ncount: ${COUNT}', { COUNT: '99' })).toEqual([
      '2:1 count must be a whole number from 1 to 10, not "99"',
    ]);
  });

  it.each([
    ['a: [', '1:5 this is not YAML: '],
    ['a: b: c', '1:'],
    ['a: 1\nb: 1\na: 2\nb: 2', '3:1 this is not YAML: Map keys must be unique'],
    ['name: x\n---\nname: y', '2:1 this is not YAML: Source contains multiple documents'],
    ['items: [${A}, b]', 'between [ ] and { } a variable stands in quotes, as in "${VAR}"'],
    ['', '1:1 the file is empty; it must have the key name'],
    ['# nothing', '1:1 the file is empty; it must have the key name'],
    ['[]', '1:1 the file must be a mapping, not a list'],
    ['x', '1:1 the file must be a mapping, not "x"'],
  ])('%j: %s', (yaml, problem) => {
    expect(problemsIn(yaml)[0]).toContain(problem);
  });

  it('is told of each key that is there twice', () => {
    expect(problemsIn('a: 1\nb: 1\na: 2\nb: 2')).toEqual([
      '3:1 this is not YAML: Map keys must be unique',
      '4:1 this is not YAML: Map keys must be unique',
    ]);
  });

  it('is told in one line for each problem, whatever the value holds', () => {
    expect(problemsIn('name: x\nkind: "a\\nb"\nvalue: "${\\n"')).toEqual([
      '2:1 kind must be one of small, large, not "a\\nb"',
      '3:1 value opens ${ without closing it: "${ "; write $${ for a literal one',
    ]);
  });

  it('is a UserError with a line for each problem', () => {
    expect(() =>
      parseCheckedYaml('count: x', 'some/file.yaml', {}, { ...FORM, code: 'WRONG' }),
    ).toThrow(
      expect.objectContaining({
        ...{ name: 'UserError', code: 'WRONG', exitCode: 2 },
        message:
          'some/file.yaml:1:1: name is missing; it must be a text\n' +
          'some/file.yaml:1:1: count must be a whole number from 1 to 10, not "x"',
      }) as Error,
    );
  });
});
