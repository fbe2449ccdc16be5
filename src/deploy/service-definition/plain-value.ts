/** Comparing what AWS answers with what a file says, as plain data. */
import { isDeepStrictEqual } from 'node:util';

/** True when both are the same but for members that say nothing: null, undefined, an empty list, an empty object. */
export function isSame(one: unknown, other: unknown): boolean {
  return isDeepStrictEqual(clean(one), clean(other));
}

/** The items in an order that depends on nothing but themselves. */
export function unordered(items: readonly unknown[]): readonly unknown[] {
  return items
    .map((item) => clean(item))
    .map((item) => ({ item, key: JSON.stringify(item) }))
    .toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ item }) => item);
}

/** Without members that say nothing, those of an object in one order. */
function clean(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(clean);
  if (value === null || typeof value !== 'object') return value ?? undefined;
  return Object.fromEntries(
    Object.entries(value)
      .map(([name, member]) => [name, clean(member)] as const)
      .filter(([, member]) => !saysNothing(member))
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
}

function saysNothing(value: unknown): boolean {
  if (value === undefined) return true;
  if (Array.isArray(value)) return value.length === 0;
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}
