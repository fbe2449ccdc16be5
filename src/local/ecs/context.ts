/** What an operation of ECS gets besides its input. */
import type { Clock } from '../../base/clock.ts';
import type { IdSource } from '../../base/ids.ts';
import type { Store } from '../state/store.ts';
import type { Call } from '../wire/operation.ts';

/** The one container instance that is this machine, as the API shows it. */
export interface MachineDescription {
  /** Logical CPUs. */
  readonly cpus: number;
  /** MiB. */
  readonly memoryMiB: number;
  /** `x86_64`, `arm64`. */
  readonly architecture: 'x86_64' | 'arm64';
  /** `linux`, `darwin`. */
  readonly platform: string;
}

/** The world that operations read and change. */
export interface EcsDependencies {
  readonly store: Store;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly machine: MachineDescription;
}

/** One request's view of that world. */
export interface EcsContext extends EcsDependencies {
  readonly call: Call;
}

/**
 * An operation: checks the input, changes the state inside `store.transaction`, answers. It never acts on tasks or
 * traffic: the controllers watch the state and do. Input and Output are the SDK's own types; throws AwsError.
 */
export type EcsOperation<Input, Output extends object> = (
  input: Input,
  context: EcsContext,
) => Output;
