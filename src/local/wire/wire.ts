/** From a request's headers and body to its reply, without a socket: addresses it, authenticates it, checks it, has it answered. */
import type { Clock } from '../../base/clock.ts';
import { messageOf } from '../../base/errors.ts';
import type { IdSource } from '../../base/ids.ts';
import { ApiRegistry, type Operation } from './api-registry.ts';
import { AuthorizationParser } from './authorization.ts';
import { AwsError } from './aws-error.ts';
import { decompressed } from './compression.ts';
import { json10Protocol, json11Protocol } from './json-protocol.ts';
import type { Call, ServiceApi } from './operation.ts';
import type { Protocol } from './protocol.ts';
import { queryProtocol } from './query-protocol.ts';
import { BODY_LIMIT } from './request-body.ts';
import { requestIds } from './request-ids.ts';
import { SigV4Verifier, type Credentials } from './sigv4.ts';
import { checkInput } from './validate.ts';
import { wireFault, type FaultKind, type ProtocolKind } from './wire-fault.ts';

/** The part of a log that the wire writes to. It gets names and codes, never bodies, headers or values. */
export interface WireLog {
  debug(message: string, fields?: Readonly<Record<string, unknown>>): void;
  error(message: string, fields?: Readonly<Record<string, unknown>>): void;
}

/** What a wire is made of. */
export interface WireOptions {
  readonly apis: readonly ServiceApi[];
  /** `none` lets everybody in; the region still comes from the credential scope of requests that have one. */
  readonly auth: 'sigv4' | 'none';
  /** The one key pair that is let in; not looked at when `auth` is `none`. */
  readonly credentials: Credentials;
  /** Real time, never scaled: signatures are checked against it. */
  readonly clock: Pick<Clock, 'now'>;
  readonly ids: Pick<IdSource, 'uuid'>;
  readonly log: WireLog;
  /** Twelve digits. */
  readonly accountId: string;
  /** ARN of every caller; `arn:aws:iam::<accountId>:user/fairlead` unless given. */
  readonly principalArn?: string;
  /** For requests without a credential scope; us-east-1 unless given. */
  readonly defaultRegion?: string;
  /** Longest body that is read, in bytes, before and after decompression; 1 MiB unless given. */
  readonly bodyLimit?: number;
  /**
   * Says what to do about an operation's failure that is neither the caller's fault nor a bug, such as a full disk: the
   * answer is a 503 with that message. Undefined for everything else.
   */
  readonly explain?: (error: unknown) => string | undefined;
}

/** An HTTP request, complete. */
export interface WireRequest {
  readonly method: string;
  readonly url: string;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: Buffer;
}

/** An HTTP reply. */
export interface WireReply {
  readonly requestId: string;
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  /** The header x-amzn-query-error, for clients that know an API's errors by their awsQuery codes: `Code;Sender`. */
  readonly queryError?: string;
}

/** Answers requests for a set of APIs. */
export interface Wire {
  /** Never rejects: whatever goes wrong becomes a modelled error. */
  answer(request: WireRequest): Promise<WireReply>;
  /** A refusal in the protocol that the headers suggest (JSON when there are none). */
  refuse(headers: WireRequest['headers'], kind: FaultKind, message: string): WireReply;
}

/** How many unknown members one log entry names. */
const LOGGED_MEMBERS = 20;

/** Builds the wire. @throws Error when two APIs answer to the same name, or an API handles what its model does not have. */
export function createWire(options: WireOptions): Wire {
  const { auth, credentials, clock, log, accountId } = options;
  const nextRequestId = requestIds(options.ids);
  const principalArn = options.principalArn ?? `arn:aws:iam::${accountId}:user/fairlead`;
  const defaultRegion = options.defaultRegion ?? 'us-east-1';
  const registry = new ApiRegistry(options.apis);
  const claims = new AuthorizationParser();
  const verifier = new SigV4Verifier(credentials, clock);

  const bodyLimit = options.bodyLimit ?? BODY_LIMIT;

  const regionOf = (request: WireRequest, { api }: Operation, { kind }: Protocol): string => {
    if (auth === 'none') {
      const claim = claims.parse(request.headers['authorization']);
      return claim.kind === 'authorization' ? claim.scope.region : defaultRegion;
    }
    const verification = verifier.verify(request, api.signingName);
    if (verification.kind === 'accepted') return verification.region;
    throw wireFault(kind, verification.fault, verification.message);
  };

  const run = async (request: WireRequest, protocol: Protocol, requestId: string) => {
    const { kind } = protocol;
    const encoding = encodingOf(request, kind);
    const decoded = protocol.decode(request.headers, () =>
      encoding === 'gzip' ? decompressed(request.body, bodyLimit, kind) : request.body,
    );
    const operation = registry.find(kind, decoded.apiName, decoded.operation);
    if (encoding === 'gzip' && operation.api.compressedRequests !== true)
      throw unsupportedEncoding(encoding, kind);
    const region = regionOf(request, operation, protocol);
    const handler = operation.handler();
    const unknown: string[] = [];
    const shape = operation.shape();
    const input = checkInput(shape.input, decoded.input(shape), {
      operation: operation.name,
      code: operation.api.invalidInputCode,
      queryCode: operation.api.invalidInputQueryCode,
      onUnknown: (path) => unknown.push(path),
    });
    if (unknown.length > 0)
      log.debug('members that the model does not know were ignored', {
        operation: operation.name,
        requestId,
        members: unknown.slice(0, LOGGED_MEMBERS),
      });
    const call: Call = { region, accountId, requestId, principalArn };
    const output = await handler(input as never, call);
    return protocol.reply(shape, output, operation.xmlNamespace, requestId);
  };

  const serverFault = (error: unknown, protocol: Protocol, requestId: string): AwsError => {
    const explanation = options.explain?.(error);
    return explanation === undefined
      ? internalFault(protocol, requestId)
      : wireFault(protocol.kind, 'unavailable', explanation);
  };

  return {
    async answer(request) {
      const requestId = nextRequestId();
      const protocol = protocolOf(request.headers);
      try {
        return { requestId, ...(await run(request, protocol, requestId)) };
      } catch (error) {
        const known = error instanceof AwsError ? error : serverFault(error, protocol, requestId);
        if (known !== error || known.status >= 500)
          log.error(`a request failed unexpectedly: ${messageOf(error)}`, {
            target: targetOf(request.headers),
            requestId,
            error,
          });
        else log.debug('a request was refused', { code: known.code, requestId });
        return failure(known, protocol, requestId, request.headers);
      }
    },
    refuse(headers, kind, message) {
      const requestId = nextRequestId();
      const protocol = protocolOf(headers);
      return failure(wireFault(protocol.kind, kind, message), protocol, requestId, headers);
    },
  };
}

function failure(
  error: AwsError,
  protocol: Protocol,
  requestId: string,
  headers: WireRequest['headers'],
): WireReply {
  const reply = { requestId, ...protocol.error(error, requestId) };
  if (protocol.kind === 'awsQuery' || headers['x-amzn-query-mode'] !== 'true') return reply;
  const whose = error.status < 500 ? 'Sender' : 'Receiver';
  return { ...reply, queryError: `${error.queryCode};${whose}` };
}

/** JSON requests carry X-Amz-Target; of what is left, a form is a query request. A reply has the request's version. */
function protocolOf(headers: WireRequest['headers']): Protocol {
  const contentType = headers['content-type'];
  return headers['x-amz-target'] === undefined &&
    typeof contentType === 'string' &&
    /^application\/x-www-form-urlencoded\b/i.test(contentType)
    ? queryProtocol
    : typeof contentType === 'string' && /^application\/x-amz-json-1\.0\b/i.test(contentType)
      ? json10Protocol
      : json11Protocol;
}

function targetOf(headers: WireRequest['headers']): string {
  const target = headers['x-amz-target'];
  return typeof target === 'string' ? target.slice(0, 200) : 'a query request';
}

function encodingOf({ headers }: WireRequest, kind: ProtocolKind): 'identity' | 'gzip' {
  const encoding = headers['content-encoding'];
  if (encoding === undefined || encoding === 'identity') return 'identity';
  if (encoding === 'gzip') return 'gzip';
  throw unsupportedEncoding(String(encoding), kind);
}

function unsupportedEncoding(encoding: string, kind: ProtocolKind): AwsError {
  return wireFault(
    kind,
    'unsupported-encoding',
    `Content-Encoding "${encoding.slice(0, 100)}" is not supported: send the body as it is.`,
  );
}

function internalFault(protocol: Protocol, requestId: string): AwsError {
  return wireFault(
    protocol.kind,
    'internal',
    `The local ECS failed unexpectedly; its log has the cause under request id ${requestId}. This is a bug of Fairlead: please report it.`,
  );
}
