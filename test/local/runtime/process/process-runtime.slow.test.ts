import { describe, expect, it } from 'vitest';
import { connect } from 'node:net';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  container,
  ONE_PORT,
  output,
  pidServing,
  pidsOf,
  processesOf,
  runs,
  runtimeOn,
  serving,
  stateFolder,
  until,
} from './harness.ts';

describe('the process runtime', () => {
  it('starts a program that listens on the leased port, and ends it by SIGTERM', async () => {
    const { runtime, exitOf } = runtimeOn(await stateFolder());
    const { ports } = await runtime.start(container('a', 'test/serve:1', { ports: ONE_PORT }));
    expect(ports).toEqual([
      {
        containerPort: 80,
        protocol: 'tcp',
        host: '127.0.0.1',
        hostPort: expect.any(Number) as number,
      },
    ]);
    await serving(ports[0]?.hostPort ?? 0);
    await runtime.signal('a', 'SIGTERM');
    expect(await exitOf('a')).toEqual({ kind: 'exited', exitCode: 0, outOfMemory: false });
  });

  it('tells the exit code of a program that crashed and of one that a signal ended', async () => {
    const { runtime, exitOf } = runtimeOn(await stateFolder());
    await runtime.start(container('crash', 'test/crash'));
    await runtime.start(
      container('signal', 'test/shell', { command: ['/bin/sh', '-c', 'kill -SEGV $$'] }),
    );
    expect(await exitOf('crash')).toEqual({ kind: 'exited', exitCode: 3, outOfMemory: false });
    expect(await exitOf('signal')).toEqual({ kind: 'exited', exitCode: 139, outOfMemory: false });
    expect(await runtime.logs('crash', 1000)).toBe('about to crash\n');
    expect(await runtime.logs('signal', 1000)).toBe('');
  });

  it('says 137 of a program that ignored SIGTERM and got SIGKILL', async () => {
    const { runtime, exits, exitOf } = runtimeOn(await stateFolder());
    await runtime.start(container('a', 'test/ignores-sigterm'));
    await output(runtime, 'a', 'ready');
    await runtime.signal('a', 'SIGTERM');
    await output(runtime, 'a', 'ignored SIGTERM');
    expect(exits.size).toBe(0);
    await runtime.signal('a', 'SIGKILL');
    expect(await exitOf('a')).toEqual({ kind: 'exited', exitCode: 137, outOfMemory: false });
  });

  it('signals that come after the end are harmless', async () => {
    const { runtime, exitOf } = runtimeOn(await stateFolder());
    await runtime.start(container('a', 'test/shell'));
    await runtime.signal('a', 'SIGKILL');
    await exitOf('a');
    await runtime.signal('a', 'SIGTERM');
    await runtime.signal('a', 'SIGKILL');
    await runtime.signal('never-seen', 'SIGTERM');
  });

  it('SIGTERM reaches the main program alone', async () => {
    const { runtime, exits, exitOf } = runtimeOn(await stateFolder());
    const script = `trap 'echo main; kill -USR1 $child; wait' TERM
      /bin/sh -c 'trap "echo child got TERM" TERM; trap "echo child ends; exit 0" USR1; echo ready; while :; do sleep 0.05; done' &
      child=$!; wait; exit 5`;
    await runtime.start(container('a', 'test/shell', { command: ['/bin/sh', '-c', script] }));
    await output(runtime, 'a', 'ready');
    expect(exits.size).toBe(0);
    await runtime.signal('a', 'SIGTERM');
    expect(await exitOf('a')).toMatchObject({ exitCode: 5 });
    expect(await runtime.logs('a', 1000)).toBe('ready\nmain\nchild ends\n');
  });

  it('the keeper survives SIGTERM, SIGINT and SIGHUP to the whole group, and still writes the status', async () => {
    const folder = await stateFolder();
    const { runtime, exitOf } = runtimeOn(folder);
    const script = `trap '' HUP INT; trap 'exit 9' TERM; echo ready; while :; do sleep 0.05; done`;
    await runtime.start(container('a', 'test/shell', { command: ['/bin/sh', '-c', script] }));
    await output(runtime, 'a', 'ready');
    const { keeper } = pidsOf(folder, 'a');
    process.kill(-keeper, 'SIGHUP');
    process.kill(-keeper, 'SIGINT');
    process.kill(-keeper, 'SIGTERM');
    expect(await exitOf('a')).toMatchObject({ kind: 'exited', exitCode: 9 });
  });

  it('the program gets every signal with its default action', async () => {
    const { runtime, exitOf } = runtimeOn(await stateFolder());
    const command = [
      '/bin/sh',
      '-c',
      'grep SigIgn /proc/self/status || echo "SigIgn: 0000000000000000"',
    ];
    await runtime.start(container('a', 'test/shell', { command }));
    await exitOf('a');
    // Bit 2 SIGINT, bit 3 SIGQUIT, bit 15 SIGTERM: none of the signals that the keeper handles is ignored.
    const ignored = BigInt(
      `0x${/SigIgn:\s*([0-9a-f]+)/.exec(await runtime.logs('a', 1000))?.[1] ?? ''}`,
    );
    expect(ignored & 0x4007n).toBe(0n);
  });

  it('ends what a program leaves behind, in its process group or not', async () => {
    const { runtime, exitOf } = runtimeOn(await stateFolder());
    await runtime.start(
      container('a', 'test/spawns-children', { command: ['node', 'spawns-children.js', '50'] }),
    );
    const children = JSON.parse(await output(runtime, 'a', ']')) as number[];
    expect(await exitOf('a')).toMatchObject({ exitCode: 0 });
    expect(children).toHaveLength(2);
    for (const pid of children) expect(await runs(pid)).toBe(false);
  });

  it('SIGKILL ends all processes of the container', async () => {
    const folder = await stateFolder();
    const { runtime, exitOf } = runtimeOn(folder);
    await runtime.start(container('a', 'test/spawns-children'));
    await output(runtime, 'a', ']');
    expect((await processesOf(folder)).length).toBeGreaterThanOrEqual(4);
    await runtime.signal('a', 'SIGKILL');
    expect(await exitOf('a')).toMatchObject({ exitCode: 137 });
    expect(await processesOf(folder)).toEqual([]);
  });

  it('a status is lost, never 0, when a stranger ends keeper and program', async () => {
    const folder = await stateFolder();
    const { runtime, exitOf } = runtimeOn(folder);
    await runtime.start(container('a', 'test/ignores-sigterm'));
    process.kill(-pidsOf(folder, 'a').keeper, 'SIGKILL');
    expect(await exitOf('a')).toEqual({ kind: 'lost' });
  });

  it('a program whose keeper a stranger ended goes on; its end is seen and its status lost', async () => {
    const folder = await stateFolder();
    const { runtime, exits, exitOf } = runtimeOn(folder);
    const { ports } = await runtime.start(container('a', 'test/serve', { ports: ONE_PORT }));
    const port = ports[0]?.hostPort ?? 0;
    const pid = await serving(port);
    process.kill(pidsOf(folder, 'a').keeper, 'SIGKILL');
    await until(async () => !(await runs(pidsOf(folder, 'a').keeper)));
    expect(await pidServing(port)).toBe(pid);
    expect(exits.size).toBe(0);
    await runtime.signal('a', 'SIGTERM');
    expect(await exitOf('a')).toEqual({ kind: 'lost' });
  });

  it('keeps its folders to the user', async () => {
    const folder = await stateFolder();
    const { runtime } = runtimeOn(folder);
    await runtime.start(container('a', 'test/ignores-sigterm'));
    const mode = async (path: string): Promise<number> =>
      (await stat(join(folder, path))).mode & 0o777;
    expect(await mode('containers')).toBe(0o700);
    expect(await mode('containers/a')).toBe(0o700);
    expect(await mode('containers/a/record.json')).toBe(0o600);
    expect(await mode('containers/a/output.log')).toBe(0o600);
  });

  it('remove forgets an ended container and refuses a running one', async () => {
    const folder = await stateFolder();
    const { runtime, exitOf } = runtimeOn(folder);
    await runtime.start(container('a', 'test/ignores-sigterm'));
    await expect(runtime.remove('a')).rejects.toThrow('container a still runs');
    await runtime.signal('a', 'SIGKILL');
    await exitOf('a');
    await runtime.remove('a');
    expect(await runtime.logs('a', 100)).toBe('');
    await expect(stat(join(folder, 'containers/a'))).rejects.toThrow('ENOENT');
  });

  it('logs gives the last bytes, without half a character', async () => {
    const { runtime, exitOf } = runtimeOn(await stateFolder());
    await runtime.start(
      container('a', 'test/shell', { command: ['/bin/sh', '-c', 'printf "one\\ntwö\\n"'] }),
    );
    await exitOf('a');
    expect(await runtime.logs('a', 5)).toBe('twö\n');
    expect(await runtime.logs('a', 2)).toBe('\n');
    expect(await runtime.logs('a', 0)).toBe('');
    expect(await runtime.logs('a', 100)).toBe('one\ntwö\n');
  });

  it('refuses an id twice; the one that runs keeps its port', async () => {
    const { runtime } = runtimeOn(await stateFolder());
    const { ports } = await runtime.start(container('a', 'test/serve', { ports: ONE_PORT }));
    await expect(runtime.start(container('a', 'test/serve', { ports: ONE_PORT }))).rejects.toThrow(
      'container a was started before',
    );
    const port = ports[0]?.hostPort ?? 0;
    const same = container('b', 'test/serve', { ports: [{ ...ONE_PORT[0], hostPort: port }] });
    await expect(runtime.start(same)).rejects.toThrow('already allocated to container a');
  });

  it('refuses an id that could leave the folder', async () => {
    const { runtime } = runtimeOn(await stateFolder());
    await expect(runtime.start(container('../x', 'test/serve'))).rejects.toThrow('container id');
  });

  describe('close', () => {
    it('stop: asks all at once, kills what does not end, leaves no process and no port', async () => {
      const folder = await stateFolder();
      const { runtime, exits } = runtimeOn(folder);
      const { ports } = await runtime.start(container('polite', 'test/serve', { ports: ONE_PORT }));
      await serving(ports[0]?.hostPort ?? 0);
      await runtime.start(container('stubborn', 'test/ignores-sigterm'));
      await output(runtime, 'stubborn', 'ready');
      await runtime.close({ kind: 'stop', graceMs: 500 });
      expect(exits.get('polite')).toMatchObject({ exitCode: 0 });
      expect(exits.get('stubborn')).toMatchObject({ exitCode: 137 });
      expect(await processesOf(folder)).toEqual([]);
      const refused = new Promise((resolve) =>
        connect(ports[0]?.hostPort ?? 0, '127.0.0.1').once('error', resolve),
      );
      expect(await refused).toMatchObject({ code: 'ECONNREFUSED' });
    });

    it('stop: waits for a start that is under way and ends it, too; later ones are refused', async () => {
      const folder = await stateFolder();
      const { runtime, exits } = runtimeOn(folder);
      const start = runtime.start(container('a', 'test/serve', { ports: ONE_PORT }));
      await runtime.close({ kind: 'stop', graceMs: 5000 });
      await start;
      expect(exits.has('a')).toBe(true);
      expect(await processesOf(folder)).toEqual([]);
      await expect(runtime.start(container('b', 'test/serve'))).rejects.toThrow('is stopping');
    });
  });

  it('tells what the programs of each container use, children included, and nothing of those that have ended', async () => {
    const { runtime, exitOf } = runtimeOn(await stateFolder());
    const burn = 'while :; do :; done & exec sleep 60';
    await runtime.start(container('busy', 'test/shell', { command: ['/bin/sh', '-c', burn] }));
    await runtime.start(container('idle', 'test/serve', { ports: ONE_PORT }));
    await runtime.start(container('over', 'test/crash'));
    await exitOf('over');
    await until(async () => ((await runtime.usage()).get('busy')?.cpuMs ?? 0) >= 200);
    const usage = await runtime.usage();
    expect([...usage.keys()].sort()).toEqual(['busy', 'idle']);
    const [busy, idle] = [usage.get('busy'), usage.get('idle')];
    expect(busy?.elapsedMs).toBeGreaterThanOrEqual(200);
    // A Node program takes tens of megabytes.
    expect(idle?.memoryBytes).toBeGreaterThan(20 * 2 ** 20);
    expect(idle?.memoryBytes).toBeLessThan(500 * 2 ** 20);
  });
});
