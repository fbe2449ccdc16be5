/** The process table of Linux, read from /proc. */
import { readdirSync, readFileSync } from 'node:fs';
import { systemCode } from '../../../base/errors.ts';
import { findMark } from './mark.ts';
import type { ListedProcess, ProcessTable, ProcessUsage } from './process-table.ts';

/** The unit of times in /proc: USER_HZ is 100 on every Linux that Node runs on. */
const TICK_MS = 10;

interface Stat {
  readonly groupId: number;
  readonly startTime: string;
  /** User and system time, its own and that of its children that have ended. */
  readonly cpuTicks: number;
}

/** Reads synchronously: an answer is acted on in the same turn, before the pid could belong to another process. */
export const linuxProcessTable: ProcessTable = {
  bootId: () => Promise.resolve(readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()),
  startTime: (pid) => Promise.resolve(readStat(pid)?.startTime),
  list(root) {
    const processes: ListedProcess[] = [];
    for (const name of readdirSync('/proc')) {
      if (!/^\d+$/.test(name)) continue;
      const pid = Number(name);
      const stat = readStat(pid);
      if (stat === undefined) continue;
      const mark =
        findMark(readProc(pid, 'environ') ?? '', root) ??
        findMark(readProc(pid, 'cmdline') ?? '', root);
      processes.push({
        pid,
        groupId: stat.groupId,
        containerId: mark?.containerId,
        healthCheck: mark?.healthCheck ?? false,
      });
    }
    return Promise.resolve(processes);
  },
  usage(groupIds) {
    const uptimeMs = Number(readFileSync('/proc/uptime', 'latin1').split(' ')[0]) * 1000;
    const used: ProcessUsage[] = [];
    for (const name of readdirSync('/proc')) {
      if (!/^\d+$/.test(name)) continue;
      const pid = Number(name);
      const stat = readStat(pid);
      if (stat === undefined || !groupIds.has(stat.groupId)) continue;
      const resident = /^VmRSS:\s+(\d+) kB$/m.exec(readProc(pid, 'status') ?? '')?.[1];
      used.push({
        ...{ pid, groupId: stat.groupId },
        cpuMs: stat.cpuTicks * TICK_MS,
        elapsedMs: Math.max(0, uptimeMs - Number(stat.startTime) * TICK_MS),
        memoryBytes: Number(resident ?? 0) * 1024,
      });
    }
    return Promise.resolve(used);
  },
};

/** Undefined when there is no such process, or only what is left of one until its parent reaps it. */
function readStat(pid: number): Stat | undefined {
  const text = readProc(pid, 'stat');
  if (text === undefined) return undefined;
  // `pid (name) state ppid pgrp ... starttime`: the name may hold anything, so count from the last bracket.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state, , group] = fields;
  const startTime = fields[19];
  if (state === 'Z' || state === 'X' || group === undefined || startTime === undefined)
    return undefined;
  const cpuTicks = fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0);
  return { groupId: Number(group), startTime, cpuTicks };
}

/** Undefined when the process is gone, or belongs to somebody else. */
function readProc(
  pid: number,
  file: 'stat' | 'status' | 'environ' | 'cmdline',
): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1');
  } catch (error) {
    const code = systemCode(error);
    if (code === 'ENOENT' || code === 'ESRCH' || code === 'EACCES' || code === 'EPERM')
      return undefined;
    throw error;
  }
}
