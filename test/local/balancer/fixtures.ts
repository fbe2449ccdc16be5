/** Real servers, clients and configurations for the balancer's tests. */
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { connect, createServer as createNetServer, type AddressInfo, type Socket } from 'node:net';
import { afterEach } from 'vitest';
import { systemClock } from '../../../src/base/clock.ts';
import { seededRandom } from '../../../src/base/random.ts';
import { Balancer } from '../../../src/local/balancer/balancer.ts';
import type {
  DataPlane,
  DataPlaneEvent,
  HealthCheckConfig,
  ListenerConfig,
  RuleAction,
  TargetConfig,
  TargetGroupConfig,
} from '../../../src/local/balancer/data-plane.ts';

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** Runs when the test is over, latest first. */
export function atEnd(cleanup: () => Promise<void>): void {
  cleanups.push(cleanup);
}

/** Waits for a condition, looking every few milliseconds; the test's time-out is the limit. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** A port that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createNetServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** An HTTP server on a free port that ends with the test. */
export async function startApp(
  handler: RequestListener,
): Promise<{ readonly server: Server; readonly port: number; stop(): Promise<void> }> {
  const server = createServer(handler).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const stop = async (): Promise<void> => {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  };
  atEnd(stop);
  return { server, port: (server.address() as AddressInfo).port, stop };
}

/** A TCP server on a free port that ends with the test. */
export async function startTcp(onConnection: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createNetServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket));
    onConnection(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  atEnd(async () => {
    const closed = once(server, 'close');
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  });
  return (server.address() as AddressInfo).port;
}

export const CHECK: HealthCheckConfig = {
  enabled: true,
  protocol: 'HTTP',
  port: 'traffic-port',
  path: '/health',
  intervalSeconds: 0.05,
  timeoutSeconds: 2,
  healthyThreshold: 2,
  unhealthyThreshold: 2,
  matcher: '200-499',
};

/** A target listening on a loopback port; `healthy` from the start unless said. */
export function target(port: number, overrides: Partial<TargetConfig> = {}): TargetConfig {
  return {
    id: '10.0.0.1',
    port,
    address: { host: '127.0.0.1', port },
    draining: false,
    health: 'healthy',
    ...overrides,
  };
}

export function group(
  targets: readonly TargetConfig[],
  overrides: Partial<TargetGroupConfig> = {},
): TargetGroupConfig {
  return {
    arn: 'group',
    protocol: 'HTTP',
    healthCheck: { ...CHECK, enabled: false },
    deregistrationDelaySeconds: 30,
    slowStartSeconds: 0,
    algorithm: 'round_robin',
    stickiness: { enabled: false, durationSeconds: 60 },
    targets,
    ...overrides,
  };
}

export function forwardTo(
  ...targetGroups: { readonly arn: string; readonly weight: number }[]
): RuleAction {
  return { kind: 'forward', targetGroups, stickiness: { enabled: false, durationSeconds: 60 } };
}

export function listener(port: number, overrides: Partial<ListenerConfig> = {}): ListenerConfig {
  return {
    arn: 'listener',
    host: '127.0.0.1',
    port,
    idleTimeoutSeconds: 60,
    rules: [
      {
        arn: 'default',
        priority: Infinity,
        conditions: [],
        action: forwardTo({ arn: 'group', weight: 1 }),
      },
    ],
    ...overrides,
  };
}

export interface Running {
  readonly plane: DataPlane;
  readonly port: number;
  readonly url: string;
  readonly events: readonly DataPlaneEvent[];
}

/** A balancer in this thread with one listener and the given groups; it ends with the test. */
export async function startBalancer(
  groups: readonly TargetGroupConfig[],
  overrides: Partial<ListenerConfig> = {},
): Promise<Running> {
  const plane = new Balancer(systemClock, seededRandom(1));
  atEnd(() => plane.close());
  const events: DataPlaneEvent[] = [];
  plane.onEvent((event) => events.push(event));
  for (const config of groups) plane.putTargetGroup(config);
  const port = await freePort();
  await plane.putListener(listener(port, overrides));
  return { plane, port, url: `http://127.0.0.1:${port}`, events };
}

/** Sends raw bytes and resolves with all that comes back until the connection is closed. */
export async function raw(port: number, bytes: string | Buffer): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let answer = '';
  socket.on('data', (chunk) => (answer += chunk.toString('latin1')));
  socket.on('error', () => socket.destroy());
  const closed = once(socket, 'close');
  socket.write(bytes);
  await closed;
  return answer;
}

/** The status line's code. */
export function statusOf(answer: string): number {
  return Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0);
}

/** A promise and what settles it. */
export function deferred<T = void>(): {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
} {
  const { promise, resolve } = Promise.withResolvers<T>();
  return { promise, resolve };
}
