/** A check that asks the new version itself, at its test listener for instance. */
import type { Assessment } from '../../analysis/measurement.ts';
import type { HttpCheck } from '../configuration/configuration.ts';
import type { Json } from '../definition/json.ts';
import { judged, type Numbers } from './assessments.ts';
import type { MeasureDependencies } from './dependencies.ts';
import { ask, httpUrl, NO_HTTP_URL, toldUrl, type HttpAnswer } from './http-request.ts';
import { firstDifference } from './json-subset.ts';

/** One request, judged. @throws the signal's reason */
export async function measureHttp(
  access: Pick<MeasureDependencies, 'fetch' | 'clock' | 'signal'>,
  check: HttpCheck,
): Promise<Assessment> {
  const url = httpUrl(check.url);
  if (url === undefined) return judged('fail', NO_HTTP_URL);
  const wantsJson = Object.keys(check.json).length > 0;
  const answer = await ask(access, url, (status) => wantsJson && status === check.expect);
  return assessAnswer(answer, toldUrl(url), check);
}

/**
 * A wrong answer fails: it is the version that is to be judged which gave it. No answer does not decide: a connection may fail
 * once for no fault of that version, and the next look asks again. Pure.
 * @param asked whom, as it may be told
 */
export function assessAnswer(
  answer: HttpAnswer,
  asked: string,
  { expect, json }: Pick<HttpCheck, 'expect' | 'json'>,
): Assessment {
  if (answer.kind === 'silent') return judged('inconclusive', `${asked} ${answer.why}`);
  const { status, body } = answer;
  const numbers: Numbers = { value: status, limit: expect };
  if (status !== expect) {
    const instead = status >= 300 && status < 400 ? ' (redirects are not followed)' : '';
    return judged('fail', `${asked} answers ${status} and not ${expect}${instead}`, numbers);
  }
  const names = Object.keys(json);
  if (names.length === 0) return judged('pass', `${asked} answers ${status}`, numbers);
  const parsed = parseJson(body);
  if (parsed === undefined)
    return judged('fail', `${asked} answers ${status}, but no JSON`, numbers);
  const difference = firstDifference(json, parsed);
  return difference === undefined
    ? judged('pass', `${asked} answers ${status} with ${names.join(', ')} as expected`, numbers)
    : judged('fail', `${asked} answers ${status}, but ${difference}`, numbers);
}

/** Undefined when the text is no JSON. */
export function parseJson(text: string | undefined): Json | undefined {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
