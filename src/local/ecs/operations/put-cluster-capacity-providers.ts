/** PutClusterCapacityProviders: replaces the providers and the default strategy. */
import type {
  PutClusterCapacityProvidersRequest,
  PutClusterCapacityProvidersResponse,
} from '@aws-sdk/client-ecs';
import type { Cluster } from '../../state/entities.ts';
import { AwsError } from '../../wire/aws-error.ts';
import { withCapacityProviders } from '../cluster-rules.ts';
import type { EcsContext, EcsOperation } from '../context.ts';
import { findClusterToChange } from '../lookup/find-cluster.ts';
import { presentCluster } from '../presentation/present-cluster.ts';

const SHOWN = new Set(['SETTINGS', 'CONFIGURATIONS', 'ATTACHMENTS'] as const);

/** @throws AwsError ResourceInUseException for a provider that a service or task still uses */
export const putClusterCapacityProviders: EcsOperation<
  PutClusterCapacityProvidersRequest,
  PutClusterCapacityProvidersResponse
> = (input, context) => {
  const { store } = context;
  const cluster = findClusterToChange(input.cluster, context);
  const updated = withCapacityProviders(
    cluster,
    input.capacityProviders ?? [],
    input.defaultCapacityProviderStrategy ?? [],
  );
  const used = providersInUse(cluster, context);
  const removed = cluster.capacityProviders.filter(
    (name) => !updated.capacityProviders.includes(name),
  );
  if (removed.some((name) => used.has(name)))
    throw new AwsError(
      'ResourceInUseException',
      'The specified capacity provider is in use and cannot be removed.',
    );
  store.transaction(() => store.clusters.put(updated.clusterArn, updated));
  return { cluster: presentCluster(updated, SHOWN, store) };
};

function providersInUse(cluster: Cluster, { store }: EcsContext): ReadonlySet<string | undefined> {
  const services = store.services
    .by('cluster', cluster.clusterArn)
    .filter((service) => service.status !== 'INACTIVE');
  const tasks = store.tasks
    .by('cluster', cluster.clusterArn)
    .filter((task) => task.lastStatus !== 'STOPPED');
  return new Set([
    ...services.flatMap((service) =>
      (service.capacityProviderStrategy ?? []).map((item) => item.capacityProvider),
    ),
    ...tasks.map((task) => task.capacityProviderName),
  ]);
}
