/** ListServicesByNamespace: services by their Service Connect namespace. */
import type {
  ListServicesByNamespaceRequest,
  ListServicesByNamespaceResponse,
} from '@aws-sdk/client-ecs';
import type { EcsOperation } from '../context.ts';
import { paginate } from '../pagination.ts';

/** The ACTIVE services of every cluster in the region that are in the namespace, by the name they were given it. */
export const listServicesByNamespace: EcsOperation<
  ListServicesByNamespaceRequest,
  ListServicesByNamespaceResponse
> = (input, { store, call }) => {
  const services = Array.from(store.services.values()).filter(
    ({ region, status, serviceConnectConfiguration: connect }) =>
      region === call.region &&
      status === 'ACTIVE' &&
      connect?.enabled === true &&
      connect.namespace === input.namespace,
  );
  const { items, nextToken } = paginate(services, input, {
    operation: 'ListServicesByNamespace',
    defaultResults: 10,
    mostResults: 100,
    keyOf: (service) => service.serviceArn,
  });
  return {
    serviceArns: items.map(({ serviceArn }) => serviceArn),
    ...(nextToken === undefined ? {} : { nextToken }),
  };
};
