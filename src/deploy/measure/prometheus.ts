/** A check on an instant query of Prometheus, or of what speaks its HTTP API (Thanos, Mimir, VictoriaMetrics). */
import { assessBounds } from '../../analysis/bounds.ts';
import type { Assessment } from '../../analysis/measurement.ts';
import type { Bounds, PrometheusCheck } from '../configuration/configuration.ts';
import { isJsonObject, type Json } from '../definition/json.ts';
import { cut, judged, noData } from './assessments.ts';
import type { MeasureDependencies } from './dependencies.ts';
import { parseJson } from './http.ts';
import { ask, httpUrl, NO_HTTP_URL, toldUrl } from './http-request.ts';

/** What the query is called in texts. */
const WHAT = 'the query';

/** One query, judged. @throws the signal's reason */
export async function measurePrometheus(
  access: Pick<MeasureDependencies, 'fetch' | 'clock' | 'signal'>,
  { url, query, min, max }: PrometheusCheck,
): Promise<Assessment> {
  const target = queryUrl(url, query);
  if (target === undefined) return judged('fail', NO_HTTP_URL);
  const answer = await ask(access, target, () => true);
  const asked = toldUrl(target);
  if (answer.kind === 'silent') return noData(`${asked} ${answer.why}`);
  return assessQuery(answer.status, answer.body, asked, { min, max });
}

/** `{url}/api/v1/query?query=…`; undefined when the url is none. What else stands behind its question mark stays. */
export function queryUrl(url: string, query: string): URL | undefined {
  const target = httpUrl(url);
  if (target === undefined) return undefined;
  target.pathname = `${target.pathname.replace(/\/+$/, '')}/api/v1/query`;
  target.searchParams.set('query', query);
  return target;
}

/**
 * Judges an answer of `/api/v1/query`. What is not there, for now or at all, is no data; a query that can never give one
 * number fails, or else `on_no_data: pass` would let everything through. Pure.
 * @param asked whom, as it may be told
 */
export function assessQuery(
  status: number,
  body: string | undefined,
  asked: string,
  bounds: Bounds,
): Assessment {
  const answer = parseJson(body);
  const isAnswer = isJsonObject(answer);
  if (isAnswer && answer['errorType'] === 'bad_data') {
    // Prometheus's own word on the text of the query, nothing else of the body.
    const why = typeof answer['error'] === 'string' ? `: ${cut(answer['error'], 160)}` : '';
    return judged('fail', `Prometheus does not understand the query${why}`);
  }
  if (status !== 200) return noData(`${asked} answers ${status}`);
  if (!isAnswer || answer['status'] !== 'success' || !isJsonObject(answer['data']))
    return noData(`${asked} does not answer as Prometheus does`);
  const { resultType, result } = answer['data'];
  if (resultType === 'scalar') return assessSample(result, bounds);
  if (resultType !== 'vector' || !Array.isArray(result)) {
    const type = typeof resultType === 'string' ? cut(resultType, 20) : 'nothing of that kind';
    return judged('fail', `the query must give one number, and gives ${type}`);
  }
  const [series, ...others] = result as readonly Json[];
  if (series === undefined) return noData('the query gives nothing');
  if (others.length > 0)
    return judged('fail', `the query must give one number, and gives ${others.length + 1}`);
  return assessSample(isJsonObject(series) ? series['value'] : undefined, bounds);
}

/** @param sample `[time, "value"]` */
function assessSample(sample: Json | undefined, { min, max }: Bounds): Assessment {
  const text: unknown = Array.isArray(sample) ? (sample as readonly Json[])[1] : undefined;
  if (typeof text !== 'string') return noData('the query gives no number, but a histogram');
  if (/^[+-]?Inf$/i.test(text)) {
    const isBeyond = text.startsWith('-') ? min !== undefined : max !== undefined;
    const why = `the query gives ${text}, as a division by zero does`;
    return isBeyond ? judged('fail', why) : noData(why);
  }
  const value = text.trim() === '' ? NaN : Number(text);
  if (Number.isNaN(value)) return noData('the query gives NaN: there was nothing to count');
  return assessBounds(value, { min, max }, WHAT);
}
