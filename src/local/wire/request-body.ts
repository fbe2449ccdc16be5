/**
 * Reads the body of a request, up to a limit. A client that goes away in the middle ends it without `end`, and without an
 * error where nobody listens for one: there is nobody left to answer.
 */
import type { IncomingMessage } from 'node:http';

/** Longest body that is read, in bytes, unless another limit is given; before and after decompression. */
export const BODY_LIMIT = 1024 * 1024;

/** Who waits for a body: exactly one of the two is called, or none when the client goes away. */
export interface BodyReceiver {
  complete(body: Buffer): void;
  /** The body is, or says that it will be, longer than the limit; what comes of it is dropped. */
  tooLarge(): void;
}

const EMPTY = Buffer.alloc(0);

/** @param limit in bytes */
export function receiveBody(request: IncomingMessage, limit: number, receiver: BodyReceiver): void {
  if (Number(request.headers['content-length'] ?? 0) > limit) {
    request.resume();
    receiver.tooLarge();
    return;
  }
  let first: Buffer | undefined;
  let more: Buffer[] | undefined;
  let size = 0;
  const onData = (chunk: Buffer): void => {
    size += chunk.length;
    if (size > limit) {
      request.off('data', onData);
      request.off('end', onEnd);
      request.resume();
      receiver.tooLarge();
    } else if (first === undefined) first = chunk;
    else (more ??= [first]).push(chunk);
  };
  const onEnd = (): void => receiver.complete(more ? Buffer.concat(more, size) : (first ?? EMPTY));
  request.on('data', onData);
  request.on('end', onEnd);
}
