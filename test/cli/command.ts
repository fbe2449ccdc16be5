/** The `fairlead` command as a process of its own, as people and scripts run it. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { until } from '../system/world.ts';

const BIN = fileURLToPath(new URL('../../src/cli/bin.ts', import.meta.url));

/** What a command did. */
export interface Outcome {
  /** Null when a signal ended it. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command under way. */
export interface Running {
  readonly pid: number;
  /** What it wrote so far. */
  stdout(): string;
  stderr(): string;
  /** Waits until standard error holds a match. */
  says(pattern: RegExp): Promise<RegExpExecArray>;
  signal(name: 'SIGINT' | 'SIGTERM' | 'SIGKILL'): void;
  readonly ended: Promise<Outcome>;
}

/** Where a command runs, and with which variables beside PATH and HOME. */
export interface Surroundings {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts `fairlead ARGS`. */
export function start(args: readonly string[], { cwd, env = {} }: Surroundings): Running {
  const { PATH = '' } = process.env;
  const child = spawn(process.execPath, [BIN, ...args], {
    cwd,
    // Neither the settings of whoever runs the tests, nor their credentials.
    env: { PATH, HOME: cwd, AWS_EC2_METADATA_DISABLED: 'true', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  let over = false;
  const ended = new Promise<Outcome>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode) => {
      over = true;
      resolve({ exitCode, stdout, stderr });
    });
  });
  return {
    pid: child.pid ?? 0,
    stdout: () => stdout,
    stderr: () => stderr,
    async says(pattern) {
      const match = await until(
        () => (over ? 'ended' : pattern.exec(stderr)),
        (seen) => seen !== null,
      );
      const found = match === 'ended' ? pattern.exec(stderr) : match;
      if (found === null) throw new Error(`it ended without saying ${String(pattern)}: ${stderr}`);
      return found;
    },
    signal: (name) => child.kill(name),
    ended,
  };
}

/** Runs `fairlead ARGS` to its end. */
export function run(args: readonly string[], surroundings: Surroundings): Promise<Outcome> {
  return start(args, surroundings).ended;
}
