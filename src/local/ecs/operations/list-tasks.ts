/** ListTasks (reference: ECS semantics 1.5, 8.1, 8.2). */
import type { ListTasksRequest, ListTasksResponse } from '@aws-sdk/client-ecs';
import { lastPart } from '../../../base/arn.ts';
import type { Cluster, Task } from '../../state/entities.ts';
import { containerInstanceArnOf } from '../lookup/find-container-instance.ts';
import type { EcsContext, EcsOperation } from '../context.ts';
import { findCluster } from '../lookup/find-cluster.ts';
import { findService } from '../lookup/find-service.ts';
import { paginate } from '../pagination.ts';

/**
 * The tasks of a cluster that pass every filter. Stopped ones have to be asked for; desired status PENDING is taken and finds
 * nothing, as no task wants to be PENDING.
 */
export const listTasks: EcsOperation<ListTasksRequest, ListTasksResponse> = (input, context) => {
  const cluster = findCluster(input.cluster, context);
  const instanceArn =
    input.containerInstance === undefined
      ? undefined
      : containerInstanceArnOf(input.containerInstance, cluster, context);
  const tasks = candidates(input, cluster, context).filter(
    (task) =>
      isWanted(task, input) &&
      (instanceArn === undefined || task.containerInstanceArn === instanceArn),
  );
  const { items, nextToken } = paginate(tasks, input, {
    operation: 'ListTasks',
    defaultResults: 100,
    mostResults: 100,
    keyOf: (task) => task.taskArn,
  });
  return {
    taskArns: items.map(({ taskArn }) => taskArn),
    ...(nextToken === undefined ? {} : { nextToken }),
  };
};

function candidates(
  input: ListTasksRequest,
  cluster: Cluster,
  context: EcsContext,
): readonly Task[] {
  const { tasks } = context.store;
  // Daemons are not built: none has a task.
  if (input.daemonName !== undefined) return [];
  return input.serviceName === undefined
    ? tasks.by('cluster', cluster.clusterArn)
    : tasks.by('service', findService(input.serviceName, cluster, context).serviceArn);
}

function isWanted(task: Task, input: ListTasksRequest): boolean {
  return (
    task.desiredStatus === (input.desiredStatus ?? 'RUNNING') &&
    (input.family === undefined || familyOf(task) === input.family) &&
    (input.startedBy === undefined || task.startedBy === input.startedBy) &&
    (input.launchType === undefined || task.launchType === input.launchType)
  );
}

/** `…:task-definition/web:3` -> `web`. */
function familyOf({ taskDefinitionArn }: Task): string | undefined {
  return lastPart(taskDefinitionArn).split(':')[0];
}
