/** StartTask (reference: ECS semantics 1.4). */
import type { Failure, StartTaskRequest, StartTaskResponse } from '@aws-sdk/client-ecs';
import { placeTask } from '../../../scheduler/placement.ts';
import type { Task } from '../../state/entities.ts';
import { newTask } from '../../state/new-task.ts';
import { checkBatch } from '../batch.ts';
import { containerInstanceArn, placementInstance } from '../container-instance.ts';
import type { EcsOperation } from '../context.ts';
import { findActiveCluster } from '../lookup/find-cluster.ts';
import { findActiveTaskDefinition } from '../lookup/find-task-definition.ts';
import { checkCompatibility } from '../launch-options.ts';
import { checkNetworkConfiguration } from '../network-configuration.ts';
import { presentTask } from '../presentation/present-task.ts';
import { containerInstanceArnOf } from '../lookup/find-container-instance.ts';
import { taskTemplate } from '../standalone-task.ts';
import { instanceOccupancy } from '../instance-occupancy.ts';
import { taskDemand, taskPlacementRules } from '../task-placement.ts';

const MOST_INSTANCES = 10;

/**
 * Starts one task on each of the named container instances, of which there is one; others are failures MISSING.
 * @throws AwsError
 */
export const startTask: EcsOperation<StartTaskRequest, StartTaskResponse> = (input, context) => {
  const { store, machine } = context;
  const cluster = findActiveCluster(input.cluster, context);
  const references = checkBatch(input.containerInstances, 'Container instances', MOST_INSTANCES);
  const taskDefinition = findActiveTaskDefinition(input.taskDefinition ?? '', context);
  checkCompatibility(taskDefinition, 'EC2');
  const network = checkNetworkConfiguration(input.networkConfiguration, taskDefinition);
  const template = taskTemplate(input, cluster, taskDefinition, network, 'EC2');
  const own = containerInstanceArn(cluster.clusterArn);
  const rules = taskPlacementRules([], taskDefinition);
  const demand = taskDemand(taskDefinition, template.overrides ?? {}, template.group, store);
  const tasks: Task[] = [];
  const failures: Failure[] = [];
  for (const arn of new Set(
    references.map((reference) => containerInstanceArnOf(reference, cluster, context)),
  )) {
    if (arn !== own) {
      failures.push({ arn, reason: 'MISSING' });
      continue;
    }
    const placement = placeTask(
      demand,
      rules,
      placementInstance(cluster, machine),
      instanceOccupancy(store, arn),
    );
    if (!placement.placed) {
      failures.push({ arn, reason: placement.reason, detail: placement.detail });
      continue;
    }
    const task = newTask(
      { ...template, platform: { launchType: 'EC2', containerInstanceArn: arn } },
      context,
    );
    store.transaction(() => store.tasks.put(task.taskArn, task));
    tasks.push(task);
  }
  return { tasks: tasks.map((task) => presentTask(task, context, { tags: true })), failures };
};
