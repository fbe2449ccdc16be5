/** What can become of a request, and how to tell from an answer or an error. */
import { systemCode } from '../base/errors.ts';

/**
 * Every request that was sent ends as exactly one of these.
 * `reset`: the connection broke, or the answer was no HTTP. `error`: nothing of the others (a name that cannot be
 * resolved, no free socket on this machine).
 */
export const OUTCOMES = [
  'ok',
  '4xx',
  '5xx',
  'refused',
  'reset',
  'timeout',
  'wrong-version',
  'error',
] as const;

export type Outcome = (typeof OUTCOMES)[number];

/**
 * The outcome of an answer that came in whole.
 * @param version what the answer says it was given by
 * @param expected the versions that may answer now; undefined: any, and answers need not say one
 */
export function outcomeOfAnswer(
  status: number,
  version: string | undefined,
  expected: readonly string[] | undefined,
): Outcome {
  if (status >= 500) return '5xx';
  if (status >= 400) return '4xx';
  if (expected === undefined) return 'ok';
  return version !== undefined && expected.includes(version) ? 'ok' : 'wrong-version';
}

const BY_CODE: ReadonlyMap<string, Outcome> = new Map<string, Outcome>([
  ['ECONNREFUSED', 'refused'],
  ['EHOSTUNREACH', 'refused'],
  ['ENETUNREACH', 'refused'],
  ['ECONNRESET', 'reset'],
  ['ECONNABORTED', 'reset'],
  ['EPIPE', 'reset'],
  ['UND_ERR_SOCKET', 'reset'],
  ['UND_ERR_RES_CONTENT_LENGTH_MISMATCH', 'reset'],
  ['UND_ERR_HEADERS_OVERFLOW', 'reset'],
  ['ETIMEDOUT', 'timeout'],
  ['UND_ERR_CONNECT_TIMEOUT', 'timeout'],
  ['UND_ERR_HEADERS_TIMEOUT', 'timeout'],
  ['UND_ERR_BODY_TIMEOUT', 'timeout'],
]);

/** The outcome of a request that got no whole answer, from the code of the error that Node or undici gave. */
export function outcomeOfError(error: unknown): Outcome {
  const code = systemCode(error) ?? '';
  if (code.startsWith('HPE_')) return 'reset';
  return BY_CODE.get(code) ?? 'error';
}
