/** What an operation of CloudWatch Logs gets besides its input. */
import type { Clock } from '../../base/clock.ts';
import type { Store } from '../state/store.ts';
import type { Call } from '../wire/operation.ts';

/** The output of a container so far, stdout and stderr as written; at most the last `tailBytes` bytes (Runtime.logs). */
export type ReadLogs = (containerId: string, tailBytes: number) => Promise<string>;

/** The world that operations read. */
export interface LogsDependencies {
  readonly store: Store;
  readonly clock: Clock;
  readonly readLogs: ReadLogs;
}

/** One request's view of that world. */
export interface LogsContext extends LogsDependencies {
  readonly call: Call;
}

/** An operation: reads the state and the output of containers. Input and Output are the SDK's own types; throws AwsError. */
export type LogsOperation<Input, Output extends object> = (
  input: Input,
  context: LogsContext,
) => Output | Promise<Output>;
