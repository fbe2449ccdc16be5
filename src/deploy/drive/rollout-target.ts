/** What to follow: the revision that a rollout brings, its definitions and its target groups. */
import type { Service } from '@aws-sdk/client-ecs';
import { containersOf, type RegisteredDefinition } from '../definition/task-definition.ts';
import { revisionArn } from '../observed/from-sdk.ts';
import type { RolloutTarget } from '../observed/observation.ts';

/** What to follow, from the service as it was when the rollout began and the definitions that may run in it. */
export function targetOf(
  service: Service,
  deploymentId: string,
  definitions: readonly Pick<RegisteredDefinition, 'arn' | 'definition'>[],
  options: Pick<
    RolloutTarget,
    'taskDefinition' | 'timeoutMs' | 'goBackTo' | 'gate' | 'awaitsPauses' | 'until'
  >,
): RolloutTarget {
  return {
    ...options,
    deploymentId,
    revision: revisionArn(service, deploymentId),
    healthChecked: new Set(
      definitions
        .filter(({ definition }) =>
          containersOf(definition).some((each) => each.essential && each.hasHealthCheck),
        )
        .map(({ arn }) => arn),
    ),
    balanced: (service.loadBalancers ?? []).length > 0,
    pairedGroups: pairedGroups(service),
    earlierEvents: new Set((service.events ?? []).flatMap((event) => event.id ?? [])),
  };
}

/** ARNs of every target group that the service's tasks may be in, those that a traffic shift goes to included. */
export function targetGroupsOf(service: Pick<Service, 'loadBalancers'>): readonly string[] {
  const arns = (service.loadBalancers ?? []).flatMap(
    ({ targetGroupArn, advancedConfiguration }) => [
      targetGroupArn,
      advancedConfiguration?.alternateTargetGroupArn,
    ],
  );
  return [...new Set(arns)].filter((arn) => arn !== undefined);
}

/** The alternate target group stands for the same as the one beside it. */
function pairedGroups(service: Service): ReadonlyMap<string, string> {
  return new Map(
    (service.loadBalancers ?? []).flatMap(({ targetGroupArn, advancedConfiguration }) => {
      const alternate = advancedConfiguration?.alternateTargetGroupArn;
      return targetGroupArn === undefined || alternate === undefined
        ? []
        : [[alternate, targetGroupArn] as const];
    }),
  );
}
