import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { filterPattern } from '../../../src/local/logs/filter-pattern.ts';
import { linesOf } from '../../../src/local/logs/log-events.ts';

const line = fc.string({ minLength: 1 }).filter((text) => !/[\r\n]/.test(text));

describe('the lines of an output', () => {
  it('are those that the program wrote, without empty ones', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(line, fc.constant(''))), fc.boolean(), (lines, windows) => {
        const text = lines.map((each) => each + (windows ? '\r\n' : '\n')).join('');
        const read = linesOf(text, { isCut: false, hasEnded: false });
        expect(read).toEqual(lines.filter((each) => each !== ''));
      }),
    );
  });

  it('do not have the line that is still being written, until the container has ended', () => {
    expect(linesOf('one\ntw', { isCut: false, hasEnded: false })).toEqual(['one']);
    expect(linesOf('one\ntw', { isCut: false, hasEnded: true })).toEqual(['one', 'tw']);
  });

  it('do not have half a line where the output was cut', () => {
    expect(linesOf('alf\none\n', { isCut: true, hasEnded: false })).toEqual(['one']);
  });
});

describe('a filter pattern', () => {
  it.each([
    [undefined, 'anything', true],
    ['', 'anything', true],
    ['ERROR', 'an ERROR here', true],
    ['ERROR', 'an error here', false],
    ['ERROR timeout', 'timeout: ERROR', true],
    ['ERROR timeout', 'ERROR', false],
    ['ERROR -health', 'ERROR in health', false],
    ['"not found"', 'it was not found', true],
    ['"not found"', 'found not', false],
    ['"a \\"b\\""', 'say a "b"', true],
    ['?ERROR ?WARN', 'WARN: low', true],
    ['?ERROR ?WARN', 'info', false],
    ['-debug', 'debug: x', false],
  ])('%o on %o: %s', (pattern, message, expected) => {
    expect(filterPattern(pattern)(message)).toBe(expected);
  });

  it.each(['{ $.level = "error" }', '[ip, user]', '%a+%'])(
    'of the kind %s is refused',
    (pattern) => {
      expect(() => filterPattern(pattern)).toThrow('is not evaluated locally. Use terms');
    },
  );
});
