/** What a reply's values must be. An operation that returns anything else has a bug, which must not reach a client as data. */
import { types } from 'node:util';

/** @throws TypeError for what is no object */
export function structValue(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Readonly<Record<string, unknown>>;
  return wrong('a structure', value);
}

/** @throws TypeError for what is no array */
export function listValue(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : wrong('a list', value);
}

/** @returns epoch milliseconds @throws TypeError for what is no valid Date */
export function timestampValue(value: unknown): number {
  const time = types.isDate(value) ? value.getTime() : Number.NaN;
  return Number.isNaN(time) ? wrong('a timestamp', value) : time;
}

/** @throws TypeError for what is no string */
export function stringValue(value: unknown): string {
  return typeof value === 'string' ? value : wrong('a string', value);
}

/** @returns the number or boolean as text, the same in every protocol @throws TypeError for anything else */
export function scalarText(kind: 'number' | 'boolean', value: unknown): string {
  const right = kind === 'number' ? Number.isFinite(value) : typeof value === 'boolean';
  return right ? String(value) : wrong(`a ${kind}`, value);
}

/** @returns the bytes in base64 @throws TypeError for what is no byte array */
export function base64Text(value: unknown): string {
  return value instanceof Uint8Array
    ? Buffer.from(value).toString('base64')
    : wrong('bytes', value);
}

function wrong(wanted: string, value: unknown): never {
  throw new TypeError(`an operation returned ${typeof value} where its output has ${wanted}`);
}
