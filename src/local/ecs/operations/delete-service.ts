/** DeleteService (reference: ECS semantics 4.3, 4.5). */
import type { DeleteServiceRequest, DeleteServiceResponse } from '@aws-sdk/client-ecs';
import type { Deployment, Service } from '../../state/entities.ts';
import type { TaskSet } from '../../state/task-set-entity.ts';
import type { EcsContext, EcsOperation } from '../context.ts';
import { invalidParameter } from '../ecs-errors.ts';
import { findCluster } from '../lookup/find-cluster.ts';
import { findService, serviceNotFound } from '../lookup/find-service.ts';
import { isEnded } from '../ended.ts';
import { endServiceDeployment } from '../new-deployment.ts';
import { presentService } from '../presentation/present-service.ts';
import { countTasks } from '../presentation/task-counts.ts';

/**
 * Makes the service DRAINING and wants none of its tasks any more; a rollout that is under way ends with it, and so do its
 * task sets. The service's controller stops the tasks and makes it INACTIVE.
 * @throws AwsError
 */
export const deleteService: EcsOperation<DeleteServiceRequest, DeleteServiceResponse> = (
  input,
  context,
) => {
  const { store } = context;
  const cluster = findCluster(input.cluster, context);
  const service = findService(input.service ?? '', cluster, context);
  const taskSets = store.taskSets.by('service', service.serviceArn);
  switch (service.status) {
    case 'INACTIVE':
      throw serviceNotFound();
    case 'DRAINING':
      return { service: present(service, context) };
    case 'ACTIVE':
      if (input.force !== true) checkMayGo(service, taskSets);
      break;
  }
  const now = context.clock.now();
  const draining: Service = {
    ...service,
    status: 'DRAINING',
    desiredCount: 0,
    steady: false,
    deletedAt: now,
    deployments: service.deployments.map((deployment) => stopped(deployment, now)),
  };
  const arn = service.currentServiceDeploymentArn;
  const rollout = arn === undefined ? undefined : store.serviceDeployments.get(arn);
  store.transaction(() => {
    store.services.put(service.serviceArn, draining);
    for (const taskSet of taskSets)
      store.taskSets.put(taskSet.taskSetArn, {
        ...taskSet,
        status: 'DRAINING',
        stabilityStatus: 'STABILIZING',
      });
    if (rollout !== undefined && !isEnded(rollout.status))
      store.serviceDeployments.put(
        rollout.serviceDeploymentArn,
        endServiceDeployment(
          rollout,
          'Service deployment was stopped because the service was deleted.',
          service,
          countTasks(store, service.serviceArn),
          now,
        ),
      );
  });
  return { service: present(draining, context) };
};

/** Nothing goes on in a service that is deleted: a deployment under way is told of as one that was stopped. */
function stopped(deployment: Deployment, now: number): Deployment {
  if (deployment.rolloutState !== 'IN_PROGRESS') return deployment;
  return {
    ...deployment,
    rolloutState: 'FAILED',
    rolloutStateReason: `ECS deployment ${deployment.id} was stopped.`,
    updatedAt: now,
  };
}

/**
 * A daemon has no desired count that could be set to zero first. Task sets besides the primary one are deployments to ECS
 * (reference: ECS semantics 7).
 */
function checkMayGo(
  { schedulingStrategy, desiredCount, deployments }: Service,
  taskSets: readonly TaskSet[],
): void {
  if (schedulingStrategy === 'DAEMON') return;
  if (desiredCount > 0)
    throw invalidParameter('The service cannot be stopped while it is scaled above 0.');
  if (deployments.length > 1 || taskSets.some(({ status }) => status !== 'PRIMARY'))
    throw invalidParameter('The service cannot be stopped while deployments are active.');
}

/** ECS leaves some of the deployment configuration out of this reply. */
function present(service: Service, { store }: EcsContext): DeleteServiceResponse['service'] {
  const shown = presentService(service, store, { tags: false, currentServiceDeployment: false });
  const { bakeTimeInMinutes: _bakeTime, ...configuration } = service.deploymentConfiguration;
  const breaker = configuration.deploymentCircuitBreaker;
  if (breaker === undefined) return { ...shown, deploymentConfiguration: configuration };
  const { resetOnHealthyTask: _reset, ...reducedBreaker } = breaker;
  return {
    ...shown,
    deploymentConfiguration: { ...configuration, deploymentCircuitBreaker: reducedBreaker },
  };
}
