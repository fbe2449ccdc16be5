/** Resources as the answers show them. */
import type * as sdk from '@aws-sdk/client-elastic-load-balancing-v2';
import { toDate } from '../../base/clock.ts';
import type { Listener, LoadBalancer, Rule, TargetGroup } from '../state/elbv2-entities.ts';
import { availabilityZones } from './subnets.ts';

/** The hosted zone that every load balancer is shown in; nothing resolves by it. */
const HOSTED_ZONE_ID = 'Z00000000000LOCAL';

/** A load balancer; it is active from the beginning. */
export function describeLoadBalancer(balancer: LoadBalancer): sdk.LoadBalancer {
  return {
    LoadBalancerArn: balancer.loadBalancerArn,
    DNSName: balancer.dnsName,
    CanonicalHostedZoneId: HOSTED_ZONE_ID,
    CreatedTime: toDate(balancer.createdAt),
    LoadBalancerName: balancer.loadBalancerName,
    Scheme: balancer.scheme,
    VpcId: balancer.vpcId,
    State: { Code: 'active' },
    Type: balancer.type,
    AvailabilityZones: availabilityZones(balancer.region, balancer.subnets),
    SecurityGroups: [...balancer.securityGroups],
    // Checked against the SDK's enum when it was set.
    IpAddressType: balancer.ipAddressType as sdk.IpAddressType,
  };
}

/** @param userArn the load balancer that forwards to the group */
export function describeTargetGroup(
  group: TargetGroup,
  userArn: string | undefined,
): sdk.TargetGroup {
  return {
    TargetGroupArn: group.targetGroupArn,
    TargetGroupName: group.targetGroupName,
    Protocol: group.protocol,
    Port: group.port,
    VpcId: group.vpcId,
    HealthCheckProtocol: group.healthCheckProtocol,
    HealthCheckPort: group.healthCheckPort,
    HealthCheckEnabled: group.healthCheckEnabled,
    HealthCheckIntervalSeconds: group.healthCheckIntervalSeconds,
    HealthCheckTimeoutSeconds: group.healthCheckTimeoutSeconds,
    HealthyThresholdCount: group.healthyThresholdCount,
    UnhealthyThresholdCount: group.unhealthyThresholdCount,
    HealthCheckPath: group.healthCheckPath,
    Matcher: { HttpCode: group.matcher },
    LoadBalancerArns: userArn === undefined ? [] : [userArn],
    TargetType: group.targetType,
    ...(group.protocolVersion !== undefined && { ProtocolVersion: group.protocolVersion }),
    // Checked against the SDK's enum when the group was created.
    IpAddressType: group.ipAddressType as sdk.TargetGroupIpAddressTypeEnum,
  };
}

/** A listener with the actions of its default rule. */
export function describeListener(listener: Listener): sdk.Listener {
  return {
    ListenerArn: listener.listenerArn,
    LoadBalancerArn: listener.loadBalancerArn,
    Port: listener.port,
    // Checked against the SDK's enum when the listener was created.
    Protocol: listener.protocol as sdk.ProtocolEnum,
    DefaultActions: [...listener.defaultActions],
  };
}

/** A rule with a priority, which the API shows as text. */
export function describeRule(rule: Rule): sdk.Rule {
  return {
    RuleArn: rule.ruleArn,
    Priority: String(rule.priority),
    Conditions: [...rule.conditions],
    Actions: [...rule.actions],
    IsDefault: false,
  };
}

/** The default rule: a listener's default actions, shown as a rule of priority `default`. */
export function describeDefaultRule(listener: Listener): sdk.Rule {
  return {
    RuleArn: listener.defaultRuleArn,
    Priority: 'default',
    Conditions: [],
    Actions: [...listener.defaultActions],
    IsDefault: true,
  };
}
