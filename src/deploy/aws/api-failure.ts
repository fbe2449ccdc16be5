/** What kind of failure a call to AWS had: whether to try again, and what to tell. */
import { messageOf, systemCode } from '../../base/errors.ts';

/** IAM's prefix of a service: `ecs:DescribeServices`. */
export type ApiService = 'ecs' | 'elasticloadbalancing' | 'logs' | 'cloudwatch';

/**
 * - `throttled`, `transient`: trying again may help;
 * - `unreachable`: nobody answers at the endpoint; trying again may help;
 * - `denied`: the caller may not; `credentials`: the caller is not known;
 * - `refused`: AWS understood and said no.
 */
export type FailureKind =
  'throttled' | 'transient' | 'unreachable' | 'denied' | 'credentials' | 'refused';

/** A call that failed for good. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly kind: FailureKind;
  readonly service: ApiService;
  readonly operation: string;
  /** AWS's or the system's name of the error: `ServiceNotFoundException`, `ECONNREFUSED`. */
  readonly code: string;
  /** Of a change: the answer to this request, or to one before it, was lost, so that it may have been done. */
  lost: boolean;

  constructor(kind: FailureKind, service: ApiService, operation: string, cause: unknown) {
    super(messageOf(cause) === '' ? nameOf(cause) : messageOf(cause), { cause });
    this.kind = kind;
    this.service = service;
    this.operation = operation;
    this.code = nameOf(cause);
    this.lost = kind === 'transient';
  }

  /** `ecs:DescribeServices`. */
  get permission(): string {
    return `${this.service}:${this.operation}`;
  }
}

const THROTTLED =
  /^(?:Throttl\w*|TooManyRequestsException|RequestLimitExceeded|RequestThrottled\w*|SlowDown|BandwidthLimitExceeded|PriorRequestNotComplete)$/;
const DENIED = /^(?:AccessDenied\w*|UnauthorizedOperation|NotAuthorized\w*|AuthorizationError)$/;
const CREDENTIALS =
  /^(?:UnrecognizedClientException|InvalidSignatureException|SignatureDoesNotMatch|InvalidClientTokenId|IncompleteSignature\w*|MissingAuthenticationToken\w*|ExpiredToken\w*|InvalidAccessKeyId|CredentialsProviderError|TokenProviderError)$/;
const UNREACHABLE: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);
const TRANSIENT: ReadonlySet<string> = new Set([
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'TimeoutError',
  'RequestTimeout',
  'RequestTimeoutException',
  'ServerException',
  'InternalFailure',
  'InternalError',
  'ServiceUnavailable',
  'ServiceUnavailableException',
]);

/** Sorts what the SDK threw; undefined for anything that is no failure of a call, such as a bug of ours. */
export function classifyFailure(error: unknown): FailureKind | undefined {
  const name = nameOf(error);
  const status = statusOf(error);
  if (THROTTLED.test(name) || status === 429) return 'throttled';
  if (DENIED.test(name)) return 'denied';
  if (CREDENTIALS.test(name)) return 'credentials';
  if (UNREACHABLE.has(systemCode(error) ?? '')) return 'unreachable';
  if (TRANSIENT.has(name) || TRANSIENT.has(systemCode(error) ?? '')) return 'transient';
  if (status !== undefined && status >= 500) return 'transient';
  // ECS's own advice for this one is to try again (reference: ECS semantics 3.3).
  if (messageOf(error).startsWith('Too many concurrent attempts to create a new revision')) {
    return 'throttled';
  }
  // A proxy or a port that is not AWS answers something that the SDK cannot read.
  if (name === 'SyntaxError' && status !== undefined) return 'refused';
  return status === undefined ? undefined : 'refused';
}

/** True where another attempt may succeed. */
export function mayRetry(kind: FailureKind): boolean {
  return kind === 'throttled' || kind === 'transient' || kind === 'unreachable';
}

function nameOf(error: unknown): string {
  const code = systemCode(error);
  if (code !== undefined && /^E[A-Z_]+$/.test(code)) return code;
  return error instanceof Error ? error.name : String(error);
}

/** The HTTP status of an answer; undefined when there was none. */
function statusOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('$metadata' in error)) return undefined;
  const metadata = error.$metadata;
  if (typeof metadata !== 'object' || metadata === null || !('httpStatusCode' in metadata)) {
    return undefined;
  }
  return typeof metadata.httpStatusCode === 'number' ? metadata.httpStatusCode : undefined;
}
