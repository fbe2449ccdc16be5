/**
 * Replies as JSON. The text is built straight from the handler's objects by their shape: copying them into what
 * JSON.stringify could write costs as much again, and the SDK's own serializer twice as much.
 */
import {
  base64Text,
  listValue,
  scalarText,
  stringValue,
  structValue,
  timestampValue,
} from './output-value.ts';
import type { Shape, StructShape } from './shape.ts';

/**
 * Members that are unset or that the shape does not have are left out; timestamps are epoch seconds with milliseconds as
 * decimals, as ECS writes them (reference: ECS semantics 1.1). A structure inside that is frozen is taken at its word: neither it
 * nor anything in it will change, and its text is kept for as long as it is.
 * @throws TypeError for a value that its shape cannot hold
 */
export function jsonText(shape: StructShape, value: unknown): string {
  const source = structValue(value);
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
      return quoted(stringValue(value));
    case 'number':
    case 'boolean':
      return scalarText(shape.kind, value);
    case 'struct':
    case 'union':
      return Object.isFrozen(value) ? keptText(shape, value) : jsonText(shape, value);
    case 'list':
      return listText(shape.element, listValue(value));
    case 'map':
      return mapText(shape.value, structValue(value));
    case 'timestamp':
      return String(timestampValue(value) / 1000);
    case 'blob':
      return `"${base64Text(value)}"`;
    case 'document':
      return JSON.stringify(value);
  }
}

/** Texts of frozen structures. */
const texts = new WeakMap<object, { readonly shape: StructShape; readonly text: string }>();

function keptText(shape: StructShape, value: unknown): string {
  const structure = structValue(value);
  const known = texts.get(structure);
  if (known?.shape === shape) return known.text;
  // In one piece: a text that was put together is otherwise copied from its hundred parts each time it is sent.
  const text = Buffer.from(jsonText(shape, structure)).toString();
  texts.set(structure, { shape, text });
  return text;
}

function listText(element: Shape, list: readonly unknown[]): string {
  let text = '';
  for (const entry of list) text += (text === '' ? '[' : ',') + valueText(element, entry);
  return text === '' ? '[]' : `${text}]`;
}

function mapText(shape: Shape, map: object): string {
  const entries = Object.entries(map).map(
    ([key, entry]) => `${quoted(key)}:${valueText(shape, entry)}`,
  );
  return `{${entries.join(',')}}`;
}

/** What a JSON string cannot hold as it is; and surrogates, since a lone one is nothing that UTF-8 can hold. */
// eslint-disable-next-line no-control-regex -- the control characters are what is looked for
const ESCAPED = /["\\\u0000-\u001f\ud800-\udfff]/;

function quoted(text: string): string {
  return ESCAPED.test(text) ? JSON.stringify(text) : `"${text}"`;
}
