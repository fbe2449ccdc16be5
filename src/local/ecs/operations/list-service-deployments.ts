/** ListServiceDeployments (reference: ECS semantics 1.5, 6.5). */
import type {
  ListServiceDeploymentsRequest,
  ListServiceDeploymentsResponse,
} from '@aws-sdk/client-ecs';
import type { ServiceDeployment } from '../../state/entities.ts';
import type { EcsOperation } from '../context.ts';
import { findCluster } from '../lookup/find-cluster.ts';
import { findService } from '../lookup/find-service.ts';
import { paginate, sortableNumber } from '../pagination.ts';
import { presentServiceDeploymentBrief } from '../presentation/present-service-deployment.ts';

/** The rollouts of a service, newest first, by status and time of creation where asked. */
export const listServiceDeployments: EcsOperation<
  ListServiceDeploymentsRequest,
  ListServiceDeploymentsResponse
> = (input, context) => {
  const cluster = findCluster(input.cluster, context);
  const service = findService(input.service ?? '', cluster, context);
  const found = context.store.serviceDeployments
    .by('service', service.serviceArn)
    // In the order of creation: rollouts of one millisecond keep it.
    .map((serviceDeployment, index) => ({ serviceDeployment, index }))
    .filter(({ serviceDeployment }) => isWanted(serviceDeployment, input));
  const { items, nextToken } = paginate(found, input, {
    operation: 'ListServiceDeployments',
    defaultResults: 20,
    mostResults: 100,
    keyOf: ({ serviceDeployment, index }) =>
      `${sortableNumber(serviceDeployment.createdAt)}/${sortableNumber(index)}`,
    order: 'descending',
  });
  return {
    serviceDeployments: items.map(({ serviceDeployment }) =>
      presentServiceDeploymentBrief(serviceDeployment),
    ),
    ...(nextToken === undefined ? {} : { nextToken }),
  };
};

function isWanted(
  { status, createdAt }: ServiceDeployment,
  { status: statuses = [], createdAt: range = {} }: ListServiceDeploymentsRequest,
): boolean {
  return (
    (statuses.length === 0 || statuses.includes(status)) &&
    (range.before === undefined || createdAt < range.before.getTime()) &&
    (range.after === undefined || createdAt > range.after.getTime())
  );
}
