/** What the wire needs of a protocol: how a body becomes values, and values a body. */
import type { AwsError } from './aws-error.ts';
import type { OperationShape } from './shape.ts';
import type { ProtocolKind } from './wire-fault.ts';

/** A reply's text and what it is. */
export interface ProtocolReply {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/** One request, addressed and decoded. */
export interface DecodedRequest {
  /** What the request calls its API: an X-Amz-Target prefix, or a query `Version`. */
  readonly apiName: string;
  readonly operation: string;
  /**
   * The input as plain values, not yet checked; decoding a query needs the operation's shape.
   * @throws AwsError when the body is not what the protocol sends
   */
  readonly input: (shape: OperationShape) => unknown;
}

/** How requests and replies are written. */
export interface Protocol {
  readonly kind: ProtocolKind;
  /**
   * @param body gives the bytes of the body as they were before they were compressed; throws AwsError when it cannot
   * @throws AwsError when it cannot be told what the request is for.
   */
  decode(
    headers: Readonly<Record<string, string | readonly string[] | undefined>>,
    body: () => Buffer,
  ): DecodedRequest;
  /** @throws Error for a value that its shape cannot hold: a bug of the operation. */
  reply(
    shape: OperationShape,
    output: object,
    xmlNamespace: string,
    requestId: string,
  ): ProtocolReply;
  error(error: AwsError, requestId: string): ProtocolReply;
}
