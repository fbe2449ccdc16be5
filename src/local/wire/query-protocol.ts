/** awsQuery, from the server's side: form in, XML out (reference: ECS semantics 9.1). */
import { isUtf8 } from 'node:buffer';
import type { AwsError } from './aws-error.ts';
import { FormError, parseForm, type FormNode } from './form-tree.ts';
import type { Protocol } from './protocol.ts';
import type { Shape, StructShape } from './shape.ts';
import { epochSecondsOf } from './timestamp-text.ts';
import { wireFault } from './wire-fault.ts';
import { textElement, xmlError, xmlStruct } from './xml.ts';

const CONTENT_TYPE = 'text/xml';
const NUMBER = /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/;

/** The protocol of Elastic Load Balancing, and of CloudWatch's older clients. */
export const queryProtocol: Protocol = {
  kind: 'awsQuery',
  decode(_headers, body) {
    const form = parseBody(body());
    const action = form.children.get('Action')?.text ?? '';
    if (action === '')
      throw wireFault(
        'awsQuery',
        'unknown-operation',
        'The request body has no Action parameter (Action=DescribeLoadBalancers&Version=2015-12-01&…). Use an AWS SDK or the AWS CLI.',
      );
    const version = form.children.get('Version')?.text ?? '';
    form.children.delete('Action');
    form.children.delete('Version');
    return {
      apiName: version,
      operation: action,
      input: (shape) => structOf(form, shape.input),
    };
  },
  reply(shape, output, xmlNamespace, requestId) {
    const { name } = shape;
    const result = `<${name}Result>${xmlStruct(shape.output, output)}</${name}Result>`;
    const metadata = `<ResponseMetadata>${textElement('RequestId', requestId)}</ResponseMetadata>`;
    return {
      status: 200,
      contentType: CONTENT_TYPE,
      body: `<${name}Response xmlns="${xmlNamespace}">${result}${metadata}</${name}Response>`,
    };
  },
  error: (error, requestId) => ({
    status: error.status,
    contentType: CONTENT_TYPE,
    body: xmlError(error, requestId),
  }),
};

function parseBody(body: Buffer): FormNode {
  if (!isUtf8(body)) throw malformed('The request body is not UTF-8.');
  try {
    return parseForm(body.toString('utf8'));
  } catch (error) {
    if (error instanceof FormError) throw malformed(error.message);
    throw error;
  }
}

function malformed(message: string): AwsError {
  return wireFault('awsQuery', 'malformed-body', message);
}

/**
 * The values that a form means by the operation's shape. What does not fit stays as it was written (a number's text that
 * is no number, a structure in place of a text), so that the generic check says what is wrong with it.
 */
function valueOf(node: FormNode, shape: Shape): unknown {
  switch (shape.kind) {
    case 'struct':
    case 'union':
      return node.children.size === 0 && node.text ? node.text : structOf(node, shape);
    case 'list':
      return listOf(node, shape.element);
    case 'map':
      return mapOf(node, shape.value);
    case 'number':
      return node.text !== undefined && NUMBER.test(node.text) ? Number(node.text) : textOf(node);
    case 'boolean':
      return node.text === 'true' || node.text === 'false' ? node.text === 'true' : textOf(node);
    case 'timestamp':
      return node.text === undefined ? textOf(node) : (epochSecondsOf(node.text) ?? node.text);
    case 'string':
    case 'blob':
    case 'document':
      return textOf(node);
  }
}

/** Members that the shape does not have are named, with no value: the generic check reports them. */
function structOf(node: FormNode, shape: StructShape): object {
  const output = bare();
  for (const [name, child] of node.children) {
    const member = shape.members.get(name);
    output[name] = member === undefined ? null : valueOf(child, member.shape);
  }
  return output;
}

/** `Names.member.1=a&Names.member.2=b`, in the order of the numbers; `Names=` is the empty list. */
function listOf(node: FormNode, element: Shape): unknown {
  if (node.text) return node.text;
  const entries = numbered(node, 'member');
  return entries?.map((entry) => valueOf(entry, element)) ?? bare();
}

/** `Tags.entry.1.key=a&Tags.entry.1.value=b`. */
function mapOf(node: FormNode, shape: Shape): unknown {
  if (node.text) return node.text;
  const entries = numbered(node, 'entry');
  // A list is what no map can be.
  if (entries === undefined) return [];
  const output = bare();
  for (const entry of entries) {
    const value = entry.children.get('value');
    output[entry.children.get('key')?.text ?? ''] =
      value === undefined ? null : valueOf(value, shape);
  }
  return output;
}

/** The children `<name>.<number>` in numeric order; undefined when there is anything else. */
function numbered(node: FormNode, name: string): readonly FormNode[] | undefined {
  const group = node.children.get(name);
  if (group === undefined) return node.children.size === 0 ? [] : undefined;
  const entries = [...group.children];
  if (node.children.size > 1 || !entries.every(([index]) => /^[1-9]\d{0,8}$/.test(index)))
    return undefined;
  return entries.sort(([a], [b]) => Number(a) - Number(b)).map(([, entry]) => entry);
}

function textOf(node: FormNode): unknown {
  return node.children.size > 0 ? bare() : node.text;
}

/** An object without a prototype: its names come from the client. */
function bare(): Record<string, unknown> {
  return Object.create(null) as Record<string, unknown>;
}
