/** What an operation of Elastic Load Balancing gets besides its input. */
import type { Clock } from '../../base/clock.ts';
import type { IdSource } from '../../base/ids.ts';
import type { Listener, LoadBalancer } from '../state/elbv2-entities.ts';
import type { Store } from '../state/store.ts';
import type { Call } from '../wire/operation.ts';

/** What came of asking for a port. */
export type PortOutcome =
  | { readonly kind: 'opened' }
  /** `systemCode`: `EADDRINUSE`, `EACCES`, ...; `message`: the system's own words. */
  | { readonly kind: 'refused'; readonly systemCode: string; readonly message: string };

/** Ports of listeners: bound before CreateListener answers, so that a busy port is that call's error. */
export interface ListenerPorts {
  /**
   * A loopback address for a new load balancer, different from those in use where this machine has more than one, so that
   * two balancers can both listen on one port number.
   * @param taken addresses of the load balancers that exist; one of them is answered only when there is no other
   */
  chooseHost(taken: readonly string[]): Promise<string>;
  /**
   * Binds the port of a listener that is about to be created or moved, on the balancer's address, and answers there by its
   * rules. Another port that the same listener has is not touched.
   */
  open(listener: Listener, balancer: LoadBalancer): Promise<PortOutcome>;
  /** Frees a port of a listener; resolves when it can be bound again. Harmless when it is not open. */
  close(listenerArn: string, port: number): Promise<void>;
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
