/** A listener: an HTTP server on one port, with ALB's limits and its answers to what is no request. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { messageOf, systemCode } from '../../base/errors.ts';
import { ListenerPortError, type ListenerConfig } from './data-plane.ts';
import { answer, bareAnswer } from './own-answer.ts';
import { RequestRouter, type RoutingHost } from './request-router.ts';
import type { ListenerCounts } from './traffic-counts.ts';
import { readEarly, responseOn, wantsWebSocket } from './upgrade.ts';

/** ALB's limit for all headers of a request; more is a 400. */
const MAX_REQUEST_HEADER_BYTES = 64 * 1024;
/** How often half-sent headers are looked at. */
const HEADER_CHECK_MS = 5_000;

/** A listener's port, bound. */
export class Listener {
  readonly #server: Server;
  readonly #router: RequestRouter;
  readonly #counts: ListenerCounts;
  readonly #ended: Promise<void>;
  #config: ListenerConfig;
  #port = '';
  #closing = false;
  /** The response that a client's connection carried last. */
  readonly #last = new WeakMap<Duplex, ServerResponse>();
  /** Sockets of upgraded connections, on both sides, which the HTTP server no longer knows. */
  readonly #upgraded = new Set<Duplex>();

  /**
   * Binds the listener's port.
   * @throws ListenerPortError when the port cannot be bound, RangeError when a rule's condition has no meaning
   */
  static async open(
    config: ListenerConfig,
    host: RoutingHost,
    counts: ListenerCounts,
  ): Promise<Listener> {
    const listener = new Listener(config, host, counts);
    await listener.#bind();
    return listener;
  }

  private constructor(config: ListenerConfig, host: RoutingHost, counts: ListenerCounts) {
    this.#config = config;
    this.#counts = counts;
    this.#router = new RequestRouter(config, host, {
      port: () => this.#port,
      closing: () => this.#closing,
      counts,
    });
    const options = {
      maxHeaderSize: MAX_REQUEST_HEADER_BYTES,
      requestTimeout: 0,
      connectionsCheckingInterval: HEADER_CHECK_MS,
      // Newer Nodes ask before they leave HTTP; older ones do not, and #upgrade serves other wishes than WebSocket.
      shouldUpgradeCallback: wantsWebSocket,
    };
    this.#server = createServer(options, (request, response) => this.#serve(request, response));
    // Node would drop headers beyond 2,000 without a word; their bytes are limited instead.
    this.#server.maxHeadersCount = 0;
    this.#applyTimeouts();
    this.#ended = new Promise((resolve) => this.#server.once('close', () => resolve()));
    this.#server
      .on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head))
      .on('connection', (socket) => {
        counts.connectionOpened();
        socket.once('close', () => counts.connectionClosed());
      })
      .on('connect', (_request, socket) => {
        // Node has let go of the socket, and with it of its errors.
        socket.on('error', () => socket.destroy());
        counts.error(400);
        socket.end(bareAnswer(400), () => socket.destroy());
      })
      .on('clientError', (error, socket) => this.#refuse(error, socket))
      .on('timeout', (socket: Socket) => this.#idle(socket));
  }

  get config(): ListenerConfig {
    return this.#config;
  }

  /** Replaces rules and settings; host and port stay those that are bound. @throws RangeError as `open` does */
  update(config: ListenerConfig): void {
    this.#router.update(config);
    this.#config = config;
    this.#applyTimeouts();
  }

  /** Resolves when the port is free and the last connection has ended. */
  get ended(): Promise<void> {
    return this.#ended;
  }

  /** Stops accepting and frees the port; requests in flight finish, each connection ends after its last one. */
  close(): void {
    this.#closing = true;
    // For connections whose answer is under way and has promised to keep them: closed soon after it has ended.
    this.#server.keepAliveTimeout = 1;
    this.#server.close();
  }

  /** Drops every connection and frees the port. */
  async destroy(): Promise<void> {
    if (!this.#closing) this.close();
    this.#server.closeAllConnections();
    for (const socket of this.#upgraded) socket.destroy();
    await this.#ended;
  }

  #bind(): Promise<void> {
    const { host, port } = this.#config;
    return new Promise((resolve, reject) => {
      const failed = (error: Error): void => reject(portError(error, host, port));
      this.#server.once('error', failed).listen({ host, port, exclusive: true }, () => {
        this.#server.off('error', failed);
        const address = this.#server.address();
        this.#port = String(typeof address === 'object' && address !== null ? address.port : port);
        resolve();
      });
    });
  }

  #applyTimeouts(): void {
    const idleMs = this.#config.idleTimeoutSeconds * 1000;
    this.#server.keepAliveTimeout = idleMs;
    this.#server.headersTimeout = idleMs;
    this.#server.timeout = idleMs;
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    this.#last.set(request.socket, response);
    this.#router.serve({ request, response });
  }

  /** Node leaves the socket to us: it no longer reads requests from it. */
  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    if (!(socket instanceof Socket)) throw new TypeError('a plain HTTP server has plain sockets');
    socket.on('error', () => socket.destroy());
    this.#hold(socket);
    const response = responseOn(request, socket);
    this.#last.set(socket, response);
    const { 'content-length': length, 'transfer-encoding': encoding } = request.headers;
    if ((length !== undefined && length !== '0') || encoding !== undefined) {
      // Its body is in `head` and on the socket, unparsed; nobody sends one with a handshake.
      this.#counts.error(400);
      answer(response, 400, { close: true });
      return;
    }
    const takeEarly = readEarly(socket, head);
    const onJoined = (target: Duplex): void => this.#hold(target);
    this.#router.serve(
      wantsWebSocket(request)
        ? { request, response, upgrade: { socket, takeEarly, onJoined } }
        : { request, response },
    );
  }

  #hold(socket: Duplex): void {
    this.#upgraded.add(socket);
    socket.on('close', () => this.#upgraded.delete(socket));
  }

  /** What was read is no HTTP, or too much of it, or came too slowly. */
  #refuse(error: Error, socket: Duplex): void {
    const code = systemCode(error);
    const response = this.#last.get(socket);
    const answering = response?.headersSent === true && !response.writableFinished;
    if (!socket.writable || answering || code === 'ECONNRESET') {
      socket.destroy();
      return;
    }
    const status = code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400;
    this.#counts.error(status);
    socket.end(bareAnswer(status), () => socket.destroy());
  }

  /** Nothing was read from or written to a client's connection for the idle time-out. */
  #idle(socket: Socket): void {
    // A joined pair has its own idle timer, and before it is joined the target has the word.
    if (this.#upgraded.has(socket)) return;
    const response = this.#last.get(socket);
    const pending = response !== undefined && !response.writableFinished && !response.headersSent;
    if (pending && response.req.complete) {
      // The target has the word: its own time-out makes a 504.
      return;
    }
    if (!pending) {
      socket.destroy();
      return;
    }
    this.#counts.error(408);
    socket.end(bareAnswer(408), () => socket.destroy());
  }
}

function portError(error: Error, host: string, port: number): ListenerPortError {
  const code = systemCode(error) ?? 'UNKNOWN';
  const where = `port ${port} of ${host}`;
  switch (code) {
    case 'EADDRINUSE':
      return new ListenerPortError(
        code,
        `${where} is in use by another program. Choose another port for the listener, or stop that program.`,
      );
    case 'EACCES':
      return new ListenerPortError(
        code,
        `${where} needs privileges that this process does not have. Choose a port from 1024 upwards for the listener.`,
      );
    case 'EADDRNOTAVAIL':
      return new ListenerPortError(code, `${host} is no address of this machine.`);
    default:
      return new ListenerPortError(code, `${where} cannot be bound: ${messageOf(error)}`);
  }
}
