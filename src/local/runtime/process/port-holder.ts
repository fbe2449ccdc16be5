/** Which process holds a port, for the message that says so. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { systemCode } from '../../../base/errors.ts';

/**
 * The process that listens on a port, such as `node (pid 123)`; undefined when it cannot be known: not on Linux, or the process
 * is another user's.
 */
export function portHolder(port: number, protocol: 'tcp' | 'udp'): string | undefined {
  const sockets = listeningSockets(port, protocol);
  if (sockets.size === 0) return undefined;
  for (const pid of tolerant(() => readdirSync('/proc')) ?? []) {
    if (!/^\d+$/.test(pid)) continue;
    const descriptors = tolerant(() => readdirSync(`/proc/${pid}/fd`)) ?? [];
    const holds = descriptors.some((descriptor) => {
      const target = tolerant(() => readlinkSync(`/proc/${pid}/fd/${descriptor}`));
      return target !== undefined && sockets.has(target);
    });
    if (!holds) continue;
    const name = tolerant(() => readFileSync(`/proc/${pid}/comm`, 'utf8').trim());
    return `${name ?? 'a process'} (pid ${pid})`;
  }
  return undefined;
}

/** The sockets bound to a port, as /proc/<pid>/fd shows them: `socket:[4711]`. */
function listeningSockets(port: number, protocol: 'tcp' | 'udp'): ReadonlySet<string> {
  const found = new Set<string>();
  for (const table of [protocol, `${protocol}6`]) {
    const text = tolerant(() => readFileSync(`/proc/net/${table}`, 'utf8')) ?? '';
    for (const line of text.split('\n').slice(1)) {
      const fields = line.trim().split(/\s+/);
      const [, local = '', , state] = fields;
      const inode = fields[9];
      // 0A: a TCP socket that listens.
      if (protocol === 'tcp' && state !== '0A') continue;
      if (Number.parseInt(local.slice(local.lastIndexOf(':') + 1), 16) !== port) continue;
      if (inode !== undefined) found.add(`socket:[${inode}]`);
    }
  }
  return found;
}

/** Processes end while they are looked at, others are not ours to look at, and macOS has no /proc. */
function tolerant<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    return undefined;
  }
}
