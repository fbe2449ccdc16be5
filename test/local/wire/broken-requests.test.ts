import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { expectModelled } from './modelled-error.ts';
import { post, sendRaw } from './raw-http.ts';
import { ECS_TARGET, serve } from './served-apis.ts';

const ecs = { ListClusters: () => ({ clusterArns: [] }) };
const JSON_HEADERS = { 'x-amz-target': `${ECS_TARGET}.ListClusters` };

describe('what is no proper request', () => {
  it.each([
    ['no HTTP', 'hello\r\n\r\n', 400, 'BadRequestException'],
    ['a TLS handshake', '\u0016\u0003\u0001\u0002\u0000\u0001\u0000', 400, 'BadRequestException'],
    ['a bad version', 'POST / HTTP/9.9\r\n\r\n', 400, 'BadRequestException'],
    ['a bad header', 'POST / HTTP/1.1\r\nbad header\r\n\r\n', 400, 'BadRequestException'],
    [
      'two lengths',
      'POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n',
      400,
      'BadRequestException',
    ],
    [
      'a length that is no number',
      'POST / HTTP/1.1\r\nContent-Length: 1x\r\n\r\n',
      400,
      'BadRequestException',
    ],
    [
      'length and chunks',
      'POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
      400,
      'BadRequestException',
    ],
    [
      'endless headers',
      `POST / HTTP/1.1\r\nX: ${'x'.repeat(100_000)}\r\n\r\n`,
      431,
      'RequestHeaderFieldsTooLargeException',
    ],
    ['a megabyte of noise', `\u0001${'noise '.repeat(170_000)}`, 400, 'BadRequestException'],
  ])('answers %s with a modelled error', async (_what, bytes, status, code) => {
    const { port } = await serve({ ecs });
    expectModelled(await sendRaw(port, bytes), status, code);
  });

  it('answers broken chunks in the middle of a body', async () => {
    const { port } = await serve({ ecs });
    const headers = {
      ...JSON_HEADERS,
      'content-length': undefined,
      'transfer-encoding': 'chunked',
    };
    expectModelled(
      await sendRaw(port, post(port, '2\r\n{}\r\nzz\r\n', headers)),
      400,
      'BadRequestException',
    );
  });

  it('answers a body that its sender cuts short', async () => {
    const { port } = await serve({ ecs });
    const request = post(port, '{"a":', { ...JSON_HEADERS, 'content-length': '100' });
    expectModelled(await sendRaw(port, request, { halfClose: true }), 400, 'BadRequestException');
  });

  it('refuses an expectation that it cannot meet, and meets 100-continue', async () => {
    const { port } = await serve({ ecs });
    const expecting = (expect: string) =>
      sendRaw(port, post(port, '{}', { ...JSON_HEADERS, expect }));
    expectModelled(await expecting('a-miracle'), 417, 'ExpectationFailedException');
    expect((await expecting('100-continue')).status).toBe(200);
  });

  it('ignores a wish to upgrade', async () => {
    const { port } = await serve({ ecs });
    const headers = { ...JSON_HEADERS, connection: 'upgrade', upgrade: 'websocket' };
    expect((await sendRaw(port, post(port, '{}', headers))).status).toBe(200);
  });

  it.each([
    ['head', (port: number) => post(port, '', JSON_HEADERS).subarray(0, 40)],
    ['body', (port: number) => post(port, '{', { ...JSON_HEADERS, 'content-length': '50' })],
  ])('gives up on a half-sent %s and says so', async (_what, bytes) => {
    const { port } = await serve({ ecs }, { headersTimeoutMs: 100, requestTimeoutMs: 150 });
    expectModelled(await sendRaw(port, bytes(port)), 408, 'RequestTimeoutException');
  });

  it('hangs up without a second answer when the rest of a refused body never comes', async () => {
    const { port } = await serve(
      { ecs },
      { headersTimeoutMs: 100, requestTimeoutMs: 150, bodyLimit: 10 },
    );
    const socket = connect(port, '127.0.0.1');
    const text = await new Promise<string>((resolve) => {
      let all = '';
      socket.on('data', (chunk) => (all += chunk.toString('latin1')));
      socket.on('error', () => undefined);
      socket.on('close', () => resolve(all));
      socket.write(post(port, '{', { ...JSON_HEADERS, 'content-length': '50' }));
    });
    expect(text.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 413']);
  });

  it('does not answer an earlier request with the error of a later one', async () => {
    let release: () => void = () => undefined;
    const waiting = new Promise<void>((resolve) => (release = resolve));
    const slow = { ListClusters: () => waiting.then(() => ({ clusterArns: ['late'] })) };
    const { port } = await serve({ ecs: slow });
    const bytes = Buffer.concat([post(port, '{}', JSON_HEADERS), Buffer.from('garbage\r\n\r\n')]);
    const reply = sendRaw(port, bytes);
    // The server has all the bytes once it has refused a request that was sent after them.
    await sendRaw(port, post(port, '', {}, 'GET / HTTP/1.1'));
    release();
    expect(await reply).toMatchObject({
      status: 200,
      headers: { connection: 'close' },
      body: '{"clusterArns":["late"]}',
    });
  });

  it('outlives a client that goes away while its request is being answered', async () => {
    let started: () => void = () => undefined;
    const entered = new Promise<void>((resolve) => (started = resolve));
    let release: () => void = () => undefined;
    const waiting = new Promise<void>((resolve) => (release = resolve));
    const { port } = await serve({
      ecs: {
        ...ecs,
        DescribeClusters: () => {
          started();
          return waiting.then(() => ({ clusters: [] }));
        },
      },
    });
    const socket = connect(port, '127.0.0.1');
    socket.write(post(port, '{}', { 'x-amz-target': `${ECS_TARGET}.DescribeClusters` }));
    await entered;
    socket.destroy();
    release();
    expect((await sendRaw(port, post(port, '{}', JSON_HEADERS))).status).toBe(200);
  });
});
