import { createHmac } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HmacKey } from '../../../src/local/wire/hmac-key.ts';

describe('an HMAC key', () => {
  it("gives the digests of Node's own HMAC, message after message", () => {
    const texts = fc.array(fc.string({ unit: 'grapheme-ascii' }), { minLength: 1 });
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), texts, (bytes, messages) => {
        const key = new HmacKey(bytes);
        for (const message of messages) {
          const expected = createHmac('sha256', bytes).update(message).digest('hex');
          expect(key.digest(message)).toBe(expected);
        }
      }),
    );
  });

  it('may not be longer than a block, which would need a hash of its own', () => {
    expect(() => new HmacKey(Buffer.alloc(65))).toThrow(RangeError);
  });
});
