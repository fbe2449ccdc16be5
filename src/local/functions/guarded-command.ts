/**
 * Starts a program that leaves nothing behind: it leads a process group of its own, in which a watcher waits on a pipe for the
 * end of this process. Should that be killed, the watcher ends the group.
 */
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { systemCode } from '../../base/errors.ts';

/**
 * Turns into the program, once the watcher is in place. Descriptor 3 is the pipe: it closes when whoever holds its other end
 * is gone. The watcher is nobody's child, so that a program that waits for all of its children does not wait for it, and
 * while it lives the group's id is no other's.
 */
const GUARDED = `
( ( read -r _ <&3; kill -KILL 0 ) </dev/null >/dev/null 2>&1 & )
exec 3<&-
exec "$@"
`;

/** What to run. */
export interface GuardedCommand {
  /** Absolute path. */
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** A program under way. */
export interface GuardedProcess {
  readonly child: ChildProcessByStdio<Writable, Readable, Readable>;
  /** Ends it with all of its group, the watcher too; once, because later the group's id may be another's. */
  readonly end: () => void;
}

/** Spawns it; `error` comes as from any child process. */
export function spawnGuarded({ program, args, cwd, environment }: GuardedCommand): GuardedProcess {
  const child = spawn('/bin/sh', ['-c', GUARDED, 'fairlead-function', program, ...args], {
    cwd,
    env: environment,
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
  });
  let ended = false;
  const end = (): void => {
    if (ended || child.pid === undefined) return;
    ended = true;
    killGroup(child.pid);
  };
  return { child, end };
}

function killGroup(id: number): void {
  try {
    process.kill(-id, 'SIGKILL');
  } catch (error) {
    // Nobody is left, or, as macOS puts it, nobody who could be signalled.
    if (!['ESRCH', 'EPERM'].includes(systemCode(error) ?? '')) throw error;
  }
}
