/** XML as the query protocol's replies have it: one element a member, `<member>` for list entries. */
import { types } from 'node:util';
import type { AwsError } from './aws-error.ts';
import type { Shape, StructShape } from './shape.ts';

/** The content of an element that stands for a structure. */
export function xmlStruct(shape: StructShape, value: object): string {
  const source = value as Readonly<Record<string, unknown>>;
  let text = '';
  for (const name of Object.keys(source)) {
    const member = shape.members.get(name);
    const entry = source[name];
    if (member !== undefined && entry !== undefined && entry !== null)
      text += `<${name}>${xmlValue(member.shape, entry)}</${name}>`;
  }
  return text;
}

function xmlValue(shape: Shape, value: unknown): string {
  switch (shape.kind) {
    case 'struct':
    case 'union':
      return xmlStruct(shape, value as object);
    case 'list':
      return (value as readonly unknown[])
        .map((entry) => `<member>${xmlValue(shape.element, entry)}</member>`)
        .join('');
    case 'map':
      return Object.entries(value as object)
        .map(([key, entry]) => {
          const content = `<value>${xmlValue(shape.value, entry)}</value>`;
          return `<entry>${textElement('key', key)}${content}</entry>`;
        })
        .join('');
    case 'blob':
      return Buffer.from(value as Uint8Array).toString('base64');
    case 'timestamp':
      if (!types.isDate(value))
        throw new TypeError(`a timestamp must be a Date, not ${String(value)}`);
      return value.toISOString();
    case 'string':
    case 'number':
    case 'boolean':
      return escapeText(String(value));
    case 'document':
      return escapeText(JSON.stringify(value));
  }
}

/** `<name>text</name>`. */
export function textElement(name: string, text: string): string {
  return `<${name}>${escapeText(text)}</${name}>`;
}

/** The error answer: Type says whose fault it is, `Sender` (4xx) or `Receiver`. */
export function xmlError(error: AwsError, requestId: string): string {
  const type = error.status < 500 ? 'Sender' : 'Receiver';
  const message = error.message === '' ? '' : textElement('Message', error.message);
  const members = Object.entries(error.members)
    .map(([name, value]) => `<${name}>${freeValue(value)}</${name}>`)
    .join('');
  const content = `${textElement('Type', type)}${textElement('Code', error.code)}${message}${members}`;
  return `<ErrorResponse><Error>${content}</Error>${textElement('RequestId', requestId)}</ErrorResponse>`;
}

/** A member of an error, for which there is no shape. */
function freeValue(value: unknown): string {
  if (Array.isArray(value))
    return value.map((entry) => `<member>${freeValue(entry)}</member>`).join('');
  return escapeText(typeof value === 'string' ? value : JSON.stringify(value));
}

/** What XML 1.0 cannot hold even as a reference: control characters, lone surrogates, U+FFFE and U+FFFF. */
const IMPOSSIBLE =
  // eslint-disable-next-line no-control-regex -- the control characters are what is looked for
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

const REFERENCES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  // Parsers read a bare carriage return as a line feed.
  '\r': '&#xD;',
};

/** Text as XML content; what XML cannot hold becomes the replacement character. */
export function escapeText(text: string): string {
  return text
    .replaceAll(/[&<>"'\r]/g, (character) => REFERENCES[character] ?? character)
    .replaceAll(IMPOSSIBLE, '\ufffd');
}
