/** Target groups and listeners of the balancer as benches need them: nothing but forwarding. */
import type { ListenerConfig, TargetGroupConfig } from '../src/local/balancer/data-plane.ts';

/** A group of targets on ports of this machine. */
export function benchTargetGroup(arn: string, ports: readonly number[]): TargetGroupConfig {
  return {
    arn,
    protocol: 'HTTP',
    healthCheck: {
      enabled: true,
      protocol: 'HTTP',
      port: 'traffic-port',
      path: '/',
      intervalSeconds: 30,
      timeoutSeconds: 5,
      healthyThreshold: 2,
      unhealthyThreshold: 2,
      matcher: '200',
    },
    deregistrationDelaySeconds: 0,
    slowStartSeconds: 0,
    algorithm: 'round_robin',
    stickiness: { enabled: false, durationSeconds: 1 },
    targets: ports.map((port, index) => ({
      id: `10.0.0.${index + 1}`,
      port: 80,
      address: { host: '127.0.0.1', port },
      draining: false,
    })),
  };
}

/** A listener that forwards everything to the groups, all by the same weight. */
export function benchListener(
  arn: string,
  port: number,
  groups: readonly string[],
): ListenerConfig {
  return {
    arn,
    host: '127.0.0.1',
    port,
    idleTimeoutSeconds: 60,
    rules: [
      {
        arn,
        priority: Infinity,
        conditions: [],
        action: {
          kind: 'forward',
          targetGroups: groups.map((group) => ({ arn: group, weight: 1 })),
          stickiness: { enabled: false, durationSeconds: 1 },
        },
      },
    ],
  };
}
