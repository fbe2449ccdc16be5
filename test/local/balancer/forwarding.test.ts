import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import type { RuleConfig } from '../../../src/local/balancer/data-plane.ts';
import {
  deferred,
  forwardTo,
  group,
  raw,
  startApp,
  startBalancer,
  startTcp,
  statusOf,
  target,
  until,
} from './fixtures.ts';

describe('a forwarded request', () => {
  it('reaches the target as it was sent, with the forwarding headers, and its answer comes back whole', async () => {
    const app = await startApp((request, response) => {
      request.setEncoding('utf8');
      let body = '';
      request.on('data', (chunk: string) => (body += chunk));
      request.on('end', () => {
        response.writeHead(201, 'Made', { 'Set-Cookie': ['a=1', 'b=2'], 'X-App': 'yes' });
        response.end(
          JSON.stringify({
            method: request.method,
            url: request.url,
            headers: request.headers,
            body,
          }),
        );
      });
    });
    const { url, port } = await startBalancer([group([target(app.port)])]);
    const answer = await fetch(`${url}/a%20b?c=d&c=e`, {
      method: 'PUT',
      body: 'hello',
      headers: { 'X-Mine': 'z', 'X-Forwarded-For': '198.51.100.1' },
    });
    expect([answer.status, answer.statusText]).toEqual([201, 'Made']);
    expect(answer.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(answer.headers.get('x-app')).toBe('yes');
    const seen = (await answer.json()) as { headers: Record<string, string> };
    expect(seen).toMatchObject({ method: 'PUT', url: '/a%20b?c=d&c=e', body: 'hello' });
    expect(seen.headers).toMatchObject({
      host: `127.0.0.1:${port}`,
      'x-mine': 'z',
      'content-length': '5',
      'x-forwarded-for': '198.51.100.1, 127.0.0.1',
      'x-forwarded-proto': 'http',
      'x-forwarded-port': String(port),
    });
    expect(seen.headers['x-amzn-trace-id']).toMatch(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/);
  });

  it.each(['chunked', 'sized'])('streams large %s bodies both ways unchanged', async (kind) => {
    const app = await startApp((request, response) => {
      const length = request.headers['content-length'];
      if (length !== undefined) response.setHeader('Content-Length', length);
      request.pipe(response);
    });
    const { url } = await startBalancer([group([target(app.port)])]);
    const body = Buffer.alloc(8 * 1024 * 1024, 'some bytes to echo ');
    const chunks = function* (): Generator<Buffer> {
      for (let at = 0; at < body.length; at += 50_000) yield body.subarray(at, at + 50_000);
    };
    const answer = await fetch(url, {
      method: 'POST',
      duplex: 'half',
      body: kind === 'sized' ? body : ReadableStream.from(chunks()),
    });
    const sha = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
    expect(answer.headers.get('content-length')).toBe(
      kind === 'sized' ? String(body.length) : null,
    );
    expect(sha(new Uint8Array(await answer.arrayBuffer()))).toBe(sha(body));
  });

  it.each([0, 1, 256, 8191, 8192, 8193, 70_000])(
    'comes back unchanged, byte for byte, with a body of %i bytes, its length announced or not',
    async (size) => {
      const body = Buffer.from(Array.from({ length: size }, (_, at) => (at * 7) % 256));
      const app = await startApp((request, response) => {
        if (request.url === '/announced') response.setHeader('Content-Length', size);
        else response.flushHeaders();
        response.end(body);
      });
      const { url } = await startBalancer([group([target(app.port)])]);
      for (const path of ['/announced', '/chunked']) {
        const answer = await fetch(`${url}${path}`);
        expect(answer.headers.has('content-length')).toBe(path === '/announced');
        expect(Buffer.from(await answer.arrayBuffer()).equals(body)).toBe(true);
      }
    },
  );

  it('comes back piece by piece, while the target is still answering', async () => {
    const more = deferred();
    const app = await startApp((_request, response) => {
      response.write('first');
      void more.promise.then(() => response.end('second'));
    });
    const { url } = await startBalancer([group([target(app.port)])]);
    const answer = await fetch(url);
    const reader = (answer.body as ReadableStream<Uint8Array>).getReader();
    expect(Buffer.from((await reader.read()).value ?? []).toString()).toBe('first');
    more.resolve();
    expect(Buffer.from((await reader.read()).value ?? []).toString()).toBe('second');
  });

  it('slows the target down when the client does not read', async () => {
    const total = 256 * 1024 * 1024;
    let written = 0;
    const app = await startApp((_request, response) => {
      const chunk = Buffer.alloc(64 * 1024);
      const push = (): void => {
        while (written < total) {
          written += chunk.length;
          if (!response.write(chunk)) {
            response.once('drain', push);
            return;
          }
        }
        response.end();
      };
      push();
    });
    const { port } = await startBalancer([group([target(app.port)])]);
    const client = connect(port, '127.0.0.1');
    client.pause().write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    let before = -1;
    await until(async () => {
      // Nothing more is written during many turns: everything on the way is full.
      if (written === before && written > 0) return true;
      before = written;
      await new Promise((resolve) => setTimeout(resolve, 200));
      return false;
    });
    expect(written).toBeLessThan(total / 2);
    client.destroy();
  });

  it('of HEAD has no body and keeps the length', async () => {
    const app = await startApp((_request, response) => {
      response.setHeader('Content-Length', '42');
      response.end();
    });
    const { url } = await startBalancer([group([target(app.port)])]);
    const answer = await fetch(url, { method: 'HEAD' });
    expect([answer.status, answer.headers.get('content-length')]).toEqual([200, '42']);
    expect(await answer.text()).toBe('');
  });

  it('with Expect: 100-continue is told to go on by the balancer', async () => {
    const app = await startApp((request, response) => {
      expect(request.headers.expect).toBeUndefined();
      request.pipe(response);
    });
    const { port } = await startBalancer([group([target(app.port)])]);
    const request = httpRequest({ port, method: 'POST', headers: { Expect: '100-continue' } });
    request.flushHeaders();
    await once(request, 'continue');
    request.end('body');
    const [response] = (await once(request, 'response')) as [Readable];
    expect(await text(response)).toBe('body');
  });

  it('on one connection after the other uses kept-alive connections to the target', async () => {
    let connections = 0;
    const app = await startApp((_request, response) => response.end('ok'));
    app.server.on('connection', () => connections++);
    const { url } = await startBalancer([group([target(app.port)])]);
    for (let at = 0; at < 20; at++) expect(await (await fetch(url)).text()).toBe('ok');
    expect(connections).toBe(1);
  });

  it('that the target answers before it has read the body gets that answer', async () => {
    const app = await startApp((_request, response) => {
      response.writeHead(413, { Connection: 'close' });
      response.end('too large');
    });
    const { port } = await startBalancer([group([target(app.port)])]);
    const answer = await raw(
      port,
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\nstart',
    );
    expect(statusOf(answer)).toBe(413);
    expect(answer).toMatch(/connection: close/i);
    expect(answer).toMatch(/too large/);
  });
});

describe('a listener', () => {
  const rules: readonly RuleConfig[] = [
    {
      arn: 'fixed',
      priority: 1,
      conditions: [{ field: 'path-pattern', values: ['/down*'] }],
      action: { kind: 'fixed-response', statusCode: 503, contentType: 'text/plain', body: 'later' },
    },
    {
      arn: 'redirect',
      priority: 2,
      conditions: [{ field: 'host-header', values: ['old.example'] }],
      action: {
        kind: 'redirect',
        statusCode: 301,
        protocol: '#{protocol}',
        host: 'new.example',
        port: '#{port}',
        path: '/#{path}',
        query: '#{query}',
      },
    },
    {
      arn: 'empty',
      priority: 3,
      conditions: [{ field: 'path-pattern', values: ['/zero'] }],
      action: forwardTo({ arn: 'group', weight: 0 }, { arn: 'group-2', weight: 0 }),
    },
    {
      arn: 'unknown',
      priority: 4,
      conditions: [{ field: 'path-pattern', values: ['/unknown'] }],
      action: forwardTo({ arn: 'never-put', weight: 1 }),
    },
    {
      arn: 'default',
      priority: Infinity,
      conditions: [],
      action: forwardTo({ arn: 'group', weight: 9 }, { arn: 'group-2', weight: 1 }),
    },
  ];

  it('does what the first rule says whose conditions hold', async () => {
    const one = await startApp((_request, response) => response.end('one'));
    const two = await startApp((_request, response) => response.end('two'));
    const groups = [group([target(one.port)]), group([target(two.port)], { arn: 'group-2' })];
    const { url, port } = await startBalancer(groups, { rules });

    const fixed = await fetch(`${url}/downtime`);
    expect([fixed.status, fixed.headers.get('content-type'), await fixed.text()]).toEqual([
      503,
      'text/plain',
      'later',
    ]);

    const moved = await raw(
      port,
      'GET /a?b HTTP/1.1\r\nHost: OLD.example\r\nConnection: close\r\n\r\n',
    );
    expect(statusOf(moved)).toBe(301);
    expect(moved).toContain(`\r\nLocation: http://new.example:${port}/a?b\r\n`);

    const absolute = `GET http://old.example/x HTTP/1.1\r\nHost: other\r\nConnection: close\r\n\r\n`;
    expect(await raw(port, absolute)).toContain(`Location: http://new.example:${port}/x\r\n`);

    expect((await fetch(`${url}/zero`)).status).toBe(503);
    expect((await fetch(`${url}/unknown`)).status).toBe(503);

    const answers: string[] = [];
    for (let at = 0; at < 50; at++) answers.push(await (await fetch(url)).text());
    expect(answers.filter((answer) => answer === 'one')).toHaveLength(45);
  });

  it('keeps the proportions when its rules are put again in between', async () => {
    const one = await startApp((_request, response) => response.end('one'));
    const two = await startApp((_request, response) => response.end('two'));
    const groups = [group([target(one.port)]), group([target(two.port)], { arn: 'group-2' })];
    const { url, port, plane } = await startBalancer(groups, { rules });
    let twos = 0;
    for (let at = 0; at < 20; at++) {
      if ((await (await fetch(url)).text()) === 'two') twos++;
      await plane.putListener({
        arn: 'listener',
        host: '127.0.0.1',
        port,
        idleTimeoutSeconds: 60,
        rules: rules.map((rule) => ({ ...rule })),
      });
    }
    expect(twos).toBe(2);
  });

  it('that moves to another port serves there and no longer on the old one', async () => {
    const app = await startApp((_request, response) => response.end('ok'));
    const { plane, url, port } = await startBalancer([group([target(app.port)])]);
    const other = await startTcp(() => undefined);
    const config = {
      arn: 'listener',
      host: '127.0.0.1',
      idleTimeoutSeconds: 60,
      rules: [
        {
          arn: 'default',
          priority: Infinity,
          conditions: [],
          action: forwardTo({ arn: 'group', weight: 1 }),
        },
      ],
    };
    await expect(plane.putListener({ ...config, port: other })).rejects.toMatchObject({
      name: 'ListenerPortError',
      systemCode: 'EADDRINUSE',
    });
    expect(await (await fetch(url)).text()).toBe('ok');
    await plane.removeListener('listener');
    await expect(fetch(url)).rejects.toThrow();
    await plane.putListener({ ...config, port });
    expect(await (await fetch(url)).text()).toBe('ok');
  });

  it('that is removed lets requests in flight finish and frees its port at once', async () => {
    const go = deferred();
    const arrived = deferred();
    const app = await startApp((_request, response) => {
      arrived.resolve();
      void go.promise.then(() => response.end('finished'));
    });
    const { plane, url, port } = await startBalancer([group([target(app.port)])]);
    const answer = fetch(url);
    await arrived.promise;
    await plane.removeListener('listener');
    await expect(once(connect(port, '127.0.0.1'), 'connect')).rejects.toThrow(/ECONNREFUSED/);
    go.resolve();
    const finished = await answer;
    expect(await finished.text()).toBe('finished');
    expect(finished.headers.get('connection')).toBe('close');
  });

  it('that was removed does not outlive its balancer, whatever is still in flight', async () => {
    const arrived = deferred();
    const gone = deferred();
    const app = await startApp((_request, response) => {
      response.on('close', () => gone.resolve());
      arrived.resolve();
    });
    const { plane, url } = await startBalancer([group([target(app.port)])]);
    const answer = fetch(url).then(
      () => 'answered',
      () => 'broken',
    );
    await arrived.promise;
    await plane.removeListener('listener');
    await plane.close();
    expect(await answer).toBe('broken');
    await gone.promise;
  });

  it('says which port cannot be had and what to do', async () => {
    const taken = await startTcp(() => undefined);
    const { plane } = await startBalancer([]);
    const config = { arn: 'l2', host: '127.0.0.1', port: taken, idleTimeoutSeconds: 60, rules: [] };
    await expect(plane.putListener(config)).rejects.toThrow(
      `port ${taken} of 127.0.0.1 is in use by another program. Choose another port`,
    );
    await expect(plane.putListener({ ...config, host: '192.0.2.1' })).rejects.toMatchObject({
      systemCode: 'EADDRNOTAVAIL',
    });
  });

  it('refuses a rule that has no meaning and keeps the ones it has', async () => {
    const app = await startApp((_request, response) => response.end('ok'));
    const { plane, url, port } = await startBalancer([group([target(app.port)])]);
    await expect(
      plane.putListener({
        arn: 'listener',
        host: '127.0.0.1',
        port,
        idleTimeoutSeconds: 60,
        rules: [
          {
            arn: 'r',
            priority: 1,
            conditions: [{ field: 'source-ip', values: ['everywhere'] }],
            action: forwardTo({ arn: 'group', weight: 1 }),
          },
        ],
      }),
    ).rejects.toThrow('source-ip "everywhere" is no CIDR block');
    expect((await fetch(url)).status).toBe(200);
  });
});
