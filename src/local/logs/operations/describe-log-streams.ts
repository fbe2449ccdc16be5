import type {
  DescribeLogStreamsRequest,
  DescribeLogStreamsResponse,
} from '@aws-sdk/client-cloudwatch-logs';
import type { LogsOperation } from '../context.ts';
import { checkLimit, invalidParameter } from '../errors.ts';
import { findLogGroup, logStreams } from '../log-sources.ts';
import { pageOf } from '../page-token.ts';

/** The log streams of a group, by name or by the time of their events. */
export const describeLogStreams: LogsOperation<
  DescribeLogStreamsRequest,
  DescribeLogStreamsResponse
> = (input, context) => {
  const { store, call } = context;
  const { logStreamNamePrefix: prefix, orderBy = 'LogStreamName' } = input;
  if (orderBy === 'LastEventTime' && prefix !== undefined)
    throw invalidParameter('Cannot order by LastEventTime with a logStreamNamePrefix.');
  const group = findLogGroup(context, input);
  const streams = logStreams(store, call.region, group).filter(({ name }) =>
    name.startsWith(prefix ?? ''),
  );
  const sorted =
    orderBy === 'LastEventTime'
      ? streams
      : streams.toSorted((one, other) => (one.name < other.name ? -1 : 1));
  const { items, ...next } = pageOf(
    input.descending === true ? sorted.toReversed() : sorted,
    ({ name }) => name,
    checkLimit(input.limit, 50),
    input.nextToken,
  );
  return {
    logStreams: items.map(({ name, startedAt }) => ({
      logStreamName: name,
      creationTime: startedAt,
      firstEventTimestamp: startedAt,
      lastEventTimestamp: startedAt,
      arn: `arn:aws:logs:${call.region}:${call.accountId}:log-group:${group.name}:log-stream:${name}`,
      storedBytes: 0,
    })),
    ...next,
  };
};
