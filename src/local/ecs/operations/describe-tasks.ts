/** DescribeTasks (reference: ECS semantics 1.4, 1.5, 8.2). */
import type {
  DescribeTasksRequest,
  DescribeTasksResponse,
  Failure,
  Task,
} from '@aws-sdk/client-ecs';
import { checkBatch } from '../batch.ts';
import type { EcsOperation } from '../context.ts';
import { findCluster } from '../lookup/find-cluster.ts';
import { taskArnOf } from '../lookup/find-task.ts';
import { presentTask } from '../presentation/present-task.ts';

const MOST_TASKS = 100;

/** Shows up to 100 tasks, stopped ones until they are forgotten; unknown ones are failures MISSING. */
export const describeTasks: EcsOperation<DescribeTasksRequest, DescribeTasksResponse> = (
  input,
  context,
) => {
  const cluster = findCluster(input.cluster, context);
  const references = checkBatch(input.tasks, 'Tasks', MOST_TASKS);
  const tags = input.include?.includes('TAGS') ?? false;
  const tasks: Task[] = [];
  const failures: Failure[] = [];
  for (const reference of references) {
    const arn = taskArnOf(reference, cluster, context);
    const task = context.store.tasks.get(arn);
    if (task === undefined) failures.push({ arn, reason: 'MISSING' });
    else tasks.push(presentTask(task, context, { tags }));
  }
  return { tasks, failures };
};
