import { describe, expect, it } from 'vitest';
import { codeMatcher } from '../../../src/local/balancer/code-matcher.ts';

const accepted = (text: string): number[] =>
  [199, 200, 201, 202, 299, 300, 302, 404].filter((code) => codeMatcher(text)?.(code));

describe('codeMatcher', () => {
  it('reads single codes, lists and ranges', () => {
    expect(accepted('200')).toEqual([200]);
    expect(accepted('200,202')).toEqual([200, 202]);
    expect(accepted('200-299')).toEqual([200, 201, 202, 299]);
    expect(accepted('200-201, 300-399')).toEqual([200, 201, 300, 302]);
  });

  it.each(['', '20', '2000', 'abc', '200,', '299-200', '200-', '200;202'])('refuses %j', (text) => {
    expect(codeMatcher(text)).toBeUndefined();
  });
});
