/** What the wire itself refuses, before an operation sees the request, with the codes that each protocol gives it. */
import { AwsError } from './aws-error.ts';
import type { ApiProtocol } from './operation.ts';

/** How an API is spoken. */
export type ProtocolKind = ApiProtocol['kind'];

/** The reasons for which the wire refuses a request. */
export type FaultKind =
  | 'malformed-request'
  | 'malformed-body'
  | 'unknown-operation'
  | 'operation-not-built'
  | 'forbidden'
  | 'method-not-allowed'
  | 'timeout'
  | 'body-too-large'
  | 'headers-too-large'
  | 'unsupported-encoding'
  | 'expectation-failed'
  | 'missing-token'
  | 'incomplete-signature'
  | 'unknown-key'
  | 'wrong-signature'
  | 'unavailable'
  | 'internal';

interface FaultCode {
  readonly json: string;
  readonly query: string;
  readonly status: number;
  /** Query APIs answer failed authentication with 403, JSON APIs with 400. */
  readonly queryStatus?: number;
}

/**
 * (reference: ECS semantics 1.2 and 9.1.) `operation-not-built` has a code and a status that no SDK retries; the JSON
 * code of `unavailable` and `internal` is ECS's only modelled server fault.
 */
const CODES: Readonly<Record<FaultKind, FaultCode>> = {
  'malformed-request': { json: 'BadRequestException', query: 'MalformedRequest', status: 400 },
  'malformed-body': { json: 'SerializationException', query: 'MalformedQueryString', status: 400 },
  'unknown-operation': { json: 'UnknownOperationException', query: 'InvalidAction', status: 400 },
  'operation-not-built': {
    json: 'UnsupportedOperationException',
    query: 'UnsupportedOperation',
    status: 400,
  },
  forbidden: { json: 'AccessDeniedException', query: 'AccessDenied', status: 403 },
  'method-not-allowed': {
    json: 'MethodNotAllowedException',
    query: 'MethodNotAllowed',
    status: 405,
  },
  timeout: { json: 'RequestTimeoutException', query: 'RequestTimeout', status: 408 },
  'body-too-large': {
    json: 'RequestEntityTooLargeException',
    query: 'RequestEntityTooLarge',
    status: 413,
  },
  'headers-too-large': {
    json: 'RequestHeaderFieldsTooLargeException',
    query: 'RequestHeaderFieldsTooLarge',
    status: 431,
  },
  'unsupported-encoding': {
    json: 'UnsupportedMediaTypeException',
    query: 'UnsupportedMediaType',
    status: 415,
  },
  'expectation-failed': {
    json: 'ExpectationFailedException',
    query: 'ExpectationFailed',
    status: 417,
  },
  'missing-token': {
    json: 'MissingAuthenticationTokenException',
    query: 'MissingAuthenticationToken',
    status: 400,
    queryStatus: 403,
  },
  'incomplete-signature': {
    json: 'IncompleteSignatureException',
    query: 'IncompleteSignature',
    status: 400,
  },
  'unknown-key': {
    json: 'UnrecognizedClientException',
    query: 'InvalidClientTokenId',
    status: 400,
    queryStatus: 403,
  },
  'wrong-signature': {
    json: 'InvalidSignatureException',
    query: 'SignatureDoesNotMatch',
    status: 400,
    queryStatus: 403,
  },
  unavailable: { json: 'ServerException', query: 'ServiceUnavailable', status: 503 },
  internal: { json: 'ServerException', query: 'InternalFailure', status: 500 },
};

/** The error of a protocol for a reason; the message says what to do. */
export function wireFault(protocol: ProtocolKind, kind: FaultKind, message: string): AwsError {
  const code = CODES[kind];
  return protocol === 'awsQuery'
    ? new AwsError(code.query, message, { status: code.queryStatus ?? code.status })
    : new AwsError(code.json, message, { status: code.status, queryCode: code.query });
}
