import type { Server } from 'node:http';
import { request } from 'undici';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/base/clock.ts';
import { group, startApp, startBalancer, startTcp, target } from './fixtures.ts';

const AT_ONCE = 20;

/** Node's server with its own 5 s, to the millisecond: newer Nodes wait a second more than they announce. */
async function announcing(timeoutMs: number): Promise<number> {
  const app = await startApp((_request, response) => response.end('ok'));
  const server: Server & { keepAliveTimeoutBuffer?: number } = app.server;
  server.keepAliveTimeout = timeoutMs;
  server.keepAliveTimeoutBuffer = 0;
  return app.port;
}

/** A server that says nothing of how long it waits, and waits 5 s, as uvicorn does. */
function silent(): Promise<number> {
  return startTcp((socket) => {
    socket.setTimeout(5000, () => socket.end());
    socket.on('data', () => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'));
  });
}

const PAUSES_MS = [
  900, 990, 1000, 1010, 2900, 3000, 3100, 3950, 4000, 4050, 4900, 4990, 5000, 5010,
];
const ROUNDS = 3;

/** Bursts of requests with a pause between them; the statuses that the client saw. */
async function bursts(targetPort: number, pauseMs: number): Promise<number[]> {
  const { url } = await startBalancer([group([target(targetPort)])]);
  const seen: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const answers = await Promise.all(
      Array.from({ length: AT_ONCE }, async () => {
        const answer = await request(url, { method: 'POST', body: 'x' });
        await answer.body.dump();
        return answer.statusCode;
      }),
    );
    seen.push(...answers);
    await systemClock.sleep(pauseMs);
  }
  return seen;
}

describe('connections that a target closes when they are idle', () => {
  it('after 5 s, announced or not, or after 1 s, announced, cost no request, however long the pause was', async () => {
    const targets = [() => announcing(5000), () => announcing(1000), silent];
    const all = await Promise.all(
      targets.flatMap((start) => PAUSES_MS.map(async (pause) => bursts(await start(), pause))),
    );
    const statuses = all.flat();
    expect(statuses).toHaveLength(targets.length * PAUSES_MS.length * ROUNDS * AT_ONCE);
    expect(statuses.filter((status) => status !== 200)).toEqual([]);
  });
});
