/** `fairlead demo` as a real process. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { run, start } from './command.ts';

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'fairlead-demo-'));
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

/** Node's cache of compiled code is meant to stay. */
const leftBehind = (): readonly string[] =>
  readdirSync(cwd).filter((name) => name !== 'node-compile-cache');

describe('fairlead demo', () => {
  it('loses no request, tells the truth about every act, and leaves nothing behind', async () => {
    const outcome = await run(['demo', '--rate', '20', '--tasks', '2'], {
      cwd,
      env: { TMPDIR: cwd },
    });
    expect(outcome).toMatchObject({ exitCode: 0 });
    expect(outcome.stdout).toMatch(/^failed +0$/m);
    expect(outcome.stdout).toMatch(/^deploy 2\.0\.0 +succeeded +0 /m);
    expect(outcome.stdout).toMatch(/^deploy 3\.0\.0 +rolled-back +3 /m);
    expect(outcome.stdout).toMatch(/^rollback +succeeded +0 /m);
    expect(leftBehind()).toEqual([]);
  });

  it('ends quietly on Ctrl-C', async () => {
    const demo = start(['demo', '--rate', '20', '--tasks', '1'], { cwd, env: { TMPDIR: cwd } });
    await demo.says(/requests a second from now on/);
    demo.signal('SIGINT');
    const { exitCode, stderr } = await demo.ended;
    expect(exitCode).toBe(130);
    expect(stderr).toContain('Interrupted');
    expect(stderr).not.toContain('unexpected');
    expect(leftBehind()).toEqual([]);
  });

  it('is used wrongly with a rate of 0: exit code 2', async () => {
    const { exitCode, stderr } = await run(['demo', '--rate', '0'], { cwd });
    expect(exitCode).toBe(2);
    expect(stderr).toContain('--rate and --tasks must be at least 1');
  });
});
