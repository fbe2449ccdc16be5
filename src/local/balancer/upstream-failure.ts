/** What the balancer answers when a target gave no answer, as ALB does. */
import { systemCode } from '../../base/errors.ts';
import { isNotSendable } from '../../load/unsent.ts';

/** 502: refused, reset, or an answer that is no HTTP. 504: no connection or no answer in time. 400: the request itself. */
export type FailureStatus = 400 | 502 | 504;

const TIME_OUTS: ReadonlySet<string> = new Set([
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'ETIMEDOUT',
]);

/** The status for an error of the connection to a target. */
export function failureStatus(error: unknown): FailureStatus {
  if (isNotSendable(error)) return 400;
  return TIME_OUTS.has(systemCode(error) ?? '') ? 504 : 502;
}
