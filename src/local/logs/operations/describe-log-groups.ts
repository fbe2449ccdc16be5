import type {
  DescribeLogGroupsRequest,
  DescribeLogGroupsResponse,
} from '@aws-sdk/client-cloudwatch-logs';
import type { LogsOperation } from '../context.ts';
import { checkLimit, invalidParameter } from '../errors.ts';
import { logGroups, nameOfIdentifier } from '../log-sources.ts';
import { pageOf } from '../page-token.ts';

/** The log groups of the region, by name. */
export const describeLogGroups: LogsOperation<
  DescribeLogGroupsRequest,
  DescribeLogGroupsResponse
> = (input, { store, call }) => {
  const { logGroupNamePrefix: prefix, logGroupNamePattern: pattern } = input;
  if (prefix !== undefined && pattern !== undefined)
    throw invalidParameter('logGroupNamePrefix and logGroupNamePattern are mutually exclusive.');
  const identified = input.logGroupIdentifiers?.map(nameOfIdentifier);
  const groups = [...logGroups(store, call.region).values()]
    .filter(
      ({ name }) =>
        // All groups are of the standard class.
        (input.logGroupClass ?? 'STANDARD') === 'STANDARD' &&
        name.startsWith(prefix ?? '') &&
        name.includes(pattern ?? '') &&
        (identified?.includes(name) ?? true),
    )
    .sort((one, other) => (one.name < other.name ? -1 : 1));
  const { items, ...next } = pageOf(
    groups,
    ({ name }) => name,
    checkLimit(input.limit, 50),
    input.nextToken,
  );
  return {
    logGroups: items.map(({ name, createdAt }) => {
      const arn = `arn:aws:logs:${call.region}:${call.accountId}:log-group:${name}`;
      return {
        logGroupName: name,
        creationTime: createdAt,
        metricFilterCount: 0,
        arn: `${arn}:*`,
        logGroupArn: arn,
        storedBytes: 0,
        logGroupClass: 'STANDARD' as const,
      };
    }),
    ...next,
  };
};
