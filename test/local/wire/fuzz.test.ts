/** A quick look at what fuzz.slow.test.ts does at length. */
import * as fc from 'fast-check';
import { describe, it } from 'vitest';
import { expectProperAnswer, fuzzServer } from './fuzz-server.ts';
import { WRONG_CONTENT } from './malformed-content.ts';
import { WRONG_FRAMING } from './malformed-framing.ts';
import { sendRaw } from './raw-http.ts';

describe('malformed requests', () => {
  it.each(Object.entries({ ...WRONG_CONTENT, ...WRONG_FRAMING }))(
    '(%s) get a modelled answer that blames the client',
    async (_kind, requests) => {
      const server = await fuzzServer('none');
      await fc.assert(
        fc.asyncProperty(requests, async (bytes) => {
          const sent = bytes(server.port);
          expectProperAnswer(await sendRaw(server.port, sent, { halfClose: true }), sent);
        }),
        { numRuns: 20 },
      );
      await server.expectWell();
    },
  );
});
