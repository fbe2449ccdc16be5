/** Pages of a list, by tokens that say where the next one begins. */
import { invalidNextToken, validationError } from './errors.ts';

const PREFIX = 'from:';

/** A token for a place. */
export function nextTokenOf(place: string): string {
  return Buffer.from(PREFIX + place).toString('base64url');
}

/** The place of a token. @throws AwsError InvalidNextToken */
export function placeOf(token: string): string {
  const text = Buffer.from(token, 'base64url').toString();
  if (!text.startsWith(PREFIX)) throw invalidNextToken();
  return text.slice(PREFIX.length);
}

/** One page of a list. */
export interface Page<T> {
  readonly items: T[];
  /** Absent on the last page. */
  readonly NextToken?: string;
}

/**
 * The page that follows the token, in the order of the keys: what is there all along is neither repeated nor skipped when
 * something comes or goes between two requests.
 * @param keyOf a unique text
 */
export function pageOf<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
  size: number,
  token: string | undefined,
): Page<T> {
  const after = token === undefined ? undefined : placeOf(token);
  const keyed = items
    .map((item) => ({ item, key: keyOf(item) }))
    .filter(({ key }) => after === undefined || key > after)
    .sort((one, other) => (one.key < other.key ? -1 : 1));
  const page = keyed.slice(0, size);
  const last = page.at(-1);
  return {
    items: page.map(({ item }) => item),
    ...(last !== undefined && keyed.length > size && { NextToken: nextTokenOf(last.key) }),
  };
}

/** The size of a page, from 1 to `most`. @throws AwsError ValidationError */
export function pageSize(wanted: number | undefined, usual: number, most: number): number {
  const size = wanted ?? usual;
  if (size >= 1 && size <= most) return size;
  throw validationError(
    `1 validation error detected: Value '${size}' at 'maxRecords' failed to satisfy constraint: Member must have value between 1 and ${most}`,
  );
}
