/** WebSocket upgrades: the two sockets are joined, and the pair counts as one request in flight until it is closed. */
import { ServerResponse, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { responseHeaders } from './forwarded-headers.ts';

/** Only WebSocket is passed on; another wish (`h2c`) is ignored and the request served as HTTP/1.1, as ALB does. */
export function wantsWebSocket(request: Pick<IncomingMessage, 'headers'>): boolean {
  return request.headers.upgrade?.toLowerCase() === 'websocket';
}

/** A response on the socket of a request that wanted an upgrade and may not get it; the connection ends with it. */
export function responseOn(request: IncomingMessage, socket: Socket): ServerResponse {
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  response.assignSocket(socket);
  response.on('finish', () => {
    response.detachSocket(socket);
    socket.destroySoon();
  });
  return response;
}

/** More than this is not read from a client before its target has agreed. */
const MAX_EARLY_BYTES = 64 * 1024;

/**
 * Reads on while a target makes up its mind, because only so is a client seen to leave; one that leaves is destroyed.
 * @param head what was read behind the handshake already
 * @returns stops reading and gives what the client has sent since its handshake
 */
export function readEarly(socket: Socket, head: Buffer): () => Buffer {
  const chunks = [head];
  let size = head.length;
  const onData = (chunk: Buffer): void => {
    chunks.push(chunk);
    size += chunk.length;
    if (size > MAX_EARLY_BYTES) socket.pause();
  };
  const onEnd = (): void => {
    socket.destroy();
  };
  socket.on('data', onData).on('end', onEnd);
  return () => {
    socket.pause().off('data', onData).off('end', onEnd);
    return Buffer.concat(chunks);
  };
}

/** Tells the client that the protocol is switched, with the headers of the target's answer. */
export function writeSwitch(
  client: Socket,
  rawHeaders: readonly (Buffer | string)[],
  extraHeaders: readonly string[],
): void {
  const headers = [...responseHeaders(rawHeaders), ...extraHeaders];
  let text = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n';
  for (let at = 0; at < headers.length; at += 2)
    text += `${headers[at] ?? ''}: ${headers[at + 1] ?? ''}\r\n`;
  client.write(`${text}\r\n`, 'latin1');
}

/**
 * Joins two sockets until both are closed: what one says the other hears, a half-closed one may still listen, a broken or
 * silent pair is dropped.
 * @param idleTimeoutMs the pair is dropped when neither side has said anything for so long
 */
export function joinSockets(
  client: Socket,
  target: Duplex,
  idleTimeoutMs: number,
  onClosed: () => void,
): void {
  let open = 2;
  const breakBoth = (): void => {
    client.destroy();
    target.destroy();
  };
  const join = (from: Duplex, to: Duplex): void => {
    from.on('error', breakBoth);
    from.on('close', () => {
      // What `from` said last must still arrive.
      to.end(() => to.destroy());
      if (--open === 0) onClosed();
    });
    from.pipe(to);
  };
  join(client, target);
  join(target, client);
  // Whatever one side says is written to or read from the client's socket: its timer watches both.
  client.setTimeout(idleTimeoutMs, breakBoth);
}
