import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expandVariables } from '../../../src/base/configuration/variables.ts';

const VARIABLES = { NAME: 'value', EMPTY: '', NESTED: '${NAME}' };

describe('expandVariables', () => {
  it.each([
    ['plain', 'plain'],
    ['${NAME}', 'value'],
    ['a${NAME}b${NAME}', 'avaluebvalue'],
    ['${EMPTY}', ''],
    ['${EMPTY:-default}', 'default'],
    ['${MISSING:-}', ''],
    ['${MISSING:-a:-b c}', 'a:-b c'],
    ['${NAME:-default}', 'value'],
    ['${NAME:?say why}', 'value'],
    ['$NAME $ {x} $(date)', '$NAME $ {x} $(date)'],
    ['$${NAME}', '${NAME}'],
    // A value is never expanded again.
    ['${NESTED}', '${NAME}'],
  ])('%s becomes %s', (text, value) => {
    expect(expandVariables(text, VARIABLES)).toEqual({ ok: true, value });
  });

  it.each([
    ['${MISSING}', 'has the variable MISSING, which is not set; export it'],
    ['${EMPTY:?give a name}', 'has the variable EMPTY, which is not set: give a name'],
    ['${MISSING:?give a name}', 'has the variable MISSING, which is not set: give a name'],
    ['${NAME', 'without closing it'],
    ['${}', 'has ${}, which is no variable'],
    ['${1A}', 'has ${1A}, which is no variable'],
    ['${NAME:+x}', 'has ${NAME:+x}, which is no variable'],
    ['${constructor}', 'has the variable constructor, which is not set'],
  ])('%s is refused: %s', (text, problem) => {
    expect(expandVariables(text, VARIABLES)).toEqual({
      ok: false,
      problem: expect.stringContaining(problem) as string,
    });
  });

  it('leaves every text without ${ as it is', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        fc.pre(!text.includes('${'));
        expect(expandVariables(text, {})).toEqual({ ok: true, value: text });
      }),
    );
  });
});
