/** Binding processes to a processor core, where the system has `taskset`. */
import { execFileSync, spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

/** Whether processes can be bound. */
export const canBind = spawnSync('taskset', ['-V']).error === undefined;

/** The core to share: the last one, since the first has most of the machine's interrupts. */
export const SHARED_CORE = availableParallelism() - 1;

/** A command line that runs a program on one core. */
export function onCore(core: number, ...command: readonly string[]): readonly string[] {
  return ['taskset', '-c', String(core), ...command];
}

/** Binds a running process, all its threads, to one core. */
export function bind(pid: number, core: number): void {
  execFileSync('taskset', ['-acp', String(core), String(pid)], { stdio: 'ignore' });
}

/** Lets a bound process run where it may. */
export function release(pid: number): void {
  const cores = `0-${availableParallelism() - 1}`;
  execFileSync('taskset', ['-acp', cores, String(pid)], { stdio: 'ignore' });
}
