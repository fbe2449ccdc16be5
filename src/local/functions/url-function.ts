/** A function that is a web server: the payload is posted to it, the answer is the body. */
import { request } from 'undici';
import { messageOf } from '../../base/errors.ts';
import { AnswerText, FunctionError } from './functions.ts';

/** How much of an error's body explains it. */
const EXPLANATION_LENGTH = 200;

/**
 * Invokes it once. Redirects are not followed.
 * @throws FunctionError when it cannot be reached, answers with another status than 2xx, or answers too much
 */
export async function callUrlFunction(
  url: string,
  payload: string,
  signal: AbortSignal,
): Promise<string> {
  const where = withoutQuery(url);
  const response = await send(url, payload, signal).catch((error: unknown) => {
    throw new FunctionError('not-invoked', `${where} cannot be reached: ${causeOf(error)}`, error);
  });
  const { statusCode } = response;
  const answer = await bodyOf(response, where);
  if (statusCode >= 200 && statusCode < 300) return answer;
  const [explanation = ''] = answer.trim().split('\n');
  throw new FunctionError(
    'failed',
    `${where} answered with status ${statusCode}${explanation === '' ? '' : `: ${explanation.slice(0, EXPLANATION_LENGTH)}`}`,
  );
}

type Response = Awaited<ReturnType<typeof request>>;

function send(url: string, payload: string, signal: AbortSignal): Promise<Response> {
  return request(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: payload,
    signal,
    // An invocation has one time limit, which is longer than undici's.
    headersTimeout: 0,
    bodyTimeout: 0,
    // The next one may be minutes away: no connection is kept for it.
    reset: true,
  });
}

async function bodyOf({ body }: Response, where: string): Promise<string> {
  const answer = new AnswerText();
  try {
    for await (const chunk of body) answer.add(chunk as Buffer);
  } catch (error) {
    if (error instanceof FunctionError) throw error;
    throw new FunctionError('failed', `${where} broke off its answer: ${causeOf(error)}`, error);
  }
  return answer.toString();
}

/** A query may hold a secret. */
function withoutQuery(url: string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
}

/** When every address of a name fails, the error itself says nothing. */
function causeOf(error: unknown): string {
  return error instanceof AggregateError
    ? error.errors.map(messageOf).join(', ')
    : messageOf(error);
}
