/** The Authorization header of Signature Version 4, taken apart. */
import type { FaultKind } from './wire-fault.ts';

/** What the header says, apart from the signature itself. */
export interface CredentialScope {
  readonly accessKeyId: string;
  /** `20260131`. */
  readonly date: string;
  readonly region: string;
  readonly service: string;
  /** Names of the headers that are signed, lower-case, as they were written: `host;x-amz-date`. */
  readonly signedHeaders: string;
  /** The same, one by one: a client repeats them from request to request, so they are taken apart once. */
  readonly headerNames: readonly string[];
  /** `20260131/us-east-1/ecs`: what a signing key is made for. */
  readonly place: string;
}

/** A header that can be verified. */
export interface Authorization {
  readonly kind: 'authorization';
  readonly scope: CredentialScope;
  /** 64 lower-case hexadecimal digits. */
  readonly signature: string;
}

/** Why a request is not let in, and what to do about it. */
export interface AuthRefusal {
  readonly kind: 'refused';
  readonly fault: FaultKind;
  readonly message: string;
}

/** What helps in most cases. */
export const AUTH_FIX =
  'Run eval "$(fairlead local env)" to set the endpoint, the keys and the region.';

const ALGORITHM = 'AWS4-HMAC-SHA256';
const PARAMETERS = ['Credential', 'SignedHeaders', 'Signature'] as const;
const REGION = /^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/;
const SIGNATURE = 'Signature=';
/** A client repeats all but the signature from request to request; many clients must not pile up. */
const MAX_REMEMBERED = 64;

/** Reads Authorization headers, and remembers what it has read. */
export class AuthorizationParser {
  readonly #scopes = new Map<string, CredentialScope>();

  parse(header: string | readonly string[] | undefined): Authorization | AuthRefusal {
    if (typeof header !== 'string' || header === '')
      return refusal('missing-token', `The request is not signed. ${AUTH_FIX}`);
    const at = header.lastIndexOf(SIGNATURE);
    const known = this.#scopes.get(header.slice(0, at));
    const signature = header.slice(at + SIGNATURE.length);
    if (known !== undefined && isSignature(signature))
      return { kind: 'authorization', scope: known, signature };
    const parsed = parse(header);
    // Only what ends with its signature can be found again.
    if (parsed.kind === 'authorization' && parsed.signature === signature) {
      if (this.#scopes.size >= MAX_REMEMBERED) this.#scopes.clear();
      this.#scopes.set(header.slice(0, at), parsed.scope);
    }
    return parsed;
  }
}

function parse(header: string): Authorization | AuthRefusal {
  if (!header.startsWith(`${ALGORITHM} `))
    return incomplete(
      `Only ${ALGORITHM} signatures are accepted, not "${header.slice(0, 30).split(' ', 1).join('')}". ${AUTH_FIX}`,
    );
  const parts = new Map(header.slice(ALGORITHM.length).split(',').map(parameter));
  const missing = PARAMETERS.filter((name) => (parts.get(name) ?? '') === '');
  if (missing.length > 0) return incomplete(`Authorization header requires ${missing.join(', ')}.`);
  const [credential = '', signedHeaders = '', signature = ''] = PARAMETERS.map((name) =>
    parts.get(name),
  );
  const elements = credential.split('/');
  const [accessKeyId = '', date = '', region = '', service = '', terminator] = elements;
  if (elements.length !== 5 || terminator !== 'aws4_request' || accessKeyId === '')
    return incomplete(
      'Credential must have 5 slash-delimited elements, <access key>/<date>/<region>/<service>/aws4_request, ' +
        `not "${credential.slice(0, 100)}".`,
    );
  if (!REGION.test(region))
    return incomplete(
      `"${region.slice(0, 100)}" cannot be a region: use lower-case letters, digits and hyphens, such as us-east-1. ${AUTH_FIX}`,
    );
  if (!isSignature(signature))
    return incomplete('Signature must be 64 lower-case hexadecimal digits.');
  const scope: CredentialScope = {
    ...{ accessKeyId, date, region, service, signedHeaders },
    headerNames: signedHeaders.split(';'),
    place: `${date}/${region}/${service}`,
  };
  return { kind: 'authorization', scope, signature };
}

function parameter(part: string): [name: string, value: string] {
  const equals = part.indexOf('=');
  return [part.slice(0, equals).trim(), part.slice(equals + 1).trim()];
}

function isSignature(text: string): boolean {
  return /^[0-9a-f]{64}$/.test(text);
}

function incomplete(message: string): AuthRefusal {
  return refusal('incomplete-signature', message);
}

function refusal(fault: FaultKind, message: string): AuthRefusal {
  return { kind: 'refused', fault, message };
}
