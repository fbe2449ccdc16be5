/** What the local ECS knows of Elastic Load Balancing. Plain readonly data; times are epoch milliseconds. */
import type { Action, RuleCondition, Tag } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { TargetHealthReason } from '../balancer/data-plane.ts';

export interface LoadBalancer {
  readonly loadBalancerArn: string;
  readonly loadBalancerName: string;
  readonly region: string;
  readonly type: 'application' | 'network';
  readonly scheme: 'internet-facing' | 'internal';
  readonly ipAddressType: string;
  /** The loopback address that the listeners bind: a name that every program on this machine can reach as it is. */
  readonly dnsName: string;
  readonly subnets: readonly string[];
  readonly securityGroups: readonly string[];
  readonly vpcId: string;
  /** Attributes that were set or have a default, by key. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly tags: readonly Tag[];
  readonly createdAt: number;
}

export interface TargetGroup {
  readonly targetGroupArn: string;
  readonly targetGroupName: string;
  readonly region: string;
  readonly protocol: 'HTTP' | 'HTTPS' | 'TCP';
  readonly protocolVersion?: string;
  readonly port: number;
  readonly vpcId: string;
  readonly targetType: 'instance' | 'ip';
  readonly ipAddressType: string;
  readonly healthCheckEnabled: boolean;
  readonly healthCheckProtocol: 'HTTP' | 'HTTPS' | 'TCP';
  /** `traffic-port` or a number. */
  readonly healthCheckPort: string;
  readonly healthCheckPath: string;
  readonly healthCheckIntervalSeconds: number;
  readonly healthCheckTimeoutSeconds: number;
  readonly healthyThresholdCount: number;
  readonly unhealthyThresholdCount: number;
  /** `200-299`. */
  readonly matcher: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly tags: readonly Tag[];
  readonly createdAt: number;
}

/** A registered target. Key: `TARGET_GROUP_ARN|ID|PORT`. */
export interface Target {
  readonly targetGroupArn: string;
  readonly id: string;
  readonly port: number;
  readonly availabilityZone?: string;
  /** As the data plane last saw it. What the API shows also depends on whether the group is in use by a listener. */
  readonly health: 'initial' | 'healthy' | 'unhealthy';
  readonly reason?: TargetHealthReason;
  readonly registeredAt: number;
  /** Set by deregistration; the target is forgotten when the data plane has drained it. */
  readonly deregisteredAt?: number;
}

export interface Listener {
  readonly listenerArn: string;
  readonly loadBalancerArn: string;
  readonly region: string;
  readonly protocol: string;
  readonly port: number;
  readonly defaultActions: readonly Action[];
  /** The default rule has an ARN of its own. */
  readonly defaultRuleArn: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly tags: readonly Tag[];
  readonly createdAt: number;
}

/** A rule other than the default one. */
export interface Rule {
  readonly ruleArn: string;
  readonly listenerArn: string;
  readonly region: string;
  /** 1-50000, unique in the listener. */
  readonly priority: number;
  readonly conditions: readonly RuleCondition[];
  readonly actions: readonly Action[];
  readonly tags: readonly Tag[];
  readonly createdAt: number;
}

/** ARNs of the target groups that stored actions forward to, each once. Stored actions always have a ForwardConfig. */
export function forwardedTargetGroups(actions: readonly Action[]): readonly string[] {
  const arns = actions.flatMap((action) => action.ForwardConfig?.TargetGroups ?? []);
  return [...new Set(arns.flatMap((group) => group.TargetGroupArn ?? []))];
}
