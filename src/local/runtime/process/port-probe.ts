/** Whether a host port is free: the only reliable answer is to bind it. */
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import { systemCode } from '../../../base/errors.ts';

/** `forbidden`: the user may not bind it, as with ports below 1024. */
export type PortState = 'free' | 'busy' | 'forbidden';

/**
 * A program may bind any of these, and each can be taken while the others are free. IPv6 may be missing from the machine.
 */
const ADDRESSES = ['127.0.0.1', '0.0.0.0', '::'];

/** Binds the port on loopback and on all addresses, one after the other, and lets go of it. */
export async function probePort(port: number, protocol: 'tcp' | 'udp'): Promise<PortState> {
  for (const address of ADDRESSES) {
    const state = await bindOnce(port, protocol, address);
    if (state !== 'free') return state;
  }
  return 'free';
}

async function bindOnce(port: number, protocol: 'tcp' | 'udp', host: string): Promise<PortState> {
  try {
    await (protocol === 'tcp' ? bindTcp(port, host) : bindUdp(port, host));
    return 'free';
  } catch (error) {
    const code = systemCode(error);
    if (code === 'EADDRINUSE') return 'busy';
    if (code === 'EACCES' || code === 'EPERM') return 'forbidden';
    if (host === '::' && (code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT')) return 'free';
    throw error;
  }
}

function bindTcp(port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    // exclusive: a cluster worker asks the system, not its primary process.
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve()));
  });
}

function bindUdp(port: number, address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = createSocket(address === '::' ? 'udp6' : 'udp4');
    socket.once('error', (error) => socket.close(() => reject(error)));
    socket.bind({ port, address, exclusive: true }, () => socket.close(() => resolve()));
  });
}
