/** UpdateCluster: settings, execute command configuration, Service Connect namespace (reference: ECS semantics 1.8). */
import type { UpdateClusterRequest, UpdateClusterResponse } from '@aws-sdk/client-ecs';
import type { Cluster } from '../../state/entities.ts';
import {
  checkClusterConfiguration,
  checkClusterSettings,
  checkServiceConnectDefaults,
} from '../cluster-rules.ts';
import type { EcsOperation } from '../context.ts';
import { findClusterToChange } from '../lookup/find-cluster.ts';
import { presentCluster } from '../presentation/present-cluster.ts';

const SHOWN = new Set(['SETTINGS', 'CONFIGURATIONS', 'ATTACHMENTS'] as const);

/** What is not given stays as it is; an empty namespace takes the default namespace away. */
export const updateCluster: EcsOperation<UpdateClusterRequest, UpdateClusterResponse> = (
  { cluster: reference, settings, configuration, serviceConnectDefaults },
  context,
) => {
  const { store } = context;
  const { serviceConnectDefaults: formerDefaults, ...cluster } = findClusterToChange(
    reference,
    context,
  );
  if (configuration !== undefined) checkClusterConfiguration(configuration);
  if (serviceConnectDefaults !== undefined) checkServiceConnectDefaults(serviceConnectDefaults);
  const namespace = serviceConnectDefaults?.namespace ?? formerDefaults?.namespace;
  const updated: Cluster = {
    ...cluster,
    settings: checkClusterSettings(settings ?? [], cluster.settings),
    ...(configuration === undefined
      ? {}
      : { configuration: { ...cluster.configuration, ...configuration } }),
    ...(namespace ? { serviceConnectDefaults: { namespace } } : {}),
  };
  store.transaction(() => store.clusters.put(updated.clusterArn, updated));
  return { cluster: presentCluster(updated, SHOWN, store) };
};
