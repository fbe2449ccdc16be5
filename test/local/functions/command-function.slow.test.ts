/** Functions that are programs, really run. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { platform, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/base/clock.ts';
import { FunctionsFile } from '../../../src/local/functions/functions-file.ts';
import { lineLog } from '../../../src/local/log.ts';
import { isAlive, until } from '../../system/world.ts';

const ARN = 'arn:aws:lambda:eu-west-1:123456789012:function:smoke';
const INVOKER = fileURLToPath(
  new URL('../../fixtures/programs/invoke-function.ts', import.meta.url),
);
const never = new AbortController().signal;

let folder: string;
let logged: string[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fairlead-functions-'));
  logged = [];
});
afterEach(() => rmSync(folder, { recursive: true }));

/** The functions file with this entry for smoke. */
function write(entry: object): string {
  const file = join(folder, 'functions.yaml');
  writeFileSync(file, JSON.stringify({ functions: { smoke: entry } }));
  return file;
}

function invoke(
  entry: object,
  {
    payload = '{}',
    signal = never,
    host = process.env,
  }: {
    readonly payload?: string;
    readonly signal?: AbortSignal;
    readonly host?: Readonly<Record<string, string | undefined>>;
  } = {},
): Promise<string> {
  const log = lineLog({
    ...{ level: 'info', format: 'json', clock: systemClock },
    write: (line) => logged.push(line),
  });
  const file = write(entry);
  return new FunctionsFile({ file, host, clock: systemClock, log }).invoke(ARN, payload, signal);
}

const sh = (script: string): { readonly command: readonly string[] } => ({
  command: ['sh', '-c', script],
});
const node = (script: string): { readonly command: readonly string[] } => ({
  command: ['node', '-e', script],
});

/** The pid that a program wrote to a file of the folder. */
async function pidIn(name: string): Promise<number> {
  const path = join(folder, name);
  const text = await until(
    () => (existsSync(path) ? readFileSync(path, 'utf8') : ''),
    (seen) => seen.endsWith('\n'),
  );
  return Number(text);
}

describe('a function with a command', () => {
  it('gets the payload on standard input, and answers on standard output', async () => {
    const payload = JSON.stringify({ text: 'ü'.repeat(200_000) });
    expect(await invoke({ command: ['cat'] }, { payload })).toBe(payload);
  });

  it('need not read its payload', async () => {
    const payload = 'x'.repeat(2 ** 21);
    expect(await invoke(sh('exec <&-; echo done'), { payload })).toBe('done\n');
  });

  it("runs in the file's folder, or in its cwd relative to that", async () => {
    expect((await invoke(sh('pwd -P'))).trim()).toMatch(/fairlead-functions-/);
    expect((await invoke({ ...sh('pwd -P'), cwd: '/' })).trim()).toBe('/');
    writeFileSync(join(folder, 'hook.sh'), '#!/bin/sh\necho found\n', { mode: 0o755 });
    expect(await invoke({ command: ['./hook.sh'] })).toBe('found\n');
  });

  it('has of our environment PATH, HOME, TMPDIR and LANG, and its own', async () => {
    const host = {
      ...{ PATH: '/usr/bin:/bin', HOME: '/home/me', LANG: 'C' },
      ...{ AWS_SECRET_ACCESS_KEY: 'secret', CI_TOKEN: 'secret' },
    };
    const answer = await invoke(
      { ...node('console.log(JSON.stringify(process.env))'), environment: { TARGET: 'x' } },
      { host },
    );
    const {
      PATH = '',
      PWD: _pwd,
      SHLVL: _level,
      _: _last,
      OLDPWD: _old,
      ...rest
    } = JSON.parse(answer) as Record<string, string>;
    expect(PATH).toMatch(/^\/usr\/bin:\/bin:/);
    // macOS adds this to every program.
    delete rest['__CF_USER_TEXT_ENCODING'];
    expect(rest).toEqual({ HOME: '/home/me', LANG: 'C', TARGET: 'x' });
  });

  it('has failed when it ends with an exit code, which its last line on standard error explains', async () => {
    await expect(
      invoke(sh('echo one >&2; echo "the page is missing" >&2; exit 3')),
    ).rejects.toMatchObject({
      kind: 'failed',
      message: 'sh ended with exit code 3: the page is missing',
    });
    expect(logged.join('')).toContain('one\\nthe page is missing');
  });

  it('has its standard error in the log when all is well, too', async () => {
    expect(await invoke(sh('echo checking >&2; echo "{}"'))).toBe('{}\n');
    expect(logged.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { level: 'info', function: ARN, stderr: 'checking' },
    ]);
  });

  it('has failed when a signal ends it', async () => {
    await expect(invoke(sh('kill -TERM $$'))).rejects.toMatchObject({
      kind: 'failed',
      message: 'sh ended with signal SIGTERM',
    });
  });

  it('has failed when its answer is longer than Lambda would return, and ends', async () => {
    await expect(invoke(sh('echo $$ > pid; yes'))).rejects.toMatchObject({
      kind: 'failed',
      message: 'its answer is longer than 6 MB',
    });
    const pid = await pidIn('pid');
    await until(
      () => isAlive(pid),
      (alive) => !alive,
    );
  });

  it.each([
    [{ command: ['no-such-program'] }, /"no-such-program": executable file not found in \$PATH/],
    [{ command: ['./missing.sh'] }, /missing\.sh/],
    [{ command: ['true'], cwd: './missing' }, /its cwd .*missing is not a folder/],
  ])('cannot be invoked when there is nothing to run: %j', async (entry, message) => {
    await expect(invoke(entry)).rejects.toMatchObject({
      kind: 'not-invoked',
      message: expect.stringMatching(message) as string,
    });
  });

  it('ends with all that it has started when nobody waits for it any more', async () => {
    const cancel = new AbortController();
    const answer = invoke(
      sh(
        'trap "" TERM; (trap "" TERM; echo $$ > outer; sh -c "echo \\$\\$ > inner; sleep 300") & sleep 300',
      ),
      { signal: cancel.signal },
    );
    const pids = [await pidIn('outer'), await pidIn('inner')];
    expect(pids.map(isAlive)).toEqual([true, true]);
    cancel.abort();
    await expect(answer).rejects.toThrow();
    await until(
      () => pids.some(isAlive),
      (alive) => !alive,
    );
  });

  it('leaves nothing behind that runs on after its answer', async () => {
    expect(
      await invoke(
        sh('sh -c "echo \\$\\$ > left; sleep 300" & while [ ! -s left ]; do :; done; echo "{}"'),
      ),
    ).toBe('{}\n');
    const pid = await pidIn('left');
    await until(
      () => isAlive(pid),
      (alive) => !alive,
    );
  });

  it('does not wait for what has left its process group and holds its output', async () => {
    const escaping =
      'const child = require("child_process").spawn("sleep", ["300"], { detached: true, stdio: "inherit" });' +
      'require("fs").writeFileSync("escaped", child.pid + "\\n"); child.unref(); console.log("{}")';
    expect(await invoke(node(escaping))).toBe('{}\n');
    const pid = await pidIn('escaped');
    expect(isAlive(pid)).toBe(true);
    process.kill(pid, 'SIGKILL');
  });

  it.runIf(platform() === 'linux')(
    'has no child that it did not start: it may wait for all',
    async () => {
      const children = 'fs.readFileSync("/proc/self/task/" + process.pid + "/children", "utf8")';
      expect(await invoke(node(`console.log(JSON.stringify(${children}))`))).toBe('""\n');
    },
  );

  it('ends when the local ECS is killed', async () => {
    const file = write(sh('echo $$ > killed; sleep 300'));
    const owner = spawn(process.execPath, [INVOKER, file, ARN], { stdio: 'inherit' });
    const pid = await pidIn('killed');
    expect(isAlive(pid)).toBe(true);
    owner.kill('SIGKILL');
    await until(
      () => isAlive(pid),
      (alive) => !alive,
    );
  });
});
