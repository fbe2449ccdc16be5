/** Whether two inputs mean the same: the order of members and members without a value do not count. */
import { createHash } from 'node:crypto';

/** True when both have the same members with the same values; lists also need the same order. */
export function sameValue(a: unknown, b: unknown): boolean {
  return canonicalJson(a) === canonicalJson(b);
}

/** SHA-256 (hex) of the input in its canonical form. */
export function fingerprintOf(input: unknown): string {
  return createHash('sha256').update(canonicalJson(input)).digest('hex');
}

function canonicalJson(value: unknown): string {
  // In a list, because JSON has no text for an undefined value alone.
  return JSON.stringify([value], (_key, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}
