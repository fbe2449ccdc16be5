/** One run of a health check's command. */
import { spawn, type ChildProcess } from 'node:child_process';
import type { Clock } from '../../../base/clock.ts';
import { systemCode } from '../../../base/errors.ts';
import type { HealthCheckResult } from '../runtime.ts';

/** What a run needs. */
export interface HealthCheckRun {
  /** `['CMD', program, ...]` or `['CMD-SHELL', line]`. */
  readonly command: readonly string[];
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** Ends the run early; it then counts as unhealthy. */
  readonly signal: AbortSignal;
  readonly clock: Clock;
}

/**
 * Runs the command in a process group of its own, without input and with its output discarded; the whole group is ended when
 * time is up, and what the command left behind when it ends. Exit status 0 is healthy, everything else is not.
 */
export function runHealthCheck(run: HealthCheckRun): Promise<HealthCheckResult> {
  const [program, ...args] = argumentsOf(run.command);
  if (run.signal.aborted) return Promise.resolve('unhealthy');
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd: run.cwd,
      env: run.environment,
      detached: true,
      stdio: 'ignore',
    });
    const end = (): void => killGroup(child);
    const timer = run.clock.setTimer(run.timeoutMs, end);
    run.signal.addEventListener('abort', end, { once: true });
    const finish = (result: HealthCheckResult): void => {
      timer.cancel();
      run.signal.removeEventListener('abort', end);
      resolve(result);
    };
    // A command that does not exist is a failed check, as it is in Docker.
    child.once('error', () => finish('unhealthy'));
    child.once('exit', (code) => {
      end();
      finish(code === 0 ? 'healthy' : 'unhealthy');
    });
  });
}

function argumentsOf(command: readonly string[]): readonly [string, ...string[]] {
  const [form, first, ...rest] = command;
  if (form === 'CMD' && first !== undefined) return [first, ...rest];
  if (form === 'CMD-SHELL' && first !== undefined) return ['/bin/sh', '-c', first];
  throw new TypeError(
    `a health check's command must be ["CMD", program, ...] or ["CMD-SHELL", line], not ${JSON.stringify(command)}`,
  );
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch (error) {
    // ESRCH: nothing is left of it. EPERM is what macOS says of a group of zombies.
    const code = systemCode(error);
    if (code !== 'ESRCH' && code !== 'EPERM') throw error;
  }
}
