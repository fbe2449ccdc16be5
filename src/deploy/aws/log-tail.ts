/** The last lines that a dead container wrote to CloudWatch Logs. */
import {
  GetLogEventsCommand,
  type CloudWatchLogsClient,
  type OutputLogEvent,
} from '@aws-sdk/client-cloudwatch-logs';
import { lastPart } from '../../base/arn.ts';
import type { Api } from './api.ts';
import { ApiError } from './api-failure.ts';

/** So many lines tell enough. */
const LINES = 20;
/** A line longer than this is cut. */
const LONGEST_LINE = 500;

/** Where the awslogs driver writes to. */
export interface AwslogsFacts {
  readonly group: string;
  readonly region: string | undefined;
  readonly streamPrefix: string | undefined;
}

/** What its definition says of a container's log. */
export interface LoggedContainer {
  readonly name: string;
  /** CloudWatch Logs, where the container logs there. */
  readonly awslogs: AwslogsFacts | undefined;
  readonly logDriver: string | undefined;
}

/** Lines, or why there are none. */
export type LogTailResult =
  | { readonly kind: 'lines'; readonly lines: readonly string[] }
  | { readonly kind: 'lost'; readonly why: string };

/** Where a container's log is, or why it cannot be read from here. */
export type LogPlace =
  | { readonly kind: 'place'; readonly group: string; readonly stream: string }
  | { readonly kind: 'lost'; readonly why: string };

/** The stream is `prefix/container/task id`, as the awslogs driver names it. */
export async function logPlaceOf(
  logs: CloudWatchLogsClient,
  taskArn: string,
  container: LoggedContainer,
): Promise<LogPlace> {
  const { awslogs } = container;
  if (awslogs === undefined) {
    const where =
      container.logDriver === undefined
        ? 'it has no log driver, and only awslogs can be read from here; on the local ECS: fairlead local logs TASK'
        : `it goes to ${container.logDriver}, and only awslogs can be read from here`;
    return { kind: 'lost', why: `log of container ${container.name}: ${where}` };
  }
  if (awslogs.streamPrefix === undefined) {
    return {
      kind: 'lost',
      why: `log of container ${container.name}: without awslogs-stream-prefix its stream cannot be found`,
    };
  }
  const region = await logs.config.region();
  if (awslogs.region !== undefined && awslogs.region !== region) {
    return {
      kind: 'lost',
      why: `log of container ${container.name}: it is in region ${awslogs.region}, group ${awslogs.group}`,
    };
  }
  const stream = `${awslogs.streamPrefix}/${container.name}/${lastPart(taskArn)}`;
  return { kind: 'place', group: awslogs.group, stream };
}

/**
 * Reads the end of a container's log. No time window: the newest lines of that one task are wanted, whatever our clock says.
 */
export async function readLogTail(
  api: Api,
  logs: CloudWatchLogsClient,
  taskArn: string,
  container: LoggedContainer,
): Promise<LogTailResult> {
  const place = await logPlaceOf(logs, taskArn, container);
  if (place.kind === 'lost') return place;
  const { group, stream } = place;
  try {
    const { events } = await api.read('logs', 'GetLogEvents', (options) =>
      logs.send(
        new GetLogEventsCommand({
          logGroupName: group,
          logStreamName: stream,
          limit: LINES,
          startFromHead: false,
        }),
        options,
      ),
    );
    return { kind: 'lines', lines: linesOf(events ?? []) };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return { kind: 'lost', why: unreadable(place, error) };
  }
}

/** The lines of log events; empty ones say nothing. */
function linesOf(events: readonly OutputLogEvent[]): readonly string[] {
  return events
    .flatMap(({ message }) => (message ?? '').split(/\r?\n/))
    .filter((line) => line.trim() !== '')
    .map((line) => line.slice(0, LONGEST_LINE));
}

/** Why a log could not be read, in one sentence. */
export function unreadable(
  { group, stream }: Extract<LogPlace, { kind: 'place' }>,
  error: ApiError,
): string {
  const why =
    error.kind === 'denied'
      ? `${error.permission} is not allowed`
      : `${error.code}: ${error.message}`;
  return `log stream ${stream} in ${group}: ${why}`;
}
