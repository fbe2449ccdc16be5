/** What tags may look like, and what adding and removing them does (reference: ECS semantics 1.8, 3.1). */
import type { Tag } from '@aws-sdk/client-ecs';
import { AwsError } from '../wire/aws-error.ts';

/** The most tags that one resource can have. */
export const MOST_TAGS = 50;

const LONGEST_KEY = 128;
const LONGEST_VALUE = 256;
const LEGAL = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/**
 * The tags of a request, checked; no tags when the member is absent.
 * @throws AwsError ClientException for a missing key or value, InvalidParameterException for everything else: too many tags,
 * too long, illegal characters, the reserved prefix, the same key twice
 */
export function checkTags(tags: readonly Tag[] | undefined): readonly Tag[] {
  const checked = (tags ?? []).map(checkTag);
  const seen = new Set<string>();
  for (const { key } of checked) {
    if (seen.has(key)) throw invalid(`Duplicate tag key '${key}'. Each key can be given once.`);
    seen.add(key);
  }
  checkCount(checked.length);
  return checked;
}

/**
 * The tags of a resource after `added` were put on it: same keys are replaced, the others stay in their order.
 * @throws AwsError InvalidParameterException when the resource would have more than 50
 */
export function mergeTags(existing: readonly Tag[], added: readonly Tag[]): readonly Tag[] {
  const byKey = new Map(existing.map((tag) => [tag.key, tag]));
  for (const tag of added) byKey.set(tag.key, tag);
  checkCount(byKey.size);
  return [...byKey.values()];
}

/** The tags of a resource without those keys; unknown keys are no error. */
export function removeTags(existing: readonly Tag[], keys: readonly string[]): readonly Tag[] {
  const gone = new Set(keys);
  return existing.filter((tag) => tag.key === undefined || !gone.has(tag.key));
}

/** @throws AwsError for a key that no tag can have */
export function checkTagKey(key: string | undefined): string {
  if (key === undefined) throw new AwsError('ClientException', 'Tag key can not be null.');
  if (key === '' || key.length > LONGEST_KEY)
    throw invalid(
      `Tag key '${key}' has ${key.length} characters. It must have from 1 to ${LONGEST_KEY}.`,
    );
  if (!LEGAL.test(key)) throw invalid(`Tag key '${key}' ${ILLEGAL_CHARACTERS}`);
  if (/^aws:/i.test(key))
    throw invalid(`Tag key '${key}' begins with 'aws:', which is reserved for AWS's own tags.`);
  return key;
}

const ILLEGAL_CHARACTERS =
  'contains invalid characters. Letters, digits, spaces and _ . : / = + - @ are allowed.';

function checkTag(tag: Tag): { readonly key: string; readonly value: string } {
  const key = checkTagKey(tag.key);
  const { value } = tag;
  if (value === undefined) throw new AwsError('ClientException', 'Tag value can not be null.');
  if (value.length > LONGEST_VALUE)
    throw invalid(
      `The value of tag '${key}' has ${value.length} characters. It must have at most ${LONGEST_VALUE}.`,
    );
  if (!LEGAL.test(value)) throw invalid(`The value of tag '${key}' ${ILLEGAL_CHARACTERS}`);
  if (/^aws:/i.test(value))
    throw invalid(
      `The value of tag '${key}' begins with 'aws:', which is reserved for AWS's own tags.`,
    );
  return { key, value };
}

function checkCount(count: number): void {
  if (count > MOST_TAGS)
    throw invalid(`A resource can have at most ${MOST_TAGS} tags, but it would have ${count}.`);
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterException', message);
}
