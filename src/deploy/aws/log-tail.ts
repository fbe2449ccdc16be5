/** The last lines that a dead container wrote to CloudWatch Logs. */
import { GetLogEventsCommand, type CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { lastPart } from '../../base/arn.ts';
import type { Api } from './api.ts';
import { ApiError } from './api-failure.ts';
import type { ContainerFacts } from '../definition/task-definition.ts';

/** So many lines tell enough. */
const LINES = 20;
/** A line longer than this is cut. */
const LONGEST_LINE = 500;

/** Lines, or why there are none. */
export type LogTailResult =
  | { readonly kind: 'lines'; readonly lines: readonly string[] }
  | { readonly kind: 'lost'; readonly why: string };

/**
 * Reads the end of a container's log. The stream is `prefix/container/task id`, as the awslogs driver names it. No time window:
 * the newest lines of that one task are wanted, whatever our clock says.
 */
export async function readLogTail(
  api: Api,
  logs: CloudWatchLogsClient,
  taskArn: string,
  container: ContainerFacts,
): Promise<LogTailResult> {
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
  try {
    const { events } = await api.read('logs', 'GetLogEvents', (options) =>
      logs.send(
        new GetLogEventsCommand({
          logGroupName: awslogs.group,
          logStreamName: stream,
          limit: LINES,
          startFromHead: false,
        }),
        options,
      ),
    );
    const lines = (events ?? []).flatMap(({ message }) => (message ?? '').split(/\r?\n/));
    return {
      kind: 'lines',
      lines: lines.filter((line) => line.trim() !== '').map((line) => line.slice(0, LONGEST_LINE)),
    };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const why =
      error.kind === 'denied'
        ? `${error.permission} is not allowed`
        : `${error.code}: ${error.message}`;
    return { kind: 'lost', why: `log stream ${stream} in ${awslogs.group}: ${why}` };
  }
}
