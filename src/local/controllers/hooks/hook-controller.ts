/**
 * Asks the functions of lifecycle hooks whether a stage may end (reference: ECS semantics 6.3). Whom to ask, and when, follows
 * from the state alone: after a crash, an invocation whose answer was not written down is made again.
 */
import type { Clock } from '../../../base/clock.ts';
import type { HookRun } from '../../../scheduler/traffic-shift/hook.ts';
import {
  afterInvocation,
  INVOCATION_LIMIT_MS,
  type Invocation,
} from '../../../scheduler/traffic-shift/hook-answer.ts';
import type { Functions } from '../../functions/functions.ts';
import type { Log } from '../../log.ts';
import type { ServiceDeployment } from '../../state/entities.ts';
import { StateWriteError, type Store } from '../../state/store.ts';
import { LookQueue } from '../look-queue.ts';
import { invocationOf } from './invocation.ts';
import { eventFor, openHooks, type OpenHook } from './open-hooks.ts';

/** What the controller needs. */
export interface HookControllerOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly functions: Functions;
  /** How many times as fast the clock runs as the machine's; 1 unless given. */
  readonly timeScale?: number;
}

/** After an answer could not be written down, it is tried again this much later, in the machine's time. */
const WRITE_RETRY_MS = 1_000;

/** An invocation under way, or an answer that waits to be written down. */
interface Call {
  readonly serviceDeploymentArn: string;
  readonly cancel: AbortController;
}

/** Watches the state and invokes the functions that are due. */
export class HookController {
  readonly #options: HookControllerOptions;
  readonly #timeScale: number;
  /** ARNs of service deployments. */
  readonly #queue: LookQueue;
  /** By hook id: a hook is never invoked while it has one. */
  readonly #calls = new Map<string, Call>();

  constructor(options: HookControllerOptions) {
    this.#options = options;
    this.#timeScale = options.timeScale ?? 1;
    this.#queue = new LookQueue(options.clock, (arn) => this.#look(arn));
  }

  /** Begins: every service deployment is looked at once. */
  start(): void {
    const { store } = this.#options;
    store.onChange((changes) => {
      for (const { table, key } of changes)
        if (table === 'serviceDeployments') this.#queue.add(key);
    });
    for (const record of store.serviceDeployments.values())
      if (openHooks(record).length > 0) this.#queue.add(record.serviceDeploymentArn);
  }

  /** Cancels what runs, and invokes nothing any more. */
  close(): void {
    this.#queue.close();
    for (const { cancel } of this.#calls.values()) cancel.abort();
    this.#calls.clear();
  }

  #look(serviceDeploymentArn: string): void {
    const { store, clock } = this.#options;
    const record = store.serviceDeployments.get(serviceDeploymentArn);
    const open = openHooks(record);
    this.#cancelOthers(serviceDeploymentArn, open);
    let next: number | undefined;
    for (const each of open) {
      const { hookId, startedAt, invokeAt = startedAt, expiresAt } = each.hook;
      // One whose time is over is ended by the scheduler.
      if (record === undefined || this.#calls.has(hookId) || clock.now() >= expiresAt) continue;
      if (clock.now() >= invokeAt) void this.#invoke(each, record);
      else next = Math.min(next ?? Infinity, invokeAt);
    }
    this.#queue.wakeAt(serviceDeploymentArn, next);
  }

  /** Cancels what runs for hooks that the deployment does not wait for any more. */
  #cancelOthers(serviceDeploymentArn: string, open: readonly OpenHook[]): void {
    const waitedFor = new Set(open.map(({ hook }) => hook.hookId));
    for (const [hookId, call] of this.#calls) {
      if (call.serviceDeploymentArn !== serviceDeploymentArn || waitedFor.has(hookId)) continue;
      this.#calls.delete(hookId);
      call.cancel.abort();
    }
  }

  async #invoke(asked: OpenHook, record: ServiceDeployment): Promise<void> {
    const { store, clock, functions } = this.#options;
    const { serviceDeploymentArn } = record;
    const cancel = new AbortController();
    this.#calls.set(asked.hook.hookId, { serviceDeploymentArn, cancel });
    const payload = JSON.stringify(eventFor(asked, record, store));
    const invocation = await invocationOf(functions, asked.functionArn, payload, {
      clock,
      // Programs run no faster.
      limitMs: INVOCATION_LIMIT_MS * this.#timeScale,
      signal: cancel.signal,
    });
    this.#answer(asked, serviceDeploymentArn, invocation, cancel.signal);
  }

  /** Writes down what came of an invocation, unless the deployment has gone on without it. */
  #answer(
    asked: OpenHook,
    serviceDeploymentArn: string,
    invocation: Invocation,
    signal: AbortSignal,
  ): void {
    if (signal.aborted) return;
    const { store, clock, log } = this.#options;
    let written: HookRun | undefined;
    try {
      written = store.transaction(() => this.#write(asked, serviceDeploymentArn, invocation));
    } catch (error) {
      if (!(error instanceof StateWriteError)) throw error;
      log.error('the answer of a lifecycle hook could not be written; it is tried again', {
        serviceDeployment: serviceDeploymentArn,
        error,
      });
      clock.setTimer(WRITE_RETRY_MS * this.#timeScale, () =>
        this.#answer(asked, serviceDeploymentArn, invocation, signal),
      );
      return;
    }
    this.#calls.delete(asked.hook.hookId);
    if (written === undefined) return;
    log[written.status === 'FAILED' ? 'warn' : 'info']('a lifecycle hook was answered', {
      serviceDeployment: serviceDeploymentArn,
      stage: asked.progress.stage,
      function: asked.functionArn,
      status: written.status,
      reason: written.failure,
    });
  }

  /** The hook as it was written, unless it is not waited for any more. */
  #write(
    { hook: { hookId }, functionArn }: OpenHook,
    serviceDeploymentArn: string,
    invocation: Invocation,
  ): HookRun | undefined {
    const { store, clock } = this.#options;
    const record = store.serviceDeployments.get(serviceDeploymentArn);
    const open = openHooks(record).find(({ hook }) => hook.hookId === hookId);
    const now = clock.now();
    if (record?.shift === undefined || open === undefined || now >= open.hook.expiresAt)
      return undefined;
    const { shift } = record;
    const place = { stage: shift.stage, functionArn };
    const hook = afterInvocation(open.hook, invocation, place, now);
    store.serviceDeployments.put(serviceDeploymentArn, {
      ...record,
      shift: {
        ...shift,
        hooks: shift.hooks.map((each) => (each.hookId === hookId ? hook : each)),
      },
      updatedAt: now,
    });
    return hook;
  }
}
