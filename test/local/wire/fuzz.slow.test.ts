/** Thousands of malformed requests of every kind: never a 5xx, a crash, a hang or a page of HTML. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expectProperAnswer, fuzzServer } from './fuzz-server.ts';
import { type RequestBytes, WRONG_CONTENT } from './malformed-content.ts';
import { WRONG_FRAMING } from './malformed-framing.ts';
import { sendRaw } from './raw-http.ts';

const RUNS = 1000;

describe('a thousand malformed requests', () => {
  it.each(Object.entries({ ...WRONG_CONTENT, ...WRONG_FRAMING }))(
    '(%s) each get a modelled answer that blames the client',
    async (_kind, requests) => {
      const server = await fuzzServer('none');
      await fc.assert(
        fc.asyncProperty(requests, async (bytes) => {
          const sent = bytes(server.port);
          expectProperAnswer(await sendRaw(server.port, sent, { halfClose: true }), sent);
        }),
        { numRuns: RUNS },
      );
      await server.expectWell();
    },
  );

  it.each(Object.entries(WRONG_CONTENT))(
    '(%s) get no further where signatures are checked',
    async (_kind, requests) => {
      const server = await fuzzServer('sigv4');
      await fc.assert(
        fc.asyncProperty(requests, async (bytes) => {
          const sent = bytes(server.port);
          const reply = await sendRaw(server.port, sent, { halfClose: true });
          expectProperAnswer(reply, sent);
          expect(reply.status).not.toBe(200);
        }),
        { numRuns: 200 },
      );
      await server.expectWell();
    },
  );

  it('that stop half-way and keep the connection open are answered or hung up on, all of them', async () => {
    const server = await fuzzServer('none', { headersTimeoutMs: 300, requestTimeoutMs: 500 });
    const halves: readonly RequestBytes[] = fc.sample(WRONG_FRAMING['requests cut short'], RUNS);
    const statuses: number[] = [];
    for (let done = 0; done < RUNS; done += 100) {
      const batch = halves.slice(done, done + 100).map((bytes) => bytes(server.port));
      await Promise.all(
        batch.map(async (sent) => {
          const reply = await sendRaw(server.port, sent);
          expectProperAnswer(reply, sent);
          statuses.push(reply.status);
        }),
      );
    }
    expect(statuses).toHaveLength(RUNS);
    expect(new Set(statuses)).toEqual(new Set([408]));
    await server.expectWell();
  });
});
