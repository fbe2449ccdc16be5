import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { DataPlaneEvent } from '../../../src/local/balancer/data-plane.ts';
import { WorkerDataPlane } from '../../../src/local/balancer/worker-data-plane.ts';
import { atEnd, CHECK, freePort, group, listener, startApp, target, until } from './fixtures.ts';

function startPlane(): { plane: WorkerDataPlane; events: DataPlaneEvent[] } {
  const plane = new WorkerDataPlane();
  atEnd(() => plane.close());
  const events: DataPlaneEvent[] = [];
  plane.onEvent((event) => events.push(event));
  return { plane, events };
}

describe('the balancer in its thread', () => {
  it('serves, tells events and counts', async () => {
    const app = await startApp((request, response) => {
      response.statusCode = request.url === '/missing' ? 404 : 200;
      response.end('ok');
    });
    const { plane, events } = startPlane();
    const healthCheck = { ...CHECK, matcher: '200' };
    plane.putTargetGroup(group([target(app.port, { health: 'initial' })], { healthCheck }));
    const port = await freePort();
    await plane.putListener(listener(port));
    await until(() => events.length > 0);
    expect(events).toMatchObject([{ kind: 'target-health', state: 'healthy' }]);

    const url = `http://127.0.0.1:${port}`;
    for (const path of ['/', '/', '/missing']) await (await fetch(url + path)).text();
    const [statistics] = await plane.statistics();
    expect(statistics).toMatchObject({
      listenerArn: 'listener',
      errors: {},
      groups: [
        {
          targetGroupArn: 'group',
          requests: 3,
          targetStatus: { '2xx': 2, '3xx': 0, '4xx': 1, '5xx': 0 },
          balancer5xx: 0,
        },
      ],
    });
    expect(statistics?.newConnections).toBeGreaterThan(0);
    const { counts = [], sum = 0 } = statistics?.groups[0]?.responseTimes ?? {};
    expect(counts.reduce((total, count) => total + count, 0)).toBe(3);
    expect(sum).toBeGreaterThan(0);

    plane.putTargetGroup(group([target(app.port, { draining: true })], { healthCheck }));
    await until(() => events.at(-1)?.kind === 'target-drained');
    plane.removeTargetGroup('group');
    expect((await fetch(url)).status).toBe(503);
    await plane.removeListener('listener');
    // Once more, and then no longer.
    await until(async () => (await plane.statistics()).length === 0);
    await expect(fetch(url)).rejects.toThrow();
  });

  it('answers while the thread that drives it is busy', async () => {
    const { plane } = startPlane();
    const port = await freePort();
    plane.putTargetGroup(group([]));
    await plane.putListener(listener(port));
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    socket.write('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    await until(() => socket.bytesWritten > 0);
    // This thread waits without turning its event loop; the bytes must be there when it looks again.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
    let turns = 0;
    const count = setInterval(() => turns++, 1);
    const [chunk] = (await once(socket, 'data')) as [Buffer];
    clearInterval(count);
    expect(chunk.toString()).toMatch(/^HTTP\/1\.1 503/);
    expect(turns).toBeLessThan(50);
    socket.destroy();
  });

  it('tells a port that cannot be had as the error of the caller', async () => {
    const app = await startApp((_request, response) => response.end());
    const { plane } = startPlane();
    await expect(plane.putListener(listener(app.port))).rejects.toMatchObject({
      name: 'ListenerPortError',
      systemCode: 'EADDRINUSE',
      message: expect.stringContaining(`port ${app.port} of 127.0.0.1 is in use`) as string,
    });
  });

  it('refuses a configuration without meaning in the thread of the caller', async () => {
    const { plane } = startPlane();
    const healthCheck = { ...CHECK, matcher: 'ok' };
    expect(() => plane.putTargetGroup(group([], { healthCheck }))).toThrow(/matcher "ok"/);
    await expect(
      plane.putListener(
        listener(1, {
          rules: [
            {
              arn: 'r',
              priority: 1,
              conditions: [{ field: 'source-ip', values: ['x'] }],
              action: { kind: 'fixed-response', statusCode: 200, contentType: '', body: '' },
            },
          ],
        }),
      ),
    ).rejects.toThrow(/source-ip "x"/);
  });

  it('drops every connection and port when it is closed, and takes no more calls', async () => {
    const app = await startApp(() => undefined);
    const { plane } = startPlane();
    const port = await freePort();
    plane.putTargetGroup(group([target(app.port)]));
    await plane.putListener(listener(port));
    const socket = connect(port, '127.0.0.1').on('error', () => undefined);
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await until(async () => (await plane.statistics())[0]?.groups[0]?.requests === 1);
    const closed = once(socket, 'close');
    await plane.close();
    await closed;
    await expect(once(connect(port, '127.0.0.1'), 'connect')).rejects.toThrow(/ECONNREFUSED/);
    await plane.close();
    await expect(plane.statistics()).rejects.toThrow('the balancer has been closed');
  });
});
