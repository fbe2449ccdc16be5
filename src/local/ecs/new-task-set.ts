/** A task set as CreateTaskSet makes it (reference: ECS semantics 7). */
import type { CreateTaskSetRequest, LoadBalancer } from '@aws-sdk/client-ecs';
import { lastPart, parseArn, ecsArn } from '../../base/arn.ts';
import { defined } from '../../base/defined.ts';
import type { Cluster, Service, ServiceRevision, TaskDefinition } from '../state/entities.ts';
import { taskSetArn, type TaskSet } from '../state/task-set-entity.ts';
import type { Store } from '../state/store.ts';
import type { EcsContext } from './context.ts';
import { invalidParameter } from './ecs-errors.ts';
import { checkCompatibility, launchOptions } from './launch-options.ts';
import { findActiveTaskDefinition } from './lookup/find-task-definition.ts';
import { checkNetworkConfiguration, checkPublicAddress } from './network-configuration.ts';
import { newRevision, type RevisionSource } from './new-deployment.ts';
import { checkPlacement } from './placement-rules.ts';
import { checkLoadBalancers } from './service-validation/load-balancers.ts';
import { checkServiceRegistries } from './service-validation/service-registries.ts';
import { checkTags } from './tag-rules.ts';
import { checkScale } from './task-set-scale.ts';

/** The entities to store. */
export interface NewTaskSet {
  readonly taskSet: TaskSet;
  readonly revision: ServiceRevision;
}

/**
 * The task set, checked: ACTIVE and still without tasks, which come with the scheduler's first pass.
 * @throws AwsError
 */
export function newTaskSet(
  input: CreateTaskSetRequest,
  identity: Pick<TaskSet, 'clientToken' | 'creationFingerprint'>,
  { cluster, service }: { readonly cluster: Cluster; readonly service: Service },
  context: EcsContext,
): NewTaskSet {
  const { ids, clock, store } = context;
  const taskDefinition = findActiveTaskDefinition(input.taskDefinition ?? '', context);
  const source = checkedSource(input, cluster, service, taskDefinition, store);
  const scale = checkScale(input.scale ?? {});
  const scope = parseArn(service.serviceArn);
  if (scope === undefined) throw new Error(`${service.serviceArn} is not an ARN`);
  const number = ids.u64();
  const now = clock.now();
  const path = `${lastPart(service.clusterArn)}/${service.serviceName}`;
  const revision = newRevision(
    source,
    taskDefinition,
    ecsArn(scope, `service-revision/${path}/${number}`),
    now,
  );
  const id = `ecs-svc/${number}`;
  return {
    revision,
    taskSet: {
      taskSetArn: taskSetArn(service.serviceArn, id),
      id,
      serviceArn: service.serviceArn,
      clusterArn: service.clusterArn,
      status: 'ACTIVE',
      serviceRevisionArn: revision.serviceRevisionArn,
      taskDefinition: revision.taskDefinition,
      scale,
      computedDesiredCount: 0,
      stabilityStatus: 'STABILIZING',
      stabilityStatusAt: now,
      throttleStep: 0,
      loadBalancers: revision.loadBalancers,
      serviceRegistries: revision.serviceRegistries,
      ...identity,
      ...defined({
        externalId: input.externalId,
        launchType: revision.launchType,
        capacityProviderStrategy: revision.capacityProviderStrategy,
        platformVersion: revision.platformVersion,
        platformFamily: revision.platformFamily,
        networkConfiguration: revision.networkConfiguration,
      }),
      tags: checkTags(input.tags),
      createdAt: now,
      updatedAt: now,
    },
  };
}

/** What the tasks are made from, checked in the order in which CreateService does. */
function checkedSource(
  input: CreateTaskSetRequest,
  cluster: Cluster,
  service: Service,
  taskDefinition: TaskDefinition,
  store: Store,
): RevisionSource {
  const networkConfiguration = checkNetworkConfiguration(
    input.networkConfiguration,
    taskDefinition,
  );
  const { runsOn, ...launch } = launchOptions(input, cluster, taskDefinition);
  checkCompatibility(taskDefinition, runsOn);
  checkPublicAddress(networkConfiguration, runsOn);
  checkPlacement(service.placementConstraints, service.placementStrategy, runsOn);
  const loadBalancers = input.loadBalancers ?? [];
  const serviceRegistries = input.serviceRegistries ?? [];
  checkTaskSetLoadBalancers(loadBalancers);
  checkLoadBalancers(loadBalancers, taskDefinition, store);
  checkServiceRegistries(serviceRegistries, taskDefinition);
  return {
    serviceArn: service.serviceArn,
    clusterArn: service.clusterArn,
    loadBalancers,
    serviceRegistries,
    ...launch,
    ...defined({ networkConfiguration }),
  };
}

function checkTaskSetLoadBalancers(loadBalancers: readonly LoadBalancer[]): void {
  if (loadBalancers.length > 1)
    throw invalidParameter('load balancers of a task set can have at most 1 items.');
  if (loadBalancers.some(({ advancedConfiguration }) => advancedConfiguration !== undefined))
    throw invalidParameter(
      'advancedConfiguration is not valid for the load balancer of a task set: the listener is yours to change, by ModifyListener or ModifyRule.',
    );
}
