import { describe, expect, it } from 'vitest';
import type { RuleCondition, RuleConfig } from '../../../src/local/balancer/data-plane.ts';
import { ruleMatcher, type RequestFacts } from '../../../src/local/balancer/rule-match.ts';

const facts: RequestFacts = {
  method: 'GET',
  path: '/img/cat.png',
  query: 'version=v1&Debug=a%20b',
  host: 'WWW.Example.com:8080',
  headers: { 'user-agent': 'Mozilla/5.0 (Linux)', 'x-list': ['one', 'two'] },
  sourceIp: '127.0.0.1',
};

const rule = (
  arn: string,
  priority: number,
  ...conditions: readonly RuleCondition[]
): RuleConfig => ({
  arn,
  priority,
  conditions,
  action: { kind: 'fixed-response', statusCode: 200, contentType: 'text/plain', body: arn },
});

const meets = (...conditions: readonly RuleCondition[]): boolean =>
  ruleMatcher([rule('it', 1, ...conditions), rule('default', Infinity)])(() => facts)?.arn === 'it';

describe('ruleMatcher', () => {
  it.each<[string, RuleCondition, boolean]>([
    ['path', { field: 'path-pattern', values: ['/img/*'] }, true],
    ['path in another case', { field: 'path-pattern', values: ['/IMG/*'] }, false],
    ['path with a query', { field: 'path-pattern', values: ['*version*'] }, false],
    ['one of two paths', { field: 'path-pattern', values: ['/js/*', '/img/???.png'] }, true],
    [
      'host in another case, without port',
      { field: 'host-header', values: ['www.example.COM'] },
      true,
    ],
    ['host by wildcard', { field: 'host-header', values: ['*.example.com'] }, true],
    ['another host', { field: 'host-header', values: ['example.com'] }, false],
    ['header', { field: 'http-header', name: 'User-Agent', values: ['*linux*'] }, true],
    ['header that came twice', { field: 'http-header', name: 'X-List', values: ['two'] }, true],
    ['header that did not come', { field: 'http-header', name: 'X-None', values: ['*'] }, false],
    ['method', { field: 'http-request-method', values: ['POST', 'GET'] }, true],
    ['method in another case', { field: 'http-request-method', values: ['get'] }, false],
    [
      'query by key and value',
      { field: 'query-string', values: [{ key: 'VERSION', value: 'V?' }] },
      true,
    ],
    [
      'query by key of another value',
      { field: 'query-string', values: [{ key: 'debug', value: 'v1' }] },
      false,
    ],
    ['query by value alone, decoded', { field: 'query-string', values: [{ value: 'a b' }] }, true],
    ['source address', { field: 'source-ip', values: ['127.0.0.0/8'] }, true],
    ['another source address', { field: 'source-ip', values: ['10.0.0.0/8'] }, false],
  ])('%s', (_, condition, expected) => {
    expect(meets(condition)).toBe(expected);
  });

  it('asks all conditions of a rule to hold', () => {
    const path: RuleCondition = { field: 'path-pattern', values: ['/img/*'] };
    const post: RuleCondition = { field: 'http-request-method', values: ['POST'] };
    expect(meets(path)).toBe(true);
    expect(meets(path, post)).toBe(false);
  });

  it('takes the rule with the lowest priority number, whatever their order', () => {
    const any: RuleCondition = { field: 'path-pattern', values: ['*'] };
    const rules = [rule('default', Infinity), rule('late', 20, any), rule('early', 10, any)];
    expect(ruleMatcher(rules)(() => facts)?.arn).toBe('early');
  });

  it('does not gather the facts for a listener with a default rule only', () => {
    const match = ruleMatcher([rule('default', Infinity)]);
    const chosen = match(() => {
      throw new Error('the facts were asked for');
    });
    expect(chosen?.arn).toBe('default');
  });

  it('finds nothing when no rule holds and there is no default', () => {
    const post: RuleCondition = { field: 'http-request-method', values: ['POST'] };
    expect(ruleMatcher([rule('only', 1, post)])(() => facts)).toBeUndefined();
  });
});
