/** UpdateService (reference: ECS semantics 4.1, 4.3, 4.4). */
import type { UpdateServiceRequest, UpdateServiceResponse } from '@aws-sdk/client-ecs';
import type { Service, TaskDefinition } from '../../state/entities.ts';
import { AwsError } from '../../wire/aws-error.ts';
import type { EcsContext, EcsOperation } from '../context.ts';
import { findCluster } from '../lookup/find-cluster.ts';
import { findService } from '../lookup/find-service.ts';
import { newDeployment } from '../new-deployment.ts';
import { presentService } from '../presentation/present-service.ts';
import { sameValue } from '../same-value.ts';
import { startsDeployment } from '../starts-deployment.ts';
import { countTasks } from '../presentation/task-counts.ts';
import { updatedService } from '../updated-service.ts';
import { updateExternalService } from './update-external-service.ts';

/**
 * Changes a service. What tasks are made from starts a new deployment, which supersedes one that is under way, a rollback
 * too; everything else only changes the service.
 * @throws AwsError
 */
export const updateService: EcsOperation<UpdateServiceRequest, UpdateServiceResponse> = (
  input,
  context,
) => {
  const cluster = findCluster(input.cluster, context);
  const former = findService(input.service ?? '', cluster, context);
  if (former.status !== 'ACTIVE')
    throw new AwsError('ServiceNotActiveException', 'Service was not ACTIVE.');
  if (former.deploymentController === 'EXTERNAL')
    return { service: present(updateExternalService(input, former, context), context) };
  const { service, taskDefinition } = updatedService(input, former, cluster, context);
  const next = startsDeployment(former, service, input.forceNewDeployment ?? false)
    ? deploy(service, taskDefinition, context)
    : keep(former, service, context);
  return { service: present(next, context) };
};

function present(service: Service, { store }: EcsContext): UpdateServiceResponse['service'] {
  return presentService(service, store, { tags: false, currentServiceDeployment: false });
}

/** Starts a deployment of the changed service. */
function deploy(service: Service, taskDefinition: TaskDefinition, context: EcsContext): Service {
  const { store, ids, clock } = context;
  const formerArn = service.currentServiceDeploymentArn;
  const formerServiceDeployment =
    formerArn === undefined ? undefined : store.serviceDeployments.get(formerArn);
  const started = newDeployment(
    {
      service,
      taskDefinition,
      counts: countTasks(store, service.serviceArn),
      store,
      ...(formerServiceDeployment === undefined ? {} : { formerServiceDeployment }),
    },
    ids,
    clock.now(),
  );
  const { superseded } = started;
  store.transaction(() => {
    store.services.put(service.serviceArn, started.service);
    store.serviceRevisions.put(started.revision.serviceRevisionArn, started.revision);
    store.serviceDeployments.put(
      started.serviceDeployment.serviceDeploymentArn,
      started.serviceDeployment,
    );
    if (superseded !== undefined)
      store.serviceDeployments.put(superseded.serviceDeploymentArn, superseded);
  });
  return started.service;
}

/** Stores the changed service; one that did not change stays at rest. */
function keep(former: Service, service: Service, { store }: EcsContext): Service {
  if (sameValue(former, service)) return former;
  const next: Service = { ...service, steady: false };
  store.transaction(() => store.services.put(next.serviceArn, next));
  return next;
}
