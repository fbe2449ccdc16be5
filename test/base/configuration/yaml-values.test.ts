import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import {
  readYaml,
  type Variables,
  type YamlValues,
} from '../../../src/base/configuration/yaml-values.ts';

/** Below the key `aws` the types are YAML's own. */
function read(text: string, variables?: Variables): YamlValues & { readonly ok: true } {
  const yaml = readYaml(text, { variables, isVerbatim: ([first]) => first === 'aws' });
  if (!yaml.ok) throw new Error(JSON.stringify(yaml.errors));
  return yaml;
}

const problemsOf = (text: string, variables?: Variables): readonly string[] =>
  read(text, variables).problems.map(({ path, text: what }) => `${path.join('.')} ${what}`);

/** What a variable's value is where types are YAML's own, for values as the property below makes them. */
function coreValue(text: string): unknown {
  if (/^(?:~|null|Null|NULL)$/.test(text)) return null;
  if (/^(?:true|True|TRUE|false|False|FALSE)$/.test(text)) return /^t/i.test(text);
  const isNumber = /^(?:[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?|0o[0-7]+|0x[\da-fA-F]+)$/;
  return isNumber.test(text) ? Number(text) : text;
}

describe('scalars', () => {
  it('are the texts that they are as written, so that a version 1.10 stays 1.10', () => {
    expect(read('a: 1.10\nb: no\nc: 007\nd: ~\ne:\nf: "1"').value).toEqual({
      ...{ a: '1.10', b: 'no', c: '007', d: '~', e: '', f: '1' },
    });
  });

  it("have the types of YAML's core schema where they are kept verbatim, and quoted ones are texts", () => {
    const text =
      'aws: [1, -2, 0x10, 0o17, 1.5, 1e3, true, False, null, ~, no, 1.2.3, "1", \'true\', !!str 5, 10 GB, 2026-01-01]';
    expect(read(text).value).toEqual({
      aws: [
        ...[1, -2, 16, 15, 1.5, 1000, true, false, null, null],
        ...['no', '1.2.3', '1', 'true', '5', '10 GB', '2026-01-01'],
      ],
    });
  });

  it('take their type after their variables are expanded', () => {
    const text =
      'aws:\n  a: ${N}\n  b: "${N}"\n  c: ${N}${N}\n  d: ${B}\n  e: ${E}\n  f: ${X:-5}\nx: ${N}';
    expect(read(text, { N: '4', B: 'true', E: '' }).value).toEqual({
      // A variable that is empty is an empty text, never null.
      aws: { a: 4, b: '4', c: 44, d: true, e: '', f: 5 },
      x: '4',
    });
  });

  it('a value of a variable stays one scalar, whatever is in it', () => {
    const nasty = fc.oneof(
      fc.string(),
      fc.constantFrom(
        'a: b',
        '[1, 2]',
        '{ x: y }',
        '- x',
        '\nother: key',
        '"',
        "'",
        '&a',
        '*a',
        '# x',
        '| \n x',
        '<<',
        '${V}',
        '$${V}',
        '---',
      ),
    );
    fc.assert(
      fc.property(nasty, (value) => {
        const text = 'x: ${V}\ny: "${V}"\naws:\n  z: ${V}\n  q: "${V}"\nlast: 1';
        const { value: data, problems } = read(text, { V: value });
        // Numbers that JSON has not, or not exactly.
        fc.pre(problems.length === 0);
        const z = coreValue(value);
        expect(data).toEqual({ x: value, y: value, aws: { z, q: value }, last: '1' });
      }),
    );
  });

  it.each([
    ['aws: [12345678901234567890]', 'aws.0 12345678901234567890 is too large a number'],
    ['aws: [.inf]', 'aws.0 .inf is no number that JSON has'],
    ['aws: [.nan]', 'aws.0 .nan is no number'],
    ['aws: !!int "5"', 'aws has the tag tag:yaml.org,2002:int, which is not read here'],
    ['a: !secret x', 'a has the tag !secret'],
    ['aws: { a: { <<: { b: c } } }', 'aws.a.<< would merge another mapping'],
    ['? [a]\n: b', ' has a key that is no text'],
    ['"__proto__": { a: b }', '__proto__ is a name that no member can have'],
    ['a: *b', 'a *b is no anchor before it'],
    ['a: &a [*a]', 'a.0 holds itself by an alias'],
    ['a: &a { b: { c: *a } }', 'a.b.c holds itself by an alias'],
    ['a: ${MISSING}', 'a has the variable MISSING, which is not set'],
    ['aws: ["${MISSING}"]', 'aws.0 has the variable MISSING, which is not set'],
  ])('%s is refused', (text, problem) => {
    expect(problemsOf(text, {})).toEqual([expect.stringContaining(problem) as string]);
  });

  it('without variables ${} is text like any other', () => {
    expect(read('a: ${X}').value).toEqual({ a: '${X}' });
  });

  it('keys are never expanded', () => {
    expect(read('aws: { "${X}": 1, 1: 2 }', { X: 'x' }).value).toEqual({
      aws: { '${X}': 1, '1': 2 },
    });
  });

  it('an alias is what its anchor is, with the types of where it stands', () => {
    expect(read('x: &x { v: 1.10, w: [true] }\ny: *x\naws: *x').value).toEqual({
      x: { v: '1.10', w: ['true'] },
      y: { v: '1.10', w: ['true'] },
      aws: { v: 1.1, w: [true] },
    });
  });

  it('refuses aliases that would grow without bound', () => {
    const bomb = Array.from(
      { length: 12 },
      (_, level) => `l${level + 1}: &l${level + 1} [${Array(9).fill(`*l${level}`).join(',')}]`,
    );
    const yaml = readYaml(`l0: &l0 [x]\n${bomb.join('\n')}`, {
      variables: {},
      isVerbatim: () => false,
    });
    expect(yaml).toMatchObject({ ok: false, errors: [{ line: 1, column: 1 }] });
  });
});

describe('places', () => {
  const text = 'a:\n  b: [x,\n    y]\n  "c d": { e: 1 }\nf:\n- g: 1\n';
  it.each([
    [[], 1, 1],
    [['a'], 1, 1],
    [['a', 'b'], 2, 3],
    [['a', 'b', 0], 2, 7],
    [['a', 'b', 1], 3, 5],
    [['a', 'c d', 'e'], 4, 12],
    [['f', 0, 'g'], 6, 3],
    // What the text does not have is at what it has.
    [['a', 'b', 7], 2, 3],
    [['f', 0, 'h', 'i'], 6, 3],
    [['z'], 1, 1],
  ])('%j stands in line %d, column %d', (path, line, column) => {
    expect(read(text).placeOf(path)).toEqual({ line, column });
  });
});

it('neither a byte order mark nor the line ends of Windows count as columns', () => {
  const yaml = read('\uFEFFa: 1\r\nb: { c: 2 }\r\n');
  expect(yaml.value).toEqual({ a: '1', b: { c: '2' } });
  expect(yaml.placeOf(['a'])).toEqual({ line: 1, column: 1 });
  expect(yaml.placeOf(['b', 'c'])).toEqual({ line: 2, column: 6 });
});

describe('JSON', () => {
  it('is YAML: verbatim it reads as JSON.parse does, however it is indented', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 4 }), fc.constantFrom(undefined, 2, '\t'), (json, indent) => {
        fc.pre(!json.includes('__proto__') && !json.includes('<<'));
        const text = JSON.stringify({ aws: JSON.parse(json) as unknown }, undefined, indent);
        const { value, problems } = read(text);
        fc.pre(problems.length === 0);
        expect(value).toEqual(JSON.parse(text));
      }),
    );
  });

  it('and what a YAML writer makes of it reads the same', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), (json) => {
        const plain = JSON.parse(JSON.stringify({ aws: json })) as unknown;
        const text = stringify(plain);
        const { value, problems } = read(text);
        fc.pre(problems.length === 0);
        expect(value).toEqual(plain);
      }),
    );
  });
});
