/** Requests signed by the SDK's own signer. */
import { createHash, createHmac, type BinaryLike } from 'node:crypto';
import { HttpRequest } from '@smithy/core/protocols';
import { SignatureV4 } from '@smithy/signature-v4';
import type { SignedRequest } from '../../../src/local/wire/sigv4.ts';
import { CREDENTIALS } from './served-apis.ts';

/** The hash that the signer wants, on node:crypto. */
class Sha256 {
  readonly #hash;
  constructor(secret?: unknown) {
    this.#hash =
      secret === undefined ? createHash('sha256') : createHmac('sha256', secret as BinaryLike);
  }
  update(data: unknown): void {
    this.#hash.update(data as BinaryLike);
  }
  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.#hash.digest());
  }
  reset(): void {
    throw new Error('not needed by the signer');
  }
}

export interface SignOptions {
  readonly at: Date;
  readonly region?: string;
  readonly service?: string;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly headers?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export async function signed(options: SignOptions): Promise<SignedRequest> {
  const { at, region = 'eu-west-1', service = 'ecs', body = '{}' } = options;
  const signer = new SignatureV4({
    credentials: options.credentials ?? CREDENTIALS,
    region,
    service,
    sha256: Sha256,
  });
  const request = new HttpRequest({
    method: 'POST',
    hostname: '127.0.0.1',
    path: '/',
    query: { ...options.query },
    headers: {
      host: '127.0.0.1:4327',
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'AmazonEC2ContainerServiceV20141113.ListClusters',
      ...options.headers,
    },
    body,
  });
  const { headers } = await signer.sign(request, { signingDate: at });
  const query = new URLSearchParams(options.query).toString();
  return {
    method: 'POST',
    url: query === '' ? '/' : `/?${query.replaceAll('+', '%20')}`,
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
    ),
    body: Buffer.from(body),
  };
}
