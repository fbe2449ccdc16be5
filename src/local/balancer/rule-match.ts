/** Which rule of a listener a request meets: all conditions of a rule must hold, one of a condition's values suffices. */
import { unreachable } from '../../base/errors.ts';
import type { RuleCondition, RuleConfig } from './data-plane.ts';
import { cidrTest } from './source-ip.ts';
import { wildcard } from './wildcard.ts';

/** What conditions look at. */
export interface RequestFacts {
  /** As sent: methods are case-sensitive. */
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** Without the question mark; empty when there is none. */
  readonly query: string;
  /** The Host header as sent, empty when there is none. */
  readonly host: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** The client's address. */
  readonly sourceIp: string;
}

type Test = (facts: RequestFacts) => boolean;

/**
 * Compiles rules to a function that finds the first one, by priority, whose conditions all hold. The facts are asked for
 * only when a rule has conditions, because most listeners have none and a request's facts cost something to gather.
 * @throws RangeError when a condition's value has no meaning (a `source-ip` that is no CIDR block)
 */
export function ruleMatcher(
  rules: readonly RuleConfig[],
): (facts: () => RequestFacts) => RuleConfig | undefined {
  const compiled = rules
    .toSorted((a, b) => (a.priority < b.priority ? -1 : Number(a.priority > b.priority)))
    .map((rule) => ({ rule, tests: rule.conditions.map(compileCondition) }));
  return (facts) => {
    let known: RequestFacts | undefined;
    for (const { rule, tests } of compiled) {
      if (tests.length === 0) return rule;
      const request = (known ??= facts());
      if (tests.every((test) => test(request))) return rule;
    }
    return undefined;
  };
}

function compileCondition(condition: RuleCondition): Test {
  switch (condition.field) {
    case 'path-pattern':
      return anyOf(condition.values, false, (facts) => [facts.path]);
    case 'host-header':
      return anyOf(condition.values, true, (facts) => [withoutPort(facts.host)]);
    case 'http-header': {
      const name = condition.name.toLowerCase();
      return anyOf(condition.values, true, (facts) => [facts.headers[name] ?? []].flat());
    }
    case 'http-request-method':
      return (facts) => condition.values.includes(facts.method);
    case 'source-ip': {
      const inside = cidrTest(condition.values);
      return (facts) => inside(facts.sourceIp);
    }
    case 'query-string':
      return compileQuery(condition.values);
    default:
      return unreachable(condition);
  }
}

function anyOf(
  patterns: readonly string[],
  ignoreCase: boolean,
  texts: (facts: RequestFacts) => readonly string[],
): Test {
  const tests = patterns.map((pattern) => wildcard(pattern, { ignoreCase }));
  return (facts) => texts(facts).some((text) => tests.some((test) => test(text)));
}

/** Keys and values are compared decoded and without regard to case; a pair without a key looks at every value. */
function compileQuery(pairs: readonly { readonly key?: string; readonly value: string }[]): Test {
  const anyKey = (): boolean => true;
  const tests = pairs.map((pair) => ({
    key: pair.key === undefined ? anyKey : wildcard(pair.key, { ignoreCase: true }),
    value: wildcard(pair.value, { ignoreCase: true }),
  }));
  return (facts) =>
    [...new URLSearchParams(facts.query)].some(([key, value]) =>
      tests.some((test) => test.key(key) && test.value(value)),
    );
}

/** `example.com:8080` -> `example.com`; an IPv6 literal keeps its brackets. */
function withoutPort(host: string): string {
  return host.replace(/:\d*$/, '');
}
