/** The API port: one HTTP server for every API of the local ECS. */
import {
  createServer,
  STATUS_CODES,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { toDate, type Clock } from '../../base/clock.ts';
import { messageOf, systemCode, UserError } from '../../base/errors.ts';
import { admission, ownHosts } from './admission.ts';
import { clientErrorRefusal } from './client-error.ts';
import { BODY_LIMIT, receiveBody } from './request-body.ts';
import { createWire, type Wire, type WireOptions, type WireReply } from './wire.ts';

/** A wire with a socket around it. Times are real milliseconds. */
export interface WireServerOptions extends WireOptions {
  readonly clock: Clock;
  /** For a request's head to arrive; 10 s unless given. */
  readonly headersTimeoutMs?: number;
  /** For a whole request to arrive; 30 s unless given. */
  readonly requestTimeoutMs?: number;
  /** How many times as fast the API's time runs; other than 1 it is said in each answer. */
  readonly timeScale?: number;
  /** For requests in progress to be answered when the server closes; 2 s unless given. */
  readonly closeTimeoutMs?: number;
}

/** Where the API port may be bound. */
export type LoopbackHost = '127.0.0.1' | '::1' | 'localhost';

/** The API port. */
export interface WireServer {
  /**
   * Starts to listen. Port 0 picks a free one.
   * @param host 127.0.0.1 unless given; nothing but loopback, since whoever reaches the port can start programs
   * @throws UserError when the port is taken or not allowed
   */
  listen(
    port: number,
    host?: LoopbackHost,
  ): Promise<{ readonly port: number; readonly url: string }>;
  /** Stops listening, lets requests in progress be answered, and closes every connection. */
  close(): Promise<void>;
}

/** Tells clients that what they measure by the API's times is not what a watch would show. */
export const TIME_SCALE_HEADER = 'x-fairlead-time-scale';

/** How long the rest of a broken request is read and dropped, so that its sender gets to read the answer. */
const LINGER_MS = 1000;
/** Clients keep idle connections; one that the server closes first is a failed request to them. */
const KEEP_ALIVE_MS = 75_000;

/** Builds the server; it does not listen yet. */
export function createWireServer(options: WireServerOptions): WireServer {
  return new HttpWireServer(options);
}

class HttpWireServer implements WireServer {
  readonly #options: WireServerOptions;
  readonly #wire: Wire;
  readonly #server: Server;
  /** The latest response of each connection: an error must not be written into the middle of one. */
  readonly #responses = new WeakMap<Duplex, ServerResponse>();
  #hosts: ReadonlySet<string> = new Set();
  #closed: Promise<void> | undefined;
  #dateSecond = 0;
  #date = '';

  constructor(options: WireServerOptions) {
    this.#options = options;
    this.#wire = createWire(options);
    const headersTimeout = options.headersTimeoutMs ?? 10_000;
    const requestTimeout = options.requestTimeoutMs ?? 30_000;
    this.#server = createServer({
      headersTimeout: Math.min(headersTimeout, requestTimeout),
      requestTimeout,
      connectionsCheckingInterval: Math.max(20, Math.min(1000, headersTimeout / 4)),
      keepAliveTimeout: KEEP_ALIVE_MS,
      // Checked by admission(), with an answer that says more.
      requireHostHeader: false,
      noDelay: true,
    });
    this.#server.on('request', (request, response) => this.#onRequest(request, response));
    this.#server.on('checkExpectation', (request, response) => {
      const message = `Expectation "${String(request.headers.expect).slice(0, 100)}" cannot be met; leave the Expect header out.`;
      this.#send(response, this.#wire.refuse(request.headers, 'expectation-failed', message));
    });
    this.#server.on('connect', (request, socket) => {
      const message = 'Only POST is served, not CONNECT. Use an AWS SDK or the AWS CLI.';
      this.#sendRaw(socket, this.#wire.refuse(request.headers, 'method-not-allowed', message));
    });
    this.#server.on('clientError', (error, socket) => this.#onClientError(error, socket));
  }

  listen(
    port: number,
    host: LoopbackHost = '127.0.0.1',
  ): Promise<{ readonly port: number; readonly url: string }> {
    this.#closed = undefined;
    return new Promise((resolve, reject) => {
      const onError = (error: Error): void => reject(listenError(error, port, host));
      this.#server.once('error', onError);
      this.#server.listen(port, host, () => {
        this.#server.off('error', onError);
        this.#server.on('error', (error) =>
          this.#options.log.error(`the API port failed: ${messageOf(error)}`, { error }),
        );
        const address = this.#server.address();
        const bound = typeof address === 'object' && address !== null ? address.port : port;
        this.#hosts = ownHosts(bound);
        resolve({ port: bound, url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}` });
      });
    });
  }

  close(): Promise<void> {
    return (this.#closed ??= this.#closeNow());
  }

  #closeNow(): Promise<void> {
    if (!this.#server.listening) return Promise.resolve();
    return new Promise((resolve) => {
      const giveUp = this.#options.clock.setTimer(this.#options.closeTimeoutMs ?? 2000, () =>
        this.#server.closeAllConnections(),
      );
      this.#server.close(() => {
        giveUp.cancel();
        resolve();
      });
    });
  }

  #onRequest(request: IncomingMessage, response: ServerResponse): void {
    this.#responses.set(request.socket, response);
    const refusal = admission(request, this.#hosts);
    if (refusal !== undefined) {
      this.#send(response, this.#wire.refuse(request.headers, refusal.fault, refusal.message));
      return;
    }
    const limit = this.#options.bodyLimit ?? BODY_LIMIT;
    receiveBody(request, limit, {
      complete: (body) => {
        const { method = '', url = '', headers } = request;
        // answer() turns every failure into a reply, so nothing is left to catch.
        void this.#wire
          .answer({ method, url, headers, body })
          .then((reply) => this.#send(response, reply));
      },
      tooLarge: () => {
        const message = `The request body is longer than ${limit} bytes, the most that is accepted.`;
        this.#send(response, this.#wire.refuse(request.headers, 'body-too-large', message));
      },
    });
  }

  #send(response: ServerResponse, reply: WireReply): void {
    const length = Buffer.byteLength(reply.body);
    response.sendDate = false;
    // As text, so that head and body leave in one write.
    const last = this.#closed !== undefined;
    response.writeHead(reply.status, this.#headers(reply, length, last)).end(reply.body);
  }

  #onClientError(error: Error, socket: Duplex): void {
    const refusal = clientErrorRefusal(error);
    const silent = socket instanceof Socket && socket.bytesRead === 0;
    if (refusal === undefined || silent || !socket.writable) {
      socket.destroy();
      return;
    }
    const response = this.#responses.get(socket);
    const complete = response?.req.complete === true;
    if (response !== undefined && complete && !response.writableFinished)
      this.#answerAndClose(response, socket);
    // Refused before its body had come, which then did not come: it has its answer.
    else if (response?.headersSent === true && !complete) socket.destroy();
    else this.#sendRaw(socket, this.#wire.refuse({}, refusal.fault, refusal.message));
  }

  /** What follows a proper request is broken: the request still gets its own answer, and nothing comes after that. */
  #answerAndClose(response: ServerResponse, socket: Duplex): void {
    if (response.headersSent) socket.end();
    else response.shouldKeepAlive = false;
  }

  /** Answers on a connection that HTTP has given up, and closes it. */
  #sendRaw(socket: Duplex, reply: WireReply): void {
    const headers = this.#headers(reply, Buffer.byteLength(reply.body), true);
    let head = `HTTP/1.1 ${reply.status} ${STATUS_CODES[reply.status] ?? ''}\r\n`;
    for (let i = 0; i < headers.length; i += 2)
      head += `${headers[i] ?? ''}: ${headers[i + 1] ?? ''}\r\n`;
    const linger = this.#options.clock.setTimer(LINGER_MS, () => socket.destroy());
    socket.once('close', () => linger.cancel());
    socket.on('error', () => socket.destroy());
    socket.end(`${head}\r\n${reply.body}`);
    socket.resume();
  }

  #headers(reply: WireReply, length: number, last: boolean): string[] {
    const headers = [
      'Content-Type',
      reply.contentType,
      'Content-Length',
      String(length),
      'x-amzn-RequestId',
      reply.requestId,
      'Date',
      this.#dateHeader(),
    ];
    const { timeScale = 1 } = this.#options;
    if (timeScale !== 1) headers.push(TIME_SCALE_HEADER, String(timeScale));
    if (reply.status === 405) headers.push('Allow', 'POST');
    if (reply.queryError !== undefined) headers.push('x-amzn-query-error', reply.queryError);
    if (last) headers.push('Connection', 'close');
    return headers;
  }

  /** SDKs correct a wrong clock of their own by this header. */
  #dateHeader(): string {
    const second = Math.floor(this.#options.clock.now() / 1000);
    if (second !== this.#dateSecond) {
      this.#dateSecond = second;
      this.#date = toDate(second * 1000).toUTCString();
    }
    return this.#date;
  }
}

function listenError(error: Error, port: number, host: string): Error {
  const code = systemCode(error);
  if (code === 'EADDRINUSE')
    return new UserError('PORT_IN_USE', `Port ${port} on ${host} is in use.`, {
      hint: 'Stop what listens there, or choose another port with --port (0 picks a free one).',
      cause: error,
    });
  if (code === 'EACCES')
    return new UserError('PORT_NOT_ALLOWED', `Port ${port} on ${host} needs more rights.`, {
      hint: 'Choose a port from 1024 upwards with --port.',
      cause: error,
    });
  return error;
}
