/** Asks an HTTP server once: no redirects, no retries, a limit of time and size, and no secret in what is told of it. */
import { messageOf, systemCode } from '../../base/errors.ts';
import { cut } from './assessments.ts';
import type { MeasureDependencies } from './dependencies.ts';

/** So long may an answer take, with its body. */
export const ANSWER_MS = 10_000;
/** A longer body is not read to its end. Bytes. */
const LONGEST_BODY = 1024 * 1024;

/** What came back. */
export type HttpAnswer =
  | {
      readonly kind: 'answered';
      readonly status: number;
      /** Undefined where it was not wanted. */
      readonly body: string | undefined;
    }
  /** No answer, or none to its end. */
  | { readonly kind: 'silent'; readonly why: string };

type Access = Pick<MeasureDependencies, 'fetch' | 'clock' | 'signal'>;

/**
 * One GET.
 * @param wantsBody whether the body of an answer with this status is read
 * @throws the signal's reason
 */
export async function ask(
  { fetch, clock, signal }: Access,
  url: URL,
  wantsBody: (status: number) => boolean,
): Promise<HttpAnswer> {
  const late = new AbortController();
  const timer = clock.setTimer(ANSWER_MS, () => late.abort());
  try {
    const { target, authorization } = withoutUserinfo(url);
    const response = await fetch(target, {
      // A login page that is redirected to answers 200, whoever asks.
      redirect: 'manual',
      signal: signal === undefined ? late.signal : AbortSignal.any([late.signal, signal]),
      headers: { accept: 'application/json', 'user-agent': 'fairlead', ...authorization },
    });
    const { status } = response;
    if (!wantsBody(status)) {
      await response.body?.cancel();
      return { kind: 'answered', status, body: undefined };
    }
    const body = await readBody(response);
    return body === undefined
      ? { kind: 'silent', why: `answers with more than ${LONGEST_BODY / 1024} KiB` }
      : { kind: 'answered', status, body };
  } catch (error) {
    signal?.throwIfAborted();
    if (late.signal.aborted)
      return { kind: 'silent', why: `does not answer within ${ANSWER_MS / 1000} seconds` };
    // What fetch fails with; anything else is a bug of ours.
    if (!(error instanceof TypeError)) throw error;
    return { kind: 'silent', why: `does not answer: ${failureOf(error)}` };
  } finally {
    timer.cancel();
  }
}

/** The body as text; undefined when it is too long. */
async function readBody(response: Response): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const stream: AsyncIterable<Uint8Array> | undefined = response.body ?? undefined;
  if (stream === undefined) return '';
  for await (const chunk of stream) {
    size += chunk.length;
    if (size > LONGEST_BODY) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

/** The system's code says it shortest, and holds no address: `ECONNREFUSED`, `ENOTFOUND`, `CERT_HAS_EXPIRED`. */
function failureOf(error: TypeError): string {
  return systemCode(error.cause) ?? cut(messageOf(error.cause ?? error), 80);
}

/** Userinfo in a URL is for the Authorization header: fetch refuses it. */
function withoutUserinfo(url: URL): {
  readonly target: URL;
  readonly authorization: { readonly authorization?: string };
} {
  const { username, password } = url;
  if (username === '' && password === '') return { target: url, authorization: {} };
  const target = new URL(url);
  target.username = '';
  target.password = '';
  const pair = `${decoded(username)}:${decoded(password)}`;
  return {
    target,
    authorization: { authorization: `Basic ${Buffer.from(pair).toString('base64')}` },
  };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    // A lone percent sign stands for itself.
    return part;
  }
}

/** A URL that can be asked; undefined for anything else, which is not told: it may hold a password. */
export function httpUrl(text: string): URL | undefined {
  const url = URL.parse(text);
  return url?.protocol === 'http:' || url?.protocol === 'https:' ? url : undefined;
}

/** What is said in place of such a text. */
export const NO_HTTP_URL = 'the url of the check is no http or https URL';

/** The URL as it may be told: without userinfo, query and fragment, where secrets stand. */
export function toldUrl({ origin, pathname }: URL): string {
  return cut(`${origin}${pathname}`, 120);
}
