/** A region without sockets: the operations on an empty state, and ports that only remember. */
import { idSource } from '../../../src/base/ids.ts';
import { seededRandom } from '../../../src/base/random.ts';
import { VirtualClock } from '../../../src/base/virtual-clock.ts';
import type {
  Elbv2Context,
  Elbv2Dependencies,
  ListenerPorts,
  PortOutcome,
} from '../../../src/local/elbv2/context.ts';
import { elbv2Operations } from '../../../src/local/elbv2/handlers.ts';
import type { Listener, LoadBalancer } from '../../../src/local/state/elbv2-entities.ts';
import { memoryJournal } from '../../../src/local/state/journal.ts';
import { Store } from '../../../src/local/state/store.ts';
import { AwsError } from '../../../src/local/wire/aws-error.ts';

type Operations = typeof elbv2Operations;
type Input<N extends keyof Operations> = Parameters<Operations[N]>[0];
type Output<N extends keyof Operations> = Awaited<ReturnType<Operations[N]>>;

/** Ports of a machine that exists only in memory: each address and port can be open once. */
export class MemoryPorts implements ListenerPorts {
  /** `HOST:PORT` -> `LISTENER_ARN:PORT`. */
  readonly open_ = new Map<string, string>();
  readonly hosts: readonly string[];
  /** Runs while a port is being opened: what other requests do in the meantime. */
  meanwhile: () => Promise<unknown> = () => Promise.resolve();

  constructor(hosts: readonly string[] = ['127.0.0.1', '127.0.1.1', '127.0.1.2']) {
    this.hosts = hosts;
  }

  chooseHost(taken: readonly string[]): Promise<string> {
    return Promise.resolve(this.hosts.find((host) => !taken.includes(host)) ?? '127.0.0.1');
  }

  async open(listener: Listener, balancer: LoadBalancer): Promise<PortOutcome> {
    const { meanwhile } = this;
    this.meanwhile = () => Promise.resolve();
    const where = `${balancer.dnsName}:${listener.port}`;
    if (listener.port < 1024)
      return { kind: 'refused', systemCode: 'EACCES', message: `listen EACCES ${where}` };
    const owner = `${listener.listenerArn}:${listener.port}`;
    if ((this.open_.get(where) ?? owner) !== owner)
      return { kind: 'refused', systemCode: 'EADDRINUSE', message: `listen EADDRINUSE ${where}` };
    this.open_.set(where, owner);
    await meanwhile();
    return { kind: 'opened' };
  }

  close(listenerArn: string, port: number): Promise<void> {
    for (const [where, who] of this.open_)
      if (who === `${listenerArn}:${port}`) this.open_.delete(where);
    return Promise.resolve();
  }

  /** The open ports: `127.0.0.1:8080`. */
  get opened(): readonly string[] {
    return [...this.open_.keys()].sort();
  }
}

/** A region whose operations run in the given world. */
export class Region {
  readonly context: Elbv2Context;

  constructor(dependencies: Elbv2Dependencies) {
    this.context = {
      ...dependencies,
      call: {
        region: 'eu-west-1',
        accountId: '000000000000',
        requestId: '00000000-0000-4000-8000-000000000000',
        principalArn: 'arn:aws:iam::000000000000:root',
      },
    };
  }

  /** Calls an operation as the wire does, in `region`. */
  async call<N extends keyof Operations>(
    name: N,
    input: Input<N>,
    region = 'eu-west-1',
  ): Promise<Output<N>> {
    const context = { ...this.context, call: { ...this.context.call, region } };
    const operation: (input: never, context: Elbv2Context) => object | Promise<object> =
      elbv2Operations[name];
    // The record maps each name to the operation with this very input and output.
    return (await operation(input as never, context)) as Output<N>;
  }

  async balancer(name = 'web'): Promise<string> {
    const { LoadBalancers } = await this.call('CreateLoadBalancer', { Name: name });
    return LoadBalancers?.[0]?.LoadBalancerArn ?? '';
  }

  async group(name: string, more: Partial<Input<'CreateTargetGroup'>> = {}): Promise<string> {
    const { TargetGroups } = await this.call('CreateTargetGroup', {
      Name: name,
      Protocol: 'HTTP',
      Port: 80,
      TargetType: 'ip',
      ...more,
    });
    return TargetGroups?.[0]?.TargetGroupArn ?? '';
  }

  /** A listener that forwards to the group, or answers 404 when none is given. */
  async listener(balancer: string, port: number, group?: string): Promise<string> {
    const { Listeners } = await this.call('CreateListener', {
      LoadBalancerArn: balancer,
      Protocol: 'HTTP',
      Port: port,
      DefaultActions: [group === undefined ? NOT_FOUND : forwardTo(group)],
    });
    return Listeners?.[0]?.ListenerArn ?? '';
  }

  async rule(listener: string, priority: number, group?: string): Promise<string> {
    const { Rules } = await this.call('CreateRule', {
      ListenerArn: listener,
      Priority: priority,
      Conditions: [{ Field: 'path-pattern', Values: [`/${priority}`] }],
      Actions: [group === undefined ? NOT_FOUND : forwardTo(group)],
    });
    return Rules?.[0]?.RuleArn ?? '';
  }
}

/** A region of an empty state, in virtual time, with ports in memory. */
export class World extends Region {
  readonly store: Store;
  readonly clock: VirtualClock;
  readonly ports: MemoryPorts;

  constructor(hosts?: readonly string[]) {
    const store = new Store(memoryJournal);
    const clock = new VirtualClock();
    const ports = new MemoryPorts(hosts);
    super({ store, clock, ports, ids: idSource(seededRandom(1)) });
    this.store = store;
    this.clock = clock;
    this.ports = ports;
  }
}

/** An action that needs no target group. */
export const NOT_FOUND = {
  Type: 'fixed-response',
  FixedResponseConfig: { StatusCode: '404' },
} as const;

/** A forward action to one group. */
export function forwardTo(group: string): { Type: 'forward'; TargetGroupArn: string } {
  return { Type: 'forward', TargetGroupArn: group };
}

/** The code and the message of the AwsError that the call is refused with. */
export async function refusal(call: Promise<unknown>): Promise<string> {
  try {
    await call;
  } catch (error) {
    if (error instanceof AwsError) return `${error.code}: ${error.message}`;
    throw error;
  }
  throw new Error('the call was not refused');
}
