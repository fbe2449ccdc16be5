/**
 * One request on its way through the balancer: to a target and back, bodies streamed both ways with back-pressure.
 *
 * A request is sent to one target once. If that fails, the client gets 502 or 504 and nothing is repeated, because the
 * target may have acted on it. The one exception is a kept-alive connection that turned out closed before a byte of the
 * request was written: then another connection is taken.
 */
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Dispatcher } from 'undici';
import type { Clock } from '../../base/clock.ts';
import { metClosedConnection } from '../../load/unsent.ts';
import { responseHeaders } from './forwarded-headers.ts';
import { answer } from './own-answer.ts';
import type { TargetGroup } from './target-group.ts';
import type { Target } from './target.ts';
import type { GroupCounts, ListenerCounts } from './traffic-counts.ts';
import { failureStatus } from './upstream-failure.ts';
import { joinSockets, writeSwitch } from './upgrade.ts';

/** How often a request may meet a connection that was closed before its first byte. */
const MAX_ATTEMPTS = 4;
/** A body of up to so many bytes is sent together with its headers when it came in one piece. */
const MAX_ONE_WRITE_BYTES = 8 * 1024;

/** What is forwarded, and for whom. */
export interface ForwardedRequest {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly group: TargetGroup;
  /** Of the listener. */
  readonly counts: ListenerCounts;
  /** Path and query. */
  readonly path: string;
  /** As the target gets them, names and values by turns. */
  readonly headers: readonly string[];
  /** Set-Cookie value that keeps the client on the chosen group. */
  readonly groupCookie: string | undefined;
  readonly idleTimeoutMs: number;
  readonly clock: Clock;
  /** True when the listener is going away: the client is asked to close its connection. */
  readonly closing: () => boolean;
  /** Set for a WebSocket handshake. */
  readonly upgrade?: {
    readonly socket: Socket;
    /** What the client has sent behind its handshake; to be asked for once. */
    readonly takeEarly: () => Buffer;
    readonly onJoined: (target: Duplex) => void;
  };
}

/** What ALB logs where the client closed its connection before it had its answer. */
const CLIENT_GONE = 460;

class ClientGone extends Error {
  override readonly name = 'ClientGone';
}

/** Forwards one request; the handler that undici calls back. */
export class Forward implements Dispatcher.DispatchHandler {
  readonly #facts: ForwardedRequest;
  readonly #counts: GroupCounts;
  #target: Target | undefined;
  #targetCookie: string | undefined;
  #controller: Dispatcher.DispatchController | undefined;
  #attempts = 0;
  #startedAt = 0;
  /** The target has nothing more to say, or nobody listens to it any more. */
  #over = false;
  /** What the answer's headers promise; not a number when they do not. */
  #bodyLength = Number.NaN;
  /** A small body that came in one piece; the end of the answer is the next thing that undici says. */
  #wholeBody: Buffer | undefined;

  constructor(facts: ForwardedRequest) {
    this.#facts = facts;
    this.#counts = facts.counts.group(facts.group.arn);
    facts.response.on('close', () => this.#clientClosed());
  }

  /** Chooses a target and sends the request to it. */
  start(): void {
    const { request, group, path, headers, idleTimeoutMs, upgrade } = this.#facts;
    this.#attempts++;
    const chosen = group.choose(request.headers.cookie);
    if (chosen === undefined) {
      this.#fail(503);
      return;
    }
    if (this.#attempts === 1) {
      this.#counts.request();
      this.#startedAt = this.#facts.clock.monotonic();
    }
    this.#target = chosen.target;
    this.#targetCookie = chosen.cookie;
    chosen.target.begin();
    const pool = chosen.target.pool(group.protocol);
    if (pool === undefined) {
      this.#fail(502);
      return;
    }
    pool.dispatch(
      {
        path,
        method: request.method ?? 'GET',
        headers: headers as string[],
        body: hasBody(request) ? request : null,
        headersTimeout: idleTimeoutMs,
        bodyTimeout: idleTimeoutMs,
        upgrade: upgrade === undefined ? null : 'websocket',
      },
      this,
    );
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#over) controller.abort(new ClientGone());
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    statusCode: number,
    headersByName: IncomingHttpHeaders,
    statusMessage?: string,
  ): void {
    // 100, 102 and 103 announce the answer; ours has the final one only.
    if (statusCode < 200 || this.#over) return;
    const { request, response } = this.#facts;
    const headers = responseHeaders(rawHeadersOf(controller));
    this.#addCookies(headers);
    // A body that the target did not want to read to its end leaves the connection unusable.
    if (this.#facts.closing() || !request.complete) headers.push('Connection', 'close');
    response.writeHead(statusCode, statusMessage ?? '', headers);
    this.#bodyLength = Number(headersByName['content-length']);
    this.#counts.answer(statusCode, this.#facts.clock.monotonic() - this.#startedAt);
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#over) return;
    if (chunk.length === this.#bodyLength && chunk.length <= MAX_ONE_WRITE_BYTES) {
      this.#wholeBody = chunk;
      return;
    }
    if (this.#facts.response.write(chunk)) return;
    controller.pause();
    this.#facts.response.once('drain', () => controller.resume());
  }

  onResponseEnd(): void {
    if (this.#over) return;
    this.#release();
    // As text of bytes, so that headers and body leave in one write.
    if (this.#wholeBody === undefined) this.#facts.response.end();
    else this.#facts.response.end(this.#wholeBody.toString('latin1'), 'latin1');
  }

  onResponseError(_controller: unknown, error: Error): void {
    if (this.#over) return;
    const { response } = this.#facts;
    if (response.headersSent) {
      // The client must see that its answer is not whole.
      this.#release();
      response.destroy();
    } else if (
      this.#attempts < MAX_ATTEMPTS &&
      metClosedConnection(error, this.#controller !== undefined)
    ) {
      this.#target?.end();
      this.#target = undefined;
      this.start();
    } else this.#fail(failureStatus(error));
  }

  onRequestUpgrade(
    controller: Dispatcher.DispatchController,
    statusCode: number,
    _headers: unknown,
    target: Duplex,
  ): void {
    const { response, upgrade, idleTimeoutMs } = this.#facts;
    if (upgrade === undefined || this.#over) {
      target.on('error', () => target.destroy()).destroy();
      this.#release();
      return;
    }
    this.#counts.answer(statusCode, this.#facts.clock.monotonic() - this.#startedAt);
    response.detachSocket(upgrade.socket);
    const cookies: string[] = [];
    this.#addCookies(cookies);
    writeSwitch(upgrade.socket, rawHeadersOf(controller), cookies);
    target.write(upgrade.takeEarly());
    upgrade.onJoined(target);
    joinSockets(upgrade.socket, target, idleTimeoutMs, () => this.#release());
  }

  #addCookies(headers: string[]): void {
    if (this.#facts.groupCookie !== undefined) headers.push('Set-Cookie', this.#facts.groupCookie);
    if (this.#targetCookie !== undefined) headers.push('Set-Cookie', this.#targetCookie);
  }

  #fail(statusCode: 400 | 502 | 503 | 504): void {
    this.#release();
    const { response, closing, counts } = this.#facts;
    if (statusCode !== 400) this.#counts.balancerError();
    counts.error(statusCode);
    const cookies: string[] = [];
    if (this.#facts.groupCookie !== undefined) cookies.push('Set-Cookie', this.#facts.groupCookie);
    answer(response, statusCode, { close: closing(), extraHeaders: cookies });
  }

  #clientClosed(): void {
    if (this.#over) return;
    if (!this.#facts.response.headersSent) this.#facts.counts.error(CLIENT_GONE);
    this.#release();
    this.#controller?.abort(new ClientGone());
  }

  /** The request is no longer in flight; happens once. */
  #release(): void {
    if (this.#over) return;
    this.#over = true;
    this.#target?.end();
    this.#target = undefined;
  }
}

function hasBody(request: IncomingMessage): boolean {
  const { 'content-length': length, 'transfer-encoding': encoding } = request.headers;
  return encoding !== undefined || (length !== undefined && length !== '0');
}

/** undici hands the raw bytes of an HTTP/1 answer's headers as names and values by turns. */
function rawHeadersOf(controller: Dispatcher.DispatchController): readonly (Buffer | string)[] {
  const raw = controller.rawHeaders;
  if (!Array.isArray(raw)) throw new TypeError('an HTTP/1 answer has its headers as an array');
  return raw;
}
