/** UpdateService for a service under the EXTERNAL deployment controller (reference: ECS semantics 4.4, 7). */
import type { UpdateServiceRequest } from '@aws-sdk/client-ecs';
import { computedDesiredCount } from '../../../scheduler/task-set/computed-count.ts';
import type { Service } from '../../state/entities.ts';
import type { TaskSet } from '../../state/task-set-entity.ts';
import { availabilityZoneRebalancing } from '../availability-zone-rebalancing.ts';
import type { EcsContext } from '../context.ts';
import { newDeploymentConfiguration } from '../deployment-configuration.ts';
import { runsOnOf } from '../launch-options.ts';
import { checkPlacement } from '../placement-rules.ts';
import { sameValue } from '../same-value.ts';
import { desiredCountOfUpdated } from '../service-validation/desired-count.ts';
import { checkExternalUpdate } from '../service-validation/external-controller.ts';
import { checkHealthCheckGracePeriod } from '../service-validation/health-check-grace-period.ts';

/**
 * Changes what is the service's own; another desired count rescales every task set, each at its own percentage.
 * @throws AwsError
 */
export function updateExternalService(
  input: UpdateServiceRequest,
  former: Service,
  { store, clock }: EcsContext,
): Service {
  checkExternalUpdate(input);
  const desiredCount = desiredCountOfUpdated(input.desiredCount, former);
  const placementConstraints = input.placementConstraints ?? former.placementConstraints;
  const placementStrategy = input.placementStrategy ?? former.placementStrategy;
  const taskSets = store.taskSets.by('service', former.serviceArn);
  checkPlacement(
    placementConstraints,
    placementStrategy,
    taskSets.some(runsOnFargate) ? 'FARGATE' : 'EC2',
  );
  checkHealthCheckGracePeriod(input.healthCheckGracePeriodSeconds, true);
  const service: Service = {
    ...former,
    desiredCount,
    placementConstraints,
    placementStrategy,
    healthCheckGracePeriodSeconds:
      input.healthCheckGracePeriodSeconds ?? former.healthCheckGracePeriodSeconds,
    enableECSManagedTags: input.enableECSManagedTags ?? former.enableECSManagedTags,
    propagateTags: input.propagateTags ?? former.propagateTags,
    availabilityZoneRebalancing: availabilityZoneRebalancing(
      input.availabilityZoneRebalancing,
      former.availabilityZoneRebalancing,
      newDeploymentConfiguration(former.deploymentConfiguration, 'REPLICA'),
    ),
  };
  if (sameValue(former, service)) return former;
  const next: Service = { ...service, steady: false };
  const now = clock.now();
  store.transaction(() => {
    store.services.put(next.serviceArn, next);
    for (const taskSet of taskSets) {
      if (taskSet.status === 'DRAINING') continue;
      const wanted = computedDesiredCount(desiredCount, taskSet.scale.value);
      if (wanted === taskSet.computedDesiredCount) continue;
      store.taskSets.put(taskSet.taskSetArn, {
        ...taskSet,
        stabilityStatus: 'STABILIZING',
        stabilityStatusAt: now,
      });
    }
  });
  return next;
}

function runsOnFargate({ launchType, capacityProviderStrategy = [] }: TaskSet): boolean {
  return launchType === 'FARGATE' || runsOnOf(capacityProviderStrategy) === 'FARGATE';
}
