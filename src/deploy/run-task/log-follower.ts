/** Reads what a container writes to CloudWatch Logs, from its first line on. */
import {
  GetLogEventsCommand,
  type CloudWatchLogsClient,
  type GetLogEventsCommandOutput,
} from '@aws-sdk/client-cloudwatch-logs';
import type { Api } from '../aws/api.ts';
import { ApiError, mayRetry } from '../aws/api-failure.ts';
import { logPlaceOf, unreadable, type LogPlace } from '../aws/log-tail.ts';
import type { ContainerFacts } from '../definition/task-definition.ts';

/** So many pages at one look: a flood of lines must not keep the task's end waiting. */
const PAGES_A_LOOK = 20;

/** One container of one task. */
export class LogFollower {
  readonly #api: Api;
  readonly #logs: CloudWatchLogsClient;
  readonly #taskArn: string;
  readonly #container: ContainerFacts;
  #place: LogPlace | undefined;
  #token: string | undefined;
  #lost: string | undefined;
  #heard = false;

  constructor(api: Api, logs: CloudWatchLogsClient, taskArn: string, container: ContainerFacts) {
    this.#api = api;
    this.#logs = logs;
    this.#taskArn = taskArn;
    this.#container = container;
  }

  /** Why there are no lines, or no more; undefined while all is well. */
  lost(): string | undefined {
    return this.#lost;
  }

  /** True once a line was read. */
  heard(): boolean {
    return this.#heard;
  }

  /**
   * The lines since the last look.
   * @param last the task has ended: a stream that is not there by now was never written to
   */
  async read(last: boolean): Promise<readonly string[]> {
    if (this.#lost !== undefined) return [];
    this.#place ??= await logPlaceOf(this.#logs, this.#taskArn, this.#container);
    const place = this.#place;
    if (place.kind === 'lost') {
      this.#lost = place.why;
      return [];
    }
    const lines: string[] = [];
    try {
      for (let page = 0; page < PAGES_A_LOOK; page++) {
        const former = this.#token;
        const { events, nextForwardToken } = await this.#page(place, former);
        for (const { message } of events ?? []) lines.push(...splitLines(message ?? ''));
        this.#token = nextForwardToken ?? former;
        // The end is reached when the token comes back; an empty page alone proves nothing.
        if (nextForwardToken === undefined || nextForwardToken === former) break;
      }
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (!this.#comesLater(error, last)) this.#lost = unreadable(place, error);
    }
    if (lines.length > 0) this.#heard = true;
    return lines;
  }

  /** The stream is made when the container starts, and its lines are worth another try. */
  #comesLater(error: ApiError, last: boolean): boolean {
    return mayRetry(error.kind) || (error.code === 'ResourceNotFoundException' && !last);
  }

  #page(
    { group, stream }: Extract<LogPlace, { kind: 'place' }>,
    token: string | undefined,
  ): Promise<GetLogEventsCommandOutput> {
    return this.#api.read('logs', 'GetLogEvents', (options) =>
      this.#logs.send(
        new GetLogEventsCommand({
          logGroupName: group,
          logStreamName: stream,
          startFromHead: true,
          ...(token === undefined ? {} : { nextToken: token }),
        }),
        options,
      ),
    );
  }
}

/** An event is a line; some programs put several into one. */
function splitLines(message: string): readonly string[] {
  return message.replace(/\r?\n$/, '').split(/\r?\n/);
}
