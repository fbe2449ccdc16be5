/**
 * AWS Signature Version 4, the verifying side. The signing key of a day, region and service is derived once and kept, so
 * that a request costs two hashes and one HMAC.
 */
import { createHmac, hash, timingSafeEqual } from 'node:crypto';
import { HmacKey } from './hmac-key.ts';
import { isoTime, type Clock } from '../../base/clock.ts';
import {
  AUTH_FIX,
  AuthorizationParser,
  type AuthRefusal,
  type CredentialScope,
} from './authorization.ts';
import { canonicalQuery } from './canonical-query.ts';

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

/** Whether a request is let in, and the region that it was meant for. */
export type Verification = { readonly kind: 'accepted'; readonly region: string } | AuthRefusal;

const ALGORITHM = 'AWS4-HMAC-SHA256';
const MAX_SKEW_MS = 15 * 60_000;
/** Old days and foreign regions must not pile up. */
const MAX_SIGNING_KEYS = 64;

/** The times of signing that are accepted during one second; times of one fixed form compare as text. */
interface TimeWindow {
  readonly second: number;
  readonly earliest: string;
  readonly latest: string;
}

/** Verifies requests against one key pair. */
export class SigV4Verifier {
  readonly #credentials: Credentials;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #parser = new AuthorizationParser();
  readonly #signingKeys = new Map<string, HmacKey>();
  #window: TimeWindow = { second: Number.NaN, earliest: '', latest: '' };

  constructor(credentials: Credentials, clock: Pick<Clock, 'now'>) {
    this.#credentials = credentials;
    this.#clock = clock;
  }

  /** @param service the SigV4 name of the API that the request is for, such as `ecs` */
  verify(request: SignedRequest, service: string): Verification {
    const authorization = this.#parser.parse(request.headers['authorization']);
    if (authorization.kind === 'refused') return authorization;
    const { scope, signature } = authorization;
    const time = request.headers['x-amz-date'];
    if (typeof time !== 'string' || !/^\d{8}T\d{6}Z$/.test(time))
      return {
        kind: 'refused',
        fault: 'incomplete-signature',
        message: `The X-Amz-Date header ${typeof time === 'string' ? `"${time.slice(0, 100)}" ` : ''}must be there and have the form 20260131T235959Z.`,
      };
    return (
      this.#wrongKey(scope) ??
      wrongScope(scope, service, time) ??
      this.#wrongTime(time) ??
      wrongHeaders(request, scope) ??
      this.#wrongSignature(request, scope, time, signature) ?? {
        kind: 'accepted',
        region: scope.region,
      }
    );
  }

  #wrongKey({ accessKeyId }: CredentialScope): AuthRefusal | undefined {
    if (accessKeyId === this.#credentials.accessKeyId) return undefined;
    return {
      kind: 'refused',
      fault: 'unknown-key',
      message:
        `The security token included in the request is invalid: this local ECS does not know the access key ` +
        `${accessKeyId.slice(0, 128)}. ${AUTH_FIX}`,
    };
  }

  #wrongTime(time: string): AuthRefusal | undefined {
    const { second, earliest, latest } = this.#timeWindow();
    if (time >= earliest && time <= latest) return undefined;
    const now = compactTime(second * 1000);
    return wrongSignature(
      time < earliest
        ? `Signature expired: ${time} is now earlier than ${earliest} (${now} - 15 min.). Set the client's clock right, or sign again.`
        : `Signature not yet current: ${time} is still later than ${latest} (${now} + 15 min.). Set the client's clock right.`,
    );
  }

  #timeWindow(): TimeWindow {
    const second = Math.floor(this.#clock.now() / 1000);
    if (second !== this.#window.second)
      this.#window = {
        second,
        earliest: compactTime(second * 1000 - MAX_SKEW_MS),
        latest: compactTime(second * 1000 + MAX_SKEW_MS),
      };
    return this.#window;
  }

  #wrongSignature(
    request: SignedRequest,
    scope: CredentialScope,
    time: string,
    signature: string,
  ): AuthRefusal | undefined {
    const { place } = scope;
    // Node decodes header bytes one to one (latin1), so this gives back the bytes that the client signed.
    const canonical = Buffer.from(canonicalRequest(request, scope), 'latin1');
    const text = `${ALGORITHM}\n${time}\n${place}/aws4_request\n${hash('sha256', canonical)}`;
    const expected = this.#signingKey(scope).digest(text);
    if (timingSafeEqual(Buffer.from(expected), Buffer.from(signature))) return undefined;
    return wrongSignature(
      'The request signature we calculated does not match the signature you provided: the secret access key is another ' +
        `one than this local ECS created, or the request was changed on its way. ${AUTH_FIX}`,
    );
  }

  #signingKey({ place, date, region, service }: CredentialScope): HmacKey {
    const known = this.#signingKeys.get(place);
    if (known !== undefined) return known;
    const hmac = (key: string | Buffer, text: string): Buffer =>
      createHmac('sha256', key).update(text).digest();
    const dateKey = hmac(`AWS4${this.#credentials.secretAccessKey}`, date);
    const key = new HmacKey(hmac(hmac(hmac(dateKey, region), service), 'aws4_request'));
    if (this.#signingKeys.size >= MAX_SIGNING_KEYS) this.#signingKeys.clear();
    this.#signingKeys.set(place, key);
    return key;
  }
}

function wrongScope(
  { date, service }: CredentialScope,
  wanted: string,
  time: string,
): AuthRefusal | undefined {
  if (service !== wanted)
    return wrongSignature(
      `Credential should be scoped to correct service: '${wanted}', not '${service.slice(0, 100)}'.`,
    );
  if (date !== time.slice(0, 8))
    return wrongSignature(
      'Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: ' +
        `'${date.slice(0, 100)}' != '${time.slice(0, 8)}'.`,
    );
  return undefined;
}

/** What decides where a request goes and when it was made must be under the signature. */
const MUST_BE_SIGNED = ['host', 'x-amz-date', 'x-amz-target'];

function wrongHeaders(
  { headers }: SignedRequest,
  { headerNames: signed }: CredentialScope,
): AuthRefusal | undefined {
  const unsigned = MUST_BE_SIGNED.filter(
    (name) => headers[name] !== undefined && !signed.includes(name),
  );
  if (unsigned.length > 0)
    return wrongSignature(`These headers must be signed: ${unsigned.join(', ')}.`);
  const absent = signed.filter((name) => typeof headers[name] !== 'string');
  if (absent.length > 0)
    return wrongSignature(
      `These headers are named in SignedHeaders and are not in the request: ${absent.join(', ').slice(0, 200)}.`,
    );
  return undefined;
}

function canonicalRequest(
  request: SignedRequest,
  { signedHeaders, headerNames }: CredentialScope,
): string {
  const { method, url, headers, body } = request;
  const question = url.indexOf('?');
  const path = question === -1 ? url : url.slice(0, question);
  const query = question === -1 ? '' : canonicalQuery(url.slice(question + 1));
  let lines = '';
  for (const name of headerNames) {
    const value = String(headers[name]);
    lines += `${name}:${(value.includes('  ') ? value.replaceAll(/ +/g, ' ') : value).trim()}\n`;
  }
  return `${method}\n${path}\n${query}\n${lines}\n${signedHeaders}\n${hash('sha256', body)}`;
}

/** `20260131T235959Z`. */
function compactTime(epochMs: number): string {
  return `${isoTime(epochMs).slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
}

function wrongSignature(message: string): AuthRefusal {
  return { kind: 'refused', fault: 'wrong-signature', message };
}
