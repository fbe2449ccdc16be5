/** The port of a listener: what it may be, and what to say when it cannot be had. */
import type { Listener, LoadBalancer } from '../state/elbv2-entities.ts';
import type { Store } from '../state/store.ts';
import { AwsError } from '../wire/aws-error.ts';
import type { Elbv2Context, PortOutcome } from './context.ts';
import { checkRange, invalidConfiguration, validationError } from './errors.ts';

/** The members of CreateListener and ModifyListener that say what is listened to. */
interface ListenerInput {
  readonly Protocol?: string | undefined;
  readonly Port?: number | undefined;
  readonly SslPolicy?: string | undefined;
  readonly Certificates?: readonly unknown[] | undefined;
  readonly AlpnPolicy?: readonly string[] | undefined;
  readonly MutualAuthentication?: object | undefined;
}

/**
 * Checks that the listener is one that this balancer serves: plain HTTP.
 * @throws AwsError UnsupportedProtocol, ValidationError
 */
export function checkListenerInput(input: ListenerInput): void {
  if (input.Protocol !== undefined && input.Protocol !== 'HTTP') {
    if (input.Protocol === 'HTTPS')
      throw new AwsError(
        'UnsupportedProtocol',
        "The local load balancer serves HTTP only. Give the listener the protocol 'HTTP' and no certificate locally; the port can stay",
      );
    throw new AwsError(
      'UnsupportedProtocol',
      `Protocol '${input.Protocol}' is not supported by load balancers of type 'application', which are the only ones here. Give the protocol 'HTTP'`,
    );
  }
  const secure = (
    ['SslPolicy', 'Certificates', 'AlpnPolicy', 'MutualAuthentication'] as const
  ).find((member) => input[member] !== undefined);
  if (secure !== undefined)
    throw validationError(`${secure} can only be specified for HTTPS and TLS listeners`);
  if (input.Port !== undefined) checkRange(input.Port, 'Listener port', 1, 65_535);
}

/** @throws AwsError DuplicateListener */
export function checkPortIsFree(store: Store, listener: Listener): void {
  const other = listenerOnPort(store, listener.loadBalancerArn, listener.port);
  if (other !== undefined && other.listenerArn !== listener.listenerArn)
    throw new AwsError(
      'DuplicateListener',
      `A listener already exists on this port for this load balancer '${listener.loadBalancerArn}'`,
    );
}

/** The listener that a load balancer has on a port. */
export function listenerOnPort(
  store: Store,
  loadBalancerArn: string,
  port: number,
): Listener | undefined {
  return store.listeners.by('loadBalancer', loadBalancerArn).find((each) => each.port === port);
}

/**
 * Opens the listener's port, then lets `change` write the state; when that fails, the port is closed again.
 * @throws AwsError InvalidConfigurationRequest when the port cannot be had; whatever `change` throws
 */
export async function withOpenPort<R>(
  context: Elbv2Context,
  balancer: LoadBalancer,
  listener: Listener,
  change: () => R,
): Promise<R> {
  const outcome = await context.ports.open(listener, balancer);
  if (outcome.kind === 'refused') {
    checkPortIsFree(context.store, listener);
    throw invalidConfiguration(refusal(context.store, balancer, listener.port, outcome));
  }
  try {
    return change();
  } catch (error) {
    // Unless another request moved the listener there meanwhile.
    if (context.store.listeners.get(listener.listenerArn)?.port !== listener.port)
      await context.ports.close(listener.listenerArn, listener.port);
    throw error;
  }
}

function refusal(
  store: Store,
  balancer: LoadBalancer,
  port: number,
  outcome: Extract<PortOutcome, { kind: 'refused' }>,
): string {
  const host = balancer.dnsName;
  const where = `Port ${port} on ${host}`;
  const another = `Choose another port for the listener, such as ${port < 1024 ? port + 8000 : port < 65_535 ? port + 1 : 8080}`;
  switch (outcome.systemCode) {
    case 'EADDRINUSE': {
      const holder = holderOf(store, host, port, balancer);
      if (holder !== undefined)
        return `${where} is in use by the load balancer '${holder.loadBalancerName}' in ${holder.region}. Both have the address ${host}, because this machine has no further loopback address (on Linux each load balancer gets one of its own). ${another}`;
      return `${where} is in use by another program. ${another}, or stop the program (lsof -i :${port} names it)`;
    }
    case 'EACCES':
      return `${where} is privileged: this system lets only the administrator listen there. ${another}`;
    default:
      return `${where} cannot be opened: ${outcome.message} (${outcome.systemCode}). ${another}`;
  }
}

/** Which other load balancer listens there; ports are shared by all regions of this machine. */
function holderOf(
  store: Store,
  host: string,
  port: number,
  except: LoadBalancer,
): LoadBalancer | undefined {
  for (const balancer of store.loadBalancers.values()) {
    if (balancer.dnsName !== host || balancer.loadBalancerArn === except.loadBalancerArn) continue;
    if (listenerOnPort(store, balancer.loadBalancerArn, port) !== undefined) return balancer;
  }
  return undefined;
}
