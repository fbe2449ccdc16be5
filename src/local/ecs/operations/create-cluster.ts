/** CreateCluster: idempotent for the same arguments; a deleted cluster's name can be used anew (reference: 1.8). */
import type { CreateClusterRequest, CreateClusterResponse } from '@aws-sdk/client-ecs';
import type { Cluster } from '../../state/entities.ts';
import {
  checkClusterConfiguration,
  checkClusterName,
  checkClusterSettings,
  checkServiceConnectDefaults,
  withCapacityProviders,
} from '../cluster-rules.ts';
import type { EcsContext, EcsOperation } from '../context.ts';
import { invalidParameter } from '../ecs-errors.ts';
import { DEFAULT_CLUSTER } from '../lookup/find-cluster.ts';
import { newCluster } from '../new-cluster.ts';
import { presentCluster } from '../presentation/present-cluster.ts';
import { sameValue } from '../same-value.ts';
import { checkTags, sameTags } from '../tag-rules.ts';

const SHOWN = new Set(['TAGS', 'SETTINGS', 'CONFIGURATIONS'] as const);

/** Creates the cluster, or answers with it when it is there and nothing in the request differs. */
export const createCluster: EcsOperation<CreateClusterRequest, CreateClusterResponse> = (
  input,
  context,
) => {
  const { store } = context;
  const wanted = clusterOf(input, context);
  const present = store.clusters.get(wanted.clusterArn);
  if (present?.status === 'ACTIVE') {
    if (!asWanted(present, wanted, input))
      throw invalidParameter(
        'Arguments on this idempotent request are inconsistent with arguments used in previous request(s).',
      );
    return { cluster: presentCluster(present, SHOWN, store) };
  }
  store.transaction(() => store.clusters.put(wanted.clusterArn, wanted));
  return { cluster: presentCluster(wanted, SHOWN, store) };
};

function clusterOf(input: CreateClusterRequest, context: EcsContext): Cluster {
  const { clusterName = DEFAULT_CLUSTER, configuration, serviceConnectDefaults } = input;
  checkClusterName(clusterName);
  if (configuration !== undefined) checkClusterConfiguration(configuration);
  if (serviceConnectDefaults !== undefined) checkServiceConnectDefaults(serviceConnectDefaults);
  const fresh = newCluster(clusterName, context);
  const cluster: Cluster = {
    ...fresh,
    settings: checkClusterSettings(input.settings ?? [], fresh.settings),
    tags: checkTags(input.tags, 'InvalidParameterException'),
    ...(configuration === undefined ? {} : { configuration }),
    ...(serviceConnectDefaults?.namespace
      ? { serviceConnectDefaults: { namespace: serviceConnectDefaults.namespace } }
      : {}),
  };
  return withCapacityProviders(
    cluster,
    input.capacityProviders ?? [],
    input.defaultCapacityProviderStrategy ?? [],
  );
}

/** Whether the cluster is what the request asks for; what it does not mention may be anything. */
function asWanted(present: Cluster, wanted: Cluster, input: CreateClusterRequest): boolean {
  return (
    (input.tags === undefined || sameTags(present.tags, wanted.tags)) &&
    (input.settings === undefined || sameValue(present.settings, wanted.settings)) &&
    (input.configuration === undefined || sameValue(present.configuration, wanted.configuration)) &&
    (input.capacityProviders === undefined ||
      sameValue(present.capacityProviders, wanted.capacityProviders)) &&
    (input.defaultCapacityProviderStrategy === undefined ||
      sameValue(present.defaultCapacityProviderStrategy, wanted.defaultCapacityProviderStrategy)) &&
    (input.serviceConnectDefaults === undefined ||
      sameValue(present.serviceConnectDefaults, wanted.serviceConnectDefaults))
  );
}
