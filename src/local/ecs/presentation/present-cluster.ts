/** A cluster as the API shows it, with its counts (reference: ECS semantics 1.8). */
import type { Cluster as ShownCluster, ClusterField, KeyValuePair } from '@aws-sdk/client-ecs';
import { isFargateProvider } from '../../state/new-service-task.ts';
import type { Cluster, Service, Task } from '../../state/entities.ts';
import type { Store } from '../../state/store.ts';
import { standingOf } from './task-counts.ts';

/** The launch types as the statistics spell them. */
const KINDS = {
  EC2: 'EC2',
  FARGATE: 'Fargate',
  EXTERNAL: 'External',
  MANAGED_INSTANCES: 'ManagedInstances',
} as const;
type LaunchType = keyof typeof KINDS;

/**
 * The cluster with its counts. Settings, tags, statistics, configuration and attachments are left empty or out unless
 * they are included.
 */
export function presentCluster(
  cluster: Cluster,
  include: ReadonlySet<ClusterField>,
  store: Pick<Store, 'tasks' | 'services'>,
): ShownCluster {
  const tasks = store.tasks.by('cluster', cluster.clusterArn);
  const services = store.services.by('cluster', cluster.clusterArn);
  return {
    clusterArn: cluster.clusterArn,
    clusterName: cluster.clusterName,
    ...(include.has('CONFIGURATIONS') && cluster.configuration !== undefined
      ? { configuration: cluster.configuration }
      : {}),
    status: cluster.status,
    // This machine is in every cluster that can run tasks.
    registeredContainerInstancesCount: cluster.status === 'ACTIVE' ? 1 : 0,
    runningTasksCount: tasks.filter(isRunning).length,
    pendingTasksCount: tasks.filter(isPending).length,
    activeServicesCount: services.filter((service) => service.status === 'ACTIVE').length,
    statistics: include.has('STATISTICS') ? statistics(tasks, services) : [],
    tags: include.has('TAGS') ? [...cluster.tags] : [],
    settings: include.has('SETTINGS') ? [...cluster.settings] : [],
    capacityProviders: [...cluster.capacityProviders],
    defaultCapacityProviderStrategy: [...cluster.defaultCapacityProviderStrategy],
    ...(include.has('ATTACHMENTS') ? { attachments: [] } : {}),
    ...(cluster.serviceConnectDefaults === undefined
      ? {}
      : { serviceConnectDefaults: cluster.serviceConnectDefaults }),
  };
}

/** The counts by launch type, as strings and in the order in which ECS lists them. */
function statistics(tasks: readonly Task[], services: readonly Service[]): KeyValuePair[] {
  const running = (type: LaunchType): Statistic => [
    `running${KINDS[type]}TasksCount`,
    tasks.filter((task) => task.launchType === type && isRunning(task)).length,
  ];
  const pending = (type: LaunchType): Statistic => [
    `pending${KINDS[type]}TasksCount`,
    tasks.filter((task) => task.launchType === type && isPending(task)).length,
  ];
  const active = (type: LaunchType): Statistic => [
    `active${KINDS[type]}ServiceCount`,
    services.filter((service) => service.status === 'ACTIVE' && typeOf(service) === type).length,
  ];
  const draining = (type: LaunchType): Statistic => [
    `draining${KINDS[type]}ServiceCount`,
    services.filter((service) => service.status === 'DRAINING' && typeOf(service) === type).length,
  ];
  return [
    running('EC2'),
    running('FARGATE'),
    pending('EC2'),
    pending('FARGATE'),
    running('EXTERNAL'),
    pending('EXTERNAL'),
    running('MANAGED_INSTANCES'),
    pending('MANAGED_INSTANCES'),
    active('EC2'),
    active('FARGATE'),
    draining('EC2'),
    draining('FARGATE'),
    active('EXTERNAL'),
    draining('EXTERNAL'),
    active('MANAGED_INSTANCES'),
    draining('MANAGED_INSTANCES'),
  ].map(([name, value]) => ({ name, value: String(value) }));
}

type Statistic = readonly [name: string, value: number];

function isRunning(task: Task): boolean {
  return standingOf(task) === 'running';
}

function isPending(task: Task): boolean {
  return standingOf(task) === 'pending';
}

/** A service with a strategy has no launch type of its own: its first provider tells. */
function typeOf({ launchType, capacityProviderStrategy = [] }: Service): string {
  if (launchType !== undefined) return launchType;
  return capacityProviderStrategy.some(({ capacityProvider = '' }) =>
    isFargateProvider(capacityProvider),
  )
    ? 'FARGATE'
    : 'EC2';
}
