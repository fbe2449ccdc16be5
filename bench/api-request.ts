/** Requests of the ECS API as the bytes that go over the wire, signed or not. */
import { createHash, createHmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import type { Credentials } from '../src/local/wire/sigv4.ts';

/** Where requests go. */
export interface ApiFacts {
  readonly port: number;
  readonly region: string;
  readonly credentials: Credentials;
}

/** One call. */
export interface ApiCall {
  readonly operation: string;
  readonly input: object;
}

/** Signs the call with the SDK's own signer; good for a quarter of an hour. */
export async function signedRequest(call: ApiCall, facts: ApiFacts): Promise<Buffer> {
  const signer = new SignatureV4({
    service: 'ecs',
    region: facts.region,
    credentials: facts.credentials,
    sha256: Sha256,
  });
  const body = JSON.stringify(call.input);
  const signed = await signer.sign({
    method: 'POST',
    protocol: 'http:',
    hostname: '127.0.0.1',
    path: '/',
    headers: headersOf(call, body, facts.port),
    body,
  });
  return bytesOf(signed.headers, body);
}

/** The call without a signature. */
export function unsignedRequest(call: ApiCall, { port }: Pick<ApiFacts, 'port'>): Buffer {
  const body = JSON.stringify(call.input);
  return bytesOf(headersOf(call, body, port), body);
}

function headersOf({ operation }: ApiCall, body: string, port: number): Record<string, string> {
  return {
    host: `127.0.0.1:${port}`,
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': `AmazonEC2ContainerServiceV20141113.${operation}`,
    'content-length': String(Buffer.byteLength(body)),
  };
}

function bytesOf(headers: Readonly<Record<string, string>>, body: string): Buffer {
  const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`POST / HTTP/1.1\r\n${head.join('')}\r\n${body}`);
}

/** The hash in the form that the signer takes. */
class Sha256 {
  readonly #hash;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', toView(secret));
  }

  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(toView(data));
  }

  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.#hash.digest());
  }
}

function toView(data: string | ArrayBuffer | ArrayBufferView): string | Uint8Array {
  if (typeof data === 'string') return data;
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
}
