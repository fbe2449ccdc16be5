/** Which target groups carry the old and the new revision, as CloudWatch names them. */
import { DescribeTargetGroupsCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { ServiceRevision } from '@aws-sdk/client-ecs';
import { parseArn } from '../../base/arn.ts';
import { describeServiceRevisions } from '../aws/service-reader.ts';
import type { MeasuredGroup } from '../measure/measure.ts';
import type { Session } from '../session/session.ts';
import type { ObservedRollout } from '../observed/observation.ts';

/** Undefined for a revision without a load balancer. */
export interface MeasuredGroups {
  readonly green: MeasuredGroup | undefined;
  readonly blue: MeasuredGroup | undefined;
}

/**
 * Reads them from the service revisions, where ECS has resolved which of the two groups each revision took.
 * @throws ApiError
 */
export async function measuredGroups(
  session: Session,
  rollout: Pick<ObservedRollout, 'targetRevision' | 'sources'>,
): Promise<MeasuredGroups> {
  const { api, dependencies } = session;
  const { ecs, elbv2 } = dependencies.clients;
  // The revision that most of the traffic comes from is the one to compare with.
  const source = rollout.sources.toSorted(
    (a, b) => (b.productionWeight ?? 0) - (a.productionWeight ?? 0),
  )[0]?.arn;
  const revisions = await describeServiceRevisions(api, ecs, [
    rollout.targetRevision,
    ...(source === undefined ? [] : [source]),
  ]);
  const green = targetGroupOf(revisions.get(rollout.targetRevision));
  const blue = source === undefined ? undefined : targetGroupOf(revisions.get(source));
  const arns = [...new Set([green, blue])].filter((arn) => arn !== undefined);
  if (arns.length === 0) return { green: undefined, blue: undefined };
  const { TargetGroups = [] } = await api.read(
    'elasticloadbalancing',
    'DescribeTargetGroups',
    (options) => elbv2.send(new DescribeTargetGroupsCommand({ TargetGroupArns: arns }), options),
  );
  const measured = (arn: string | undefined): MeasuredGroup | undefined => {
    const balancer = TargetGroups.find((group) => group.TargetGroupArn === arn)
      ?.LoadBalancerArns?.[0];
    return arn === undefined || balancer === undefined
      ? undefined
      : { loadBalancer: loadBalancerDimension(balancer), targetGroup: targetGroupDimension(arn) };
  };
  return { green: measured(green), blue: measured(blue) };
}

function targetGroupOf(revision: ServiceRevision | undefined): string | undefined {
  const resolved = revision?.resolvedConfiguration?.loadBalancers?.[0]?.targetGroupArn;
  return resolved ?? revision?.loadBalancers?.[0]?.targetGroupArn;
}

/** `app/web/0123456789abcdef` for a load balancer's ARN. */
function loadBalancerDimension(arn: string): string {
  return (parseArn(arn)?.resource ?? arn).replace(/^loadbalancer\//, '');
}

/** `targetgroup/web/0123456789abcdef` for a target group's ARN. */
export function targetGroupDimension(arn: string): string {
  return parseArn(arn)?.resource ?? arn;
}
