import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../src/base/virtual-clock.ts';
import {
  SigV4Verifier,
  type SignedRequest,
  type Verification,
} from '../../../src/local/wire/sigv4.ts';
import { awkwardText } from './awkward-text.ts';
import { signed, type SignOptions } from './sdk-signer.ts';
import { CREDENTIALS } from './served-apis.ts';

const NOW = Date.UTC(2026, 1, 3, 4, 5, 6);
const at = new Date(NOW);

function verify(request: SignedRequest, service = 'ecs', now = NOW): Verification {
  return new SigV4Verifier(CREDENTIALS, new VirtualClock(now)).verify(request, service);
}

function withHeader(
  request: SignedRequest,
  name: string,
  value: string | undefined,
): SignedRequest {
  return { ...request, headers: { ...request.headers, [name]: value } };
}

function edited(request: SignedRequest, change: (authorization: string) => string): SignedRequest {
  return withHeader(request, 'authorization', change(String(request.headers['authorization'])));
}

describe('a signature', () => {
  it('of the SDK is accepted, for its region', async () => {
    expect(verify(await signed({ at }))).toEqual({ kind: 'accepted', region: 'eu-west-1' });
  });

  it('is accepted whatever is in the body, the query and the headers', async () => {
    const value = fc
      .string({ unit: 'grapheme-ascii' })
      .map((text) => text.replaceAll(/[^ -~]/g, ''));
    const verifier = new SigV4Verifier(CREDENTIALS, new VirtualClock(NOW));
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          body: awkwardText,
          query: fc.dictionary(
            awkwardText.filter((name) => name !== ''),
            awkwardText,
          ),
          headers: value.map((text) => ({ 'x-amz-note': text })),
          region: fc.constantFrom('us-east-1', 'eu-central-1', 'local'),
        }),
        async (options) => {
          const request = await signed({ at, ...options });
          expect(verifier.verify(request, 'ecs')).toEqual({
            kind: 'accepted',
            region: options.region,
          });
        },
      ),
    );
  });

  it('is accepted again and again, and from many regions, with what is remembered', async () => {
    const verifier = new SigV4Verifier(CREDENTIALS, new VirtualClock(NOW));
    for (let round = 0; round < 2; round++) {
      for (let region = 0; region < 70; region++) {
        const request = await signed({ at, region: `region-${region}` });
        expect(verifier.verify(request, 'ecs').kind).toBe('accepted');
      }
    }
  });

  it('is accepted without spaces behind the commas, and with its parts in another order', async () => {
    const request = await signed({ at });
    const squeezed = edited(request, (text) => text.replaceAll(', ', ','));
    expect(verify(squeezed).kind).toBe('accepted');
    const reordered = edited(request, (text) => {
      const [credential = '', headers = '', signature = ''] = text
        .slice('AWS4-HMAC-SHA256 '.length)
        .split(', ');
      return `AWS4-HMAC-SHA256 ${signature}, ${headers}, ${credential}`;
    });
    expect(verify(reordered).kind).toBe('accepted');
  });

  it.each<[string, string, (request: SignedRequest) => SignedRequest]>([
    ['body', 'wrong-signature', (r) => ({ ...r, body: Buffer.from('{"a":1}') })],
    ['method', 'wrong-signature', (r) => ({ ...r, method: 'PUT' })],
    ['query', 'wrong-signature', (r) => ({ ...r, url: '/?a=b' })],
    [
      'target',
      'wrong-signature',
      (r) => withHeader(r, 'x-amz-target', 'AmazonEC2ContainerServiceV20141113.DeleteCluster'),
    ],
    ['host', 'wrong-signature', (r) => withHeader(r, 'host', 'localhost:4327')],
    [
      'a signed header that is gone',
      'wrong-signature',
      (r) => withHeader(r, 'content-type', undefined),
    ],
    ['the time', 'wrong-signature', (r) => withHeader(r, 'x-amz-date', '20260203T040507Z')],
    [
      'the day of the scope',
      'wrong-signature',
      (r) => edited(r, (text) => text.replace('/20260203/', '/20260202/')),
    ],
    [
      'the region of the scope',
      'wrong-signature',
      (r) => edited(r, (text) => text.replace('eu-west-1', 'eu-west-2')),
    ],
    [
      'the signature',
      'wrong-signature',
      (r) =>
        edited(r, (text) =>
          text.replace(/Signature=./, (m) => `Signature=${m.endsWith('0') ? '1' : '0'}`),
        ),
    ],
    ['no Authorization', 'missing-token', (r) => withHeader(r, 'authorization', undefined)],
    ['an empty Authorization', 'missing-token', (r) => withHeader(r, 'authorization', '')],
    [
      'another algorithm',
      'incomplete-signature',
      (r) => edited(r, (text) => text.replace('HMAC', 'ECDSA')),
    ],
    ['no algorithm', 'incomplete-signature', (r) => edited(r, () => 'Bearer abc')],
    [
      'no Signature',
      'incomplete-signature',
      (r) => edited(r, (text) => text.replace(/, Signature=.*/, '')),
    ],
    [
      'no Credential',
      'incomplete-signature',
      (r) => edited(r, (text) => text.replace('Credential=', 'Other=')),
    ],
    ['a short signature', 'incomplete-signature', (r) => edited(r, (text) => text.slice(0, -1))],
    [
      'a scope of four parts',
      'incomplete-signature',
      (r) => edited(r, (text) => text.replace('/aws4_request', '')),
    ],
    [
      'another terminator',
      'incomplete-signature',
      (r) => edited(r, (text) => text.replace('aws4_request', 'aws5_request')),
    ],
    [
      'a region with a path',
      'incomplete-signature',
      (r) => edited(r, (text) => text.replace('eu-west-1', 'EU_west:1')),
    ],
    ['no X-Amz-Date', 'incomplete-signature', (r) => withHeader(r, 'x-amz-date', undefined)],
    [
      'a malformed X-Amz-Date',
      'incomplete-signature',
      (r) => withHeader(r, 'x-amz-date', 'yesterday'),
    ],
  ])('is refused when a request has another %s: %s', async (_what, fault, change) => {
    expect(verify(change(await signed({ at })))).toMatchObject({ kind: 'refused', fault });
  });

  it('is refused when the target or the time is not under it', async () => {
    const request = await signed({ at, headers: {} });
    for (const name of ['x-amz-target', 'x-amz-date', 'host']) {
      const stripped = edited(request, (text) =>
        text.replace(new RegExp(`(?<=[=;])${name};?`), ''),
      );
      expect(verify(stripped)).toMatchObject({
        message: `These headers must be signed: ${name}.`,
      });
    }
  });

  it('names a header that is signed and missing, even one named like a property of every object', async () => {
    const request = await signed({ at });
    const changed = edited(request, (text) =>
      text.replace('SignedHeaders=', 'SignedHeaders=constructor;'),
    );
    expect(verify(changed)).toMatchObject({
      message: expect.stringContaining('not in the request: constructor') as string,
    });
  });

  it.each<[string, SignOptions, string]>([
    [
      'with another secret',
      { at, credentials: { ...CREDENTIALS, secretAccessKey: 'x' } },
      'does not match the signature you provided',
    ],
    [
      'with another key id',
      { at, credentials: { ...CREDENTIALS, accessKeyId: 'AKIDOTHER' } },
      'does not know the access key AKIDOTHER',
    ],
    [
      'for another service',
      { at, service: 'logs' },
      "Credential should be scoped to correct service: 'ecs', not 'logs'",
    ],
  ])('%s is refused, saying so', async (_what, options, message) => {
    expect(verify(await signed(options))).toMatchObject({
      message: expect.stringContaining(message) as string,
    });
  });

  it('says what to do wherever the keys are to blame, and never shows the secret', async () => {
    const requests = [
      await signed({ at, credentials: { ...CREDENTIALS, secretAccessKey: 'x' } }),
      await signed({ at, credentials: { ...CREDENTIALS, accessKeyId: 'AKIDOTHER' } }),
      withHeader(await signed({ at }), 'authorization', undefined),
    ];
    for (const request of requests) {
      const verification = verify(request);
      const message = verification.kind === 'refused' ? verification.message : '';
      expect(message).toContain('eval "$(fairlead local env)"');
      expect(message).not.toContain(CREDENTIALS.secretAccessKey);
    }
  });
});
