/** A cluster as it is when it has just been made. */
import { ecsArn, type Scope } from '../../base/arn.ts';
import type { Cluster } from '../state/entities.ts';
import { effectiveAccountSetting } from './account-setting-rules.ts';
import type { EcsContext } from './context.ts';

/** The ARN of the cluster of that name. */
export function clusterArn(scope: Scope, clusterName: string): string {
  return ecsArn(scope, `cluster/${clusterName}`);
}

/** An ACTIVE cluster with ECS's defaults: container insights as the account settings have it, nothing else. */
export function newCluster(clusterName: string, context: EcsContext): Cluster {
  const { call, clock } = context;
  return {
    clusterArn: clusterArn(call, clusterName),
    clusterName,
    region: call.region,
    status: 'ACTIVE',
    settings: [
      {
        name: 'containerInsights',
        value: effectiveAccountSetting('containerInsights', call.principalArn, context),
      },
    ],
    capacityProviders: [],
    defaultCapacityProviderStrategy: [],
    tags: [],
    createdAt: clock.now(),
  };
}
