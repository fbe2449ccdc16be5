/** What tags may look like, and what adding and removing them does (reference: ECS semantics 1.8, 3.1). */
import type { Tag } from '@aws-sdk/client-ecs';
import { AwsError } from '../wire/aws-error.ts';

/** The most tags that one resource can have. */
export const MOST_TAGS = 50;

/** Clusters refuse with InvalidParameterException (captured), everything else with ClientException. */
export type TagErrorCode = 'ClientException' | 'InvalidParameterException';

const LONGEST_KEY = 128;
const LONGEST_VALUE = 256;
const LEGAL = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;
const LEGAL_IN_WORDS = 'Letters, digits, spaces and _ . : / = + - @ are allowed.';

/**
 * The tags of a request, checked; no tags when the member is absent.
 * @throws AwsError for a missing key or value, too many tags, too long ones, illegal characters, the reserved prefix, the
 * same key twice
 */
export function checkTags(
  tags: readonly Tag[] | undefined,
  code: TagErrorCode = 'ClientException',
): readonly Tag[] {
  const checked = (tags ?? []).map((tag) => checkTag(tag, code));
  const seen = new Set<string>();
  for (const { key } of checked) {
    if (seen.has(key))
      throw new AwsError(code, `Duplicate tag key '${key}'. Each key can be given once.`);
    seen.add(key);
  }
  checkCount(checked.length, code);
  return checked;
}

/**
 * As checkTags, for operations that must be given at least one tag.
 * @throws AwsError `Tags can not be empty.`, and as checkTags
 */
export function checkSomeTags(
  tags: readonly Tag[] | undefined,
  code: TagErrorCode = 'ClientException',
): readonly Tag[] {
  if (tags?.length === 0) throw new AwsError(code, 'Tags can not be empty.');
  return checkTags(tags, code);
}

/**
 * The tags of a resource after `added` were put on it: same keys are replaced, the others stay in their order.
 * @throws AwsError when the resource would have more than 50
 */
export function mergeTags(
  existing: readonly Tag[],
  added: readonly Tag[],
  code: TagErrorCode = 'ClientException',
): readonly Tag[] {
  const byKey = new Map(existing.map((tag) => [tag.key, tag]));
  for (const tag of added) byKey.set(tag.key, tag);
  checkCount(byKey.size, code);
  return [...byKey.values()];
}

/** The tags of a resource without those keys; unknown keys are no error. */
export function removeTags(existing: readonly Tag[], keys: readonly string[]): readonly Tag[] {
  const gone = new Set(keys);
  return existing.filter((tag) => tag.key === undefined || !gone.has(tag.key));
}

/** Whether two resources have the same tags, in whatever order. */
export function sameTags(a: readonly Tag[], b: readonly Tag[]): boolean {
  const values = new Map(a.map((tag) => [tag.key, tag.value]));
  return a.length === b.length && b.every((tag) => values.get(tag.key) === tag.value);
}

function checkTag(
  { key, value }: Tag,
  code: TagErrorCode,
): { readonly key: string; readonly value: string } {
  const invalid = (message: string): AwsError => new AwsError(code, message);
  if (key === undefined) throw invalid('Tag key can not be null.');
  if (key === '' || key.length > LONGEST_KEY)
    throw invalid(
      `Tag key '${key}' has ${key.length} characters. It must have from 1 to ${LONGEST_KEY}.`,
    );
  if (!LEGAL.test(key))
    throw invalid(`Tag key '${key}' contains invalid characters. ${LEGAL_IN_WORDS}`);
  if (value === undefined) throw invalid('Tag value can not be null.');
  if (value.length > LONGEST_VALUE)
    throw invalid(
      `The value of tag '${key}' has ${value.length} characters. It must have at most ${LONGEST_VALUE}.`,
    );
  if (!LEGAL.test(value))
    throw invalid(`The value of tag '${key}' contains invalid characters. ${LEGAL_IN_WORDS}`);
  if (/^aws:/i.test(key) || /^aws:/i.test(value))
    throw invalid(
      `Tag '${key}' has a key or value that begins with 'aws:', which is reserved for AWS's own tags.`,
    );
  return { key, value };
}

function checkCount(count: number, code: TagErrorCode): void {
  if (count > MOST_TAGS)
    throw new AwsError(
      code,
      `A resource can have at most ${MOST_TAGS} tags, but it would have ${count}.`,
    );
}
