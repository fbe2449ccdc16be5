/** The programs of this machine. */
import { spawn, type ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import { messageOf, systemCode } from '../../base/errors.ts';
import type { Program, ProgramEnd, Programs } from '../session/programs.ts';

/** A line longer than this (characters) is cut: a program may write without ever ending one. */
const LONGEST_LINE = 16_384;

/**
 * @param env what programs are given, such as `process.env`
 */
export function systemPrograms(env: Readonly<Record<string, string | undefined>>): Programs {
  return {
    start([file = '', ...args], environment, onLine) {
      try {
        // A group of its own: Ctrl-C in the terminal reaches Fairlead alone, which then ends all of the group.
        const child = spawn(file, args, {
          env: { ...env, ...environment },
          stdio: ['ignore', 'pipe', 'pipe'],
          detached: true,
        });
        return programOf(child, file, onLine);
      } catch (error) {
        return notStarted(explain(file, error));
      }
    },
  };
}

function programOf(child: ChildProcess, file: string, onLine: (line: string) => void): Program {
  const outputs = [child.stdout, child.stderr].filter((output) => output !== null);
  for (const output of outputs) splitLines(output, onLine);
  const ended = new Promise<ProgramEnd>((resolve) => {
    child.once('error', (error) => resolve({ kind: 'not-started', why: explain(file, error) }));
    child.once('exit', (exitCode, signal) =>
      resolve(
        exitCode === null
          ? { kind: 'killed', signal: signal ?? 'a signal' }
          : { kind: 'exited', exitCode },
      ),
    );
  });
  return {
    ended,
    silent: new Promise((resolve) => {
      child.once('error', () => resolve());
      child.once('close', () => resolve());
    }),
    signal(name) {
      if (child.pid === undefined) return;
      try {
        process.kill(-child.pid, name);
      } catch (error) {
        // It is gone already, or has put itself out of our reach.
        if (!['ESRCH', 'EPERM'].includes(systemCode(error) ?? '')) throw error;
      }
    },
    release() {
      for (const output of outputs) output.destroy();
      child.unref();
    },
  };
}

function notStarted(why: string): Program {
  return {
    ended: Promise.resolve({ kind: 'not-started', why }),
    silent: Promise.resolve(),
    signal: () => undefined,
    release: () => undefined,
  };
}

function splitLines(output: Readable, onLine: (line: string) => void): void {
  let rest = '';
  output.setEncoding('utf8');
  output.on('data', (text: string) => {
    const lines = (rest + text).split(/\r?\n/);
    rest = (lines.pop() ?? '').slice(0, LONGEST_LINE);
    for (const line of lines) onLine(line.slice(0, LONGEST_LINE));
  });
  output.on('end', () => {
    if (rest !== '') onLine(rest);
  });
  // What is read no more is no error of the program.
  output.on('error', () => undefined);
}

function explain(file: string, error: unknown): string {
  const why = EXPLANATIONS.get(systemCode(error) ?? '');
  return `"${file}" ${why ?? `could not be started: ${messageOf(error)}`}`;
}

const EXPLANATIONS: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'is no program that can be found'],
  ['EACCES', 'may not be executed: is it a program, with the permission to run it?'],
  ['E2BIG', 'was given more arguments and environment than this machine takes'],
]);
