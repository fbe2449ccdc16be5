/** A small HTTP server of a test's own, and what a check that asks it needs. */
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { systemClock, type Clock } from '../../../src/base/clock.ts';
import type { MeasureDependencies } from '../../../src/deploy/measure/dependencies.ts';

/** Listens on a free port of the loopback until the test is over; gives `127.0.0.1:PORT`. */
export async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close().closeAllConnections();
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Answers every request so. */
export function always(
  status: number,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): RequestListener {
  return (_request, response) => {
    response.writeHead(status, headers).end(body);
  };
}

export function accessBy(
  clock: Clock = systemClock,
  signal?: AbortSignal,
): Pick<MeasureDependencies, 'fetch' | 'clock' | 'signal'> {
  return { fetch, clock, signal };
}
