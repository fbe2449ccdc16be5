/** What a process has used of the processor, seen from outside: the same for a peer's program as for ours. Linux only. */
import { readFileSync } from 'node:fs';

/** What the kernel counts in, whatever its own rate. */
const TICKS_PER_SECOND = 100;
/** Counted from the field behind the program's name, which may itself have spaces and parentheses. */
const USER_TIME = 11;
const SYSTEM_TIME = 12;

/** User and system time of all threads of a process so far, in microseconds; undefined where the system has no `/proc`. */
export function cpuMicrosOf(pid: number): number | undefined {
  if (process.platform !== 'linux') return undefined;
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = Number(fields[USER_TIME]) + Number(fields[SYSTEM_TIME]);
  return (ticks / TICKS_PER_SECOND) * 1e6;
}
