/** A function that is a program of this machine: the payload on its standard input, the answer on its standard output. */
import { statSync } from 'node:fs';
import { basename } from 'node:path';
import type { Clock } from '../../base/clock.ts';
import { messageOf } from '../../base/errors.ts';
import { findProgram } from '../runtime/process/command-line.ts';
import { ContainerError } from '../runtime/runtime.ts';
import { AnswerText, FunctionError } from './functions.ts';
import { spawnGuarded, type GuardedProcess } from './guarded-command.ts';

/** What runs for a function. */
export interface CommandFunction {
  readonly command: readonly string[];
  /** Absolute path. */
  readonly cwd: string;
  /** All of it. */
  readonly environment: Readonly<Record<string, string>> & { readonly PATH: string };
}

/** What an invocation needs besides. */
export interface Invoking {
  readonly payload: string;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** Takes the end of what the program wrote to its standard error, when it wrote any. */
  readonly onStderr: (tail: string) => void;
}

/** How much of standard error is kept, in bytes. */
const STDERR_BYTES = 8192;
/** How long output that something else holds open is waited for after the program has ended. */
const CLOSE_MS = 1000;
/** How much of its last line explains a failure. */
const EXPLANATION_LENGTH = 200;

/**
 * Runs the program once. Whatever it started ends with it.
 * @throws FunctionError when it cannot be started, ends with another exit code than 0, or answers too much
 */
export async function runCommandFunction(
  command: CommandFunction,
  invoking: Invoking,
): Promise<string> {
  const { signal, onStderr } = invoking;
  signal.throwIfAborted();
  const guarded = start(command);
  signal.addEventListener('abort', guarded.end, { once: true });
  const errors = new Tail(STDERR_BYTES);
  try {
    const { answer, exit } = await run(guarded, invoking, errors);
    if (exit === 'exit code 0') return answer;
    const explanation = errors.lastLine().slice(0, EXPLANATION_LENGTH);
    throw new FunctionError(
      'failed',
      `${basename(command.command[0] ?? '')} ended with ${exit}${explanation === '' ? '' : `: ${explanation}`}`,
    );
  } finally {
    signal.removeEventListener('abort', guarded.end);
    guarded.end();
    if (errors.length > 0) onStderr(errors.toString());
  }
}

function start({ command, cwd, environment }: CommandFunction): GuardedProcess {
  const [name = '', ...args] = command;
  if (statSync(cwd, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw new FunctionError('not-invoked', `its cwd ${cwd} is not a folder`);
  try {
    const program = findProgram(name, cwd, environment.PATH);
    return spawnGuarded({ program, args, cwd, environment });
  } catch (error) {
    if (!(error instanceof ContainerError)) throw error;
    throw new FunctionError(
      'not-invoked',
      error.message.slice(`${error.errorClass}: `.length),
      error,
    );
  }
}

/** Waits for the end of the program and of its output. */
async function run(
  { child, end }: GuardedProcess,
  { payload, clock }: Invoking,
  errors: Tail,
): Promise<{ readonly answer: string; readonly exit: string }> {
  const answer = new AnswerText();
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const ended = new Promise<string>((resolve, reject) => {
    child.once('error', (error) => reject(new FunctionError('not-invoked', error.message, error)));
    child.once('exit', (code, signal) => {
      // What it has left behind ends too, and lets go of the output.
      end();
      resolve(code === null ? `signal ${signal ?? ''}` : `exit code ${code}`);
    });
    child.stdout.on('data', (chunk: Buffer) => {
      try {
        answer.add(chunk);
      } catch (error) {
        child.stdout.destroy();
        reject(error instanceof Error ? error : new Error(messageOf(error)));
      }
    });
  });
  child.stderr.on('data', (chunk: Buffer) => errors.add(chunk));
  // A program that does not read its payload closes the pipe under it; how it ends says what came of that.
  for (const stream of child.stdio) stream?.on('error', () => undefined);
  child.stdin.end(payload);
  const done = new AbortController();
  try {
    const exit = await ended;
    await Promise.race([closed, clock.sleep(CLOSE_MS, done.signal)]);
    return { answer: answer.toString(), exit };
  } finally {
    done.abort();
    for (const stream of child.stdio) stream?.destroy();
  }
}

/** The end of what was written. */
class Tail {
  readonly #limit: number;
  #bytes = Buffer.alloc(0);

  constructor(limit: number) {
    this.#limit = limit;
  }

  get length(): number {
    return this.#bytes.length;
  }

  add(chunk: Buffer): void {
    this.#bytes = Buffer.concat([this.#bytes, chunk]).subarray(-this.#limit);
  }

  lastLine(): string {
    return this.toString().trimEnd().split('\n').at(-1) ?? '';
  }

  toString(): string {
    return this.#bytes.toString('utf8');
  }
}
