import { describe, expect, it } from 'vitest';
import { requestHeaders, responseHeaders } from '../../../src/local/balancer/forwarded-headers.ts';
import { requestTarget } from '../../../src/local/balancer/request-target.ts';
import { traceIds } from '../../../src/local/balancer/trace-id.ts';

const facts = {
  clientAddress: '203.0.113.9',
  listenerPort: '8080',
  traceId: (incoming: string | undefined) => `trace(${incoming ?? ''})`,
};

function toObject(flat: readonly string[]): Record<string, string> {
  const pairs: [string, string][] = [];
  for (let at = 0; at < flat.length; at += 2) pairs.push([flat[at] ?? '', flat[at + 1] ?? '']);
  return Object.fromEntries(pairs);
}

describe('requestHeaders', () => {
  it('adds the forwarding headers and keeps Host', () => {
    expect(toObject(requestHeaders(['Host', 'a.example', 'Accept', '*/*'], facts))).toEqual({
      Host: 'a.example',
      Accept: '*/*',
      'X-Forwarded-For': '203.0.113.9',
      'X-Forwarded-Proto': 'http',
      'X-Forwarded-Port': '8080',
      'X-Amzn-Trace-Id': 'trace()',
    });
  });

  it('appends to X-Forwarded-For and does not believe the other two', () => {
    const sent = ['x-forwarded-for', '1.1.1.1', 'X-Forwarded-For', '2.2.2.2'];
    sent.push('X-Forwarded-Proto', 'https', 'x-forwarded-port', '443', 'x-amzn-trace-id', 'Root=1');
    expect(toObject(requestHeaders(sent, facts))).toEqual({
      'X-Forwarded-For': '1.1.1.1, 2.2.2.2, 203.0.113.9',
      'X-Forwarded-Proto': 'http',
      'X-Forwarded-Port': '8080',
      'X-Amzn-Trace-Id': 'trace(Root=1)',
    });
  });

  it('leaves hop-by-hop headers behind, and those that Connection names, wherever it stands', () => {
    const sent = [
      'X-Hop',
      '1',
      'Connection',
      'keep-alive, X-Hop, Host',
      'Host',
      'a',
      'TE',
      'trailers',
    ];
    sent.push('Keep-Alive', 'timeout=5', 'Transfer-Encoding', 'chunked', 'Expect', '100-continue');
    const names = Object.keys(toObject(requestHeaders(sent, facts))).slice(0, -4);
    expect(names).toEqual(['Host']);
  });

  it('takes the host of a request line in absolute form', () => {
    const headers = requestHeaders(['Host', 'wrong'], { ...facts, authority: 'right:81' });
    expect(toObject(headers)['Host']).toBe('right:81');
  });
});

describe('responseHeaders', () => {
  it('leaves hop-by-hop headers behind and keeps order, case and repetitions', () => {
    const raw = [
      'Set-Cookie',
      'a=1',
      'Connection',
      'close, X-Hop',
      'X-Hop',
      '1',
      'Set-Cookie',
      'b=2',
    ];
    raw.push('Keep-Alive', 'timeout=5', 'Content-Length', '3');
    const bytes = raw.map((text) => Buffer.from(text, 'latin1'));
    const expected = ['Set-Cookie', 'a=1', 'Set-Cookie', 'b=2', 'Content-Length', '3'];
    expect(responseHeaders(bytes)).toEqual(expected);
    expect(responseHeaders(raw)).toEqual(expected);
  });
});

describe('traceIds', () => {
  const ids = traceIds(() => 0x67891233 * 1000, 'abcdef0123456789');

  it('makes a new root, each another', () => {
    expect(ids.next(undefined)).toBe('Root=1-67891233-abcdef012345678900000001');
    expect(ids.next('')).toBe('Root=1-67891233-abcdef012345678900000002');
  });

  it('puts itself before the root of a request that has one', () => {
    expect(ids.next('Root=1-a-b;CalledFrom=app')).toMatch(
      /^Self=1-67891233-[0-9a-f]{24};Root=1-a-b;CalledFrom=app$/,
    );
    expect(ids.next('Self=1-x-y;Root=1-a-b')).toMatch(/^Self=1-67891233-[0-9a-f]{24};Root=1-a-b$/);
    expect(ids.next('Parent=1')).toMatch(/^Root=1-67891233-[0-9a-f]{24};Parent=1$/);
  });
});

describe('requestTarget', () => {
  it.each([
    ['/a?b=c?d', { originForm: '/a?b=c?d', path: '/a', query: 'b=c?d' }],
    ['/', { originForm: '/', path: '/', query: '' }],
    ['http://h:1/a?b', { originForm: '/a?b', path: '/a', query: 'b', authority: 'h:1' }],
    ['HTTP://h', { originForm: '/', path: '/', query: '', authority: 'h' }],
    ['http://h?b', { originForm: '/?b', path: '/', query: 'b', authority: 'h' }],
  ])('%s', (url, expected) => {
    expect(requestTarget(url)).toEqual(expected);
  });

  it.each(['*', 'h:80', '', 'ftp://h/'])('%j is no target', (url) => {
    expect(requestTarget(url)).toBeUndefined();
  });
});
