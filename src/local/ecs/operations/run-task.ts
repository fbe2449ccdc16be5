/** RunTask (reference: ECS semantics 1.3, 1.4, 8.2). */
import type { Failure, RunTaskRequest, RunTaskResponse } from '@aws-sdk/client-ecs';
import { defined } from '../../../base/defined.ts';
import { nextCapacityProvider } from '../../../scheduler/capacity-provider.ts';
import { placeTask } from '../../../scheduler/placement.ts';
import type { Cluster, Task } from '../../state/entities.ts';
import { isFargateProvider } from '../../state/new-service-task.ts';
import { newTask } from '../../state/new-task.ts';
import { clientTokenKey } from '../../state/store.ts';
import { AwsError } from '../../wire/aws-error.ts';
import { containerInstanceArn, placementInstance } from '../container-instance.ts';
import type { EcsContext, EcsOperation } from '../context.ts';
import { invalidParameter } from '../ecs-errors.ts';
import { findActiveCluster } from '../lookup/find-cluster.ts';
import { findActiveTaskDefinition } from '../lookup/find-task-definition.ts';
import {
  checkCompatibility,
  launchOptions,
  resolvedPlatformVersion,
  type LaunchOptions,
} from '../launch-options.ts';
import { checkNetworkConfiguration } from '../network-configuration.ts';
import { checkPlacement } from '../placement-rules.ts';
import { presentTask } from '../presentation/present-task.ts';
import { fingerprintOf } from '../same-value.ts';
import { taskTemplate, type TaskTemplate } from '../standalone-task.ts';
import { instanceOccupancy } from '../instance-occupancy.ts';
import { taskDemand, taskPlacementRules } from '../task-placement.ts';

const MOST_TASKS = 10;
const LONGEST_TOKEN = 64;

/**
 * Starts up to 10 tasks. Those that find no place are `failures` of a request that succeeds. Repeated with the same client
 * token it answers with the tasks that it started first.
 * @throws AwsError
 */
export const runTask: EcsOperation<RunTaskRequest, RunTaskResponse> = (input, context) => {
  const cluster = findActiveCluster(input.cluster, context);
  const count = checkCount(input.count);
  const idempotency = idempotencyOf(input, cluster);
  const former = formerTasks(idempotency, cluster, context);
  if (former.length > 0) return { tasks: former.map((task) => show(task, context)), failures: [] };

  const taskDefinition = findActiveTaskDefinition(input.taskDefinition ?? '', context);
  const network = checkNetworkConfiguration(input.networkConfiguration, taskDefinition);
  const launch = launchOptions(input, cluster, taskDefinition);
  checkCompatibility(taskDefinition, launch.runsOn);
  checkPlacement(input.placementConstraints ?? [], input.placementStrategy ?? [], launch.runsOn);
  const template = {
    ...taskTemplate(input, cluster, taskDefinition, network, launch.runsOn),
    ...idempotency,
  };
  const placed =
    launch.runsOn === 'FARGATE'
      ? { count, failures: [] }
      : placeOnInstance(input, template, count, cluster, context);
  const tasks = start(template, launch, placed.count, cluster, context);
  return {
    tasks: tasks.map((task) => show(task, context)),
    failures: [...placed.failures],
  };
};

function checkCount(count = 1): number {
  if (count < 1 || count > MOST_TASKS)
    throw invalidParameter(`Invalid count ${count}. It must be from 1 to ${MOST_TASKS}.`);
  return count;
}

type Idempotency = Pick<TaskTemplate, 'clientToken' | 'requestFingerprint'>;

function idempotencyOf(input: RunTaskRequest, cluster: Cluster): Idempotency {
  const { clientToken } = input;
  if (clientToken === undefined) return {};
  if (clientToken === '' || clientToken.length > LONGEST_TOKEN)
    throw invalidParameter(`The clientToken must have from 1 to ${LONGEST_TOKEN} characters.`);
  return {
    clientToken,
    requestFingerprint: fingerprintOf({ ...input, cluster: cluster.clusterArn }),
  };
}

/** The tasks that an earlier request with this token started. */
function formerTasks(
  { clientToken, requestFingerprint }: Idempotency,
  { clusterArn }: Cluster,
  { store }: EcsContext,
): readonly Task[] {
  if (clientToken === undefined) return [];
  const tasks = store.tasks.by('clientToken', clientTokenKey({ clusterArn, clientToken }) ?? '');
  if (tasks.some((task) => task.requestFingerprint !== requestFingerprint))
    throw new AwsError(
      'ConflictException',
      'The clientToken was already used for tasks with other parameters. Use a new one.',
      { members: { resourceIds: tasks.map(({ taskArn }) => taskArn) } },
    );
  return tasks;
}

/** How many of the tasks fit on the container instance, and why the others do not. */
function placeOnInstance(
  input: RunTaskRequest,
  { taskDefinition, overrides = {}, group }: TaskTemplate,
  count: number,
  cluster: Cluster,
  { store, machine }: EcsContext,
): { readonly count: number; readonly failures: readonly Failure[] } {
  const arn = containerInstanceArn(cluster.clusterArn);
  const instance = placementInstance(cluster, machine);
  const occupancy = instanceOccupancy(store, arn);
  const rules = taskPlacementRules(input.placementConstraints ?? [], taskDefinition);
  const demand = taskDemand(taskDefinition, overrides, group, store);
  const failures: Failure[] = [];
  for (let index = 0; index < count; index++) {
    const placement = placeTask(demand, rules, instance, occupancy);
    if (placement.placed) occupancy.add(demand);
    else failures.push({ arn, reason: placement.reason, detail: placement.detail });
  }
  return { count: count - failures.length, failures };
}

function start(
  template: TaskTemplate,
  launch: LaunchOptions,
  count: number,
  cluster: Cluster,
  context: EcsContext,
): readonly Task[] {
  const { store } = context;
  const started: Task[] = [];
  const byProvider: Record<string, number> = {};
  if (count === 0) return started;
  store.transaction(() => {
    for (let index = 0; index < count; index++) {
      const provider = chooseProvider(launch, byProvider);
      const task = newTask(
        { ...template, platform: platformOf(launch, provider, cluster) },
        context,
      );
      store.tasks.put(task.taskArn, task);
      started.push(task);
    }
  });
  return started;
}

/** Takes note of the choice in `counts`. */
function chooseProvider(
  { capacityProviderStrategy }: LaunchOptions,
  counts: Record<string, number>,
): string | undefined {
  if (capacityProviderStrategy === undefined) return undefined;
  const provider = nextCapacityProvider(
    capacityProviderStrategy.map(({ capacityProvider = '', weight = 0, base = 0 }) => ({
      capacityProvider,
      weight,
      base,
    })),
    counts,
  );
  if (provider !== undefined) counts[provider] = (counts[provider] ?? 0) + 1;
  return provider;
}

function platformOf(
  launch: LaunchOptions,
  capacityProviderName: string | undefined,
  cluster: Cluster,
): Parameters<typeof newTask>[0]['platform'] {
  const onFargate =
    capacityProviderName === undefined
      ? launch.runsOn === 'FARGATE'
      : isFargateProvider(capacityProviderName);
  return {
    launchType: onFargate ? 'FARGATE' : 'EC2',
    ...defined({
      capacityProviderName,
      platformVersion:
        launch.platformVersion === undefined
          ? undefined
          : resolvedPlatformVersion(launch.platformVersion),
      platformFamily: launch.platformFamily,
      containerInstanceArn: onFargate ? undefined : containerInstanceArn(cluster.clusterArn),
    }),
  };
}

function show(task: Task, context: EcsContext): ReturnType<typeof presentTask> {
  return presentTask(task, context, { tags: true });
}
