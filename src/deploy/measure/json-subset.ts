/** Whether JSON has the members that are expected of it, whatever else it has. */
import { isJsonObject, type Json, type JsonObject } from '../definition/json.ts';
import { cut } from './assessments.ts';

/** A value longer than this is not told. Characters. */
const LONGEST_VALUE = 40;

/**
 * The first member that is not as expected, in words, with its value where that is short; undefined where all are. Objects may
 * have more members than are expected, at any depth; lists must have as many items, in the same order.
 */
export function firstDifference(expected: JsonObject, actual: Json): string | undefined {
  return isJsonObject(actual) ? differenceIn(expected, actual, '') : 'it is no JSON object';
}

function differenceAt(expected: Json, actual: Json | undefined, path: string): string | undefined {
  const at = cut(path, 80);
  if (actual === undefined) return `${at} is missing`;
  if (Array.isArray(expected)) {
    if (!Array.isArray(actual)) return `${at} is ${told(actual)} and no list`;
    if (actual.length !== expected.length)
      return `${at} has ${actual.length} items and not ${expected.length}`;
    const items = expected as readonly Json[];
    return first(items.entries(), ([index, item]) =>
      differenceAt(item, actual[index] as Json, `${path}[${index}]`),
    );
  }
  if (isJsonObject(expected)) {
    if (!isJsonObject(actual)) return `${at} is ${told(actual)} and no object`;
    return differenceIn(expected, actual, `${path}.`);
  }
  return expected === actual ? undefined : `${at} is ${told(actual)} and not ${told(expected)}`;
}

function differenceIn(
  expected: JsonObject,
  actual: JsonObject,
  prefix: string,
): string | undefined {
  return first(Object.entries(expected), ([name, value]) =>
    value === undefined
      ? undefined
      : // Names such as constructor are no members of their own.
        differenceAt(value, Object.hasOwn(actual, name) ? actual[name] : undefined, prefix + name),
  );
}

function first<T>(
  items: Iterable<T>,
  difference: (item: T) => string | undefined,
): string | undefined {
  for (const item of items) {
    const found = difference(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A value in a sentence: only what was asked about, and only where it is short. */
function told(value: Json): string {
  if (Array.isArray(value)) return 'a list';
  if (isJsonObject(value)) return 'an object';
  const text = JSON.stringify(value);
  return text.length <= LONGEST_VALUE ? text : 'a long text';
}
