import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  container,
  ONE_PORT,
  processesOf,
  runtimeOn,
  serving,
  stateFolder,
  until,
} from './harness.ts';

/** Children of ours that ended and that nobody reaped. */
function zombies(): number {
  const stats = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/stat`, 'utf8');
      } catch {
        return '';
      }
    });
  return stats.filter((stat) => new RegExp(`\\) Z ${process.pid} `).test(stat)).length;
}

describe('health checks', () => {
  it('run with the environment and in the folder of the container', async () => {
    const { runtime } = runtimeOn(await stateFolder());
    const { ports } = await runtime.start(
      container('a', 'test/never-healthy', { ports: ONE_PORT, environment: { KEY: 'value' } }),
    );
    const port = ports[0]?.hostPort ?? 0;
    await until(
      async () => (await fetch(`http://127.0.0.1:${port}/`).catch(() => undefined))?.status === 200,
    );
    const shell = (line: string): Promise<string> =>
      runtime.checkHealth('a', ['CMD-SHELL', line], 10_000);
    expect(await shell(`[ "$KEY $PORT" = "value ${port}" ] && [ -f never-healthy.js ]`)).toBe(
      'healthy',
    );
    expect(await shell('exit 1')).toBe('unhealthy');
    const get = (path: string): Promise<string> =>
      runtime.checkHealth(
        'a',
        [
          'CMD',
          'node',
          '-e',
          `fetch('http://127.0.0.1:' + process.env.PORT + '${path}').then((r) => process.exit(r.ok ? 0 : 1))`,
        ],
        10_000,
      );
    expect(await get('/')).toBe('healthy');
    expect(await get('/health')).toBe('unhealthy');
  });

  it('of a command that does not exist, or of a container that has ended or never was, are unhealthy', async () => {
    const { runtime, exitOf } = runtimeOn(await stateFolder());
    await runtime.start(container('a', 'test/ignores-sigterm'));
    expect(await runtime.checkHealth('a', ['CMD', 'no-such-program-here'], 1000)).toBe('unhealthy');
    await runtime.signal('a', 'SIGKILL');
    await exitOf('a');
    expect(await runtime.checkHealth('a', ['CMD-SHELL', 'true'], 1000)).toBe('unhealthy');
    expect(await runtime.checkHealth('never', ['CMD-SHELL', 'true'], 1000)).toBe('unhealthy');
  });

  it('that take too long are ended with everything they started', async () => {
    const folder = await stateFolder();
    const { runtime } = runtimeOn(folder);
    await runtime.start(container('a', 'test/ignores-sigterm'));
    const before = await processesOf(folder);
    expect(
      await runtime.checkHealth('a', ['CMD-SHELL', "trap '' TERM; sleep 1000 & sleep 1000"], 50),
    ).toBe('unhealthy');
    await until(async () => (await processesOf(folder)).length === before.length);
    expect(await processesOf(folder)).toEqual(before);
  });

  it('end with the container', async () => {
    const folder = await stateFolder();
    const { runtime } = runtimeOn(folder);
    await runtime.start(container('a', 'test/ignores-sigterm'));
    const check = runtime.checkHealth('a', ['CMD-SHELL', 'sleep 1000'], 100_000);
    await runtime.signal('a', 'SIGKILL');
    expect(await check).toBe('unhealthy');
  });

  it('reject a command that is neither CMD nor CMD-SHELL', async () => {
    const { runtime } = runtimeOn(await stateFolder());
    await runtime.start(container('a', 'test/ignores-sigterm'));
    await expect(runtime.checkHealth('a', ['curl', 'x'], 1000)).rejects.toThrow(
      '["CMD", program, ...]',
    );
  });

  it.skipIf(process.platform !== 'linux')(
    'two thousand of them leave no process and no zombie',
    async () => {
      const folder = await stateFolder();
      const { runtime } = runtimeOn(folder);
      const { ports } = await runtime.start(container('a', 'test/serve', { ports: ONE_PORT }));
      const pid = await serving(ports[0]?.hostPort ?? 0);
      const before = await processesOf(folder);
      for (let round = 0; round < 100; round++) {
        const results = await Promise.all(
          Array.from({ length: 20 }, (_, index) =>
            runtime.checkHealth('a', ['CMD-SHELL', `exit ${index % 2}`], 60_000),
          ),
        );
        expect(results.filter((result) => result === 'healthy')).toHaveLength(10);
      }
      expect(await processesOf(folder)).toEqual(before);
      expect(zombies()).toBe(0);
      expect(await serving(ports[0]?.hostPort ?? 0)).toBe(pid);
    },
  );
});
