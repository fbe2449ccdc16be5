/**
 * Whether a member of a service is as it is wanted. ECS answers with defaults filled in, with lists in an order of its own and
 * with other spellings; none of these is a difference (reference: ECS semantics 4.2, 4.4).
 */
import type {
  LoadBalancer,
  MonitoringConfiguration,
  PlacementStrategy,
  ServiceVolumeConfiguration,
  VpcLatticeConfiguration,
} from '@aws-sdk/client-ecs';
import { isSame, unordered } from './plain-value.ts';
import type { ServiceSettings } from './service-definition.ts';
import { sameServiceConnect } from './same-service-connect.ts';

/** Members that are compared as they are; deployment configuration and launch have rules of their own. */
export type ComparedMember = Exclude<
  keyof ServiceSettings,
  | 'deploymentConfiguration'
  | 'launchType'
  | 'capacityProviderStrategy'
  | 'role'
  | 'schedulingStrategy'
  | 'deploymentController'
>;

/** By member: whether the present value, which may be missing, means the same as the wanted one. */
type Comparisons = {
  readonly [Name in ComparedMember]: (
    present: ServiceSettings[Name],
    wanted: ServiceSettings[Name],
  ) => boolean;
};

const COMPARISONS: Comparisons = {
  // A service that never had a value counts as DISABLED (the SDK's UpdateServiceRequest).
  availabilityZoneRebalancing: by((value) => value ?? 'DISABLED'),
  enableECSManagedTags: by((value) => value ?? false),
  enableExecuteCommand: by((value) => value ?? false),
  gatewayConnectors: by((connectors) => unordered(connectors ?? [])),
  healthCheckGracePeriodSeconds: by((value) => value ?? 0),
  loadBalancers: by((balancers) => unordered((balancers ?? []).map(balancerOf))),
  monitoring: by(resolutions),
  networkConfiguration: by((network) => {
    const vpc = network?.awsvpcConfiguration;
    return (
      vpc && {
        subnets: unordered(vpc.subnets ?? []),
        securityGroups: unordered(vpc.securityGroups ?? []),
        assignPublicIp: vpc.assignPublicIp ?? 'DISABLED',
      }
    );
  }),
  placementConstraints: by((constraints) => unordered(constraints ?? [])),
  // The order says which strategy goes first.
  placementStrategy: by((strategies) => (strategies ?? []).map(placementOf)),
  platformVersion: by((value) => value ?? 'LATEST'),
  propagateTags: by((value) => value ?? 'NONE'),
  serviceConnectConfiguration: sameServiceConnect,
  serviceRegistries: by((registries) => unordered(registries ?? [])),
  volumeConfigurations: by((volumes) => unordered((volumes ?? []).map(volumeOf))),
  vpcLatticeConfigurations: by((lattices) => unordered((lattices ?? []).map(latticeOf))),
};

/** The members that `sameMember` knows. */
export const COMPARED_MEMBERS = Object.keys(COMPARISONS) as readonly ComparedMember[];

/** Whether the member means the same in both. */
export function sameMember(
  name: ComparedMember,
  present: ServiceSettings,
  wanted: ServiceSettings,
): boolean {
  // The comparison of a name takes the values of that name.
  const same = COMPARISONS[name] as (present: unknown, wanted: unknown) => boolean;
  return same(present[name], wanted[name]);
}

/** Two values are the same when their normal forms are. */
function by<Value>(normal: (value: Value) => unknown): (one: Value, other: Value) => boolean {
  return (one, other) => isSame(normal(one), normal(other));
}

/** The two target groups of a pair swap roles with each deployment (reference: ECS semantics 6.4). */
function balancerOf({ targetGroupArn, advancedConfiguration, ...rest }: LoadBalancer): unknown {
  const { alternateTargetGroupArn, ...advanced } = advancedConfiguration ?? {};
  return { ...rest, advanced, targetGroups: pair(targetGroupArn, alternateTargetGroupArn) };
}

function latticeOf({
  targetGroupArn,
  advancedConfiguration,
  ...rest
}: VpcLatticeConfiguration): unknown {
  const { alternateTargetGroupArn, ...advanced } = advancedConfiguration ?? {};
  return { ...rest, advanced, targetGroups: pair(targetGroupArn, alternateTargetGroupArn) };
}

function pair(one: string | undefined, other: string | undefined): readonly unknown[] {
  return unordered([one, other].filter((arn) => arn !== undefined));
}

/** ECS answers `MEMORY` for memory, and `instanceId` for host, which is the same (the SDK's PlacementStrategy). */
function placementOf({ type, field }: PlacementStrategy): unknown {
  const lower = field?.toLowerCase();
  return { type, field: lower === 'host' ? 'instanceid' : lower };
}

/** With the defaults that the SDK's ServiceManagedEBSVolumeConfiguration documents. */
function volumeOf({ name, managedEBSVolume }: ServiceVolumeConfiguration): unknown {
  if (managedEBSVolume === undefined) return { name };
  return {
    name,
    volume: {
      filesystemType: 'xfs',
      ...managedEBSVolume,
      tagSpecifications: unordered(
        (managedEBSVolume.tagSpecifications ?? []).map((each) => ({
          propagateTags: 'NONE',
          ...each,
          tags: unordered(each.tags ?? []),
        })),
      ),
    },
  };
}

/** What is measured otherwise than by default, which is every 60 s (the SDK's MonitoringConfiguration). */
function resolutions(monitoring: MonitoringConfiguration | undefined): unknown {
  return unordered(
    (monitoring?.metricConfigurations ?? [])
      .filter(({ resolutionSeconds }) => resolutionSeconds !== 60)
      .flatMap(({ metricNames, resolutionSeconds }) =>
        (metricNames ?? []).map((metric) => ({ metric, resolutionSeconds })),
      ),
  );
}
