import { connect } from 'node:net';
import { request } from 'undici';
import { describe, expect, it } from 'vitest';
import { versionFromHeader, versionFromJsonBody } from '../../src/load/answer-version.ts';
import { outcomeOfAnswer, outcomeOfError } from '../../src/load/outcome.ts';
import { metClosedConnection } from '../../src/load/unsent.ts';

const coded = (code: string, more: object = {}): Error =>
  Object.assign(new Error(code), { code, ...more });

describe('the outcome of an answer', () => {
  it.each([
    [200, undefined, undefined, 'ok'],
    [204, 'v1', undefined, 'ok'],
    [302, undefined, undefined, 'ok'],
    [404, undefined, undefined, '4xx'],
    [499, 'v9', ['v1'], '4xx'],
    [503, undefined, ['v1'], '5xx'],
    [200, 'v1', ['v1', 'v2'], 'ok'],
    [200, 'v3', ['v1', 'v2'], 'wrong-version'],
    [200, undefined, ['v1'], 'wrong-version'],
    [200, 'v1', [], 'wrong-version'],
  ])('%d by version %s, expected %s: %s', (status, version, expected, outcome) => {
    expect(outcomeOfAnswer(status, version, expected)).toBe(outcome);
  });
});

describe('the outcome of an error', () => {
  it.each([
    ['ECONNREFUSED', 'refused'],
    ['EHOSTUNREACH', 'refused'],
    ['ECONNRESET', 'reset'],
    ['EPIPE', 'reset'],
    ['UND_ERR_SOCKET', 'reset'],
    ['HPE_INVALID_CONSTANT', 'reset'],
    ['UND_ERR_CONNECT_TIMEOUT', 'timeout'],
    ['UND_ERR_HEADERS_TIMEOUT', 'timeout'],
    ['ETIMEDOUT', 'timeout'],
    ['ENOTFOUND', 'error'],
    ['EMFILE', 'error'],
    ['toString', 'error'],
  ])('%s: %s', (code, outcome) => {
    expect(outcomeOfError(coded(code))).toBe(outcome);
  });

  it('without a code is an error', () => {
    expect(outcomeOfError(new Error('?'))).toBe('error');
    expect(outcomeOfError('?')).toBe('error');
  });
});

describe('metClosedConnection', () => {
  it('is true for an open connection that was found closed, before anything was written', () => {
    expect(metClosedConnection(coded('ECONNRESET', { syscall: 'read' }), false)).toBe(true);
    expect(metClosedConnection(coded('UND_ERR_SOCKET'), false)).toBe(true);
  });

  it('is false as soon as undici had begun to write', () => {
    expect(metClosedConnection(coded('ECONNRESET', { syscall: 'read' }), true)).toBe(false);
    expect(metClosedConnection(coded('UND_ERR_SOCKET'), true)).toBe(false);
  });

  it('is false for a connection that could not be opened', async () => {
    const refused = await new Promise<Error>((resolve) => {
      connect(1, '127.0.0.1').on('error', resolve);
    });
    expect(metClosedConnection(refused, false)).toBe(false);
    const byUndici = await request('http://localhost:1/').catch((error: unknown) => error);
    expect(outcomeOfError(byUndici)).toBe('refused');
    expect(metClosedConnection(byUndici, false)).toBe(false);
    expect(metClosedConnection(coded('UND_ERR_CONNECT_TIMEOUT'), false)).toBe(false);
    expect(metClosedConnection(coded('UND_ERR_INVALID_ARG'), false)).toBe(false);
  });
});

describe('the version of an answer', () => {
  const answer = (headers: Record<string, string | string[]>, body = '') => ({
    status: 200,
    headers,
    body,
  });

  it('comes from a header', () => {
    const versionOf = versionFromHeader('X-App-Version');
    expect(versionOf(answer({ 'x-app-version': '1.0.0' }))).toBe('1.0.0');
    expect(versionOf(answer({ 'x-app-version': ['2', '3'] }))).toBe('2');
    expect(versionOf(answer({}))).toBeUndefined();
  });

  it('comes from a member of a JSON body', () => {
    const versionOf = versionFromJsonBody('version');
    expect(versionOf(answer({}, '{"version":"1.0.0"}'))).toBe('1.0.0');
    for (const body of ['', '<html>', '"version"', 'null', '{}', '{"version":1}'])
      expect(versionOf(answer({}, body))).toBeUndefined();
  });
});
