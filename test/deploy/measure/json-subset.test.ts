import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isJsonObject, type Json, type JsonObject } from '../../../src/deploy/definition/json.ts';
import { firstDifference } from '../../../src/deploy/measure/json-subset.ts';

const json = fc.jsonValue({ maxDepth: 4 }) as fc.Arbitrary<Json>;
const object = fc.dictionary(fc.string(), json) as fc.Arbitrary<JsonObject>;

/** The same with a member more in every object. */
function grown(value: Json): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).map(grown);
  if (!isJsonObject(value)) return value;
  const members = Object.entries(value).map(([name, member]) => [name, grown(member ?? null)]);
  return { ...(Object.fromEntries(members) as JsonObject), ' more ': 1 };
}

describe('the members that are expected', () => {
  it('are there in the same JSON, and in one that has more at any depth', () => {
    fc.assert(
      fc.property(object, (expected) => {
        expect(firstDifference(expected, expected)).toBeUndefined();
        expect(firstDifference(expected, grown(expected))).toBeUndefined();
      }),
    );
  });

  it('are missed when one is gone, and seen to be other when one is changed', () => {
    fc.assert(
      fc.property(object, fc.string(), json, (rest, name, value) => {
        const expected = { ...rest, [name]: value };
        const { [name]: _gone, ...without } = expected;
        expect(firstDifference(expected, without)).toMatch(/ is missing$/);
        expect(firstDifference(expected, { ...expected, [name]: [value, 'other'] })).toBeDefined();
      }),
    );
  });

  it.each([
    [{ version: '2.0.0' }, { version: '1.9.0' }, 'version is "1.9.0" and not "2.0.0"'],
    [{ port: 80 }, { port: '80' }, 'port is "80" and not 80'],
    [{ db: { ok: true } }, { db: { ok: false } }, 'db.ok is false and not true'],
    [{ db: { ok: true } }, { db: 'up' }, 'db is "up" and no object'],
    [{ db: { ok: true } }, {}, 'db is missing'],
    [{ a: [1, 2] }, { a: [1] }, 'a has 1 items and not 2'],
    [{ a: [{ b: 1 }] }, { a: [{ b: 2 }] }, 'a[0].b is 2 and not 1'],
    [{ a: [1] }, { a: null }, 'a is null and no list'],
    [{ a: null }, { a: {} }, 'a is an object and not null'],
    [{ a: 1 }, [{ a: 1 }], 'it is no JSON object'],
    [{ constructor: 1 }, {}, 'constructor is missing'],
  ] as const)('%j in %j: %s', (expected, actual, text) => {
    expect(firstDifference(expected, actual as Json)).toBe(text);
  });

  it('are told of only where their value is short', () => {
    const secret = 'x'.repeat(200);
    expect(firstDifference({ a: 'b' }, { a: secret })).toBe('a is a long text and not "b"');
  });
});
