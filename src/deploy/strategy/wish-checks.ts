/** What a service must have for a strategy, as far as it shows before anything is changed (reference: ECS semantics 6.4). */
import type { Service } from '@aws-sdk/client-ecs';
import { UserError } from '../../base/errors.ts';
import type { AnalysisCheck, StrategyWish } from '../configuration/configuration.ts';

/**
 * Checks the wish against the service.
 * @throws UserError (exit code 2)
 */
export function checkStrategyWish(
  wish: StrategyWish,
  service: Pick<Service, 'loadBalancers' | 'schedulingStrategy' | 'serviceName'>,
  analysis: readonly AnalysisCheck[],
): void {
  const { type } = wish;
  if (type === 'rolling') {
    if (wish.onClientLoss !== undefined) {
      throw refuse(
        'ON_CLIENT_LOSS',
        'on_client_loss: a rolling update goes on by ECS’s own rules when the client is gone; nothing pauses it',
        'Leave on_client_loss out, or use type: blue_green, canary or linear.',
      );
    }
    if (analysis.length > 0) {
      throw refuse(
        'ANALYSIS',
        'analysis: a rolling update mixes both versions in one target group, so that nothing can be measured apart',
        'Use type: blue_green, canary or linear, or give the service deployment alarms.',
      );
    }
    return;
  }
  if (service.schedulingStrategy === 'DAEMON') {
    throw refuse(
      'STRATEGY',
      `strategy ${type}: service "${service.serviceName ?? ''}" is a DAEMON, which ECS only updates rolling`,
      'Use type: rolling.',
    );
  }
  const incomplete = (service.loadBalancers ?? []).find(
    ({ advancedConfiguration: advanced }) =>
      advanced?.alternateTargetGroupArn === undefined ||
      advanced.productionListenerRule === undefined,
  );
  if (incomplete !== undefined) {
    throw refuse(
      'STRATEGY',
      `strategy ${type}: the load balancer of service "${service.serviceName ?? ''}" with target group ${incomplete.targetGroupArn ?? incomplete.loadBalancerName ?? 'unknown'} has no advancedConfiguration, so that ECS has no second target group and no rule to shift traffic with`,
      'Give it alternateTargetGroupArn, productionListenerRule and roleArn: in service_definition, or once by "aws ecs update-service --load-balancers" (see the blue/green guide).',
    );
  }
  const measured = analysis.find(
    (check) => check.kind === 'target_5xx_ratio' || check.kind === 'target_response_time',
  );
  if (measured !== undefined && (service.loadBalancers ?? []).length === 0) {
    throw refuse(
      'ANALYSIS',
      `analysis "${measured.name}" measures target groups, and service "${service.serviceName ?? ''}" has no load balancer`,
      'Use checks of the kinds cloudwatch, prometheus or http.',
    );
  }
}

function refuse(code: string, message: string, hint: string): UserError {
  return new UserError(code, message, { hint, exitCode: 2 });
}
