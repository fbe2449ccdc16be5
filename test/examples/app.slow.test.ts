import { spawn, type ChildProcess } from 'node:child_process';
import { Agent, get, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ImagesFile } from '../../src/local/runtime/images.ts';

const FOLDER = join(import.meta.dirname, '../../examples/app');

interface App {
  readonly process: ChildProcess;
  readonly port: number;
}

async function app(environment: Readonly<Record<string, string>>): Promise<App> {
  const child = spawn(process.execPath, ['server.js'], {
    cwd: FOLDER,
    env: { PORT: '0', ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  child.stdout.setEncoding('utf8');
  const line = await new Promise<string>((resolve) => child.stdout.once('data', resolve));
  return { process: child, port: Number(/:(\d+)\n/.exec(line)?.[1]) };
}

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: unknown;
}

function ask({ port }: App, path: string, agent?: Agent): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = get({ port, path, host: '127.0.0.1', ...(agent && { agent }) }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => (text += part));
      response.on('end', () =>
        resolve({ status: response.statusCode, headers: response.headers, body: JSON.parse(text) }),
      );
    });
    request.on('error', reject);
  });
}

describe('the example app', () => {
  it('answers with its version and is healthy', async () => {
    const running = await app({ IMAGE_TAG: '2.0.0' });
    const answer = await ask(running, '/some/path?x=1');
    expect(answer).toMatchObject({ status: 200, body: { version: '2.0.0', path: '/some/path' } });
    expect(answer.headers['x-app-version']).toBe('2.0.0');
    expect(await ask(running, '/health')).toMatchObject({ status: 200, body: { status: 'ok' } });
    expect((await ask(running, '//')).status).toBe(200);
  });

  it('is never healthy when it is broken', async () => {
    expect(await ask(await app({ BROKEN: '1' }), '/health')).toMatchObject({ status: 500 });
  });

  it('on SIGTERM finishes what it has begun, closes kept connections by its answer, and exits with 0', async () => {
    const running = await app({ IMAGE_TAG: '1.0.0', WORK_MS: '400', DRAIN_MS: '300' });
    const agent = new Agent({ keepAlive: true });
    onTestFinished(() => agent.destroy());
    expect((await ask(running, '/', agent)).headers.connection).toBe('keep-alive');
    const exited = new Promise((resolve) => running.process.once('exit', (code) => resolve(code)));
    const draining = new Promise((resolve) => running.process.stdout?.once('data', resolve));
    const inFlight = ask(running, '/in-flight', agent);
    running.process.kill('SIGTERM');
    await draining;
    const late = ask(running, '/late');
    expect(await inFlight).toMatchObject({ status: 200, body: { path: '/in-flight' } });
    expect(await late).toMatchObject({ status: 200, headers: { connection: 'close' } });
    expect(await exited).toBe(0);
    await expect(ask(running, '/')).rejects.toThrow('ECONNREFUSED');
  });

  it('has an images file with three versions, of which 3.0.0 is broken', () => {
    const images = new ImagesFile(join(FOLDER, 'images.yaml'), {});
    for (const tag of ['1.0.0', '2.0.0', '3.0.0', '1.2.3'])
      expect(images.find(`fairlead/example-app:${tag}`)).toMatchObject({
        command: ['node', 'server.js'],
        cwd: FOLDER,
        environment: tag === '3.0.0' ? { BROKEN: '1' } : {},
      });
  });
});
