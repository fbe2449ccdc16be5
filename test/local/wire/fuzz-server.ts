/** A server that is tried with malformed requests, and what every one of its answers must be. */
import { expect } from 'vitest';
import type { WireServerOptions } from '../../../src/local/wire/server.ts';
import { JSON_OPERATIONS, QUERY_OPERATIONS } from './malformed-content.ts';
import { post, sendRaw, type RawReply } from './raw-http.ts';
import { ECS_TARGET, memoryLog, serve } from './served-apis.ts';

/** Answers what the operations are given, so that replies carry whatever got through. */
const handlersOf = (names: readonly string[]) =>
  Object.fromEntries(names.map((name): [string, () => object] => [name, () => ({})]));

export interface FuzzServer {
  readonly port: number;
  /** Fails when the server has logged a failure, or does not serve a proper request any more. */
  readonly expectWell: () => Promise<void>;
}

export async function fuzzServer(
  auth: WireServerOptions['auth'],
  overrides: Partial<WireServerOptions> = {},
): Promise<FuzzServer> {
  const log = memoryLog();
  const { port } = await serve(
    { ecs: handlersOf(JSON_OPERATIONS), elbv2: handlersOf(QUERY_OPERATIONS) },
    { auth, log, ...overrides },
  );
  return {
    port,
    async expectWell() {
      expect(log.entries.filter(({ level }) => level === 'error')).toEqual([]);
      expect(Object.keys(Object.prototype)).toEqual([]);
      const headers = { 'x-amz-target': `${ECS_TARGET}.ListServiceDeployments` };
      const reply = await sendRaw(port, post(port, '{"service":"web"}', headers));
      expect(reply.status).toBe(auth === 'none' ? 200 : 400);
    },
  };
}

/** Modelled, with a request id, and never the server's fault. */
export function expectProperAnswer(reply: RawReply, sent: Buffer): void {
  const proper = reply.status === 200 || (reply.status >= 400 && reply.status < 500);
  expect(proper, `${reply.status} to ${JSON.stringify(sent.toString('latin1'))}`).toBe(true);
  expect(reply.headers['x-amzn-requestid']).toMatch(/^[0-9a-f-]{36}$/);
  if (reply.headers['content-type'] === 'text/xml') {
    const root =
      reply.status === 200 ? /^<\w+Response xmlns="/ : /^<ErrorResponse><Error><Type>Sender</;
    expect(reply.body).toMatch(root);
    return;
  }
  expect(reply.headers['content-type']).toBe('application/x-amz-json-1.1');
  const body = JSON.parse(reply.body) as object;
  if (reply.status !== 200)
    expect(body).toMatchObject({
      __type: expect.stringMatching(/^[A-Za-z]+$/) as string,
      message: expect.stringMatching(/./) as string,
    });
}
