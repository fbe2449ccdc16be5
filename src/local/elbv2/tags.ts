/** Tags as Elastic Load Balancing checks them. */
import type { Tag } from '@aws-sdk/client-elastic-load-balancing-v2';
import { AwsError } from '../wire/aws-error.ts';
import { required, validationError } from './errors.ts';

/** The most tags that one resource can have, without AWS's own. */
const MOST_TAGS = 50;
const LEGAL = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/**
 * The tags of a request, checked; none when the member is absent.
 * @throws AwsError ValidationError (form), DuplicateTagKeys, TooManyTags
 */
export function checkTags(tags: readonly Tag[] | undefined): readonly Tag[] {
  const checked = (tags ?? []).map(checkTag);
  const seen = new Set<string>();
  for (const { Key } of checked) {
    if (seen.has(Key))
      throw new AwsError('DuplicateTagKeys', `Tag key '${Key}' was specified more than once`);
    seen.add(Key);
  }
  return checkCount(checked);
}

/**
 * The tags after `added` were put on a resource: equal keys are replaced, the others stay.
 * @throws AwsError TooManyTags
 */
export function mergeTags(existing: readonly Tag[], added: readonly Tag[]): readonly Tag[] {
  const byKey = new Map(existing.map((tag) => [tag.Key, tag]));
  for (const tag of added) byKey.set(tag.Key, tag);
  return checkCount([...byKey.values()]);
}

/** The tags without those keys; unknown keys are no error. */
export function removeTags(existing: readonly Tag[], keys: readonly string[]): readonly Tag[] {
  return existing.filter((tag) => tag.Key === undefined || !keys.includes(tag.Key));
}

/** True when both have the same keys with the same values, in whatever order. */
export function sameTags(one: readonly Tag[], other: readonly Tag[]): boolean {
  const sorted = (tags: readonly Tag[]): string =>
    JSON.stringify(tags.map(({ Key, Value }) => [Key, Value ?? '']).sort());
  return sorted(one) === sorted(other);
}

function checkTag(tag: Tag): { readonly Key: string; readonly Value: string } {
  const key = required(tag.Key, 'Key');
  const value = tag.Value ?? '';
  if (key === '' || key.length > 128)
    throw validationError(`Tag key '${key}' must have from 1 to 128 characters`);
  if (value.length > 256)
    throw validationError(`The value of tag '${key}' must have at most 256 characters`);
  if (!LEGAL.test(key) || !LEGAL.test(value))
    throw validationError(
      `Tag '${key}' contains invalid characters. Letters, digits, spaces and _ . : / = + - @ are allowed`,
    );
  if (/^aws:/i.test(key))
    throw validationError(`Tag key '${key}' begins with the reserved prefix 'aws:'`);
  return { Key: key, Value: value };
}

function checkCount(tags: readonly Tag[]): readonly Tag[] {
  if (tags.length > MOST_TAGS)
    throw new AwsError(
      'TooManyTags',
      `A resource can have at most ${MOST_TAGS} tags, but it would have ${tags.length}`,
    );
  return tags;
}
