/** What every refusal on the API port must look like. */
import { expect } from 'vitest';
import type { RawReply } from './raw-http.ts';

export function expectModelled(reply: RawReply, status: number, code: string): void {
  expect(reply).toMatchObject({ status });
  expect(codeOf(reply)).toBe(code);
  expect(reply.headers['x-amzn-requestid']).toMatch(/^[0-9a-f-]{36}$/);
  expect(reply.headers['content-type']).toMatch(/^(application\/x-amz-json-1\.1|text\/xml)$/);
}

function codeOf(reply: RawReply): string {
  return reply.headers['content-type'] === 'text/xml'
    ? (/<Code>(\w+)<\/Code>/.exec(reply.body)?.[1] ?? '')
    : (JSON.parse(reply.body) as { __type: string }).__type;
}
