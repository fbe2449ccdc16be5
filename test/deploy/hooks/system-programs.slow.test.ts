/** Hooks that are programs, with real processes. */
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { systemClock, type Clock } from '../../../src/base/clock.ts';
import { seededRandom } from '../../../src/base/random.ts';
import { VirtualClock } from '../../../src/base/virtual-clock.ts';
import { runProgram, type ProgramOutcome } from '../../../src/deploy/hooks/run-program.ts';
import { systemPrograms } from '../../../src/deploy/hooks/system-programs.ts';
import { Interruption } from '../../../src/deploy/session/interruption.ts';
import { createSession } from '../../../src/deploy/session/session.ts';
import { FakeAws } from '../fake-aws.ts';
import { clientsOf } from '../fake-endpoint.ts';

let folder: string;
let lines: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fairlead-hooks-'));
  lines = [];
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

async function play(
  command: readonly string[],
  options: { readonly clock?: Clock; readonly signal?: AbortSignal } = {},
): Promise<ProgramOutcome> {
  const { signal } = options;
  const session = createSession(
    'deploy',
    { cluster: 'prod', service: 'web' },
    {
      clients: await clientsOf(new FakeAws()),
      clock: options.clock ?? systemClock,
      random: seededRandom(1),
      sinks: [],
      tool: { name: 'fairlead', version: '0.0.0' },
      ...(signal === undefined ? {} : { signal }),
    },
  );
  return runProgram(
    session,
    systemPrograms({ PATH: process.env['PATH'], INHERITED: 'yes' }),
    command,
    { FAIRLEAD_SERVICE: 'web' },
    60_000,
    (line) => lines.push(line),
  );
}

const shell = (line: string): readonly string[] => ['sh', '-c', line];

/** A file that says that a child of the program was told to end. */
const ended = (): string => join(folder, 'ended');

/** A program whose child runs until it is told to end. */
function withChild(): readonly string[] {
  const child = join(folder, 'child.cjs');
  writeFileSync(
    child,
    `process.once('SIGTERM', () => {
      require('node:fs').writeFileSync(${JSON.stringify(ended())}, '');
      process.exit(0);
    });
    setInterval(() => undefined, 1000);
    console.log('ready');`,
  );
  return shell(`${process.execPath} ${child} & wait`);
}

describe('a program of a hook', () => {
  it('has the environment of Fairlead and what it is told of the rollout, and is heard on both outputs', async () => {
    expect(
      await play(shell('echo "$INHERITED $FAIRLEAD_SERVICE"; echo to stderr >&2; printf "no end"')),
    ).toStrictEqual({ kind: 'exited', exitCode: 0 });
    expect(lines.toSorted()).toStrictEqual(['no end', 'to stderr', 'yes web']);
  });

  it('runs without a shell: arguments are passed on as they are', async () => {
    await play(['echo', '$FAIRLEAD_SERVICE; *']);
    expect(lines).toStrictEqual(['$FAIRLEAD_SERVICE; *']);
  });

  it('has no standard input to wait for', async () => {
    expect(await play(['cat'])).toStrictEqual({ kind: 'exited', exitCode: 0 });
  });

  it.each([1, 42])('hands on exit code %s', async (exitCode) => {
    expect(await play(shell(`exit ${exitCode}`))).toStrictEqual({ kind: 'exited', exitCode });
  });

  it('says which signal ended it', async () => {
    expect(await play(shell('kill -9 $$'))).toStrictEqual({ kind: 'killed', signal: 'SIGKILL' });
  });

  it('says that it is not there, or no program', async () => {
    expect(await play(['./not-there.sh'])).toMatchObject({
      kind: 'not-started',
      why: '"./not-there.sh" is no program that can be found',
    });
    const text = join(folder, 'text');
    writeFileSync(text, 'no program');
    chmodSync(text, 0o644);
    const outcome = await play([text]);
    expect(outcome.kind === 'not-started' ? outcome.why : '').toMatch(/may not be executed/);
    expect(await play(['with\0zero'])).toMatchObject({ kind: 'not-started' });
  });

  it('is ended with all that it started when its time is over', async () => {
    const clock = new VirtualClock();
    const played = play(withChild(), { clock });
    await vi.waitUntil(() => lines.includes('ready'), { timeout: 60_000 });
    await clock.advance(60_000);
    const outcome = await played;
    expect(outcome.kind === 'timed-out' ? outcome.why : '').toMatch(/stopped by SIGTERM/);
    await vi.waitUntil(() => existsSync(ended()), { timeout: 60_000 });
  });

  it('is ended with all that it started when Fairlead is interrupted', async () => {
    const controller = new AbortController();
    const outcome = play(withChild(), { signal: controller.signal });
    await vi.waitUntil(() => lines.includes('ready'), { timeout: 60_000 });
    controller.abort(new Interruption('SIGTERM'));
    expect(await outcome).toMatchObject({ kind: 'interrupted', by: 'SIGTERM' });
    await vi.waitUntil(() => existsSync(ended()), { timeout: 60_000 });
  });

  it('does not keep Fairlead waiting for what it left in the background', async () => {
    const outcome = await play(shell('sleep 600 & echo $!; exit 0'));
    expect(outcome).toStrictEqual({ kind: 'exited', exitCode: 0 });
    const pid = Number(lines[0]);
    expect(process.kill(pid, 0)).toBe(true);
    process.kill(pid);
  });

  it('may write lines without end', async () => {
    await play(shell('head -c 100000 /dev/zero | tr "\\0" x'));
    expect(lines.map((line) => line.length)).toStrictEqual([16_384]);
  });
});
