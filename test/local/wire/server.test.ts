import { connect } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { expectModelled } from './modelled-error.ts';
import { post, sendRaw } from './raw-http.ts';
import { ECS_TARGET, serve, wireOptions } from './served-apis.ts';

const ecs = { ListClusters: () => ({ clusterArns: [] }) };
const JSON_HEADERS = { 'x-amz-target': `${ECS_TARGET}.ListClusters` };
const FORM_HEADERS = { 'content-type': 'application/x-www-form-urlencoded' };

describe('the API port', () => {
  it('answers with type, length, request id and date', async () => {
    const { port } = await serve(
      { ecs },
      { clock: { ...wireOptions({}).clock, now: () => Date.UTC(2026, 1, 3) } },
    );
    const reply = await sendRaw(port, post(port, '{}', JSON_HEADERS));
    expect(reply).toMatchObject({
      status: 200,
      body: '{"clusterArns":[]}',
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        date: 'Tue, 03 Feb 2026 00:00:00 GMT',
      },
    });
    expect(reply.headers['x-amzn-requestid']).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('answers text outside ASCII in full', async () => {
    const clusterArns = ['é€😀'.repeat(1000)];
    const { port } = await serve({ ecs: { ListClusters: () => ({ clusterArns }) } });
    const reply = await sendRaw(port, post(port, '{}', JSON_HEADERS));
    expect(JSON.parse(reply.body)).toEqual({ clusterArns });
  });

  it.each(['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'TRACE', 'CONNECT'])(
    'refuses %s with Allow: POST',
    async (method) => {
      const { port } = await serve({ ecs });
      const target = method === 'CONNECT' ? 'example.com:443' : '/';
      const reply = await sendRaw(port, post(port, '', {}, `${method} ${target} HTTP/1.1`), {
        halfClose: true,
        bodyless: method === 'HEAD',
      });
      expect(reply).toMatchObject({ status: 405, headers: { allow: 'POST' } });
      if (method !== 'HEAD') expectModelled(reply, 405, 'MethodNotAllowedException');
    },
  );

  it.each([{ host: 'evil.example' }, { host: undefined }, { origin: 'http://127.0.0.1' }])(
    'refuses requests of other sites: %j',
    async (headers) => {
      const { port } = await serve({ ecs });
      expectModelled(
        await sendRaw(port, post(port, '{}', { ...JSON_HEADERS, ...headers })),
        403,
        'AccessDeniedException',
      );
      expectModelled(
        await sendRaw(port, post(port, 'Action=X', { ...FORM_HEADERS, ...headers })),
        403,
        'AccessDenied',
      );
    },
  );

  it('answers under each of its names', async () => {
    const { port } = await serve({ ecs });
    for (const host of ['127.0.0.1', 'localhost', '[::1]']) {
      const request = post(port, '{}', { ...JSON_HEADERS, host: `${host}:${port}` });
      expect((await sendRaw(port, request)).status).toBe(200);
    }
  });

  it('refuses another path', async () => {
    const { port } = await serve({ ecs });
    const request = post(port, '{}', JSON_HEADERS, 'POST /v1/clusters HTTP/1.1');
    expectModelled(await sendRaw(port, request), 400, 'UnknownOperationException');
  });

  it('takes a body up to the limit and no longer, announced or not', async () => {
    const { port } = await serve({ ecs }, { bodyLimit: 1000 });
    const fits = JSON.stringify({ x: 'y'.repeat(992) });
    expect(fits.length).toBe(1000);
    expect((await sendRaw(port, post(port, fits, JSON_HEADERS))).status).toBe(200);
    expectModelled(
      await sendRaw(port, post(port, `${fits} `, JSON_HEADERS)),
      413,
      'RequestEntityTooLargeException',
    );
    expectModelled(
      await sendRaw(port, post(port, `${fits} `, FORM_HEADERS)),
      413,
      'RequestEntityTooLarge',
    );
    const chunked = `3e9\r\n${fits} \r\n0\r\n\r\n`;
    const headers = {
      ...JSON_HEADERS,
      'content-length': undefined,
      'transfer-encoding': 'chunked',
    };
    expectModelled(
      await sendRaw(port, post(port, chunked, headers)),
      413,
      'RequestEntityTooLargeException',
    );
  });

  it('answers a body of many MiB with 413, not with a reset connection', async () => {
    const { port } = await serve({ ecs });
    const body = Buffer.alloc(8 * 1024 * 1024, 'x');
    expectModelled(
      await sendRaw(port, post(port, body, JSON_HEADERS)),
      413,
      'RequestEntityTooLargeException',
    );
  });

  it('goes on with the connection after a refused body', async () => {
    const { port } = await serve({ ecs }, { bodyLimit: 10 });
    const bytes = Buffer.concat([
      post(port, 'x'.repeat(5000), JSON_HEADERS),
      post(port, '', JSON_HEADERS),
    ]);
    const socket = connect(port, '127.0.0.1');
    onTestFinished(() => void socket.destroy());
    const text = await new Promise<string>((resolve) => {
      let all = '';
      socket.on('data', (chunk) => {
        all += chunk.toString('latin1');
        if (all.includes('clusterArns')) resolve(all);
      });
      socket.write(bytes);
    });
    expect(text.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 413', 'HTTP/1.1 200']);
  });
});
