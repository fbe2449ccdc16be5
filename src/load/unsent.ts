/** Which failures of a connection left a request unsent, so that giving it to another one is no repetition. */
import { systemCode } from '../base/errors.ts';

/** undici refuses to send a request that is not well formed, before it chooses a connection. */
const NOT_SENDABLE: ReadonlySet<string> = new Set(['UND_ERR_INVALID_ARG', 'UND_ERR_NOT_SUPPORTED']);

/** True for a request that can be sent over no connection at all. */
export function isNotSendable(error: unknown): boolean {
  return NOT_SENDABLE.has(systemCode(error) ?? '');
}

/** How undici and Node say that a connection that was open is not any more. */
const CLOSED: ReadonlySet<string> = new Set([
  'UND_ERR_SOCKET',
  'UND_ERR_CLOSED',
  'UND_ERR_DESTROYED',
]);

/**
 * True when a kept-alive connection turned out closed after it was chosen and before a byte of the request was written.
 * A connection that could not be opened is not meant: that is an answer about the server.
 * @param started whether undici had begun to write the request
 */
export function metClosedConnection(error: unknown, started: boolean): boolean {
  if (started || !(error instanceof Error)) return false;
  return CLOSED.has(systemCode(error) ?? '') || ('syscall' in error && error.syscall === 'read');
}
