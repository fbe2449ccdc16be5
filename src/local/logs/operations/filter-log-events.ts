import type {
  FilteredLogEvent,
  FilterLogEventsRequest,
  FilterLogEventsResponse,
} from '@aws-sdk/client-cloudwatch-logs';
import type { LogsContext, LogsOperation } from '../context.ts';
import { checkLimit, invalidParameter, notFound } from '../errors.ts';
import { filterPattern } from '../filter-pattern.ts';
import { ranIn, readLines } from '../log-events.ts';
import { findLogGroup, logStreams, type LogStreamSource } from '../log-sources.ts';
import { placeOf, tokenOf } from '../page-token.ts';

const MOST_EVENTS = 10_000;
/** So many containers' outputs are read for one answer; more come with the next page. */
const MOST_STREAMS = 100;
/** So much of each container's output is searched. */
const TAIL_BYTES = 2 ** 20;

/** The events of a group's streams that meet a pattern, stream after stream, oldest first unless asked otherwise. */
export const filterLogEvents: LogsOperation<
  FilterLogEventsRequest,
  FilterLogEventsResponse
> = async (input, context) => {
  const limit = checkLimit(input.limit, MOST_EVENTS);
  const matches = filterPattern(input.filterPattern);
  const streams = selectedStreams(input, context);
  const events: FilteredLogEvent[] = [];
  let { index, line } = startOf(input.nextToken, streams);
  for (const end = index + MOST_STREAMS; index < Math.min(end, streams.length); index++, line = 0) {
    const stream = streams[index];
    if (stream === undefined) break;
    const lines = await readLines(stream, context.readLogs, TAIL_BYTES);
    for (; line < lines.length; line++) {
      const at = input.startFromHead === false ? lines.length - 1 - line : line;
      const message = lines[at] ?? '';
      if (!matches(message)) continue;
      if (events.length === limit) return answer(events, stream, line);
      events.push(eventOf(stream, at, message));
    }
  }
  return answer(events, streams[index], 0);
};

function selectedStreams(
  input: FilterLogEventsRequest,
  context: LogsContext,
): readonly LogStreamSource[] {
  const { logStreamNames: names, logStreamNamePrefix: prefix } = input;
  if (names !== undefined && prefix !== undefined)
    throw invalidParameter('logStreamNames and logStreamNamePrefix cannot be specified together.');
  const group = findLogGroup(context, input);
  const all = logStreams(context.store, context.call.region, group);
  for (const name of names ?? [])
    if (!all.some((stream) => stream.name === name)) throw notFound('log stream');
  const selected = all.filter(
    (stream) =>
      (names?.includes(stream.name) ?? stream.name.startsWith(prefix ?? '')) &&
      ranIn(stream, input),
  );
  return input.startFromHead === false ? selected.toReversed() : selected;
}

function startOf(
  token: string | undefined,
  streams: readonly LogStreamSource[],
): { index: number; line: number } {
  if (token === undefined) return { index: 0, line: 0 };
  const [, line = '0', name] = /^(\d+) (.*)$/s.exec(placeOf(token)) ?? [];
  const index = streams.findIndex((stream) => stream.name === name);
  if (index === -1) throw invalidParameter('The specified nextToken has expired.');
  return { index, line: Number(line) };
}

function eventOf(stream: LogStreamSource, line: number, message: string): FilteredLogEvent {
  return {
    logStreamName: stream.name,
    timestamp: stream.startedAt,
    message,
    ingestionTime: stream.startedAt,
    // The same for the same line at every call: by it `aws logs tail --follow` knows what it has shown.
    eventId: `${stream.containerId}/${line}`,
  };
}

function answer(
  events: FilteredLogEvent[],
  next: LogStreamSource | undefined,
  line: number,
): FilterLogEventsResponse {
  return {
    events,
    searchedLogStreams: [],
    ...(next !== undefined && { nextToken: tokenOf(`${line} ${next.name}`) }),
  };
}
