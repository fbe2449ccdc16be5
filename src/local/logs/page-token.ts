/** Tokens that name the place at which the next page begins. */
import { invalidParameter } from './errors.ts';

const PREFIX = 'at:';

/** A token for a place. */
export function tokenOf(place: string): string {
  return Buffer.from(PREFIX + place).toString('base64url');
}

/**
 * The place that a token names.
 * @throws AwsError InvalidParameterException when it is none of ours
 */
export function placeOf(token: string): string {
  const text = Buffer.from(token, 'base64url').toString();
  if (!text.startsWith(PREFIX)) throw invalidParameter('The specified nextToken is invalid.');
  return text.slice(PREFIX.length);
}

/** One page of a list that has its order: the items from the one that the token names. */
export function pageOf<T>(
  items: readonly T[],
  nameOf: (item: T) => string,
  limit: number,
  token: string | undefined,
): { readonly items: readonly T[]; readonly nextToken?: string } {
  const place = token === undefined ? undefined : placeOf(token);
  const start = place === undefined ? 0 : items.findIndex((item) => nameOf(item) === place);
  // What the next page began with is gone: nobody can say where to go on.
  if (start === -1) throw invalidParameter('The specified nextToken has expired.');
  const next = items[start + limit];
  return {
    items: items.slice(start, start + limit),
    ...(next !== undefined && { nextToken: tokenOf(nameOf(next)) }),
  };
}
