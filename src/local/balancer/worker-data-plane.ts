/** The balancer in a thread of its own, so that a busy control plane never delays a request. */
import { Worker } from 'node:worker_threads';
import { unreachable } from '../../base/errors.ts';
import {
  ListenerPortError,
  type DataPlane,
  type DataPlaneEvent,
  type ListenerConfig,
  type TargetGroupConfig,
  type ListenerStatistics,
} from './data-plane.ts';
import { ruleMatcher } from './rule-match.ts';
import { checkTargetGroup } from './check-config.ts';
import type { Failure, FromWorker, ToWorker } from './worker-protocol.ts';

/** The worker beside this module: .ts when run from source, .js when run from dist. */
const ENTRY = new URL(
  import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js',
  import.meta.url,
);

interface Waiter {
  readonly resolve: (statistics: readonly ListenerStatistics[]) => void;
  readonly reject: (reason: Error) => void;
}

/**
 * The data plane of real sockets. If its thread ends by itself, that is a bug: calls fail and the process gets an
 * uncaught exception that says so.
 */
export class WorkerDataPlane implements DataPlane {
  readonly #worker = new Worker(ENTRY);
  readonly #waiting = new Map<number, Waiter>();
  readonly #observers: ((event: DataPlaneEvent) => void)[] = [];
  #lastId = 0;
  #closing: Promise<void> | undefined;
  #ended: Error | undefined;

  constructor() {
    this.#worker.on('message', (message: FromWorker) => this.#receive(message));
    this.#worker.on('error', (error: unknown) => this.#fail(error));
    this.#worker.on('exit', () => {
      if (this.#closing === undefined && this.#ended === undefined)
        this.#fail(new Error('it exited'));
    });
  }

  async putListener(listener: ListenerConfig): Promise<void> {
    // In this thread first, so that the caller's stack is in the error.
    ruleMatcher(listener.rules);
    await this.#call((id) => ({ kind: 'put-listener', id, listener }));
  }

  async removeListener(arn: string): Promise<void> {
    await this.#call((id) => ({ kind: 'remove-listener', id, arn }));
  }

  /** @throws RangeError when the configuration has no meaning */
  putTargetGroup(group: TargetGroupConfig): void {
    checkTargetGroup(group);
    this.#send({ kind: 'put-target-group', group });
  }

  removeTargetGroup(arn: string): void {
    this.#send({ kind: 'remove-target-group', arn });
  }

  onEvent(observer: (event: DataPlaneEvent) => void): void {
    this.#observers.push(observer);
  }

  statistics(): Promise<readonly ListenerStatistics[]> {
    return this.#call((id) => ({ kind: 'statistics', id }));
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#end());
  }

  async #end(): Promise<void> {
    if (this.#ended === undefined) await this.#call((id) => ({ kind: 'close', id }));
    await this.#worker.terminate();
    this.#ended ??= new Error('the balancer has been closed');
    this.#rejectAll(this.#ended);
  }

  #call(message: (id: number) => ToWorker): Promise<readonly ListenerStatistics[]> {
    return new Promise((resolve, reject) => {
      const id = ++this.#lastId;
      this.#waiting.set(id, { resolve, reject });
      try {
        this.#send(message(id));
      } catch (error) {
        this.#waiting.delete(id);
        throw error;
      }
    });
  }

  #send(message: ToWorker): void {
    if (this.#ended !== undefined) throw this.#ended;
    this.#worker.postMessage(message);
  }

  #receive(message: FromWorker): void {
    switch (message.kind) {
      case 'event':
        for (const observer of this.#observers) observer(message.event);
        return;
      case 'reply': {
        const waiter = this.#waiting.get(message.id);
        this.#waiting.delete(message.id);
        if (message.failure === undefined) waiter?.resolve(message.statistics ?? []);
        else waiter?.reject(errorOf(message.failure));
        return;
      }
      default:
        unreachable(message);
    }
  }

  #fail(cause: unknown): void {
    const error = new Error('the thread of the balancer ended unexpectedly', { cause });
    this.#ended = error;
    this.#rejectAll(error);
    throw error;
  }

  #rejectAll(error: Error): void {
    for (const waiter of this.#waiting.values()) waiter.reject(error);
    this.#waiting.clear();
  }
}

function errorOf(failure: Failure): Error {
  switch (failure.kind) {
    case 'port':
      return new ListenerPortError(failure.systemCode, failure.message);
    case 'range':
      return new RangeError(failure.message);
    default:
      return unreachable(failure);
  }
}
