import { createSocket } from 'node:dgram';
import { createServer, type AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { seededRandom } from '../../../../src/base/random.ts';
import { PortLease } from '../../../../src/local/runtime/process/port-lease.ts';
import { probePort } from '../../../../src/local/runtime/process/port-probe.ts';
import {
  ephemeralRange,
  leaseRange,
  type PortRange,
} from '../../../../src/local/runtime/process/port-range.ts';

const ANY = { containerPort: 80, hostPort: 0, protocol: 'tcp' } as const;

function lease(
  range: PortRange = leaseRange(ephemeralRange(process.platform)),
  seed = process.pid,
): PortLease {
  return new PortLease(range, seededRandom(seed));
}

/** A port that somebody listens on at the address until the test ends. */
async function taken(host: string): Promise<number> {
  const server = createServer().listen({ port: 0, host });
  onTestFinished(() => void server.close());
  await new Promise((resolve) => server.once('listening', resolve));
  return (server.address() as AddressInfo).port;
}

async function takenUdp(): Promise<number> {
  const socket = createSocket('udp4');
  onTestFinished(() => void socket.close());
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  return socket.address().port;
}

describe('the range of leased ports', () => {
  it.each([
    [
      { first: 32768, last: 60999 },
      { first: 20000, last: 32767 },
    ],
    [
      { first: 49152, last: 65535 },
      { first: 20000, last: 49151 },
    ],
    [
      { first: 1024, last: 60999 },
      { first: 61000, last: 65535 },
    ],
    [
      { first: 10000, last: 65535 },
      { first: 1024, last: 9999 },
    ],
    [
      { first: 1500, last: 65535 },
      { first: 1024, last: 1499 },
    ],
    [
      { first: 1024, last: 65535 },
      { first: 20000, last: 65535 },
    ],
  ])('lies outside the ephemeral range %j: %j', (ephemeral, range) => {
    expect(leaseRange(ephemeral)).toEqual(range);
  });
});

describe('leases', () => {
  it('give a free port each, never one twice, even when asked at the same time', async () => {
    const ports = lease();
    const leased = await Promise.all(
      Array.from({ length: 40 }, (_, index) => ports.lease(`c${index}`, [ANY, ANY])),
    );
    const numbers = leased.flat().map(({ hostPort }) => hostPort);
    expect(new Set(numbers).size).toBe(80);
    const range = leaseRange(ephemeralRange(process.platform));
    for (const number of numbers) expect(number >= range.first && number <= range.last).toBe(true);
  });

  it.each(['127.0.0.1', '0.0.0.0', '::'])(
    'pass over a port that somebody holds on %s',
    async (host) => {
      const port = await taken(host);
      expect(await probePort(port, 'tcp')).toBe('busy');
      const ports = lease({ first: port, last: port });
      await expect(ports.lease('c', [ANY])).rejects.toThrow(
        `all 1 tcp ports from ${port} to ${port} are taken`,
      );
    },
  );

  it('know TCP and UDP apart', async () => {
    const udp = await takenUdp();
    expect(await probePort(udp, 'udp')).toBe('busy');
    const ports = lease({ first: udp, last: udp });
    await expect(ports.lease('c', [{ ...ANY, protocol: 'udp' }])).rejects.toThrow(
      `all 1 udp ports`,
    );
    const free = lease();
    const [binding] = await free.lease('a', [{ ...ANY, protocol: 'udp' }]);
    expect(binding).toMatchObject({ protocol: 'udp', containerPort: 80, host: '127.0.0.1' });
    const sameNumber = [{ ...ANY, hostPort: binding?.hostPort ?? 0 }];
    await expect(free.lease('b', sameNumber)).resolves.toMatchObject([
      { hostPort: binding?.hostPort },
    ]);
  });

  it('give a port again only after its release', async () => {
    const [one] = await lease().lease('probe', [ANY]);
    const port = one?.hostPort ?? 0;
    const ports = lease({ first: port, last: port });
    await ports.lease('a', [ANY]);
    await expect(ports.lease('b', [ANY])).rejects.toThrow('no free host port');
    ports.release('b');
    await expect(ports.lease('b', [ANY])).rejects.toThrow('no free host port');
    ports.release('a');
    await expect(ports.lease('b', [ANY])).resolves.toMatchObject([{ hostPort: port }]);
  });

  it('keep the ports of containers that run already', async () => {
    const [one] = await lease().lease('probe', [ANY]);
    if (one === undefined) throw new Error('no port');
    const ports = lease({ first: one.hostPort, last: one.hostPort });
    ports.claim('adopted', [one]);
    await expect(ports.lease('b', [ANY])).rejects.toThrow('no free host port');
    await expect(ports.lease('b', [{ ...ANY, hostPort: one.hostPort }])).rejects.toThrow(
      `CannotStartContainerError: host port ${one.hostPort}/tcp is already allocated to container adopted`,
    );
  });

  it('lease nothing when one of several ports cannot be had', async () => {
    const busy = await taken('127.0.0.1');
    const [one] = await lease().lease('probe', [ANY]);
    const fixed = { ...ANY, hostPort: one?.hostPort ?? 0 };
    const ports = lease();
    await expect(ports.lease('a', [fixed, { ...ANY, hostPort: busy }])).rejects.toThrow(
      `host port ${busy}/tcp is already in use`,
    );
    await expect(ports.lease('b', [fixed])).resolves.toHaveLength(1);
  });

  it('refuse one fixed port for two mappings of a container', async () => {
    const [one] = await lease().lease('probe', [ANY]);
    const fixed = { ...ANY, hostPort: one?.hostPort ?? 0 };
    await expect(lease().lease('a', [fixed, fixed])).rejects.toThrow(
      'another mapping of this container',
    );
  });
});
