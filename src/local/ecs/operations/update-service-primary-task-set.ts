/** UpdateServicePrimaryTaskSet (reference: ECS semantics 7). */
import type {
  UpdateServicePrimaryTaskSetRequest,
  UpdateServicePrimaryTaskSetResponse,
} from '@aws-sdk/client-ecs';
import { defined } from '../../../base/defined.ts';
import type { Service } from '../../state/entities.ts';
import type { TaskSet } from '../../state/task-set-entity.ts';
import type { EcsContext, EcsOperation } from '../context.ts';
import { invalidParameter } from '../ecs-errors.ts';
import { findTaskSet, findTaskSetService } from '../lookup/find-task-set.ts';
import { presentTaskSet } from '../presentation/present-task-set.ts';
import { countTasks } from '../presentation/task-counts.ts';
import { serviceRole } from '../service-validation/role.ts';
import { withRevision } from '../with-revision.ts';

/**
 * Makes a task set the primary one; the former becomes ACTIVE. The service shows the new one's members from now on. No
 * traffic moves by this: the listener is the caller's.
 * @throws AwsError
 */
export const updateServicePrimaryTaskSet: EcsOperation<
  UpdateServicePrimaryTaskSetRequest,
  UpdateServicePrimaryTaskSetResponse
> = (input, context) => {
  const { store, clock } = context;
  const { service } = findTaskSetService(input, context);
  const chosen = findTaskSet(input.primaryTaskSet ?? '', service, context);
  if (chosen.status === 'DRAINING')
    throw invalidParameter(
      `The task set ${chosen.id} is being deleted (its status is DRAINING), so it cannot become the primary one.`,
    );
  const now = clock.now();
  const primary: TaskSet =
    chosen.status === 'PRIMARY' ? chosen : { ...chosen, status: 'PRIMARY', updatedAt: now };
  if (primary !== chosen) {
    const next = serviceOf(primary, service, context);
    store.transaction(() => {
      for (const former of store.taskSets.by('service', service.serviceArn)) {
        if (former.status === 'PRIMARY')
          store.taskSets.put(former.taskSetArn, { ...former, status: 'ACTIVE', updatedAt: now });
      }
      store.taskSets.put(primary.taskSetArn, primary);
      store.services.put(service.serviceArn, next);
    });
  }
  return {
    taskSet: presentTaskSet(primary, countTasks(store, service.serviceArn), { tags: false }),
  };
};

function serviceOf(
  { serviceRevisionArn }: TaskSet,
  service: Service,
  { store, call }: EcsContext,
): Service {
  const revision = store.serviceRevisions.get(serviceRevisionArn);
  if (revision === undefined) throw new Error(`there is no ${serviceRevisionArn}`);
  const { loadBalancers, networkConfiguration } = revision;
  const neededRole = serviceRole(undefined, loadBalancers, networkConfiguration, call);
  return {
    ...withRevision(service, revision),
    ...defined({ roleArn: service.roleArn ?? neededRole }),
  };
}
