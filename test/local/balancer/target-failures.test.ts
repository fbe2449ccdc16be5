import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import {
  deferred,
  freePort,
  group,
  raw,
  startApp,
  startBalancer,
  startTcp,
  statusOf,
  target,
  until,
} from './fixtures.ts';

const GET = 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n';

describe('without an answer from a target the client gets', () => {
  it('503 when the group has no target', async () => {
    const { url, plane } = await startBalancer([group([])]);
    const answer = await fetch(url);
    expect(answer.status).toBe(503);
    expect(await answer.text()).toContain('503 Service Temporarily Unavailable');
    expect(await plane.statistics()).toMatchObject([{ groups: [{ requests: 0, balancer5xx: 1 }] }]);
  });

  it('503 when every target drains', async () => {
    const app = await startApp((_request, response) => response.end());
    const { url } = await startBalancer([group([target(app.port, { draining: true })])]);
    expect((await fetch(url)).status).toBe(503);
  });

  it('502 when the target refuses the connection, and the next target is not bothered', async () => {
    let asked = 0;
    const app = await startApp((_request, response) => {
      asked++;
      response.end();
    });
    const dead = target(await freePort(), { id: '10.0.0.2' });
    const { url, plane } = await startBalancer([group([dead, target(app.port)])]);
    const statuses = [];
    for (let at = 0; at < 4; at++) statuses.push((await fetch(url)).status);
    expect(statuses).toEqual([502, 200, 502, 200]);
    expect(asked).toBe(2);
    expect(await plane.statistics()).toMatchObject([
      {
        errors: { '502': 2 },
        groups: [{ requests: 4, balancer5xx: 2, targetStatus: { '2xx': 2, '5xx': 0 } }],
      },
    ]);
  });

  it('502 when nothing listens behind the registered address', async () => {
    const { address: _, ...unreachable } = target(80);
    const { url } = await startBalancer([group([unreachable])]);
    expect((await fetch(url)).status).toBe(502);
  });

  it.each([
    ['resets', (socket: { resetAndDestroy(): unknown }) => socket.resetAndDestroy()],
    ['closes', (socket: { end(): unknown }) => socket.end()],
    [
      'answers what is no HTTP',
      (socket: { end(text: string): unknown }) => socket.end('SSH-2.0-x\r\n'),
    ],
    [
      'answers with contradictory lengths',
      (socket: { end(text: string): unknown }) =>
        socket.end(
          'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
        ),
    ],
  ])('502 when the target %s, and the request was sent once', async (_, act) => {
    let requests = 0;
    const port = await startTcp((socket) =>
      socket.on('data', () => {
        requests++;
        act(socket);
      }),
    );
    const { url, plane } = await startBalancer([group([target(port)])]);
    for (const method of ['GET', 'POST']) expect((await fetch(url, { method })).status).toBe(502);
    expect(requests).toBe(2);
    expect(await plane.statistics()).toMatchObject([{ groups: [{ requests: 2, balancer5xx: 2 }] }]);
  });

  it('504 when the target does not answer within the idle time-out', async () => {
    const port = await startTcp(() => undefined);
    const { url } = await startBalancer([group([target(port)])], { idleTimeoutSeconds: 0.2 });
    expect((await fetch(url)).status).toBe(504);
  });

  it('a broken answer, visibly so, when the target breaks off in the middle', async () => {
    const port = await startTcp((socket) =>
      socket.once('data', () => {
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this', () =>
          socket.destroy(),
        );
      }),
    );
    const { url } = await startBalancer([group([target(port)])]);
    const answer = await fetch(url);
    expect(answer.status).toBe(200);
    await expect(answer.text()).rejects.toThrow();
  });
});

describe('a client that leaves', () => {
  it('takes its request with it: the target sees it go, and nothing stays in flight', async () => {
    const arrived = deferred();
    const gone = deferred();
    const app = await startApp((request, response) => {
      if (request.url === '/quick') {
        response.end();
        return;
      }
      response.on('close', () => gone.resolve());
      arrived.resolve();
    });
    const config = group([target(app.port)]);
    const { plane, port, events } = await startBalancer([config]);
    const client = connect(port, '127.0.0.1');
    client.write(GET.replace('/', '/slow'));
    await arrived.promise;
    client.destroy();
    await gone.promise;
    plane.putTargetGroup(group([target(app.port, { draining: true })]));
    await until(() => events.some((event) => event.kind === 'target-drained'));
  });

  it('in the middle of its upload leaves nothing in flight', async () => {
    const arrived = deferred();
    const gone = deferred();
    const app = await startApp((request) => {
      request.on('error', () => gone.resolve()).once('data', () => arrived.resolve());
    });
    const { plane, port, events } = await startBalancer([group([target(app.port)])]);
    const client = connect(port, '127.0.0.1');
    client.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nhalf');
    await arrived.promise;
    client.destroy();
    await gone.promise;
    plane.putTargetGroup(group([target(app.port, { draining: true })]));
    await until(() => events.some((event) => event.kind === 'target-drained'));
  });

  it('in the middle of an answer leaves nothing in flight', async () => {
    const gone = deferred();
    const app = await startApp((_request, response) => {
      response.on('close', () => gone.resolve());
      const push = (): void => {
        while (response.write(Buffer.alloc(100_000)));
        response.once('drain', push);
      };
      push();
    });
    const { plane, port, events } = await startBalancer([group([target(app.port)])]);
    const client = connect(port, '127.0.0.1');
    client.write(GET);
    await once(client, 'data');
    client.destroy();
    await gone.promise;
    plane.putTargetGroup(group([target(app.port, { draining: true })]));
    await until(() => events.some((event) => event.kind === 'target-drained'));
  });

  it('that stops sending its body is told so after the idle time-out', async () => {
    const app = await startApp((request) => request.on('error', () => undefined).resume());
    const { port } = await startBalancer([group([target(app.port)])], { idleTimeoutSeconds: 0.2 });
    const answer = await raw(port, 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nhalf');
    expect(statusOf(answer)).toBe(408);
  });

  it('that keeps its connection open for nothing is parted from after the idle time-out', async () => {
    const app = await startApp((_request, response) => response.end('ok'));
    const { port } = await startBalancer([group([target(app.port)])], { idleTimeoutSeconds: 0.2 });
    expect(await raw(port, '')).toBe('');
    expect(statusOf(await raw(port, GET.replace('Connection: close\r\n', '')))).toBe(200);
  });
});
