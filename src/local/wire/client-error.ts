/** What is wrong with bytes that are no HTTP request. */
import { messageOf, systemCode } from '../../base/errors.ts';
import type { Refusal } from './admission.ts';

const REFUSALS: ReadonlyMap<string, Refusal> = new Map([
  [
    'ERR_HTTP_REQUEST_TIMEOUT',
    { fault: 'timeout', message: 'The request did not arrive completely in time.' },
  ],
  [
    'HPE_HEADER_OVERFLOW',
    { fault: 'headers-too-large', message: 'The headers of the request are too large.' },
  ],
  [
    'HPE_CHUNK_EXTENSIONS_OVERFLOW',
    { fault: 'body-too-large', message: 'The chunk extensions of the body are too large.' },
  ],
]);

/** The refusal for an error of Node's HTTP parser; undefined when the client is gone and nobody listens. */
export function clientErrorRefusal(error: Error): Refusal | undefined {
  const code = systemCode(error) ?? '';
  if (code === 'ECONNRESET' || code === 'EPIPE') return undefined;
  return (
    REFUSALS.get(code) ?? {
      fault: 'malformed-request',
      message: `This is not a valid HTTP request (${code === '' ? messageOf(error) : code}).`,
    }
  );
}
