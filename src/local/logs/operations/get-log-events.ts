import type { GetLogEventsRequest, GetLogEventsResponse } from '@aws-sdk/client-cloudwatch-logs';
import type { LogsOperation } from '../context.ts';
import { checkLimit, invalidParameter, notFound } from '../errors.ts';
import { ranIn, readLines } from '../log-events.ts';
import { findLogGroup, logStreams } from '../log-sources.ts';

const MOST_EVENTS = 10_000;
/** An answer has at most 1 MiB of text. */
const MOST_BYTES = 2 ** 20;
/** So much of a container's output can be read back. */
const TAIL_BYTES = 8 * 2 ** 20;

/** The events of one stream: the latest ones, or from the head, or from where a token of an earlier answer points. */
export const getLogEvents: LogsOperation<GetLogEventsRequest, GetLogEventsResponse> = async (
  input,
  context,
) => {
  const limit = checkLimit(input.limit, MOST_EVENTS);
  const group = findLogGroup(context, input);
  const streams = logStreams(context.store, context.call.region, group);
  const stream = streams.find(({ name }) => name === input.logStreamName);
  if (stream === undefined) throw notFound('log stream');
  const lines = ranIn(stream, input) ? await readLines(stream, context.readLogs, TAIL_BYTES) : [];
  const [from, to] = pageBounds(lines, limit, startOf(input, lines.length));
  return {
    events: lines.slice(from, to).map((message) => ({
      timestamp: stream.startedAt,
      message,
      ingestionTime: stream.startedAt,
    })),
    nextForwardToken: `f/${to}`,
    nextBackwardToken: `b/${from}`,
  };
};

/** Where a page begins and in which direction it goes. */
interface PageStart {
  readonly direction: 'forward' | 'backward';
  readonly index: number;
}

function startOf(input: GetLogEventsRequest, count: number): PageStart {
  if (input.nextToken === undefined)
    return input.startFromHead === true
      ? { direction: 'forward', index: 0 }
      : { direction: 'backward', index: count };
  const [, letter, digits] = /^([fb])\/(\d{1,15})$/.exec(input.nextToken) ?? [];
  if (letter === undefined) throw invalidParameter('The specified nextToken is invalid.');
  return {
    direction: letter === 'f' ? 'forward' : 'backward',
    index: Math.min(Number(digits), count),
  };
}

/** The bounds of a page, which has at least one line where there is one, however long. */
function pageBounds(
  lines: readonly string[],
  limit: number,
  { direction, index }: PageStart,
): readonly [from: number, to: number] {
  const step = direction === 'forward' ? 1 : -1;
  let bytes = 0;
  let count = 0;
  while (count < limit) {
    const line = lines[direction === 'forward' ? index + count : index - 1 - count];
    if (line === undefined) break;
    bytes += Buffer.byteLength(line);
    if (bytes > MOST_BYTES && count > 0) break;
    count++;
  }
  const end = index + step * count;
  return direction === 'forward' ? [index, end] : [end, index];
}
