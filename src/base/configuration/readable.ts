/** Looking at configuration data that may be wrong in parts. */
import type { z } from 'zod';

/** What the schema makes of the value; undefined where it finds something wrong, which it says elsewhere. */
export function readable<T>(schema: z.ZodType<T>, value: unknown): T | undefined {
  const parsed = schema.safeParse(value);
  return parsed.success ? parsed.data : undefined;
}

/** The members of a mapping; none when it is no mapping. */
export function membersOf(value: unknown): readonly (readonly [string, unknown])[] {
  const isMapping = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isMapping ? Object.entries(value) : [];
}

/** A member of a mapping; undefined when there is none. */
export function memberOf(value: unknown, name: string): unknown {
  return membersOf(value).find(([key]) => key === name)?.[1];
}

/** The items of a list; none when it is no list. */
export function itemsOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The mapping without those members that their own schema finds something wrong with. */
export function readableMembers(
  shape: Readonly<Record<string, z.ZodType>>,
  value: unknown,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    membersOf(value).filter(([name, member]) => shape[name]?.safeParse(member).success === true),
  );
}
