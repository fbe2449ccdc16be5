import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { nextTurn, systemClock } from '../../../../src/base/clock.ts';
import type { PortBinding } from '../../../../src/local/runtime/runtime.ts';
import {
  container,
  IMAGES,
  ONE_PORT,
  output,
  pidsOf,
  pidServing,
  processesOf,
  PROGRAMS,
  runs,
  runtimeOn,
  serving,
  stateFolder,
  until,
} from './harness.ts';

/** Starts a control plane of its own process with one container, and waits until the container runs. */
async function controlPlane(
  stateDir: string,
  id: string,
  image: string,
  ...command: string[]
): Promise<{ readonly process: ChildProcess; readonly ports: readonly PortBinding[] }> {
  const child = spawn(
    process.execPath,
    [join(PROGRAMS, 'control-plane.ts'), stateDir, IMAGES, id, image, ...command],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  onTestFinished(() => void child.kill('SIGKILL'));
  let written = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (written += text));
  await until(() => {
    if (child.exitCode !== null) throw new Error('the control plane ended');
    return written.includes('\n');
  });
  return { process: child, ports: JSON.parse(written) as PortBinding[] };
}

async function killHard(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await until(() => child.signalCode !== null);
}

describe('after kill -9 of the control plane', () => {
  it('a running container is taken over: same process, still serving, its port still leased, its end still told', async () => {
    const folder = await stateFolder();
    const first = await controlPlane(folder, 'a', 'test/serve:1');
    const port = first.ports[0]?.hostPort ?? 0;
    const pid = await serving(port);
    await killHard(first.process);
    expect(await pidServing(port)).toBe(pid);

    const { runtime, exitOf } = runtimeOn(folder);
    expect(await runtime.adopt(['a'])).toEqual(
      new Map([['a', { kind: 'running', ports: first.ports }]]),
    );
    expect(await pidServing(port)).toBe(pid);
    expect(await runtime.logs('a', 100)).toBe('ready\n');
    expect(await runtime.checkHealth('a', ['CMD-SHELL', `[ "$PORT" = ${port} ]`], 5000)).toBe(
      'healthy',
    );
    const clash = container('b', 'test/serve', { ports: [{ ...ONE_PORT[0], hostPort: port }] });
    await expect(runtime.start(clash)).rejects.toThrow(
      `host port ${port}/tcp is already allocated to container a`,
    );
    await runtime.signal('a', 'SIGTERM');
    expect(await exitOf('a')).toMatchObject({ kind: 'exited', exitCode: 0 });
    await expect(runtime.start(clash)).resolves.toBeDefined();
  });

  it('an exit that nobody was there to see is found', async () => {
    const folder = await stateFolder();
    const first = await controlPlane(
      folder,
      'a',
      'test/crash',
      'node',
      'crash-after.js',
      '300',
      '7',
    );
    await killHard(first.process);
    await until(async () => (await readdir(join(folder, 'containers/a'))).includes('exit'));
    const { runtime } = runtimeOn(folder);
    expect(await runtime.adopt(['a'])).toEqual(
      new Map([
        ['a', { kind: 'ended', exit: { kind: 'exited', exitCode: 7, outOfMemory: false } }],
      ]),
    );
    expect(await runtime.logs('a', 100)).toBe('about to crash\n');
  });

  it('an adopted container that ignores SIGTERM is killed: 137', async () => {
    const folder = await stateFolder();
    const first = await controlPlane(folder, 'a', 'test/ignores-sigterm');
    await killHard(first.process);
    const { runtime, exitOf } = runtimeOn(folder);
    await runtime.adopt(['a']);
    await output(runtime, 'a', 'ready');
    await runtime.signal('a', 'SIGTERM');
    await output(runtime, 'a', 'ignored SIGTERM');
    await runtime.signal('a', 'SIGKILL');
    expect(await exitOf('a')).toMatchObject({ kind: 'exited', exitCode: 137 });
  });

  it('a container that nobody recorded is ended with all its processes, and its folder removed', async () => {
    const folder = await stateFolder();
    const first = await controlPlane(folder, 'a', 'test/spawns-children');
    await until(async () => (await processesOf(folder)).length >= 4);
    await killHard(first.process);
    const { runtime, exits } = runtimeOn(folder);
    expect(await runtime.adopt([])).toEqual(new Map());
    expect(await processesOf(folder)).toEqual([]);
    expect(await readdir(join(folder, 'containers'))).toEqual([]);
    expect(exits.size).toBe(0);
  });

  it('a health check that was under way is ended, the container is not', async () => {
    const folder = await stateFolder();
    const first = runtimeOn(folder).runtime;
    await first.start(container('a', 'test/ignores-sigterm'));
    const before = await processesOf(folder);
    const check = first.checkHealth('a', ['CMD-SHELL', 'sleep 1000'], 100_000);
    await until(async () => (await processesOf(folder)).length > before.length);
    const { runtime } = runtimeOn(folder);
    expect((await runtime.adopt(['a'])).get('a')?.kind).toBe('running');
    expect(await check).toBe('unhealthy');
    expect(await processesOf(folder)).toEqual(before);
  });
});

describe('kill -9 of the control plane at any moment of a start', () => {
  it.each([0, 1, 2, 4, 6, 8, 12, 20])(
    '%i ms after the intent was stored: the container runs, or never began and nothing is left',
    async (delayMs) => {
      const folder = await stateFolder();
      const child = spawn(
        process.execPath,
        [join(PROGRAMS, 'control-plane.ts'), folder, IMAGES, 'a', 'test/serve'],
        { stdio: 'ignore' },
      );
      onTestFinished(() => void child.kill('SIGKILL'));
      const record = join(folder, 'containers/a/record.json');
      while (!existsSync(record)) await nextTurn();
      await systemClock.sleep(delayMs);
      await killHard(child);

      const { runtime, exits, exitOf } = runtimeOn(folder);
      const adopted = (await runtime.adopt(['a'])).get('a');
      if (adopted?.kind === 'running') {
        expect(await serving(adopted.ports[0]?.hostPort ?? 0)).toBe(pidsOf(folder, 'a').program);
        await runtime.signal('a', 'SIGTERM');
        expect(await exitOf('a')).toMatchObject({ exitCode: 0 });
      } else {
        expect(adopted).toEqual({ kind: 'never-started' });
        expect(exits.size).toBe(0);
      }
      expect(await processesOf(folder)).toEqual([]);
    },
  );
});

describe('adopt', () => {
  it('says never-started where only the intent was stored, or not even that', async () => {
    const folder = await stateFolder();
    const first = runtimeOn(folder);
    await first.runtime.start(container('a', 'test/shell'));
    await first.exitOf('a');
    for (const file of ['started', 'exit', 'output.log'])
      await rm(join(folder, 'containers/a', file), { force: true });
    expect(await readdir(join(folder, 'containers/a'))).toEqual(['record.json']);
    const { runtime } = runtimeOn(folder);
    expect(await runtime.adopt(['a', 'b'])).toEqual(
      new Map([
        ['a', { kind: 'never-started' }],
        ['b', { kind: 'never-started' }],
      ]),
    );
  });

  it('says lost where everything died at once, and 137 where we had sent SIGKILL', async () => {
    const folder = await stateFolder();
    const first = runtimeOn(folder);
    for (const id of ['ours', 'theirs'])
      await first.runtime.start(container(id, 'test/ignores-sigterm'));
    process.kill(-pidsOf(folder, 'theirs').keeper, 'SIGKILL');
    await first.runtime.signal('ours', 'SIGKILL');
    await first.exitOf('ours');
    await first.exitOf('theirs');
    const { runtime } = runtimeOn(folder);
    expect(await runtime.adopt(['ours', 'theirs'])).toEqual(
      new Map([
        ['ours', { kind: 'ended', exit: { kind: 'exited', exitCode: 137, outOfMemory: false } }],
        ['theirs', { kind: 'ended', exit: { kind: 'lost' } }],
      ]),
    );
  });

  it.skipIf(process.platform !== 'linux')(
    'never takes another process for the container: not after a reboot, not when the pid was given out again',
    async () => {
      const folder = await stateFolder();
      const stranger = spawn('sleep', ['1000'], { detached: true, stdio: 'ignore' });
      onTestFinished(() => void stranger.kill('SIGKILL'));
      const first = runtimeOn(folder);
      for (const id of ['rebooted', 'reused']) {
        await first.runtime.start(container(id, 'test/shell'));
        await first.exitOf(id);
        await rm(join(folder, 'containers', id, 'exit'));
      }
      const pid = stranger.pid ?? 0;
      const rewrite = async (id: string, change: (text: string) => string): Promise<void> => {
        const file = join(folder, 'containers', id, 'started');
        await writeFile(file, change(await readFile(file, 'utf8')));
      };
      // The stranger has the pid and leads the group; only the start time tells it apart.
      await rewrite('reused', (text) => text.replaceAll(/^(keeper|program) \d+/gm, `$1 ${pid}`));
      const started =
        /^\d+ \(.*\) (.*)$/
          .exec((await readFile(`/proc/${pid}/stat`, 'utf8')).trim())?.[1]
          ?.split(' ')[19] ?? '';
      await rewrite('rebooted', (text) =>
        text
          .replace(/^boot .*/, 'boot 00000000-0000-0000-0000-000000000000')
          .replaceAll(/^(keeper|program) .*/gm, `$1 ${pid} ${started}`),
      );
      const { runtime } = runtimeOn(folder);
      const lost = { kind: 'ended', exit: { kind: 'lost' } };
      expect(await runtime.adopt(['rebooted', 'reused'])).toEqual(
        new Map([
          ['rebooted', lost],
          ['reused', lost],
        ]),
      );
      await runtime.signal('reused', 'SIGKILL');
      await runtime.close({ kind: 'stop', graceMs: 0 });
      expect(await runs(pid)).toBe(true);
    },
  );

  it('keeps the output of containers that are known to have ended, and ends what is left of them', async () => {
    const folder = await stateFolder();
    const first = runtimeOn(folder);
    for (const id of ['ended', 'forgotten']) {
      await first.runtime.start(container(id, 'test/environment'));
      await first.exitOf(id);
    }
    // Its end was written down, but the machine says otherwise.
    await first.runtime.start(container('alive', 'test/ignores-sigterm'));
    await output(first.runtime, 'alive', 'ready');
    const { runtime } = runtimeOn(folder);
    expect(await runtime.adopt([], ['ended', 'alive', 'never-made'])).toEqual(new Map());
    expect((await readdir(join(folder, 'containers'))).sort()).toEqual(['alive', 'ended']);
    expect(await runtime.logs('ended', 100_000)).toContain('GREETING');
    expect(await processesOf(folder)).toEqual([]);
    await runtime.remove('ended');
    expect(await readdir(join(folder, 'containers'))).toEqual(['alive']);
  });

  it('leave: containers run on and tell nobody; the next control plane has them', async () => {
    const folder = await stateFolder();
    const first = runtimeOn(folder);
    const { ports } = await first.runtime.start(container('a', 'test/serve', { ports: ONE_PORT }));
    const pid = await serving(ports[0]?.hostPort ?? 0);
    await first.runtime.close({ kind: 'leave' });
    const second = runtimeOn(folder);
    expect((await second.runtime.adopt(['a'])).get('a')).toEqual({ kind: 'running', ports });
    expect(await pidServing(ports[0]?.hostPort ?? 0)).toBe(pid);
    await second.runtime.close({ kind: 'stop', graceMs: 10_000 });
    expect(second.exits.get('a')).toMatchObject({ exitCode: 0 });
    expect(first.exits.size).toBe(0);
    expect(await processesOf(folder)).toEqual([]);
  });

  it('containers of another state folder are left alone', async () => {
    const [one, two] = [await stateFolder(), await stateFolder()];
    const other = runtimeOn(one);
    await other.runtime.start(container('a', 'test/ignores-sigterm'));
    await runtimeOn(two).runtime.adopt([]);
    expect(await runs(pidsOf(one, 'a').program)).toBe(true);
    expect(other.exits.size).toBe(0);
  });
});
