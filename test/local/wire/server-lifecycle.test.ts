import { connect } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { UserError } from '../../../src/base/errors.ts';
import { VirtualClock } from '../../../src/base/virtual-clock.ts';
import { createWireServer } from '../../../src/local/wire/server.ts';
import { post, sendRaw } from './raw-http.ts';
import { ECS_TARGET, serve, wireOptions } from './served-apis.ts';

const ecs = { ListClusters: () => ({ clusterArns: [] }) };
const JSON_HEADERS = { 'x-amz-target': `${ECS_TARGET}.ListClusters` };

describe('starting and stopping the API port', () => {
  it('says which port is taken and what to do', async () => {
    const { port } = await serve({});
    const second = createWireServer(wireOptions({}));
    const error: unknown = await second.listen(port).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(UserError);
    expect(error).toMatchObject({
      code: 'PORT_IN_USE',
      message: `Port ${port} on 127.0.0.1 is in use.`,
    });
    await second.close();
  });

  it('can listen after a failed attempt', async () => {
    const { port } = await serve({});
    const server = createWireServer(wireOptions({ ecs }));
    onTestFinished(() => server.close());
    await expect(server.listen(port)).rejects.toThrow('in use');
    const other = await server.listen(0);
    expect(other.url).toBe(`http://127.0.0.1:${other.port}`);
    expect((await sendRaw(other.port, post(other.port, '{}', JSON_HEADERS))).status).toBe(200);
  });

  it('lets a request in progress be answered before it closes', async () => {
    let release: () => void = () => undefined;
    const waiting = new Promise<void>((resolve) => (release = resolve));
    let started: () => void = () => undefined;
    const entered = new Promise<void>((resolve) => (started = resolve));
    const handlers = {
      ecs: {
        ListClusters: () => {
          started();
          return waiting.then(() => ({ clusterArns: ['last'] }));
        },
      },
    };
    const server = createWireServer(wireOptions(handlers));
    const { port } = await server.listen(0);
    const reply = sendRaw(port, post(port, '{}', JSON_HEADERS));
    await entered;
    const closed = server.close();
    release();
    expect(await reply).toMatchObject({ status: 200, headers: { connection: 'close' } });
    await closed;
    expect((await sendRaw(port, post(port, '{}', JSON_HEADERS))).status).toBe(0);
  });

  it('cuts off what is still open after its time to close', async () => {
    const clock = new VirtualClock();
    const server = createWireServer(wireOptions({ ecs }, { clock, closeTimeoutMs: 2000 }));
    const { port } = await server.listen(0);
    const socket = connect(port, '127.0.0.1');
    const hungUp = new Promise((resolve) => socket.once('close', resolve));
    socket.on('error', () => undefined);
    await new Promise<void>((resolve) => socket.once('connect', resolve));
    socket.write('POST / HTTP/1.1\r\nHost: half');
    // The server has the first bytes once it has answered a request that was sent after them.
    await sendRaw(port, post(port, '{}', JSON_HEADERS));
    const closed = server.close();
    await clock.advance(2000);
    await closed;
    await hungUp;
    expect(socket.destroyed).toBe(true);
  });

  it('closes at once when it does not listen, and twice without harm', async () => {
    const server = createWireServer(wireOptions({ ecs }));
    await server.close();
    const { port } = await server.listen(0);
    const reply = await sendRaw(port, post(port, '{}', JSON_HEADERS));
    expect(reply.headers['connection']).not.toBe('close');
    await Promise.all([server.close(), server.close()]);
    expect((await sendRaw(port, post(port, '{}', JSON_HEADERS))).status).toBe(0);
  });
});
