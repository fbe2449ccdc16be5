/** Where a one-off task runs: as the tasks of its service do. Pure. */
import type {
  CapacityProviderStrategyItem,
  LaunchType,
  NetworkConfiguration,
  PlacementConstraint,
  Service,
  ServiceVolumeConfiguration,
} from '@aws-sdk/client-ecs';
import { defined } from '../../base/defined.ts';
import { primaryOf, primaryTaskSetOf } from '../observed/primary.ts';

/** What a service, or the PRIMARY task set of an EXTERNAL one, says of where its tasks run. */
export interface TaskPlacement {
  readonly networkConfiguration: NetworkConfiguration | undefined;
  /** Without a strategy. */
  readonly launchType: LaunchType | undefined;
  readonly capacityProviderStrategy: readonly CapacityProviderStrategyItem[] | undefined;
  /** Fargate only. */
  readonly platformVersion: string | undefined;
  /** `memberOf` alone: RunTask has no other tasks to be distinct from. */
  readonly placementConstraints: readonly PlacementConstraint[];
  readonly volumeConfigurations: readonly ServiceVolumeConfiguration[];
}

/** Takes the placement from the service as DescribeServices shows it. */
export function placementOf(service: Service): TaskPlacement {
  const primary = primaryOf(service);
  const taskSet = primaryTaskSetOf(service);
  const { networkConfiguration, launchType, capacityProviderStrategy, platformVersion } =
    taskSet ?? service;
  const strategy = capacityProviderStrategy ?? [];
  const type = strategy.length > 0 ? undefined : launchType;
  return {
    networkConfiguration,
    launchType: type,
    capacityProviderStrategy: strategy.length > 0 ? strategy : undefined,
    platformVersion,
    placementConstraints: (service.placementConstraints ?? []).filter(
      (each) => each.type === 'memberOf',
    ),
    volumeConfigurations: primary?.volumeConfigurations ?? [],
  };
}

/** The members of a RunTask that say where, for a task definition of that network mode and with those volumes. */
export function placementMembers(
  placement: TaskPlacement,
  definition: {
    readonly networkMode: string | undefined;
    /** Names of volumes that are configured at launch. */
    readonly launchVolumes: readonly string[];
  },
): {
  readonly networkConfiguration?: NetworkConfiguration;
  readonly launchType?: LaunchType;
  readonly capacityProviderStrategy?: CapacityProviderStrategyItem[];
  readonly platformVersion?: string;
  readonly placementConstraints?: PlacementConstraint[];
  readonly volumeConfigurations?: ServiceVolumeConfiguration[];
} {
  const { capacityProviderStrategy, placementConstraints } = placement;
  const volumes = placement.volumeConfigurations.filter(({ name = '' }) =>
    definition.launchVolumes.includes(name),
  );
  return defined({
    // RunTask refuses a network configuration for any other mode.
    networkConfiguration:
      definition.networkMode === 'awsvpc' ? placement.networkConfiguration : undefined,
    launchType: placement.launchType,
    capacityProviderStrategy:
      capacityProviderStrategy === undefined ? undefined : [...capacityProviderStrategy],
    platformVersion: placement.platformVersion,
    placementConstraints: placementConstraints.length === 0 ? undefined : [...placementConstraints],
    volumeConfigurations: volumes.length === 0 ? undefined : volumes,
  });
}
