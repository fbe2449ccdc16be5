/** Attributes: settings by key, as text, of load balancers, target groups and listeners. */
import { invalidConfiguration, required, validationError } from './errors.ts';

/** What one attribute may be. */
export interface AttributeRule {
  /** The value of a new resource. */
  readonly initial: string;
  /**
   * @param key only for the message
   * @throws AwsError ValidationError (no legal value), InvalidConfigurationRequest (legal on AWS, not done here)
   */
  check(key: string, value: string): void;
}

/** Every attribute of one kind of resource, by key. */
export type AttributeRules = Readonly<Record<string, AttributeRule>>;

/** Attribute values by key. */
export type Attributes = Readonly<Record<string, string>>;

/** A key and a value as requests and answers have them. */
interface KeyValue {
  readonly Key?: string | undefined;
  readonly Value?: string | undefined;
}

/**
 * One of several words.
 * @param served those that this balancer does; the others are refused with a message that says so
 */
export function choice(
  initial: string,
  legal: readonly string[],
  served: readonly string[] = legal,
): AttributeRule {
  return {
    initial,
    check(key, value) {
      if (!legal.includes(value))
        throw validationError(`'${key}' must be one of '${legal.join(', ')}', not '${value}'`);
      if (!served.includes(value)) throw notServed(key, value, served);
    },
  };
}

/** `true` or `false`. */
export function flag(
  initial: 'true' | 'false',
  served: readonly string[] = ['true', 'false'],
): AttributeRule {
  return choice(initial, ['true', 'false'], served);
}

/** A whole number within bounds, or one of the words (or numbers) that stand beside the range. */
export function wholeNumber(
  initial: string,
  least: number,
  most: number,
  besides: readonly string[] = [],
): AttributeRule {
  return {
    initial,
    check(key, value) {
      if (besides.includes(value)) return;
      const number = /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN;
      if (number >= least && number <= most) return;
      const also = besides.length === 0 ? '' : ` or '${besides.join("', '")}'`;
      throw validationError(
        `'${key}' must be between '${least}' and '${most}' inclusive${also}, not '${value}'`,
      );
    },
  };
}

/** Any text of at most 1024 characters. */
export const text: AttributeRule = {
  initial: '',
  check(key, value) {
    if (value.length > 1024)
      throw validationError(`'${key}' cannot be longer than '1024' characters`);
  },
};

/** A setting that exists on AWS and that this balancer has at its initial value only. */
export function fixed(initial: string): AttributeRule {
  return {
    initial,
    check(key, value) {
      if (value !== initial) throw notServed(key, value, [initial]);
    },
  };
}

/** The values of a new resource. */
export function initialAttributes(rules: AttributeRules): Attributes {
  return Object.fromEntries(Object.entries(rules).map(([key, rule]) => [key, rule.initial]));
}

/**
 * The attributes after a Modify request, each one checked by its own rule.
 * @param what begins the error's sentence: `Load balancer`
 * @throws AwsError ValidationError, InvalidConfigurationRequest
 */
export function changeAttributes(
  what: string,
  rules: AttributeRules,
  current: Attributes,
  changes: readonly KeyValue[],
): Attributes {
  if (changes.length === 0) throw validationError('At least one attribute must be specified');
  const next: Record<string, string> = { ...current };
  const seen = new Set<string>();
  for (const change of changes) {
    const key = required(change.Key, 'Attributes.Key');
    const value = required(change.Value, `Attributes.Value of '${key}'`);
    // Own keys only: `constructor` is no attribute.
    const rule = Object.hasOwn(rules, key) ? rules[key] : undefined;
    if (rule === undefined)
      throw validationError(
        `${what} attribute key '${key}' is not recognized. Known are ${Object.keys(rules).join(', ')}`,
      );
    if (seen.has(key)) throw validationError(`${what} attribute '${key}' is given more than once`);
    seen.add(key);
    rule.check(key, value);
    next[key] = value;
  }
  return next;
}

/** As the answers list them. */
export function attributeList(attributes: Attributes): { Key: string; Value: string }[] {
  return Object.entries(attributes).map(([Key, Value]) => ({ Key, Value }));
}

/** An attribute that every resource of the kind has. */
export function attribute(attributes: Attributes, key: string): string {
  const value = attributes[key];
  if (value === undefined) throw new Error(`attribute ${key} is missing`);
  return value;
}

function notServed(key: string, value: string, served: readonly string[]): Error {
  return invalidConfiguration(
    `'${key}' cannot be '${value}' here: the local load balancer serves only '${served.join("', '")}'. Leave the attribute out locally`,
  );
}
