/** One request with a deadline, over undici, that ends in an answer or an error, once. */
import type { Dispatcher, Pool } from 'undici';
import type { Clock, Timer } from '../base/clock.ts';
import type { LoadAnswer } from './answer-version.ts';
import { metClosedConnection } from './unsent.ts';

/** What is asked. */
export interface RequestFacts {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  readonly timeoutMs: number;
}

/** How it ended. */
export type RequestEnd =
  | { readonly kind: 'answer'; readonly answer: LoadAnswer }
  | { readonly kind: 'error'; readonly error: Error };

/** The deadline passed before the answer was whole. */
class DeadlineError extends Error {
  override readonly name = 'DeadlineError';
  readonly code = 'ETIMEDOUT';
}

/** What is kept of a body. */
const MAX_BODY_BYTES = 64 * 1024;
/** How often a request may meet a connection that was closed before its first byte. */
const MAX_ATTEMPTS = 4;

/** Sends a request; `onEnd` is called once, at the latest when the deadline passes. */
export function sendRequest(
  pool: Pool,
  facts: RequestFacts,
  clock: Clock,
  onEnd: (end: RequestEnd) => void,
): void {
  new TimedRequest(pool, facts, clock, onEnd).send();
}

class TimedRequest implements Dispatcher.DispatchHandler {
  readonly #pool: Pool;
  readonly #facts: RequestFacts;
  readonly #onEnd: (end: RequestEnd) => void;
  readonly #timer: Timer;
  #controller: Dispatcher.DispatchController | undefined;
  #attempts = 0;
  #ended = false;
  #status = 0;
  #headers: LoadAnswer['headers'] = {};
  readonly #chunks: Buffer[] = [];
  #kept = 0;

  constructor(pool: Pool, facts: RequestFacts, clock: Clock, onEnd: (end: RequestEnd) => void) {
    this.#pool = pool;
    this.#facts = facts;
    this.#onEnd = onEnd;
    this.#timer = clock.setTimer(facts.timeoutMs, () => {
      const error = new DeadlineError(`no whole answer within ${facts.timeoutMs} ms`);
      this.#end({ kind: 'error', error });
      this.#controller?.abort(error);
    });
  }

  send(): void {
    const { method, path, headers, body } = this.#facts;
    this.#attempts++;
    this.#pool.dispatch({ method, path, headers, body: body ?? null }, this);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#ended) controller.abort(new DeadlineError('the deadline passed before the start'));
  }

  onResponseStart(_controller: unknown, status: number, headers: LoadAnswer['headers']): void {
    this.#status = status;
    this.#headers = headers;
  }

  onResponseData(_controller: unknown, chunk: Buffer): void {
    if (this.#kept >= MAX_BODY_BYTES) return;
    this.#chunks.push(chunk.subarray(0, MAX_BODY_BYTES - this.#kept));
    this.#kept += chunk.length;
  }

  onResponseEnd(): void {
    const body = Buffer.concat(this.#chunks).toString();
    this.#end({ kind: 'answer', answer: { status: this.#status, headers: this.#headers, body } });
  }

  onResponseError(_controller: unknown, error: Error): void {
    if (this.#ended) return;
    if (this.#attempts < MAX_ATTEMPTS && metClosedConnection(error, this.#controller !== undefined))
      this.send();
    else this.#end({ kind: 'error', error });
  }

  #end(end: RequestEnd): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#timer.cancel();
    this.#onEnd(end);
  }
}
