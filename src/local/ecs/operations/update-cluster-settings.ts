/** UpdateClusterSettings: container insights on or off (reference: ECS semantics 1.8). */
import type {
  UpdateClusterSettingsRequest,
  UpdateClusterSettingsResponse,
} from '@aws-sdk/client-ecs';
import { checkClusterSettings } from '../cluster-rules.ts';
import type { EcsOperation } from '../context.ts';
import { findClusterToChange } from '../lookup/find-cluster.ts';
import { presentCluster } from '../presentation/present-cluster.ts';

const SHOWN = new Set(['SETTINGS', 'CONFIGURATIONS', 'ATTACHMENTS'] as const);

/** The cluster is looked for before the settings are checked. */
export const updateClusterSettings: EcsOperation<
  UpdateClusterSettingsRequest,
  UpdateClusterSettingsResponse
> = (input, context) => {
  const { store } = context;
  const cluster = findClusterToChange(input.cluster, context);
  const updated = {
    ...cluster,
    settings: checkClusterSettings(input.settings ?? [], cluster.settings),
  };
  store.transaction(() => store.clusters.put(updated.clusterArn, updated));
  return { cluster: presentCluster(updated, SHOWN, store) };
};
