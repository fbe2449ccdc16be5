/** Leases host ports to containers: never one port to two at a time, never one that somebody else holds. */
import type { Random } from '../../../base/random.ts';
import { unreachable } from '../../../base/errors.ts';
import type { ContainerSpec, PortBinding } from '../runtime.ts';
import { cannotStart } from './command-line.ts';
import { portHolder } from './port-holder.ts';
import { probePort, type PortState } from './port-probe.ts';
import { sizeOf, type PortRange } from './port-range.ts';

/** Programs are reached on loopback, and only there. */
const HOST = '127.0.0.1';

type Protocol = PortBinding['protocol'];

/** The ports of one host. */
export class PortLease {
  readonly #range: PortRange;
  /** Who holds a port, by `tcp/8080`. */
  readonly #holders = new Map<string, string>();
  /** Goes round the range, so that a port that was let go of is not given out again at once. */
  #next: number;

  /** @param random where in the range to begin: two control planes on one machine then rarely meet */
  constructor(range: PortRange, random: Random) {
    this.#range = range;
    this.#next = Math.floor(random.fraction() * sizeOf(range));
  }

  /**
   * Leases a host port for each wanted one: any free port for host port 0, else exactly that one.
   * @param holder the container's id
   * @throws ContainerError CannotStartContainerError that names the port and, where it is known, who holds it; then nothing
   * is leased
   */
  async lease(holder: string, wanted: ContainerSpec['ports']): Promise<readonly PortBinding[]> {
    const bindings: PortBinding[] = [];
    try {
      for (const { containerPort, hostPort, protocol } of wanted) {
        const port =
          hostPort === 0
            ? await this.#anyPort(holder, protocol)
            : await this.#fixedPort(holder, hostPort, protocol);
        bindings.push({ containerPort, protocol, host: HOST, hostPort: port });
      }
    } catch (error) {
      for (const { hostPort, protocol } of bindings) this.#holders.delete(key(hostPort, protocol));
      throw error;
    }
    return bindings;
  }

  /** Notes the ports of a container that runs already. */
  claim(holder: string, bindings: readonly PortBinding[]): void {
    for (const { hostPort, protocol } of bindings)
      this.#holders.set(key(hostPort, protocol), holder);
  }

  /** Lets go of everything that a container holds. */
  release(holder: string): void {
    for (const [port, by] of this.#holders) if (by === holder) this.#holders.delete(port);
  }

  async #anyPort(holder: string, protocol: Protocol): Promise<number> {
    const size = sizeOf(this.#range);
    for (let tries = 0; tries < size; tries++) {
      const port = this.#range.first + (this.#next++ % size);
      const name = key(port, protocol);
      if (this.#holders.has(name)) continue;
      if ((await this.#take(name, holder, port, protocol)) === 'free') return port;
    }
    throw cannotStart(
      `no free host port: all ${size} ${protocol} ports from ${this.#range.first} to ${this.#range.last} are taken`,
    );
  }

  /** Holds the port before probing it, as another lease may come along meanwhile; lets go again unless it is free. */
  async #take(name: string, holder: string, port: number, protocol: Protocol): Promise<PortState> {
    this.#holders.set(name, holder);
    let state: PortState | undefined;
    try {
      state = await probePort(port, protocol);
      return state;
    } finally {
      if (state !== 'free') this.#holders.delete(name);
    }
  }

  async #fixedPort(holder: string, port: number, protocol: Protocol): Promise<number> {
    const name = key(port, protocol);
    const other = this.#holders.get(name);
    if (other !== undefined)
      throw cannotStart(
        `host port ${port}/${protocol} is already allocated to ${other === holder ? 'another mapping of this container' : `container ${other}`}; use hostPort 0 for any free port`,
      );
    const state = await this.#take(name, holder, port, protocol);
    switch (state) {
      case 'free':
        return port;
      case 'busy':
        throw cannotStart(
          `host port ${port}/${protocol} is already in use${by(portHolder(port, protocol))}; end what holds it, or use hostPort 0 for any free port`,
        );
      case 'forbidden':
        throw cannotStart(
          `host port ${port}/${protocol} may not be bound by this user; use a port from 1024 up, or hostPort 0 for any free port`,
        );
      default:
        return unreachable(state);
    }
  }
}

function by(holder: string | undefined): string {
  return holder === undefined ? '' : ` by ${holder}`;
}

function key(port: number, protocol: Protocol): string {
  return `${protocol}/${port}`;
}
