/** ListServices (reference: ECS semantics 1.5, 4.5). */
import type { ListServicesRequest, ListServicesResponse } from '@aws-sdk/client-ecs';
import type { Service } from '../../state/entities.ts';
import type { EcsOperation } from '../context.ts';
import { findCluster } from '../lookup/find-cluster.ts';
import { paginate } from '../pagination.ts';

/** The ACTIVE services of a cluster; a deleted one leaves the list while it is still DRAINING. */
export const listServices: EcsOperation<ListServicesRequest, ListServicesResponse> = (
  input,
  context,
) => {
  const cluster = findCluster(input.cluster, context);
  const services = context.store.services
    .by('cluster', cluster.clusterArn)
    .filter((service) => isWanted(service, input));
  const { items, nextToken } = paginate(services, input, {
    operation: 'ListServices',
    defaultResults: 10,
    mostResults: 100,
    keyOf: (service) => service.serviceArn,
  });
  return {
    serviceArns: items.map(({ serviceArn }) => serviceArn),
    ...(nextToken === undefined ? {} : { nextToken }),
  };
};

function isWanted(service: Service, input: ListServicesRequest): boolean {
  return (
    service.status === 'ACTIVE' &&
    (input.launchType === undefined || service.launchType === input.launchType) &&
    (input.schedulingStrategy === undefined ||
      service.schedulingStrategy === input.schedulingStrategy) &&
    (input.resourceManagementType ?? 'CUSTOMER') === 'CUSTOMER'
  );
}
