/** CreateTaskSet (reference: ECS semantics 7). */
import type { CreateTaskSetRequest, CreateTaskSetResponse } from '@aws-sdk/client-ecs';
import { defined } from '../../../base/defined.ts';
import type { Service } from '../../state/entities.ts';
import type { TaskSet } from '../../state/task-set-entity.ts';
import type { EcsContext, EcsOperation } from '../context.ts';
import { invalidParameter } from '../ecs-errors.ts';
import { findTaskSetService } from '../lookup/find-task-set.ts';
import { newTaskSet } from '../new-task-set.ts';
import { presentTaskSet } from '../presentation/present-task-set.ts';
import { countTasks } from '../presentation/task-counts.ts';
import { fingerprintOf } from '../same-value.ts';
import { checkClientToken } from '../service-validation/identity.ts';

/** ECS's quota; one that is being deleted counts until it is gone. */
const MOST_TASK_SETS = 5;

/**
 * Adds a task set to a service. Repeated with the same token and input it answers with the task set as it is. What gets
 * traffic stays as it was: the caller moves the weights of the listener.
 * @throws AwsError
 */
export const createTaskSet: EcsOperation<CreateTaskSetRequest, CreateTaskSetResponse> = (
  input,
  context,
) => {
  const { store } = context;
  const place = findTaskSetService(input, context);
  const { service } = place;
  const clientToken = checkClientToken(input.clientToken);
  const creationFingerprint = fingerprintOf({
    ...input,
    cluster: service.clusterArn,
    service: service.serviceArn,
    clientToken: undefined,
  });
  const existing = store.taskSets.by('service', service.serviceArn);
  const former =
    clientToken === undefined
      ? undefined
      : existing.find((taskSet) => taskSet.clientToken === clientToken);
  if (former !== undefined) {
    if (former.creationFingerprint !== creationFingerprint)
      throw invalidParameter('Creation of task set was not idempotent.');
    return { taskSet: present(former, context) };
  }
  if (existing.length >= MOST_TASK_SETS)
    throw invalidParameter(
      `${existing.length} deployments exist on the service. Unable to create new TaskSet since this exceeds the maximum limit.`,
    );
  const identity = { creationFingerprint, ...defined({ clientToken }) };
  const { taskSet, revision } = newTaskSet(input, identity, place, context);
  const next: Service = { ...service, steady: false };
  store.transaction(() => {
    store.services.put(service.serviceArn, next);
    store.serviceRevisions.put(revision.serviceRevisionArn, revision);
    store.taskSets.put(taskSet.taskSetArn, taskSet);
  });
  return { taskSet: present(taskSet, context) };
};

function present(taskSet: TaskSet, { store }: EcsContext): CreateTaskSetResponse['taskSet'] {
  return presentTaskSet(taskSet, countTasks(store, taskSet.serviceArn), {
    tags: taskSet.tags.length > 0,
  });
}
