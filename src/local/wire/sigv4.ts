/**
 * AWS Signature Version 4, the verifying side. The signing key of a day, region and service is derived once and kept, so
 * that a request costs two hashes and one HMAC.
 */
import { createHmac, hash, timingSafeEqual } from 'node:crypto';
import { isoTime, type Clock } from '../../base/clock.ts';
import { canonicalQuery } from './canonical-query.ts';
import type { FaultKind } from './wire-fault.ts';

/** The key pair that clients sign with. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** What of a request is signed. */
export interface SignedRequest {
  readonly method: string;
  /** As in the request line: `/` or `/?a=b`. */
  readonly url: string;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: Uint8Array;
}

/** Who a request says it comes from, and where it was meant to go. */
export type Verification =
  | { readonly kind: 'accepted'; readonly region: string }
  | { readonly kind: 'refused'; readonly fault: FaultKind; readonly message: string };

const ALGORITHM = 'AWS4-HMAC-SHA256';
const MAX_SKEW_MS = 15 * 60_000;
const REGION = /^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/;
const FIX = 'Run eval "$(fairlead local env)" to set the endpoint, the keys and the region.';
/** Old days and foreign regions must not pile up. */
const MAX_SIGNING_KEYS = 64;

interface Authorization {
  readonly accessKeyId: string;
  readonly date: string;
  readonly region: string;
  readonly service: string;
  readonly signedHeaders: string;
  readonly signature: string;
}

/** Verifies requests against one key pair. */
export class SigV4Verifier {
  readonly #credentials: Credentials;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #signingKeys = new Map<string, Buffer>();

  constructor(credentials: Credentials, clock: Pick<Clock, 'now'>) {
    this.#credentials = credentials;
    this.#clock = clock;
  }

  /** @param service the SigV4 name of the API that the request is for, such as `ecs` */
  verify(request: SignedRequest, service: string): Verification {
    const authorization = parseAuthorization(request.headers['authorization']);
    if ('kind' in authorization) return authorization;
    const time = request.headers['x-amz-date'];
    if (typeof time !== 'string' || !/^\d{8}T\d{6}Z$/.test(time))
      return refused(
        'incomplete-signature',
        `The X-Amz-Date header ${typeof time === 'string' ? `"${time}" ` : ''}must be there and have the form 20260131T235959Z.`,
      );
    const problem =
      this.#wrongKey(authorization) ??
      wrongScope(authorization, service, time) ??
      this.#wrongTime(time) ??
      unsignedHeader(request, authorization) ??
      this.#wrongSignature(request, authorization, time);
    return problem ?? { kind: 'accepted', region: authorization.region };
  }

  #wrongKey({ accessKeyId }: Authorization): Verification | undefined {
    if (accessKeyId === this.#credentials.accessKeyId) return undefined;
    return refused(
      'unknown-key',
      `The security token included in the request is invalid: this local ECS does not know the access key ${accessKeyId}. ${FIX}`,
    );
  }

  #wrongTime(time: string): Verification | undefined {
    const now = this.#clock.now();
    // Times of one fixed form compare as text.
    const earliest = compactTime(now - MAX_SKEW_MS);
    const latest = compactTime(now + MAX_SKEW_MS);
    if (time >= earliest && time <= latest) return undefined;
    const current = compactTime(now);
    return refused(
      'wrong-signature',
      time < earliest
        ? `Signature expired: ${time} is now earlier than ${earliest} (${current} - 15 min.). Set the client's clock right, or sign again.`
        : `Signature not yet current: ${time} is still later than ${latest} (${current} + 15 min.). Set the client's clock right.`,
    );
  }

  #wrongSignature(
    request: SignedRequest,
    authorization: Authorization,
    time: string,
  ): Verification | undefined {
    const { date, region, service, signedHeaders, signature } = authorization;
    const canonical = canonicalRequest(request, signedHeaders);
    const scope = `${date}/${region}/${service}/aws4_request`;
    const text = `${ALGORITHM}\n${time}\n${scope}\n${hash('sha256', Buffer.from(canonical, 'latin1'))}`;
    const expected = createHmac('sha256', this.#signingKey(date, region, service))
      .update(text)
      .digest();
    if (timingSafeEqual(expected, Buffer.from(signature, 'hex'))) return undefined;
    return refused(
      'wrong-signature',
      'The request signature we calculated does not match the signature you provided: the secret access key is another ' +
        `one than this local ECS created, or the request was changed on its way. ${FIX}`,
    );
  }

  #signingKey(date: string, region: string, service: string): Buffer {
    const scope = `${date}/${region}/${service}`;
    const known = this.#signingKeys.get(scope);
    if (known !== undefined) return known;
    const hmac = (key: string | Buffer, text: string): Buffer =>
      createHmac('sha256', key).update(text).digest();
    const dateKey = hmac(`AWS4${this.#credentials.secretAccessKey}`, date);
    const key = hmac(hmac(hmac(dateKey, region), service), 'aws4_request');
    if (this.#signingKeys.size >= MAX_SIGNING_KEYS) this.#signingKeys.clear();
    this.#signingKeys.set(scope, key);
    return key;
  }
}

/** The region of a request's credential scope, verified or not; undefined when it names none. */
export function claimedRegion(headers: SignedRequest['headers']): string | undefined {
  const authorization = parseAuthorization(headers['authorization']);
  return 'kind' in authorization ? undefined : authorization.region;
}

function parseAuthorization(
  header: string | readonly string[] | undefined,
): Authorization | Extract<Verification, { kind: 'refused' }> {
  if (typeof header !== 'string' || header === '')
    return refused('missing-token', `The request is not signed. ${FIX}`);
  if (!header.startsWith(`${ALGORITHM} `))
    return refused(
      'incomplete-signature',
      `Only ${ALGORITHM} signatures are accepted, not "${header.slice(0, 30).split(' ', 1).join('')}". ${FIX}`,
    );
  const parts = new Map(
    header
      .slice(ALGORITHM.length)
      .split(',')
      .map((part): [string, string] => {
        const equals = part.indexOf('=');
        return [part.slice(0, equals).trim(), part.slice(equals + 1).trim()];
      }),
  );
  const missing = ['Credential', 'SignedHeaders', 'Signature'].filter((name) => !parts.get(name));
  if (missing.length > 0)
    return refused('incomplete-signature', `Authorization header requires ${missing.join(', ')}.`);
  const [credential = '', signedHeaders = '', signature = ''] = [
    parts.get('Credential'),
    parts.get('SignedHeaders'),
    parts.get('Signature'),
  ];
  const scope = credential.split('/');
  const [accessKeyId = '', date = '', region = '', service = '', terminator] = scope;
  if (scope.length !== 5 || terminator !== 'aws4_request' || accessKeyId === '')
    return refused(
      'incomplete-signature',
      `Credential must have 5 slash-delimited elements, <access key>/<date>/<region>/<service>/aws4_request, got "${credential.slice(0, 100)}".`,
    );
  if (!REGION.test(region))
    return refused(
      'incomplete-signature',
      `"${region.slice(0, 100)}" cannot be a region: use lower-case letters, digits and hyphens, such as us-east-1. ${FIX}`,
    );
  if (!/^[0-9a-f]{64}$/.test(signature))
    return refused('incomplete-signature', 'Signature must be 64 lower-case hexadecimal digits.');
  return { accessKeyId, date, region, service, signedHeaders, signature };
}

function wrongScope(
  { date, service }: Authorization,
  wanted: string,
  time: string,
): Verification | undefined {
  if (service !== wanted)
    return refused(
      'wrong-signature',
      `Credential should be scoped to correct service: '${wanted}', not '${service.slice(0, 100)}'.`,
    );
  if (date !== time.slice(0, 8))
    return refused(
      'wrong-signature',
      `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${date.slice(0, 100)}' != '${time.slice(0, 8)}'.`,
    );
  return undefined;
}

/** What decides where a request goes and when it was made must be under the signature. */
function unsignedHeader(
  { headers }: SignedRequest,
  { signedHeaders }: Authorization,
): Verification | undefined {
  const signed = signedHeaders.split(';');
  const unsigned = ['host', 'x-amz-date', 'x-amz-target'].filter(
    (name) => headers[name] !== undefined && !signed.includes(name),
  );
  if (unsigned.length > 0)
    return refused('wrong-signature', `These headers must be signed: ${unsigned.join(', ')}.`);
  const absent = signed.filter((name) => typeof headers[name] !== 'string');
  if (absent.length > 0)
    return refused(
      'wrong-signature',
      `These headers are named in SignedHeaders and are not in the request: ${absent.join(', ').slice(0, 200)}.`,
    );
  return undefined;
}

function canonicalRequest(request: SignedRequest, signedHeaders: string): string {
  const { method, url, headers, body } = request;
  const question = url.indexOf('?');
  const path = question === -1 ? url : url.slice(0, question);
  const query = question === -1 ? '' : canonicalQuery(url.slice(question + 1));
  let lines = '';
  for (const name of signedHeaders.split(';')) {
    const value = String(headers[name]);
    lines += `${name}:${(value.includes('  ') ? value.replaceAll(/ +/g, ' ') : value).trim()}\n`;
  }
  return `${method}\n${path}\n${query}\n${lines}\n${signedHeaders}\n${hash('sha256', body)}`;
}

/** `20260131T235959Z`. */
function compactTime(epochMs: number): string {
  return `${isoTime(epochMs).slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
}

function refused(fault: FaultKind, message: string): Extract<Verification, { kind: 'refused' }> {
  return { kind: 'refused', fault, message };
}
