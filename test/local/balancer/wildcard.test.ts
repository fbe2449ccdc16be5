import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wildcard } from '../../../src/local/balancer/wildcard.ts';

const plain = { ignoreCase: false };

describe('wildcard', () => {
  it.each([
    ['/img/*', '/img/picture.png', true],
    ['/img/*', '/img/', true],
    ['/img/*', '/img', false],
    ['/*/img', '/a/b/img', true],
    ['/a?c', '/abc', true],
    ['/a?c', '/ac', false],
    ['*', '', true],
    ['', '', true],
    ['', 'a', false],
    ['*.example.com', 'www.example.com', true],
    ['a.c', 'abc', false],
    ['a\\*c', 'a*c', true],
    ['a\\*c', 'abc', false],
    ['a\\?', 'a?', true],
    ['*ab', 'aab', true],
    ['a*b*c', 'a-b-b-c', true],
    ['a*b*c', 'a-b-b-', false],
  ])('%s against %s: %s', (pattern, text, expected) => {
    expect(wildcard(pattern, plain)(text)).toBe(expected);
  });

  it('ignores case only when asked to', () => {
    expect(wildcard('WWW.*', { ignoreCase: true })('www.Example.com')).toBe(true);
    expect(wildcard('WWW.*', plain)('www.example.com')).toBe(false);
  });

  it('agrees with a regular expression for every pattern and text', () => {
    const letters = fc.array(fc.constantFrom('a', 'b', '*', '?', '.'), { maxLength: 8 });
    const texts = fc.array(fc.constantFrom('a', 'b', '.', '*'), { maxLength: 10 });
    fc.assert(
      fc.property(letters, texts, (patternLetters, textLetters) => {
        const pattern = patternLetters.join('');
        const text = textLetters.join('');
        const oracle = new RegExp(
          `^${pattern.replaceAll('.', '\\.').replaceAll('*', '.*').replaceAll('?', '.')}$`,
          's',
        );
        expect(wildcard(pattern, plain)(text)).toBe(oracle.test(text));
      }),
      { numRuns: 2000 },
    );
  });

  it('decides a pattern that would make a backtracking matcher try for ever', () => {
    expect(wildcard(`${'*a'.repeat(60)}b`, plain)('a'.repeat(5000))).toBe(false);
  });
});
