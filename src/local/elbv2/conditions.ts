/** The conditions of a rule: what may be asked of a request. */
import { isIP } from 'node:net';
import type { RuleCondition } from '@aws-sdk/client-elastic-load-balancing-v2';
import { invalidConfiguration, required, validationError } from './errors.ts';
import { CONDITION_VALUES_PER_RULE, CONDITION_WILDCARDS_PER_RULE } from './quotas.ts';

/** The fields that can be asked for, and the member that holds each one's values. */
const CONFIG_OF = {
  'path-pattern': 'PathPatternConfig',
  'host-header': 'HostHeaderConfig',
  'http-header': 'HttpHeaderConfig',
  'http-request-method': 'HttpRequestMethodConfig',
  'query-string': 'QueryStringConfig',
  'source-ip': 'SourceIpConfig',
} as const;

type Field = keyof typeof CONFIG_OF;

/** A rule can have several of these, but only one of each other field. */
const REPEATABLE: readonly Field[] = ['http-header', 'query-string'];

const PATH = /^[A-Za-z0-9_\-.$/~"'@:+&*?%=!,;()]+$/;
const HOST = /^[A-Za-z0-9\-.*?]+$/;
const HEADER_NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,40}$/;
const METHOD = /^[A-Z_-]{1,40}$/;

/**
 * Conditions as they are stored and shown: the values of paths and hosts stand in `Values` and in their own member.
 * @throws AwsError ValidationError, InvalidConfigurationRequest (regular expressions)
 */
export function checkConditions(
  conditions: readonly RuleCondition[] | undefined,
): readonly RuleCondition[] {
  const given = required(conditions, 'Conditions');
  if (given.length === 0) throw validationError('A condition must be specified');
  const checked = given.map(checkCondition);
  for (const { Field: field } of checked) {
    const same = checked.filter((other) => other.Field === field);
    if (same.length > 1 && !REPEATABLE.some((each) => each === field))
      throw validationError(`A rule can only have one '${field}' condition`);
  }
  const values = checked.flatMap(patternsOf);
  if (values.length > CONDITION_VALUES_PER_RULE)
    throw validationError(`A rule can only have '${CONDITION_VALUES_PER_RULE}' condition values`);
  const wildcards =
    values
      .join('')
      .replaceAll(/\\[*?]/g, '')
      .match(/[*?]/g)?.length ?? 0;
  if (wildcards > CONDITION_WILDCARDS_PER_RULE)
    throw validationError(
      `A rule can only have '${CONDITION_WILDCARDS_PER_RULE}' condition wildcards`,
    );
  return checked;
}

function checkCondition(condition: RuleCondition): RuleCondition {
  const field = required(condition.Field, 'Conditions.Field');
  if (!isField(field))
    throw validationError(
      `Condition field '${field}' must be one of '[${Object.keys(CONFIG_OF).join(', ')}]'`,
    );
  checkMembers(field, condition);
  switch (field) {
    case 'path-pattern': {
      const values = valuesOf(field, condition.PathPatternConfig?.Values, condition.Values);
      for (const value of values) checkValue(field, value, PATH);
      return { Field: field, Values: values, PathPatternConfig: { Values: [...values] } };
    }
    case 'host-header': {
      const values = valuesOf(field, condition.HostHeaderConfig?.Values, condition.Values);
      for (const value of values) checkHost(value);
      return { Field: field, Values: values, HostHeaderConfig: { Values: [...values] } };
    }
    case 'http-request-method': {
      const values = valuesOf(field, condition.HttpRequestMethodConfig?.Values);
      for (const value of values) checkValue(field, value, METHOD);
      return { Field: field, HttpRequestMethodConfig: { Values: values } };
    }
    case 'source-ip': {
      const values = valuesOf(field, condition.SourceIpConfig?.Values);
      for (const value of values) checkCidr(value);
      return { Field: field, SourceIpConfig: { Values: values } };
    }
    case 'http-header':
      return checkHeader(field, condition);
    case 'query-string':
      return checkQuery(field, condition);
  }
}

function isField(field: string): field is Field {
  return Object.hasOwn(CONFIG_OF, field);
}

function checkMembers(field: Field, condition: RuleCondition): void {
  for (const [other, config] of Object.entries(CONFIG_OF)) {
    if (other !== field && condition[config] !== undefined)
      throw validationError(`${config} can only be specified for the condition field '${other}'`);
  }
  if (condition.Values !== undefined && field !== 'path-pattern' && field !== 'host-header')
    throw validationError(
      `For the condition field '${field}' give ${CONFIG_OF[field]}, not Values`,
    );
  const { PathPatternConfig: path, HostHeaderConfig: host, HttpHeaderConfig: header } = condition;
  if ([condition, path, host, header].some((each) => each?.RegexValues !== undefined))
    throw invalidConfiguration(
      'The local load balancer does not serve conditions with RegexValues. Give Values with the wildcards * and ?',
    );
  if (condition.SourceIpConfig?.IpAddressType !== undefined)
    throw validationError(
      'SourceIpConfig.IpAddressType is for Network Load Balancers. Give SourceIpConfig.Values',
    );
}

function valuesOf(
  field: Field,
  ofConfig: readonly string[] | undefined,
  short?: readonly string[],
): string[] {
  if (ofConfig !== undefined && short !== undefined && String(ofConfig) !== String(short))
    throw validationError(`Values and ${CONFIG_OF[field]}.Values cannot differ`);
  const values = ofConfig ?? short ?? [];
  if (values.length === 0) throw validationError('A condition value must be specified');
  return [...values];
}

function checkValue(field: Field, value: string, legal: RegExp): void {
  if (value === '') throw validationError(`The '${field}' value cannot be empty`);
  if (value.length > 128)
    throw validationError(`The '${field}' value cannot be longer than '128' characters`);
  if (!legal.test(value))
    throw validationError(`The '${field}' value '${value}' contains invalid characters`);
}

function checkHost(value: string): void {
  checkValue('host-header', value, HOST);
  if (!/\.[A-Za-z]+$/.test(value))
    throw validationError(
      `The 'host-header' value '${value}' must contain a '.' character with only letters after the last one, such as www.example.com or *.example.com`,
    );
}

function checkCidr(value: string): void {
  const [address = '', bits = '', ...rest] = value.split('/');
  // A zone (`fe80::1%eth0`) is an address to isIP, but has no meaning for a client's.
  const version = address.includes('%') ? 0 : isIP(address);
  const most = version === 4 ? 32 : 128;
  const good = version !== 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= most && rest.length === 0;
  if (!good)
    throw validationError(
      `The 'source-ip' value '${value}' must be a CIDR block, such as 127.0.0.0/8 or 192.0.2.7/32`,
    );
}

function checkHeader(field: 'http-header', condition: RuleCondition): RuleCondition {
  const config = required(condition.HttpHeaderConfig, 'HttpHeaderConfig');
  const name = required(config.HttpHeaderName, 'HttpHeaderConfig.HttpHeaderName');
  if (!HEADER_NAME.test(name))
    throw validationError(
      `The HTTP header name '${name}' must have from 1 to 40 characters of those that RFC 7230 allows`,
    );
  if (name.toLowerCase() === 'host')
    throw validationError("For the host header use a condition with the field 'host-header'");
  const values = valuesOf(field, config.Values);
  for (const value of values) checkValue(field, value, /^[\x20-\x7e]+$/);
  return { Field: field, HttpHeaderConfig: { HttpHeaderName: name, Values: values } };
}

function checkQuery(field: 'query-string', condition: RuleCondition): RuleCondition {
  const pairs = condition.QueryStringConfig?.Values ?? [];
  if (pairs.length === 0) throw validationError('A condition value must be specified');
  const values = pairs.map(({ Key: key, Value: given }) => {
    const value = required(given, 'QueryStringConfig.Values.Value');
    checkValue(field, value, /^[\x21-\x7e]+$/);
    if (key === undefined) return { Value: value };
    checkValue(field, key, /^[\x21-\x7e]+$/);
    return { Key: key, Value: value };
  });
  return { Field: field, QueryStringConfig: { Values: values } };
}

/** Everything in a condition that counts as a value. */
function patternsOf(condition: RuleCondition): readonly string[] {
  const pairs = condition.QueryStringConfig?.Values ?? [];
  return [
    ...(condition.PathPatternConfig?.Values ?? []),
    ...(condition.HostHeaderConfig?.Values ?? []),
    ...(condition.HttpHeaderConfig?.Values ?? []),
    ...(condition.HttpRequestMethodConfig?.Values ?? []),
    ...(condition.SourceIpConfig?.Values ?? []),
    ...pairs.map(({ Key: key = '', Value: value = '' }) => key + value),
  ];
}
