/** Bytes that are no request, or none that ends. */
import * as fc from 'fast-check';
import { headerValue, validRequest, type RequestBytes } from './malformed-content.ts';

const randomBytes = fc.uint8Array({ minLength: 1, maxLength: 400 }).map(
  (bytes): RequestBytes =>
    () =>
      Buffer.from(bytes),
);

const brokenHeads = fc
  .record({
    method: fc.constantFrom('POST', 'GET', 'post', 'P@ST', '', 'PRI', 'CONNECT', 'DELETE'),
    target: fc.constantFrom('/', '//', '/a?b', '*', '', 'http://evil.example/', '/%00', '/../etc'),
    version: fc.constantFrom('HTTP/1.1', 'HTTP/1.0', 'HTTP/2.0', 'HTTP/1.', 'HTP/1.1', ''),
    header: fc.oneof(
      fc.constantFrom(
        'Host',
        ': x',
        'Content-Length: -1',
        'Content-Length: 1e9',
        'Host: a\r\nHost: b',
      ),
      fc.constantFrom(
        'Transfer-Encoding: gzip',
        'Transfer-Encoding: chunked, chunked',
        'A: \u0000',
      ),
      headerValue,
    ),
  })
  .map(
    ({ method, target, version, header }): RequestBytes =>
      () =>
        Buffer.from(`${method} ${target} ${version}\r\n${header}\r\n\r\n`, 'latin1'),
  );

const flippedBits = fc
  .record({
    request: validRequest,
    flips: fc.array(
      fc.tuple(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), fc.nat(7)),
      {
        minLength: 1,
        maxLength: 4,
      },
    ),
  })
  .map(({ request, flips }): RequestBytes => (port) => {
    const bytes = request(port);
    for (const [place, bit] of flips) {
      const at = Math.floor(place * bytes.length);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << bit);
    }
    return bytes;
  });

const cutShort = fc
  .record({
    request: validRequest,
    keep: fc.double({ min: 0.01, max: 1, maxExcluded: true, noNaN: true }),
  })
  .map(({ request, keep }): RequestBytes => (port) => {
    const bytes = request(port);
    return bytes.subarray(0, Math.max(1, Math.floor(bytes.length * keep)));
  });

/** By what is wrong with them. */
export const WRONG_FRAMING = {
  'random bytes': randomBytes,
  'broken heads': brokenHeads,
  'flipped bits': flippedBits,
  'requests cut short': cutShort,
} satisfies Readonly<Record<string, fc.Arbitrary<RequestBytes>>>;
