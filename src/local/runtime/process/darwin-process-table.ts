/** The process table of macOS, by ps and sysctl. */
import { execFile } from 'node:child_process';
import { findMark } from './mark.ts';
import type { ListedProcess, ProcessTable, ProcessUsage } from './process-table.ts';

/** The keeper writes dates in the same language and time zone. */
const PLAIN = { LC_ALL: 'C', TZ: 'UTC', PATH: '/usr/bin:/bin:/usr/sbin:/sbin' };

export const darwinProcessTable: ProcessTable = {
  async bootId() {
    return (await run('sysctl', ['-n', 'kern.bootsessionuuid'])).trim();
  },
  async startTime(pid) {
    return parseStartTime(await run('ps', ['-o', 'stat=,lstart=', '-p', String(pid)]));
  },
  async list(root) {
    // -E adds the environment of one's own processes, -ww all of it.
    return parseList(await run('ps', ['-axEww', '-o', 'pid=,pgid=,stat=,command=']), root);
  },
  async usage(groupIds) {
    const all = parseUsage(await run('ps', ['-ax', '-o', 'pid=,pgid=,stat=,rss=,etime=,time=']));
    return all.filter(({ groupId }) => groupIds.has(groupId));
  },
};

/** Reads the answer of `ps -o pid=,pgid=,stat=,rss=,etime=,time=`. Exported for its test. */
export function parseUsage(text: string): ProcessUsage[] {
  return text.split('\n').flatMap((line) => {
    const [pid, groupId, state, kibibytes, elapsed, cpu] = line.trim().split(/\s+/);
    if (cpu === undefined || elapsed === undefined || state?.startsWith('Z') === true) return [];
    return [
      {
        ...{ pid: Number(pid), groupId: Number(groupId) },
        cpuMs: millisecondsOf(cpu),
        elapsedMs: millisecondsOf(elapsed),
        memoryBytes: Number(kibibytes) * 1024,
      },
    ];
  });
}

/** `[[DD-]HH:]MM:SS[.CC]` */
function millisecondsOf(time: string): number {
  const [clock = '', days = '0'] = time.split('-').reverse();
  const seconds = clock.split(':').reduce((total, part) => total * 60 + Number(part), 0);
  return Math.round((Number(days) * 86_400 + seconds) * 1000);
}

/** Reads the answer of `ps -o stat=,lstart=`: `S    Tue Jan  5 10:00:00 2027`. Exported for its test. */
export function parseStartTime(text: string): string | undefined {
  const match = /^\s*(\S+)\s+(\S.*?)\s*$/m.exec(text);
  return match === null || match[1]?.startsWith('Z') === true ? undefined : match[2];
}

/** Reads the answer of `ps -o pid=,pgid=,stat=,command=`. Exported for its test. */
export function parseList(text: string, root: string): ListedProcess[] {
  const processes: ListedProcess[] = [];
  for (const line of text.split('\n')) {
    const match = /^\s*(\d+)\s+(\d+)\s+(\S+)\s(.*)$/.exec(line);
    if (match === null) {
      // A line break inside a command line or an environment: the rest of the process above.
      const last = processes.pop();
      if (last === undefined) continue;
      const found = last.containerId === undefined ? findMark(line, root) : undefined;
      processes.push(found === undefined ? last : { ...last, ...found });
      continue;
    }
    const [, pid, groupId, state = '', command = ''] = match;
    if (state.startsWith('Z')) continue;
    const mark = findMark(command, root);
    processes.push({
      pid: Number(pid),
      groupId: Number(groupId),
      containerId: mark?.containerId,
      healthCheck: mark?.healthCheck ?? false,
    });
  }
  return processes;
}

/** The output of a system program; empty when it finds nothing, which ps says by exit status 1. */
function run(program: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(program, args, { env: PLAIN, maxBuffer: 64 * 2 ** 20 }, (error, stdout) => {
      if (error === null || (error.code === 1 && program === 'ps')) resolve(stdout);
      else reject(new Error(`${program} ${args.join(' ')}: ${error.message}`, { cause: error }));
    });
  });
}
