/** Keeps the listeners of the data plane as the state wants them. */
import type { Clock, Timer } from '../../../base/clock.ts';
import type { Log } from '../../log.ts';
import type { Store } from '../../state/store.ts';
import type { Listener, LoadBalancer } from '../../state/elbv2-entities.ts';
import type { DataPlanePorts } from './listener-ports.ts';

/** A port that could not be opened after a restart is tried again so often. */
const RETRY_MS = 1_000;

/** What it needs. */
export interface ListenerSyncOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly ports: DataPlanePorts;
  readonly log: Log;
}

/** Follows the state listener by listener. */
export class ListenerSync {
  readonly #options: ListenerSyncOptions;
  /** The port that each listener had when it was last looked at. */
  readonly #ports = new Map<string, number>();
  /** Listeners whose port is not to be had at present. */
  readonly #retries = new Map<string, Timer>();
  #closed = false;

  constructor(options: ListenerSyncOptions) {
    this.#options = options;
  }

  /** Opens every listener; resolves when each one is open or its port has turned out to be busy. */
  async start(): Promise<void> {
    await Promise.all(
      Array.from(this.#options.store.listeners.values(), (listener) => {
        this.#ports.set(listener.listenerArn, listener.port);
        return this.#reopen(listener.listenerArn);
      }),
    );
  }

  /** Changes nothing any more; what is open stays open until the data plane is closed. */
  close(): void {
    this.#closed = true;
    for (const timer of this.#retries.values()) timer.cancel();
    this.#retries.clear();
  }

  /** Brings one listener up to the state. */
  sync(listenerArn: string): void {
    const { store, ports } = this.#options;
    const listener = store.listeners.get(listenerArn);
    const before = this.#ports.get(listenerArn);
    if (before !== undefined && before !== listener?.port) {
      this.#ports.delete(listenerArn);
      this.#stopRetry(listenerArn);
      this.#expect(ports.close(listenerArn, before));
    }
    if (listener === undefined) return;
    this.#ports.set(listenerArn, listener.port);
    if (ports.isOpen(listener)) this.#expect(ports.update(listener, this.#balancerOf(listener)));
  }

  /** After a restart the port may belong to somebody else: then the others serve on, and this one is tried again. */
  async #reopen(listenerArn: string): Promise<void> {
    const { store, ports, log } = this.#options;
    const listener = store.listeners.get(listenerArn);
    if (listener === undefined || ports.isOpen(listener)) return;
    const outcome = await ports.open(listener, this.#balancerOf(listener));
    if (this.#closed) return;
    const present = store.listeners.get(listenerArn);
    if (present?.port !== listener.port) {
      await ports.close(listenerArn, listener.port);
      return;
    }
    const wasRetried = this.#retries.delete(listenerArn);
    if (outcome.kind === 'opened') {
      // The rules may have changed while the port was being opened.
      await ports.update(present, this.#balancerOf(present));
      if (wasRetried) log.info('the port of a listener is open again', this.#fields(present));
      return;
    }
    if (!wasRetried)
      log.error(
        `the port of a listener cannot be opened (${outcome.systemCode}): its requests are not served. Stop the program that has the port, or move the listener by ModifyListener. It is tried again every second`,
        this.#fields(present),
      );
    this.#retries.set(
      listenerArn,
      this.#options.clock.setTimer(RETRY_MS, () => this.#expect(this.#reopen(listenerArn))),
    );
  }

  #stopRetry(listenerArn: string): void {
    this.#retries.get(listenerArn)?.cancel();
    this.#retries.delete(listenerArn);
  }

  #fields(listener: Listener): Record<string, unknown> {
    const balancer = this.#balancerOf(listener);
    return {
      address: `${balancer.dnsName}:${listener.port}`,
      loadBalancer: balancer.loadBalancerName,
      listener: listener.listenerArn,
    };
  }

  /** A listener never outlives its balancer: both are deleted in one transaction. */
  #balancerOf(listener: Listener): LoadBalancer {
    const balancer = this.#options.store.loadBalancers.get(listener.loadBalancerArn);
    if (balancer === undefined)
      throw new Error(`${listener.listenerArn} has no load balancer ${listener.loadBalancerArn}`);
    return balancer;
  }

  /** Nothing but the end of the data plane can make these calls fail; anything else is a bug and ends the process. */
  #expect(call: Promise<void>): void {
    void call.catch((error: unknown) => {
      if (!this.#closed) throw error;
    });
  }
}
