/** What an operation of CloudWatch gets besides its input. */
import type { Clock } from '../../base/clock.ts';
import type { IdSource } from '../../base/ids.ts';
import type { Store } from '../state/store.ts';
import type { Call } from '../wire/operation.ts';

/** The world that operations read and change. */
export interface CloudWatchDependencies {
  readonly store: Store;
  readonly clock: Pick<Clock, 'now'>;
  readonly ids: Pick<IdSource, 'hex'>;
}

/** One request's view of that world. */
export interface CloudWatchContext extends CloudWatchDependencies {
  readonly call: Call;
}

/** An operation: checks the input, changes the state inside `store.transaction`, answers; throws AwsError. */
export type CloudWatchOperation<Input, Output extends object> = (
  input: Input,
  context: CloudWatchContext,
) => Output;
