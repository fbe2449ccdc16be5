/** awsJson1_0 and awsJson1_1, from the server's side (reference: ECS semantics 1.1 and 1.2); they differ in their content type. */
import { isUtf8 } from 'node:buffer';
import { messageOf } from '../../base/errors.ts';
import type { AwsError } from './aws-error.ts';
import { jsonText } from './json-text.ts';
import type { Protocol } from './protocol.ts';
import { wireFault, type ProtocolKind } from './wire-fault.ts';

/** The protocol of ECS and CloudWatch Logs. */
export const json11Protocol = jsonProtocol('awsJson1_1', 'application/x-amz-json-1.1');

/** The protocol of CloudWatch. */
export const json10Protocol = jsonProtocol('awsJson1_0', 'application/x-amz-json-1.0');

function jsonProtocol(kind: 'awsJson1_0' | 'awsJson1_1', contentType: string): Protocol {
  return {
    kind,
    decode(headers, body) {
      const target = headers['x-amz-target'];
      const dot = typeof target === 'string' ? target.lastIndexOf('.') : -1;
      if (typeof target !== 'string' || dot <= 0 || dot === target.length - 1)
        throw wireFault(
          kind,
          'unknown-operation',
          'The X-Amz-Target header does not name an operation; it has the form <service>.<operation>, such as ' +
            'AmazonEC2ContainerServiceV20141113.ListClusters. Use an AWS SDK or the AWS CLI.',
        );
      return {
        apiName: target.slice(0, dot),
        operation: target.slice(dot + 1),
        input: () => parseBody(body(), kind),
      };
    },
    reply: (shape, output) => ({ status: 200, contentType, body: jsonText(shape.output, output) }),
    error: (error) => ({
      status: error.status,
      contentType,
      body: JSON.stringify(errorBody(error)),
    }),
  };
}

function parseBody(body: Buffer, kind: ProtocolKind): unknown {
  if (body.length === 0) return {};
  if (!isUtf8(body)) throw malformed('it is not UTF-8', kind);
  try {
    return JSON.parse(body.toString('utf8')) as unknown;
  } catch (error) {
    throw malformed(messageOf(error), kind);
  }
}

function malformed(why: string, kind: ProtocolKind): AwsError {
  return wireFault(kind, 'malformed-body', `The request body is not valid JSON: ${why}`);
}

/** AWS leaves the message out of some errors; an empty one is left out here. */
function errorBody(error: AwsError): object {
  return {
    ...error.members,
    __type: error.code,
    ...(error.message === '' ? {} : { message: error.message }),
  };
}
