/**
 * What one UpdateService has to change so that a service is again what a service revision was. A revision is more than its task
 * definition: network, load balancers and where tasks run belong to it too (reference: ECS semantics 6.5).
 */
import { isDeepStrictEqual } from 'node:util';
import type {
  CapacityProviderStrategyItem,
  LoadBalancer,
  NetworkConfiguration,
  ServiceConnectConfiguration,
  ServiceRevision,
  UpdateServiceCommandInput,
} from '@aws-sdk/client-ecs';

/** What tasks are made from, as a service revision keeps it. */
export type RevisionSettings = Pick<
  ServiceRevision,
  | 'taskDefinition'
  | 'networkConfiguration'
  | 'platformVersion'
  | 'capacityProviderStrategy'
  | 'launchType'
  | 'loadBalancers'
  | 'serviceRegistries'
  | 'serviceConnectConfiguration'
  | 'volumeConfigurations'
  | 'vpcLatticeConfigurations'
  | 'monitoring'
  | 'gatewayConnectors'
>;

/** Members of an UpdateService; `forceNewDeployment` only with another capacity provider strategy, which ECS demands. */
export type RevisionChange = Partial<
  Pick<
    UpdateServiceCommandInput,
    Exclude<keyof RevisionSettings, 'launchType'> | 'forceNewDeployment'
  >
>;

/**
 * What differs between the present service and the wanted revision, and nothing else: equal ones give an empty change, and after
 * the change there is none left. An empty list takes away what the wanted revision did not have.
 */
export function revisionChange(
  present: RevisionSettings,
  wanted: RevisionSettings,
): RevisionChange {
  const change: { -readonly [Name in keyof RevisionChange]: RevisionChange[Name] } = {};
  if (wanted.taskDefinition !== undefined && wanted.taskDefinition !== present.taskDefinition) {
    change.taskDefinition = wanted.taskDefinition;
  }
  const { networkConfiguration, platformVersion, monitoring } = wanted;
  // Without a value these three cannot be taken away; the task definition makes them meaningless where they are not wanted.
  if (
    networkConfiguration !== undefined &&
    differ(network(present.networkConfiguration), network(networkConfiguration))
  ) {
    change.networkConfiguration = networkConfiguration;
  }
  if (platformVersion !== undefined && platformVersion !== present.platformVersion) {
    change.platformVersion = platformVersion;
  }
  if (monitoring !== undefined && differ(present.monitoring, monitoring)) {
    change.monitoring = monitoring;
  }
  if (differ(strategy(present), strategy(wanted))) {
    change.capacityProviderStrategy = wanted.capacityProviderStrategy ?? [];
    change.forceNewDeployment = true;
  }
  const loadBalancers = loadBalancersInForce(present.loadBalancers, wanted.loadBalancers);
  if (differ(unordered(present.loadBalancers ?? []), unordered(loadBalancers))) {
    change.loadBalancers = loadBalancers;
  }
  if (differ(connect(present), connect(wanted))) {
    change.serviceConnectConfiguration = wanted.serviceConnectConfiguration ?? { enabled: false };
  }
  if (differ(present.serviceRegistries ?? [], wanted.serviceRegistries ?? [])) {
    change.serviceRegistries = wanted.serviceRegistries ?? [];
  }
  if (differ(present.volumeConfigurations ?? [], wanted.volumeConfigurations ?? [])) {
    change.volumeConfigurations = wanted.volumeConfigurations ?? [];
  }
  if (differ(present.vpcLatticeConfigurations ?? [], wanted.vpcLatticeConfigurations ?? [])) {
    change.vpcLatticeConfigurations = wanted.vpcLatticeConfigurations ?? [];
  }
  if (differ(present.gatewayConnectors ?? [], wanted.gatewayConnectors ?? [])) {
    change.gatewayConnectors = wanted.gatewayConnectors ?? [];
  }
  return change;
}

/** What a change restores beside the task definition, by AWS's names. */
export function restoredMembers(change: RevisionChange): readonly string[] {
  return Object.keys(change).filter(
    (name) => name !== 'taskDefinition' && name !== 'forceNewDeployment',
  );
}

/** What UpdateService cannot bring back, each in a sentence. */
export function notRestored(
  present: RevisionSettings,
  wanted: RevisionSettings,
): readonly string[] {
  const lost: string[] = [];
  const onlyType = strategy(present).length === 0 && strategy(wanted).length === 0;
  if (onlyType && wanted.launchType !== undefined && wanted.launchType !== present.launchType) {
    lost.push(
      `the launch type stays ${present.launchType ?? 'what it is'}: it was ${wanted.launchType}, and UpdateService cannot change it`,
    );
  }
  if (wanted.monitoring === undefined && present.monitoring !== undefined) {
    lost.push('monitoring stays as it is: there was none, and UpdateService cannot take it away');
  }
  return lost;
}

/**
 * The wanted load balancers. The advancedConfiguration of one that is still there is taken as it is in force: its listener rules and
 * its role say how traffic is shifted now, and the rules of an old revision may be gone. So is the target group of a pair, because
 * the two swap roles with each deployment (reference: ECS semantics 6.4).
 */
function loadBalancersInForce(
  present: readonly LoadBalancer[] = [],
  wanted: readonly LoadBalancer[] = [],
): LoadBalancer[] {
  return wanted.map((each) => {
    const inForce = present.find((other) => isSameBalancer(each, other));
    if (inForce === undefined) return { ...each };
    const { advancedConfiguration: _former, ...rest } = each;
    const { targetGroupArn, advancedConfiguration } = inForce;
    return {
      ...rest,
      ...(targetGroupArn === undefined ? {} : { targetGroupArn }),
      ...(advancedConfiguration === undefined ? {} : { advancedConfiguration }),
    };
  });
}

function isSameBalancer(one: LoadBalancer, other: LoadBalancer): boolean {
  if (one.loadBalancerName !== other.loadBalancerName) return false;
  if (one.targetGroupArn === other.targetGroupArn) return true;
  return (
    one.targetGroupArn !== undefined &&
    one.targetGroupArn === other.advancedConfiguration?.alternateTargetGroupArn &&
    other.targetGroupArn === one.advancedConfiguration?.alternateTargetGroupArn
  );
}

/** Subnets and security groups have no order. */
function network(configuration: NetworkConfiguration | undefined): unknown {
  const { awsvpcConfiguration: vpc } = configuration ?? {};
  if (vpc === undefined) return undefined;
  return {
    subnets: [...(vpc.subnets ?? [])].sort(),
    securityGroups: [...(vpc.securityGroups ?? [])].sort(),
    assignPublicIp: vpc.assignPublicIp ?? 'DISABLED',
  };
}

function strategy({ capacityProviderStrategy = [] }: RevisionSettings): readonly unknown[] {
  return unordered(
    capacityProviderStrategy.map(
      ({ capacityProvider, weight = 0, base = 0 }: CapacityProviderStrategyItem) => ({
        capacityProvider,
        weight,
        base,
      }),
    ),
  );
}

/** Not there and switched off are the same. */
function connect({ serviceConnectConfiguration: wanted }: RevisionSettings): unknown {
  const off: ServiceConnectConfiguration = { enabled: false };
  return wanted?.enabled === true ? wanted : off;
}

function unordered(items: readonly unknown[]): readonly unknown[] {
  return items
    .map((item) => ({ item: clean(item), key: JSON.stringify(clean(item)) }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ item }) => item);
}

function differ(one: unknown, other: unknown): boolean {
  return !isDeepStrictEqual(clean(one), clean(other));
}

/** Without members that say nothing, those of an object in one order. */
function clean(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(clean);
  if (value === null || typeof value !== 'object') return value ?? undefined;
  return Object.fromEntries(
    Object.entries(value)
      .map(([name, member]) => [name, clean(member)] as const)
      .filter(([, member]) => !saysNothing(member))
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

function saysNothing(value: unknown): boolean {
  if (value === undefined) return true;
  if (Array.isArray(value)) return value.length === 0;
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}
