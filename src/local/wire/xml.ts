/** XML as the query protocol's replies have it: one element a member, `<member>` for list entries. */
import { isoTime } from '../../base/clock.ts';
import type { AwsError } from './aws-error.ts';
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
 * The content of an element that stands for a structure.
 * @throws TypeError for a value that its shape cannot hold
 */
export function xmlStruct(shape: StructShape, value: unknown): string {
  const source = structValue(value);
  let text = '';
  for (const name in source) {
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
      return xmlStruct(shape, value);
    case 'list':
      return listValue(value)
        .map((entry) => `<member>${xmlValue(shape.element, entry)}</member>`)
        .join('');
    case 'map':
      return Object.entries(structValue(value))
        .map(([key, entry]) => {
          const content = `<value>${xmlValue(shape.value, entry)}</value>`;
          return `<entry>${textElement('key', key)}${content}</entry>`;
        })
        .join('');
    case 'blob':
      return base64Text(value);
    case 'timestamp':
      return isoTime(timestampValue(value));
    case 'string':
      return escapeText(stringValue(value));
    case 'number':
    case 'boolean':
      return scalarText(shape.kind, value);
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
  const content = `${textElement('Type', type)}${textElement('Code', error.queryCode)}${message}${members}`;
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
