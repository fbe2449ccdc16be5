/**
 * Replies as JSON. The text is built straight from the handler's objects by their shape: copying them into what
 * JSON.stringify could write costs as much again, and the SDK's own serializer twice as much.
 */
import { types } from 'node:util';
import type { Shape, StructShape } from './shape.ts';

/**
 * Members that are unset or that the shape does not have are left out; timestamps are epoch seconds with milliseconds as
 * decimals, as ECS writes them.
 * @throws TypeError for a value that its shape cannot hold
 */
export function jsonText(shape: StructShape, value: object): string {
  const source = value as Readonly<Record<string, unknown>>;
  let text = '';
  for (const name in source) {
    const member = shape.members.get(name);
    const entry = source[name];
    if (member === undefined || entry === undefined || entry === null) continue;
    text += (text === '' ? '{' : ',') + member.jsonKey + valueText(member.shape, entry);
  }
  return text === '' ? '{}' : `${text}}`;
}

function valueText(shape: Shape, value: unknown): string {
  switch (shape.kind) {
    case 'string':
      return stringText(value);
    case 'number':
    case 'boolean':
      if (typeof value !== shape.kind || (shape.kind === 'number' && !Number.isFinite(value)))
        throw new TypeError(`a ${shape.kind} must be one, not ${String(value)}`);
      return String(value);
    case 'struct':
    case 'union':
      return jsonText(shape, value as object);
    case 'list':
      return listText(shape.element, value as readonly unknown[]);
    case 'map':
      return mapText(shape.value, value as object);
    case 'timestamp':
      if (!types.isDate(value) || Number.isNaN(value.getTime()))
        throw new TypeError(`a timestamp must be a valid Date, not ${String(value)}`);
      return String(value.getTime() / 1000);
    case 'blob':
      return `"${Buffer.from(value as Uint8Array).toString('base64')}"`;
    case 'document':
      return JSON.stringify(value);
  }
}

function listText(element: Shape, list: readonly unknown[]): string {
  let text = '';
  for (const entry of list) text += (text === '' ? '[' : ',') + valueText(element, entry);
  return text === '' ? '[]' : `${text}]`;
}

function mapText(shape: Shape, map: object): string {
  const entries = Object.entries(map).map(
    ([key, entry]) => `${stringText(key)}:${valueText(shape, entry)}`,
  );
  return `{${entries.join(',')}}`;
}

/** What a JSON string cannot hold as it is; and lone surrogates, which UTF-8 cannot. */
// eslint-disable-next-line no-control-regex -- the control characters are what is looked for
const ESCAPED = /["\\\u0000-\u001f\ud800-\udfff]/;

function stringText(value: unknown): string {
  if (typeof value !== 'string') throw new TypeError(`a string must be one, not ${String(value)}`);
  return ESCAPED.test(value) ? JSON.stringify(value) : `"${value}"`;
}
