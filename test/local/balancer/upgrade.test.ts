import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, Socket, type AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import {
  atEnd,
  deferred,
  group,
  raw,
  startApp,
  startBalancer,
  startTcp,
  statusOf,
  target,
  until,
} from './fixtures.ts';

const HANDSHAKE =
  'GET /chat HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n';

/** A target that switches protocols and then answers each message in capitals. */
async function startEcho(): Promise<{ port: number; sockets: Socket[]; requests: string[] }> {
  const sockets: Socket[] = [];
  const requests: string[] = [];
  const server = createServer().on('upgrade', (request, stream) => {
    if (!(stream instanceof Socket)) throw new TypeError('no plain socket');
    const socket = stream;
    sockets.push(socket);
    requests.push(`${request.url ?? ''} ${request.headers['sec-websocket-key'] ?? ''}`);
    socket.on('error', () => socket.destroy());
    socket.write(
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
        'Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\nwelcome;',
    );
    socket.on('data', (chunk: Buffer) => socket.write(chunk.toString().toUpperCase()));
    socket.on('end', () => socket.end());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  atEnd(async () => {
    for (const socket of sockets) socket.destroy();
    const closed = once(server, 'close');
    server.close();
    await closed;
  });
  return { port: (server.address() as AddressInfo).port, sockets, requests };
}

function dial(port: number): { socket: Socket; received: () => string } {
  const socket = connect(port, '127.0.0.1');
  let text = '';
  socket.on('data', (chunk) => (text += chunk.toString())).on('error', () => socket.destroy());
  atEnd(() => {
    socket.destroy();
    return Promise.resolve();
  });
  return { socket, received: () => text };
}

describe('a WebSocket', () => {
  it('is joined with its target: what one says the other hears, from the first byte on', async () => {
    const echo = await startEcho();
    const { port, plane } = await startBalancer([group([target(echo.port)])]);
    const { socket, received } = dial(port);
    socket.write(`${HANDSHAKE}early `);
    await until(() => received().includes('EARLY'));
    socket.write('late');
    await until(() => received().includes('LATE'));
    const [head = '', body] = received().split('\r\n\r\n');
    expect(head).toMatch(/^HTTP\/1\.1 101 Switching Protocols\r\n/);
    expect(head).toMatch(/\r\nUpgrade: websocket/i);
    expect(head).toContain('Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=');
    expect(body).toBe('welcome;EARLY LATE');
    expect(echo.requests).toEqual(['/chat dGhlIHNhbXBsZSBub25jZQ==']);
    expect(await plane.statistics()).toMatchObject([{ groups: [{ requests: 1, balancer5xx: 0 }] }]);
  });

  it('that one side closes is closed for the other, after everything has arrived', async () => {
    const echo = await startEcho();
    const { port } = await startBalancer([group([target(echo.port)])]);
    const { socket, received } = dial(port);
    socket.write(HANDSHAKE);
    await until(() => received().includes('welcome'));
    const closed = once(socket, 'close');
    echo.sockets[0]?.end('goodbye');
    await closed;
    expect(received()).toMatch(/goodbye$/);

    const second = dial(port);
    second.socket.write(HANDSHAKE);
    await until(() => second.received().includes('welcome'));
    second.socket.destroy();
    await until(() => echo.sockets[1]?.destroyed === true);
  });

  it('counts as in flight: its target has drained when it is closed', async () => {
    const echo = await startEcho();
    const { port, plane, events } = await startBalancer([group([target(echo.port)])]);
    const { socket, received } = dial(port);
    socket.write(HANDSHAKE);
    await until(() => received().includes('welcome'));
    plane.putTargetGroup(group([target(echo.port, { draining: true })]));
    socket.write('still here');
    await until(() => received().includes('STILL HERE'));
    expect(events).toEqual([]);
    socket.destroy();
    await until(() => events.length > 0);
    expect(events).toMatchObject([{ kind: 'target-drained' }]);
  });

  it('does not hold its target beyond the deregistration delay', async () => {
    const echo = await startEcho();
    const { port, plane, events } = await startBalancer([group([target(echo.port)])]);
    const { socket, received } = dial(port);
    socket.write(HANDSHAKE);
    await until(() => received().includes('welcome'));
    const draining = target(echo.port, { draining: true });
    plane.putTargetGroup(group([draining], { deregistrationDelaySeconds: 0.05 }));
    await until(() => events.length > 0);
    socket.destroy();
    await until(() => echo.sockets[0]?.destroyed === true);
    expect(events).toMatchObject([{ kind: 'target-drained' }]);
  });

  it('in which nobody says anything is dropped after the idle time-out', async () => {
    const echo = await startEcho();
    const { port } = await startBalancer([group([target(echo.port)])], { idleTimeoutSeconds: 0.2 });
    const { socket } = dial(port);
    socket.write(HANDSHAKE);
    await once(socket, 'close');
    await until(() => echo.sockets[0]?.destroyed === true);
  });

  it('that the target does not want gets the answer of the target', async () => {
    const app = await startApp((_request, response) => {
      response.writeHead(426, { Connection: 'close' });
      response.end('no chat here');
    });
    const { port } = await startBalancer([group([target(app.port)])]);
    const answer = await raw(port, HANDSHAKE);
    expect(statusOf(answer)).toBe(426);
    expect(answer).toContain('no chat here');
  });

  it('whose target dies in the handshake gets 502', async () => {
    const port = await startTcp((socket) => socket.once('data', () => socket.destroy()));
    const { port: balancer } = await startBalancer([group([target(port)])]);
    expect(statusOf(await raw(balancer, HANDSHAKE))).toBe(502);
  });

  it('whose client leaves in the handshake leaves nothing in flight', async () => {
    const arrived = deferred();
    const port = await startTcp((socket) => socket.once('data', () => arrived.resolve()));
    const { port: balancer, plane, events } = await startBalancer([group([target(port)])]);
    const { socket } = dial(balancer);
    socket.write(HANDSHAKE);
    await arrived.promise;
    socket.destroy();
    plane.putTargetGroup(group([target(port, { draining: true })]));
    await until(() => events.length > 0);
  });
});

describe('another wish than WebSocket', () => {
  it('is ignored, and the request served as it is', async () => {
    const app = await startApp((request, response) => {
      expect(request.headers.upgrade).toBeUndefined();
      response.end(`served ${request.url ?? ''}`);
    });
    const { port } = await startBalancer([group([target(app.port)])]);
    const answer = await raw(
      port,
      'GET /x HTTP/1.1\r\nHost: a\r\nUpgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings, close\r\nHTTP2-Settings: AAMAAABk\r\n\r\n',
    );
    expect(statusOf(answer)).toBe(200);
    expect(answer).toContain('served /x');
  });
});
