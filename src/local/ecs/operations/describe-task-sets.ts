/** DescribeTaskSets (reference: ECS semantics 1.4, 7). */
import type {
  DescribeTaskSetsRequest,
  DescribeTaskSetsResponse,
  Failure,
  TaskSet,
} from '@aws-sdk/client-ecs';
import type { EcsOperation } from '../context.ts';
import { findTaskSetService, taskSetArnOf } from '../lookup/find-task-set.ts';
import { presentTaskSet } from '../presentation/present-task-set.ts';
import { countTasks } from '../presentation/task-counts.ts';

/**
 * Shows the named task sets of a service, all of them when none is named. What is not there is a failure MISSING.
 * @throws AwsError
 */
export const describeTaskSets: EcsOperation<DescribeTaskSetsRequest, DescribeTaskSetsResponse> = (
  input,
  context,
) => {
  const { store } = context;
  const { service } = findTaskSetService(input, context);
  const references = input.taskSets ?? [];
  const arns =
    references.length === 0
      ? store.taskSets.by('service', service.serviceArn).map((each) => each.taskSetArn)
      : new Set(references.map((reference) => taskSetArnOf(reference, service, context)));
  const tags = input.include?.includes('TAGS') ?? false;
  const counts = countTasks(store, service.serviceArn);
  const taskSets: TaskSet[] = [];
  const failures: Failure[] = [];
  for (const arn of arns) {
    const found = store.taskSets.get(arn);
    if (found === undefined) failures.push({ arn, reason: 'MISSING' });
    else taskSets.push(presentTaskSet(found, counts, { tags }));
  }
  return { taskSets, failures };
};
