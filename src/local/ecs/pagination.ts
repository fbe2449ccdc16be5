/**
 * Lists in pages (reference: ECS semantics 1.5). A token names the last item of its page, not a position: items that come
 * or go between two pages are neither shown twice nor make others be skipped.
 */
import { AwsError } from '../wire/aws-error.ts';

/** The paging members of a list operation's input. */
export interface PageRequest {
  readonly nextToken?: string | undefined;
  readonly maxResults?: number | undefined;
}

/** How one operation pages. */
export interface PageRules<T> {
  /** The operation's name; a token of one operation is refused by another. */
  readonly operation: string;
  /** How many items a page has when the caller does not say. */
  readonly defaultResults: number;
  /** The most that the caller may ask for. */
  readonly mostResults: number;
  /** What the items are sorted by: unique, compared character by character (see sortableNumber). */
  readonly keyOf: (item: T) => string;
  /** Descending: from the greatest key to the smallest. Default ascending. */
  readonly order?: 'ascending' | 'descending';
}

/** One page, in order. `nextToken` is present only when there is more. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly nextToken?: string;
}

/** A non-negative integer as text that sorts as the number does. */
export function sortableNumber(value: number): string {
  return String(value).padStart(16, '0');
}

/**
 * The page that the request asks for.
 * @param items all items, in any order
 * @throws AwsError InvalidParameterException for a token that this operation did not give, or a maxResults out of range
 */
export function paginate<T>(
  items: Iterable<T>,
  request: PageRequest,
  rules: PageRules<T>,
): Page<T> {
  const size = pageSize(request.maxResults, rules);
  const descending = rules.order === 'descending';
  const last = request.nextToken === undefined ? undefined : openToken(request.nextToken, rules);
  const sign = descending ? -1 : 1;
  const rest = Array.from(items, (item) => ({ item, key: rules.keyOf(item) }))
    .filter(({ key }) => last === undefined || sign * compareText(key, last) > 0)
    .sort((a, b) => sign * compareText(a.key, b.key));
  const shown = rest.slice(0, size);
  const lastShown = shown.at(-1);
  return {
    items: shown.map(({ item }) => item),
    ...(lastShown !== undefined && rest.length > size
      ? { nextToken: makeToken(lastShown.key, rules) }
      : {}),
  };
}

/** Compares character by character, independent of the machine's language. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function pageSize<T>(maxResults: number | undefined, rules: PageRules<T>): number {
  if (maxResults === undefined) return rules.defaultResults;
  if (!Number.isInteger(maxResults) || maxResults < 1 || maxResults > rules.mostResults)
    throw new AwsError(
      'InvalidParameterException',
      `Invalid maxResults: ${maxResults}. It must be a whole number from 1 to ${rules.mostResults}.`,
    );
  return maxResults;
}

function makeToken<T>(key: string, rules: PageRules<T>): string {
  return Buffer.from(JSON.stringify([rules.operation, rules.order ?? 'ascending', key])).toString(
    'base64url',
  );
}

function openToken<T>(token: string, rules: PageRules<T>): string {
  const parts = parseJson(Buffer.from(token, 'base64url').toString('utf8'));
  if (Array.isArray(parts) && parts.length === 3) {
    const [operation, order, key] = parts as readonly unknown[];
    if (
      operation === rules.operation &&
      order === (rules.order ?? 'ascending') &&
      typeof key === 'string' &&
      makeToken(key, rules) === token
    )
      return key;
  }
  throw new AwsError(
    'InvalidParameterException',
    `Invalid token: nextToken must be the value that a former ${rules.operation} with the same parameters returned.`,
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
