/** The second target group and the listener rules by which a service's traffic is shifted (reference: ECS semantics 6.1, 6.4). */
import type { AdvancedConfiguration, LoadBalancer } from '@aws-sdk/client-ecs';
import { resourceKind } from '../../elbv2/arns.ts';
import { forwardedTargetGroups } from '../../state/elbv2-entities.ts';
import type { TaskDefinition } from '../../state/entities.ts';
import type { Store } from '../../state/store.ts';
import { invalidParameter } from '../ecs-errors.ts';
import { ruleActions } from '../traffic-rules.ts';
import { checkTargetGroup } from './target-group.ts';

/**
 * Checks one load balancer's advanced configuration.
 * @throws AwsError InvalidParameterException
 */
export function checkAdvancedConfiguration(
  targetGroupArn: string,
  configuration: AdvancedConfiguration,
  taskDefinition: TaskDefinition,
  store: Store,
): void {
  const { alternateTargetGroupArn, productionListenerRule, testListenerRule, roleArn } =
    configuration;
  const missing = Object.entries({ alternateTargetGroupArn, productionListenerRule, roleArn }).find(
    ([, value]) => value === undefined || value === '',
  );
  if (missing !== undefined)
    throw invalidParameter(
      `${missing[0]} is missing in the advancedConfiguration of target group ${targetGroupArn}.`,
    );
  if (alternateTargetGroupArn === targetGroupArn)
    throw invalidParameter(`Duplicate targetGroupArn found: ${targetGroupArn}`);
  checkRule('productionListenerRule', productionListenerRule ?? '', store);
  if (testListenerRule !== undefined) checkRule('testListenerRule', testListenerRule, store);
  if (testListenerRule === productionListenerRule)
    throw invalidParameter(
      `The following rules cannot be used as both production and test listener rules: ${testListenerRule ?? ''}`,
    );
  checkAssociations(targetGroupArn, configuration, store);
  checkTargetGroup(alternateTargetGroupArn ?? '', taskDefinition, store);
}

/**
 * A strategy that shifts traffic needs to know by which rules, for every load balancer or for none.
 * @throws AwsError InvalidParameterException
 */
export function checkStrategyLoadBalancers(
  strategy: string | undefined,
  loadBalancers: readonly LoadBalancer[],
): void {
  if (strategy === undefined || strategy === 'ROLLING') return;
  if (loadBalancers.some(({ advancedConfiguration }) => advancedConfiguration === undefined))
    throw invalidParameter(
      'advancedConfiguration field is required for all loadBalancers when using a non-ROLLING deployment strategy',
    );
}

function checkRule(name: string, arn: string, store: Store): void {
  if (resourceKind(arn) !== 'listener-rule')
    throw invalidParameter(
      `${name} has an invalid ARN format. Must be RuleArn for ALB or ListenerArn for NLB. Got: ${arn.slice(0, 300)}`,
    );
  if (ruleActions(store, arn) === undefined)
    throw invalidParameter(`The ${name} ${arn} does not exist.`);
}

/** Both target groups are forwarded to somewhere, or the new revision's tasks would never be checked. */
function checkAssociations(
  targetGroupArn: string,
  {
    alternateTargetGroupArn = '',
    productionListenerRule = '',
    testListenerRule,
  }: AdvancedConfiguration,
  store: Store,
): void {
  const production = forwardedTargetGroups(ruleActions(store, productionListenerRule) ?? []);
  const pair = [targetGroupArn, alternateTargetGroupArn];
  if (pair.every((group) => production.includes(group))) return;
  if (testListenerRule === undefined)
    throw invalidParameter(
      'For Application LoadBalancer, testListenerRule is required when productionListenerRule is not associated with both targetGroup and alternateTargetGroup',
    );
}
