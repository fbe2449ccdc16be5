/**
 * Loopback addresses for load balancers. On Linux all of 127.0.0.0/8 belongs to this machine, so each balancer gets an
 * address of its own and two can listen on one port; macOS has only 127.0.0.1.
 */
import { createServer } from 'node:net';

/** The address of the first load balancer, and of all where there is no other. */
export const FIRST_HOST = '127.0.0.1';

/** Says whether a program may listen on an address of this machine. */
export type HostProbe = (host: string) => Promise<boolean>;

/**
 * The first address that no balancer has: 127.0.0.1, then 127.0.1.1, 127.0.1.2, ..., or 127.0.0.1 when the next one is not
 * this machine's or all are taken.
 */
export async function chooseLoopbackHost(
  taken: readonly string[],
  canListen: HostProbe,
): Promise<string> {
  const given = new Set(taken);
  if (!given.has(FIRST_HOST)) return FIRST_HOST;
  for (let third = 1; third <= 255; third++) {
    for (let fourth = 1; fourth <= 254; fourth++) {
      const host = `127.0.${third}.${fourth}`;
      if (!given.has(host)) return (await canListen(host)) ? host : FIRST_HOST;
    }
  }
  return FIRST_HOST;
}

/** Tries it: binds any free port of the address and lets it go. */
export const canListenOn: HostProbe = (host) =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ host, port: 0, exclusive: true }, () => server.close(() => resolve(true)));
  });
