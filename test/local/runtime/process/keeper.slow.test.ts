import { spawn } from 'node:child_process';
import { existsSync, openSync, closeSync } from 'node:fs';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { KEEPER, START } from '../../../../src/local/runtime/process/keeper.ts';
import { stateFolder, until } from './harness.ts';

/** macOS has bash as its sh, Debian dash, Alpine busybox. */
const SHELLS = [['/bin/sh'], ['/bin/bash'], ['/bin/dash'], ['/bin/busybox', 'sh']].filter(
  ([path = '']) => existsSync(path),
);

/** Runs the keeper under a shell; answers with its folder and what it wrote. */
async function keep(
  shell: readonly string[],
  script: string,
  signals: readonly NodeJS.Signals[] = [],
): Promise<{ readonly folder: string; readonly log: string }> {
  const folder = join(await stateFolder(), 'c');
  await mkdir(folder);
  const log = openSync(join(folder, 'output.log'), 'a');
  const [program = '', ...applet] = shell;
  const quoted = shell.join(' ');
  const child = spawn(
    program,
    [
      ...applet,
      '-c',
      KEEPER.replace('/bin/sh', quoted),
      `X=${folder}`,
      folder,
      START,
      ...shell,
      '-c',
      script,
    ],
    {
      argv0: program === '/bin/bash' ? 'sh' : program,
      detached: true,
      stdio: ['ignore', log, log],
    },
  );
  closeSync(log);
  onTestFinished(() => void child.kill('SIGKILL'));
  if (signals.length > 0) {
    await until(async () => (await readFile(join(folder, 'output.log'), 'utf8')).includes('ready'));
    for (const signal of signals) process.kill(-(child.pid ?? 0), signal);
  }
  await until(() => child.exitCode !== null || child.signalCode !== null);
  return { folder, log: await readFile(join(folder, 'output.log'), 'utf8') };
}

describe.each(SHELLS)('the keeper under %s %s', (...shell) => {
  const words = shell.filter((word) => typeof word === 'string');

  it('records who runs, then the exit status; nothing else is written anywhere', async () => {
    const { folder, log } = await keep(words, 'echo out; echo err >&2; exit 42');
    expect(log).toBe('out\nerr\n');
    expect(await readFile(join(folder, 'exit'), 'utf8')).toBe('42\n');
    expect(await readFile(join(folder, 'started'), 'utf8')).toMatch(
      /^boot \S+\nkeeper \d+ \S.*\nprogram \d+ \S.*\n$/,
    );
    expect((await readdir(folder)).toSorted()).toEqual(['exit', 'output.log', 'started']);
  });

  it('says 128 and the signal of a program that a signal ended, and does not announce it in the log', async () => {
    const { folder, log } = await keep(words, 'kill -KILL $$');
    expect(await readFile(join(folder, 'exit'), 'utf8')).toBe('137\n');
    expect(log).toBe('');
  });

  it('survives the signals that its group gets', async () => {
    const script = `trap '' HUP INT USR1; trap 'exit 9' TERM; echo ready; while :; do sleep 0.05; done`;
    const { folder } = await keep(words, script, ['SIGHUP', 'SIGINT', 'SIGUSR1', 'SIGTERM']);
    expect(await readFile(join(folder, 'exit'), 'utf8')).toBe('9\n');
  });

  it('starts nothing when the record cannot be written', async () => {
    const { folder } = await keep(words, 'exit 0');
    expect(await readFile(join(folder, 'exit'), 'utf8')).toBe('0\n');
    const log = openSync(join(folder, 'second.log'), 'a');
    const [program = '', ...applet] = words;
    const missing = join(folder, 'missing');
    const child = spawn(
      program,
      [...applet, '-c', KEEPER, `X=${missing}`, missing, START, '/bin/sh', '-c', 'echo ran'],
      {
        detached: true,
        stdio: ['ignore', log, log],
      },
    );
    closeSync(log);
    await until(() => child.exitCode !== null || child.signalCode !== null);
    expect(await readFile(join(folder, 'second.log'), 'utf8')).not.toContain('ran');
  });
});
