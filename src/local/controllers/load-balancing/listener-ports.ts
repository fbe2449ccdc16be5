/** The ports of listeners, held by the data plane. */
import { ListenerPortError, type DataPlane } from '../../balancer/data-plane.ts';
import type { ListenerPorts, PortOutcome } from '../../elbv2/context.ts';
import type { Listener, LoadBalancer } from '../../state/elbv2-entities.ts';
import type { Store } from '../../state/store.ts';
import { listenerConfig, listenerPortName } from './configuration.ts';
import { chooseLoopbackHost, type HostProbe } from './loopback-hosts.ts';

/**
 * Opens ports for the operations that ask for them, and for the controller after a restart; keeps their rules in step. Each
 * port of a listener is a listener of its own to the data plane, so that one can move without a gap.
 */
export class DataPlanePorts implements ListenerPorts {
  readonly #dataPlane: DataPlane;
  readonly #store: Store;
  readonly #canListen: HostProbe;
  readonly #open = new Set<string>();

  /** @param canListen `canListenOn`; in virtual time, where nobody binds anything, whatever the test wants */
  constructor(dataPlane: DataPlane, store: Store, canListen: HostProbe) {
    this.#dataPlane = dataPlane;
    this.#store = store;
    this.#canListen = canListen;
  }

  chooseHost(taken: readonly string[]): Promise<string> {
    return chooseLoopbackHost(taken, this.#canListen);
  }

  async open(listener: Listener, balancer: LoadBalancer): Promise<PortOutcome> {
    const name = listenerPortName(listener.listenerArn, listener.port);
    try {
      await this.#put(listener, balancer);
    } catch (error) {
      if (!(error instanceof ListenerPortError)) throw error;
      return { kind: 'refused', systemCode: error.systemCode, message: error.message };
    }
    this.#open.add(name);
    return { kind: 'opened' };
  }

  async close(listenerArn: string, port: number): Promise<void> {
    const name = listenerPortName(listenerArn, port);
    this.#open.delete(name);
    // Asked for even when it is already on its way: the answer comes after the port is free.
    await this.#dataPlane.removeListener(name);
  }

  /** True when the listener's port is open. */
  isOpen(listener: Listener): boolean {
    return this.#open.has(listenerPortName(listener.listenerArn, listener.port));
  }

  /** Brings the rules and settings of an open port up to the state. */
  update(listener: Listener, balancer: LoadBalancer): Promise<void> {
    return this.#put(listener, balancer);
  }

  #put(listener: Listener, balancer: LoadBalancer): Promise<void> {
    const rules = this.#store.rules.by('listener', listener.listenerArn);
    return this.#dataPlane.putListener(listenerConfig(listener, balancer, rules));
  }
}
