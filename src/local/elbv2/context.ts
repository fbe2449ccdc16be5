/** What an operation of Elastic Load Balancing gets besides its input. */
import type { Clock } from '../../base/clock.ts';
import type { IdSource } from '../../base/ids.ts';
import type { Store } from '../state/store.ts';
import type { Call } from '../wire/operation.ts';

/** Ports of listeners: bound before CreateListener answers, so that a busy port is that call's error. */
export interface ListenerPorts {
  /**
   * A loopback address for a new load balancer, different from those in use where this machine has more than one, so that
   * two balancers can both listen on one port number.
   * @param taken addresses of the load balancers that exist
   */
  chooseHost(taken: readonly string[]): Promise<string>;
  /**
   * Binds a port for a listener that is about to be created.
   * @throws ListenerPortError when it is busy or privileged
   */
  open(listenerArn: string, host: string, port: number): Promise<void>;
  /** Frees a port; harmless when it is not open. */
  close(listenerArn: string): Promise<void>;
}

/** The world that operations read and change. */
export interface Elbv2Dependencies {
  readonly store: Store;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly ports: ListenerPorts;
}

/** One request's view of that world. */
export interface Elbv2Context extends Elbv2Dependencies {
  readonly call: Call;
}

/**
 * An operation: checks the input, changes the state inside `store.transaction`, answers. Only those that bind ports are
 * asynchronous, and they bind before they change the state. Input and Output are the SDK's own types; throws AwsError.
 */
export type Elbv2Operation<Input, Output extends object> = (
  input: Input,
  context: Elbv2Context,
) => Output | Promise<Output>;
