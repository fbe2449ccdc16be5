/** The health of a target as DescribeTargetHealth shows it (reference: ECS semantics 9.3). */
import type {
  TargetHealth,
  TargetHealthDescription,
  TargetHealthReasonEnum,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { unreachable } from '../../base/errors.ts';
import type { Target, TargetGroup } from '../state/elbv2-entities.ts';

/** @param inUse whether a listener or rule forwards to the group; otherwise nobody checks its targets */
export function describeTarget(
  group: TargetGroup,
  target: Target,
  inUse: boolean,
): TargetHealthDescription {
  return {
    Target: {
      Id: target.id,
      Port: target.port,
      ...(target.availabilityZone !== undefined && { AvailabilityZone: target.availabilityZone }),
    },
    HealthCheckPort:
      group.healthCheckPort === 'traffic-port' ? String(target.port) : group.healthCheckPort,
    TargetHealth: targetHealth(target, inUse),
  };
}

/** What is said of a target that was asked for and is not registered. */
export function describeUnregistered(id: string, port: number): TargetHealthDescription {
  return {
    Target: { Id: id, Port: port },
    TargetHealth: {
      State: 'unused',
      Reason: 'Target.NotRegistered',
      Description: 'Target is not registered to the target group',
    },
  };
}

function targetHealth(target: Target, inUse: boolean): TargetHealth {
  if (target.deregisteredAt !== undefined)
    return {
      State: 'draining',
      Reason: 'Target.DeregistrationInProgress',
      Description: 'Target deregistration is in progress',
    };
  if (!inUse)
    return {
      State: 'unused',
      Reason: 'Target.NotInUse',
      Description: 'Target group is not configured to receive traffic from the load balancer',
    };
  switch (target.health) {
    case 'healthy':
      return { State: 'healthy' };
    case 'initial':
      return {
        State: 'initial',
        Reason: 'Elb.RegistrationInProgress',
        Description: 'Target registration is in progress',
        ...reasonOf(target),
      };
    case 'unhealthy':
      return {
        State: 'unhealthy',
        Reason: 'Target.FailedHealthChecks',
        Description: 'Health checks failed',
        ...reasonOf(target),
      };
    default:
      return unreachable(target.health);
  }
}

function reasonOf(target: Target): TargetHealth {
  if (target.reason === undefined) return {};
  // The data plane's codes are those of the SDK's enum (reference: ECS semantics 9.3).
  const code = target.reason.code as TargetHealthReasonEnum;
  return { Reason: code, Description: target.reason.description };
}
