import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readPlacedJson } from '../../../src/base/configuration/placed-json.ts';

/** `2:3: what is wrong`. */
function wrong(text: string): string {
  const read = readPlacedJson(text);
  if (read.ok) throw new Error('it is JSON');
  return `${read.place.line}:${read.place.column}: ${read.text}`;
}

describe('a text that is no JSON', () => {
  it.each([
    ['', '1:1: the file ends in the middle of it'],
    ['{', '1:2: the file ends in the middle of it'],
    ['{\n  "a": [1, 2', '2:13: the file ends in the middle of it'],
    ['{\n  "a": 1\n  "b": 2\n}', '3:3: a comma or } is missing before this'],
    ['[1 2]', '1:4: a comma or ] is missing before this'],
    ['{\n  "a": 1,\n}', '2:9: a comma follows the last member; leave it out'],
    ['[1,\r\n2,]', '2:2: a comma follows the last item; leave it out'],
    ['{ a: 1 }', '1:3: a key must be in double quotes; write "a"'],
    ['{ 1: 1 }', '1:3: a key in double quotes must stand here'],
    ['{"a" 1}', '1:6: a colon is missing after "a"'],
    ['{"a": web}', '1:7: a text must be in double quotes; write "web"'],
    ["{'a': 1}", '1:2: a key in double quotes must stand here'],
    ['{"a": \'b\'}', "1:7: a text must be in double quotes, not in '"],
    ['{"a": }', '1:7: a value is missing before this }'],
    ['{"a": True}', '1:7: a text must be in double quotes; write "True"'],
    ['{\n  // the web\n  "a": 1 }', '2:3: JSON has no comments'],
    ['{"a": 1 /* one */ }', '1:9: JSON has no comments'],
    ['{"a": "b\n}', '1:7: the text that begins here has no closing quote on its line'],
    ['{"a": "b\tc"}', '1:9: a tab cannot stand in a text; write \\t'],
    ['{"a": "b\u0001c"}', '1:9: the character U+0001 cannot stand in a text; write \\u0001'],
    [
      '{"a": "b\\c"}',
      '1:9: a backslash must be followed by one of " \\ / b f n r t or by u and four digits',
    ],
    ['{"a": 01}', '1:8: a comma or } is missing before this'],
    ['{"a": +1}', '1:7: this is no JSON value'],
    ['{\n  "a": 1,\n  "b": {"a": 2},\n  "a": 3 }', '4:3: "a" stands here twice; leave one out'],
    ['{} {}', '1:4: nothing may follow the end of the JSON value'],
  ])('%s', (text, expected) => {
    expect(wrong(text)).toBe(expected);
  });
});

describe('readPlacedJson', () => {
  it('tells where each member and each item stands, and of what is not there what is around it', () => {
    const read = readPlacedJson('\uFEFF{\n  "a": {\n    "b": [1,\n      {"c": 2}]\n  }\n}');
    if (!read.ok) throw new Error(read.text);
    expect(read.value).toStrictEqual({ a: { b: [1, { c: 2 }] } });
    const at = (...path: (string | number)[]): string => {
      const { line, column } = read.placeOf(path);
      return `${line}:${column}`;
    };
    expect([at(), at('a'), at('a', 'b'), at('a', 'b', 0)]).toStrictEqual([
      '1:1',
      '2:3',
      '3:5',
      '3:11',
    ]);
    expect([at('a', 'b', 1), at('a', 'b', 1, 'c')]).toStrictEqual(['4:7', '4:8']);
    expect([at('x'), at('a', 'x', 'y'), at('a', 'b', 7)]).toStrictEqual(['1:1', '2:3', '3:5']);
  });

  it('takes for JSON what JSON.parse takes, and nothing else', () => {
    const written = fc
      .json()
      .chain((text) =>
        fc
          .tuple(
            fc.nat(text.length),
            fc.nat(3),
            fc.constantFrom(
              '',
              ',',
              '"',
              '}',
              ']',
              '{',
              ' ',
              '\n',
              '\\',
              '0',
              '-',
              'e',
              '.',
              'null',
            ),
          )
          .map(([at, cut, put]) => text.slice(0, at) + put + text.slice(at + cut)),
      );
    fc.assert(
      fc.property(fc.oneof(fc.json(), written), (text) => {
        const read = readPlacedJson(text);
        let value: unknown;
        try {
          value = JSON.parse(text);
        } catch {
          expect(read.ok).toBe(false);
          return;
        }
        expect(read.ok && read.value).toStrictEqual(value);
      }),
      { numRuns: 500 },
    );
  });

  it('tells a place of a mistake that is in the text, with all before it being right', () => {
    fc.assert(
      fc.property(fc.json(), fc.nat(), (text, cut) => {
        const part = text.slice(0, cut % text.length);
        const read = readPlacedJson(part);
        if (read.ok) return;
        expect(read.place.line).toBe(1);
        expect(read.place.column).toBeLessThanOrEqual(part.length + 1);
      }),
    );
  });
});
