/** The process table of Linux, read from /proc. */
import { readdirSync, readFileSync } from 'node:fs';
import { systemCode } from '../../../base/errors.ts';
import { findMark } from './mark.ts';
import type { ListedProcess, ProcessTable } from './process-table.ts';

interface Stat {
  readonly groupId: number;
  readonly startTime: string;
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
  return { groupId: Number(group), startTime };
}

/** Undefined when the process is gone, or belongs to somebody else. */
function readProc(pid: number, file: 'stat' | 'environ' | 'cmdline'): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1');
  } catch (error) {
    const code = systemCode(error);
    if (code === 'ENOENT' || code === 'ESRCH' || code === 'EACCES' || code === 'EPERM')
      return undefined;
    throw error;
  }
}
