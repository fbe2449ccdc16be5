/** What the data plane is to do, made of what the state wants: pure. */
import type {
  HealthCheckConfig,
  ListenerConfig,
  TargetConfig,
  TargetGroupConfig,
} from '../../balancer/data-plane.ts';
import { attribute } from '../../elbv2/attributes.ts';
import { IDLE_TIMEOUT } from '../../elbv2/load-balancer-attributes.ts';
import {
  ALGORITHM,
  DEREGISTRATION_DELAY,
  SLOW_START,
  STICKINESS,
  STICKINESS_DURATION,
} from '../../elbv2/target-group-attributes.ts';
import type {
  Listener,
  LoadBalancer,
  Rule,
  Target,
  TargetGroup,
} from '../../state/elbv2-entities.ts';
import { ruleConfigs } from './rule-configuration.ts';

/** Where a target really listens; `healthCheck` where its health is checked, when that is not the same. */
export type TargetAddresses = Pick<TargetConfig, 'address' | 'healthCheckAddress'>;

/** The data plane's name for one port of a listener: while a listener moves, it has two. */
export function listenerPortName(listenerArn: string, port: number): string {
  return `${listenerArn}:${port}`;
}

/** A listener on the address of its balancer, with all its rules. */
export function listenerConfig(
  listener: Listener,
  balancer: LoadBalancer,
  rules: readonly Rule[],
): ListenerConfig {
  return {
    arn: listenerPortName(listener.listenerArn, listener.port),
    host: balancer.dnsName,
    port: listener.port,
    rules: ruleConfigs(listener, rules),
    idleTimeoutSeconds: Number(attribute(balancer.attributes, IDLE_TIMEOUT)),
  };
}

/** How the targets of a group are checked. */
export function healthCheckConfig(group: TargetGroup): HealthCheckConfig {
  return {
    enabled: group.healthCheckEnabled,
    protocol: group.healthCheckProtocol,
    port: group.healthCheckPort,
    path: group.healthCheckPath,
    intervalSeconds: group.healthCheckIntervalSeconds,
    timeoutSeconds: group.healthCheckTimeoutSeconds,
    healthyThreshold: group.healthyThresholdCount,
    unhealthyThreshold: group.unhealthyThresholdCount,
    matcher: group.matcher,
  };
}

/** One target, with the health that is known of it. */
export function targetConfig(target: Target, addresses: TargetAddresses): TargetConfig {
  return {
    id: target.id,
    port: target.port,
    ...addresses,
    draining: target.deregisteredAt !== undefined,
    health: target.health,
  };
}

/** A group with the given targets. */
export function targetGroupConfig(
  group: TargetGroup,
  healthCheck: HealthCheckConfig,
  targets: readonly TargetConfig[],
): TargetGroupConfig {
  const { attributes } = group;
  const algorithm = attribute(attributes, ALGORITHM);
  return {
    arn: group.targetGroupArn,
    protocol: group.protocol,
    healthCheck,
    deregistrationDelaySeconds: Number(attribute(attributes, DEREGISTRATION_DELAY)),
    slowStartSeconds: Number(attribute(attributes, SLOW_START)),
    algorithm:
      algorithm === 'least_outstanding_requests' ? 'least_outstanding_requests' : 'round_robin',
    stickiness: {
      enabled: attribute(attributes, STICKINESS) === 'true',
      durationSeconds: Number(attribute(attributes, STICKINESS_DURATION)),
    },
    targets,
  };
}
