import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { group, raw, startApp, startBalancer, statusOf, target } from './fixtures.ts';

const CHUNKED = 'Transfer-Encoding: chunked\r\n';

describe('a request that is not well formed', () => {
  it.each([
    ['both lengths', `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n${CHUNKED}\r\n0\r\n\r\n`],
    [
      'both lengths, the other way',
      `POST / HTTP/1.1\r\nHost: a\r\n${CHUNKED}Content-Length: 4\r\n\r\n0\r\n\r\n`,
    ],
    [
      'two lengths',
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcd',
    ],
    [
      'two equal lengths',
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nContent-Length: 4\r\n\r\nabcd',
    ],
    ['a list as length', 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4, 4\r\n\r\nabcd'],
    ['a signed length', 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +4\r\n\r\nabcd'],
    [
      'an unknown encoding',
      'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n',
    ],
    [
      'chunked not last',
      'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n',
    ],
    ['two Hosts', 'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n'],
    ['no Host', 'GET / HTTP/1.1\r\n\r\n'],
    ['a space before the colon', 'GET / HTTP/1.1\r\nHost : a\r\n\r\n'],
    ['a folded header', 'GET / HTTP/1.1\r\nHost: a\r\nX: a\r\n b\r\n\r\n'],
    ['a bare line feed', 'GET / HTTP/1.1\nHost: a\n\n'],
    ['a NUL in a header', 'GET / HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n'],
    ['no request line', 'hello\r\n\r\n'],
    ['TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'],
    ['HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['another version', 'GET / HTTP/3.7\r\nHost: a\r\n\r\n'],
    ['CONNECT', 'CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n'],
    ['an asterisk', 'OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n'],
    [
      'headers of more than 64 KiB',
      `GET / HTTP/1.1\r\nHost: a\r\nX: ${'a'.repeat(70_000)}\r\n\r\n`,
    ],
    ['a path of more than 64 KiB', `GET /${'a'.repeat(70_000)} HTTP/1.1\r\nHost: a\r\n\r\n`],
    [
      'a handshake with a body',
      'GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nContent-Length: 4\r\n\r\nabcd',
    ],
  ])('with %s gets 400, and no target sees it', async (_, bytes) => {
    let seen = 0;
    const app = await startApp((_request, response) => {
      seen++;
      response.end();
    });
    const { port } = await startBalancer([group([target(app.port)])]);
    expect(statusOf(await raw(port, Buffer.from(bytes, 'latin1')))).toBe(400);
    expect(seen).toBe(0);
  });

  it('with a chunk that is none gets 400, and the target does not take it for whole', async () => {
    let whole = false;
    const app = await startApp((request) => {
      request
        .on('error', () => undefined)
        .on('end', () => (whole = true))
        .resume();
    });
    const { port } = await startBalancer([group([target(app.port)])]);
    const answer = await raw(
      port,
      `POST / HTTP/1.1\r\nHost: a\r\n${CHUNKED}\r\n3\r\nabc\r\nxyz\r\n`,
    );
    expect(statusOf(answer)).toBe(400);
    expect(whole).toBe(false);
  });

  it('of the method TRACE gets 405', async () => {
    const { port } = await startBalancer([group([])]);
    const answer = await raw(port, 'TRACE / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    expect(statusOf(answer)).toBe(405);
  });

  it('cannot smuggle a second one to the target', async () => {
    const seen: string[] = [];
    const app = await startApp((request, response) => {
      seen.push(`${request.method ?? ''} ${request.url ?? ''}`);
      request.resume().on('end', () => response.end());
    });
    const { port } = await startBalancer([group([target(app.port)])]);
    const smuggled = 'GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n';
    for (const bytes of [
      `POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: ${smuggled.length}\r\nConnection: close, content-length\r\n\r\n${smuggled}`,
      `POST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nContent-Length: ${smuggled.length}\r\n\r\n${smuggled}`,
      `POST /3 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n${smuggled}`,
      `GET /4 HTTP/1.1\r\nHost: a\r\nX: a\r\r\n${smuggled}`,
    ])
      await raw(port, bytes);
    expect(seen).toEqual(['POST /1']);
  });

  it('whose client breaks off at once does no harm, whatever it asked for', async () => {
    const { port } = await startBalancer([group([])]);
    const beginnings = [
      'CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n',
      'GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n',
      'GET / HTTP/1.1\r\nHost: a\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n',
      'GET / HTTP/1.1\r\nHost: a\r\n\r\n',
      'nonsense\r\n\r\n',
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhalf',
    ];
    for (const bytes of beginnings) {
      for (let at = 0; at < 20; at++) {
        const socket = connect(port, '127.0.0.1').on('error', () => socket.destroy());
        await new Promise<void>((resolve) => {
          socket.write(bytes, () => {
            if (at % 2 === 0) socket.resetAndDestroy();
            else setImmediate(() => socket.resetAndDestroy());
            resolve();
          });
        });
      }
    }
    expect(
      statusOf(await raw(port, 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')),
    ).toBe(503);
  });

  it('with very many headers keeps them all', async () => {
    let names = 0;
    const app = await startApp((request, response) => {
      names = request.rawHeaders.filter((name) => name.startsWith('n')).length;
      response.end();
    });
    app.server.maxHeadersCount = 0;
    const { port } = await startBalancer([group([target(app.port)])]);
    // Node's servers take 16 KiB of headers.
    const many = Array.from({ length: 1200 }, (_, at) => `n${at}:v\r\n`).join('');
    await raw(port, `GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${many}\r\n`);
    expect(names).toBe(1200);
  });
});
