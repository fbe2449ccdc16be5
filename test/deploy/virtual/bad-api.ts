/** APIs under bad conditions: throttled, broken, slow, cut off, or telling what was true a moment ago. */
import type { VirtualClock } from '../../../src/base/virtual-clock.ts';
import { seededRandom } from '../../../src/base/random.ts';
import type { Clock } from '../../../src/base/clock.ts';
import type { Layer, SdkAnswer } from './virtual-clients.ts';

/** How often each thing happens, from 0 to 1. */
export interface Weather {
  readonly throttled: number;
  readonly broken: number;
  /** The connection breaks before ECS gets the request, or before its answer comes back. */
  readonly cutBefore: number;
  readonly cutAfter: number;
  /** An answer takes up to this long; one in three does. */
  readonly slowMs: number;
  /** Reads tell what they told the last time, if that was so many ms ago at most, although it has changed. */
  readonly stale: number;
  readonly staleMs: number;
  /** What ECS has just begun is not listed for this long. */
  readonly listedAfterMs: number;
  /** True where nothing has been there before: what is listed first is new, too. */
  readonly fromNothing?: boolean;
}

export const STORM: Weather = {
  ...{ throttled: 0.1, broken: 0.05, cutBefore: 0.05, cutAfter: 0.05 },
  ...{ slowMs: 8000, stale: 0.3, staleMs: 15_000, listedAfterMs: 12_000 },
};

const READS = /^(Describe|List)/;

/** An API in bad weather; the same seed brings the same. */
export function badApi(clock: VirtualClock, seed: number, weather: Weather = STORM): Layer {
  const random = seededRandom(seed);
  const chance = (probability: number): boolean => random.fraction() < probability;
  const last = new Map<string, { readonly answer: SdkAnswer; readonly at: number }>();
  /** When each service deployment was first seen here: until it is listed, it is not known. */
  const firstSeen = new Map<string, number>();
  const known = (): readonly string[] =>
    [...firstSeen].flatMap(([arn, at]) => (clock.now() - at >= weather.listedAfterMs ? [arn] : []));
  return async (request, send) => {
    const { operation } = request;
    if (chance(1 / 3)) await clock.sleep(random.fraction() * weather.slowMs);
    if (chance(weather.cutBefore)) throw cut();
    const { throttled, broken } = weather;
    if (chance(throttled)) return failure(request, 400, 'ThrottlingException', 'Rate exceeded');
    if (chance(broken)) return failure(request, 500, 'ServerException', 'Service Unavailable');
    const key = `${operation} ${request.body}`;
    const former = last.get(key);
    if (weather.fromNothing === true) firstSeen.set('nothing', Infinity);
    const answer = lateListed(operation, await send(), firstSeen, known, clock.now());
    if (answer.statusCode === 200) last.set(key, { answer, at: clock.now() });
    if (chance(weather.cutAfter)) throw cut();
    const stale = former !== undefined && clock.now() - former.at <= weather.staleMs;
    return stale && READS.test(operation) && chance(weather.stale) ? former.answer : answer;
  };
}

/** Leaves out service deployments that are too new; those of the first answer have been there before. */
function lateListed(
  operation: string,
  answer: SdkAnswer,
  firstSeen: Map<string, number>,
  known: () => readonly string[],
  now: number,
): SdkAnswer {
  if (!/^(List|Describe)ServiceDeployments$/.test(operation) || answer.statusCode !== 200) {
    return answer;
  }
  const body = JSON.parse(answer.body) as {
    readonly serviceDeployments?: readonly { readonly serviceDeploymentArn: string }[];
  };
  const all = body.serviceDeployments ?? [];
  for (const { serviceDeploymentArn } of all) {
    if (!firstSeen.has(serviceDeploymentArn)) {
      firstSeen.set(serviceDeploymentArn, firstSeen.size === 0 ? -Infinity : now);
    }
  }
  const listed = known();
  const serviceDeployments = all.filter((each) => listed.includes(each.serviceDeploymentArn));
  return { ...answer, body: JSON.stringify({ ...body, serviceDeployments }) };
}

/** An API that answers some requests with an error, and all others as they are. */
export function refusing(
  refuses: (operation: string, number: number) => boolean,
  code: string,
  message: string,
): Layer {
  let number = 0;
  return (request, send) => {
    number += 1;
    return refuses(request.operation, number)
      ? Promise.resolve(failure(request, 400, code, message))
      : send();
  };
}

/** A connection that breaks when ECS has done what it was asked, the first time that the operation is asked for. */
export function losingReceipt(operation: string): Layer {
  let lost = false;
  return async (request, send) => {
    const answer = await send();
    if (request.operation !== operation || lost) return answer;
    lost = true;
    throw cut();
  };
}

/** The connection is gone. */
export function cut(): Error {
  return Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
}

/** An error as the request's protocol has it: the query protocol of Elastic Load Balancing answers XML. */
function failure(
  { body }: { readonly body: string },
  statusCode: number,
  code: string,
  message: string,
): SdkAnswer {
  if (body.startsWith('{')) {
    const headers = { 'content-type': 'application/x-amz-json-1.1' };
    return { statusCode, headers, body: JSON.stringify({ __type: code, message }) };
  }
  return {
    statusCode,
    headers: { 'content-type': 'text/xml' },
    body: `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`,
  };
}

/** The clock of a machine that is wrong by so many milliseconds. */
export function skewed(clock: Clock, byMs: number): Clock {
  return {
    now: () => clock.now() + byMs,
    monotonic: () => clock.monotonic(),
    sleep: (ms, signal) => clock.sleep(ms, signal),
    setTimer: (ms, callback) => clock.setTimer(ms, callback),
  };
}
