/** awsJson1_1, from the server's side (reference: ECS semantics 1.1 and 1.2). */
import { isUtf8 } from 'node:buffer';
import { messageOf } from '../../base/errors.ts';
import type { AwsError } from './aws-error.ts';
import { jsonText } from './json-text.ts';
import type { Protocol, ProtocolReply } from './protocol.ts';
import { wireFault } from './wire-fault.ts';

const CONTENT_TYPE = 'application/x-amz-json-1.1';

/** The protocol of ECS and CloudWatch Logs. */
export const jsonProtocol: Protocol = {
  kind: 'awsJson1_1',
  decode(headers, body) {
    const target = headers['x-amz-target'];
    const dot = typeof target === 'string' ? target.lastIndexOf('.') : -1;
    if (typeof target !== 'string' || dot <= 0 || dot === target.length - 1)
      throw wireFault(
        'awsJson1_1',
        'unknown-operation',
        'The X-Amz-Target header does not name an operation; it has the form <service>.<operation>, such as ' +
          'AmazonEC2ContainerServiceV20141113.ListClusters. Use an AWS SDK or the AWS CLI.',
      );
    return {
      apiName: target.slice(0, dot),
      operation: target.slice(dot + 1),
      input: () => parseBody(body),
    };
  },
  reply: (shape, output) => ok(jsonText(shape.output, output)),
  error: (error) => ({
    status: error.status,
    contentType: CONTENT_TYPE,
    body: JSON.stringify(errorBody(error)),
  }),
};

function ok(body: string): ProtocolReply {
  return { status: 200, contentType: CONTENT_TYPE, body };
}

function parseBody(body: Buffer): unknown {
  if (body.length === 0) return {};
  if (!isUtf8(body)) throw malformed('it is not UTF-8');
  try {
    return JSON.parse(body.toString('utf8')) as unknown;
  } catch (error) {
    throw malformed(messageOf(error));
  }
}

function malformed(why: string): AwsError {
  return wireFault('awsJson1_1', 'malformed-body', `The request body is not valid JSON: ${why}`);
}

/** AWS leaves the message out of some errors; an empty one is left out here. */
function errorBody(error: AwsError): object {
  return {
    ...error.members,
    __type: error.code,
    ...(error.message === '' ? {} : { message: error.message }),
  };
}
