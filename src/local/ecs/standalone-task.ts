/** What RunTask and StartTask have in common: the checks, and everything about the tasks but where they run. */
import type {
  NetworkConfiguration,
  PropagateTags,
  RunTaskRequest,
  StartTaskRequest,
} from '@aws-sdk/client-ecs';
import { defined } from '../../base/defined.ts';
import type { Cluster, TaskDefinition } from '../state/entities.ts';
import type { NewTask } from '../state/new-task.ts';
import { taskTags } from '../state/task-tags.ts';
import { invalidParameter } from './ecs-errors.ts';
import { checkPublicAddress } from './network-configuration.ts';
import { checkVolumes } from './service-validation/volumes.ts';
import { checkTags, MOST_TAGS } from './tag-rules.ts';
import { checkTaskOverrides } from './task-overrides.ts';

const LONGEST_STARTED_BY = 128;

/** Everything about a task but where it runs. */
export type TaskTemplate = Omit<NewTask, 'platform'>;

/**
 * The template of the tasks that a request starts.
 * @param networkConfiguration as checkNetworkConfiguration returned it
 * @throws AwsError InvalidParameterException
 */
export function taskTemplate(
  input: RunTaskRequest | StartTaskRequest,
  cluster: Cluster,
  taskDefinition: TaskDefinition,
  networkConfiguration: NetworkConfiguration | undefined,
  runsOn: 'EC2' | 'FARGATE',
): TaskTemplate {
  checkPublicAddress(networkConfiguration, runsOn);
  checkVolumes(input.volumeConfigurations ?? [], taskDefinition);
  return {
    clusterArn: cluster.clusterArn,
    taskDefinition,
    group: checkGroup(input.group) ?? `family:${taskDefinition.family}`,
    overrides: checkTaskOverrides(input.overrides ?? {}, taskDefinition, runsOn),
    enableExecuteCommand: input.enableExecuteCommand ?? false,
    tags: tagsOf(input, cluster, taskDefinition),
    ...defined({ startedBy: checkStartedBy(input.startedBy), networkConfiguration }),
  };
}

function checkGroup(group: string | undefined): string | undefined {
  if (group === undefined) return undefined;
  if (group.trim() === '' || group.length > 255)
    throw invalidParameter('A group must have from 1 to 255 characters.');
  if (group.startsWith('service:'))
    throw invalidParameter(
      `Invalid group '${group}'. Groups that begin with 'service:' belong to services.`,
    );
  return group;
}

function checkStartedBy(startedBy: string | undefined): string | undefined {
  if (startedBy !== undefined && startedBy.length > LONGEST_STARTED_BY)
    throw invalidParameter(
      `startedBy can have at most ${LONGEST_STARTED_BY} characters, but it has ${startedBy.length}.`,
    );
  return startedBy;
}

function tagsOf(
  input: RunTaskRequest | StartTaskRequest,
  cluster: Cluster,
  taskDefinition: TaskDefinition,
): TaskTemplate['tags'] {
  const own = checkTags(input.tags);
  const tags = taskTags({
    own,
    ...(propagates(input.propagateTags) ? { propagated: taskDefinition.tags } : {}),
    ...(input.enableECSManagedTags === true
      ? { managed: { clusterName: cluster.clusterName } }
      : {}),
  });
  const userTags = tags.filter(({ key = '' }) => !key.startsWith('aws:'));
  if (userTags.length > MOST_TAGS)
    throw invalidParameter(
      `A task can have at most ${MOST_TAGS} tags, but with those of its task definition it would have ${userTags.length}.`,
    );
  return tags;
}

function propagates(propagateTags: PropagateTags | undefined): boolean {
  switch (propagateTags) {
    case 'SERVICE':
      throw invalidParameter(
        'propagateTags SERVICE is for services only. Use TASK_DEFINITION or NONE.',
      );
    case 'TASK_DEFINITION':
      return true;
    case 'NONE':
    case undefined:
      return false;
  }
}
