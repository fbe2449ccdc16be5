/** A task as the service scheduler creates it: everything comes from the deployment's service revision. */
import { lastPart } from '../../base/arn.ts';
import type { Clock } from '../../base/clock.ts';
import { defined } from '../../base/defined.ts';
import type { IdSource } from '../../base/ids.ts';
import type { Deployment, Service, ServiceRevision, Task, TaskDefinition } from './entities.ts';
import { newTask } from './new-task.ts';
import type { Store } from './store.ts';
import { taskTags } from './task-tags.ts';

/** What a service's tasks belong to: a deployment or a task set. */
export type TaskOwner = Pick<Deployment, 'id' | 'serviceRevisionArn' | 'taskDefinition'>;

/** What a new task of a service is made of. */
export interface NewServiceTask {
  readonly service: Service;
  /** Or the task set that it belongs to. */
  readonly deployment: TaskOwner;
  /** The deployment's. */
  readonly revision: ServiceRevision;
  /** The revision's. */
  readonly taskDefinition: TaskDefinition;
  /** Where the deployment has a capacity provider strategy: the provider chosen for this task. */
  readonly capacityProviderName?: string;
  /** The container instance that a task of EC2 launch type was placed on. */
  readonly containerInstanceArn?: string;
}

/** The entity; `startedBy` is the deployment's id and the group is `service:NAME` (reference: ECS semantics 8.2). */
export function newServiceTask(
  request: NewServiceTask,
  dependencies: { readonly store: Store; readonly ids: IdSource; readonly clock: Clock },
): Task {
  const { service, deployment, revision, taskDefinition, capacityProviderName } = request;
  const launchType = launchTypeOf(revision, capacityProviderName);
  return newTask(
    {
      clusterArn: service.clusterArn,
      taskDefinition,
      platform: {
        launchType,
        ...defined({
          capacityProviderName,
          platformVersion: revision.platformVersion,
          platformFamily: revision.platformFamily,
          containerInstanceArn: launchType === 'EC2' ? request.containerInstanceArn : undefined,
        }),
      },
      group: `service:${service.serviceName}`,
      startedBy: deployment.id,
      serviceArn: service.serviceArn,
      deploymentId: deployment.id,
      ...defined({ networkConfiguration: revision.networkConfiguration }),
      enableExecuteCommand: service.enableExecuteCommand,
      tags: taskTags({
        ...defined({ propagated: propagatedTags(service, taskDefinition) }),
        ...(service.enableECSManagedTags
          ? {
              managed: {
                clusterName: lastPart(service.clusterArn),
                serviceName: service.serviceName,
              },
            }
          : {}),
      }),
    },
    dependencies,
  );
}

/** True for the capacity providers that are Fargate's. */
export function isFargateProvider(capacityProvider: string): boolean {
  return capacityProvider === 'FARGATE' || capacityProvider === 'FARGATE_SPOT';
}

function launchTypeOf(
  revision: ServiceRevision,
  capacityProviderName: string | undefined,
): 'EC2' | 'FARGATE' {
  const fargate =
    capacityProviderName === undefined
      ? revision.launchType === 'FARGATE'
      : isFargateProvider(capacityProviderName);
  return fargate ? 'FARGATE' : 'EC2';
}

function propagatedTags(
  service: Service,
  taskDefinition: TaskDefinition,
): TaskDefinition['tags'] | undefined {
  switch (service.propagateTags) {
    case 'SERVICE':
      return service.tags;
    case 'TASK_DEFINITION':
      return taskDefinition.tags;
    case 'NONE':
      return undefined;
  }
}
