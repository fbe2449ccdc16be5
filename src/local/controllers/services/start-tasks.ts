/** Makes the tasks that a deployment starts, placed on the container instance where their launch type asks for it. */
import type { Clock } from '../../../base/clock.ts';
import type { IdSource } from '../../../base/ids.ts';
import { nextCapacityProvider } from '../../../scheduler/capacity-provider.ts';
import { lastPart } from '../../../base/arn.ts';
import {
  placeTask,
  type PlacementFailureReason,
  type PlacementInstance,
} from '../../../scheduler/placement.ts';
import { containerInstanceArn, placementInstance } from '../../ecs/container-instance.ts';
import type { MachineDescription } from '../../ecs/context.ts';
import { instanceOccupancy } from '../../ecs/instance-occupancy.ts';
import { taskDemand, taskPlacementRules } from '../../ecs/task-placement.ts';
import type {
  Cluster,
  Service,
  ServiceRevision,
  Task,
  TaskDefinition,
} from '../../state/entities.ts';
import { isFargateProvider, newServiceTask, type TaskOwner } from '../../state/new-service-task.ts';
import type { Store } from '../../state/store.ts';

/** The tasks that could be placed and why the others could not. */
export interface StartedServiceTasks {
  /** Already in the store. */
  readonly tasks: readonly Task[];
  /** In the words of the service event, for people. */
  readonly failure?: string;
}

/** Makes up to `count` tasks of a deployment or task set and puts them into the store; runs inside a transaction. */
export type StartServiceTasks = (
  service: Service,
  deployment: TaskOwner,
  count: number,
) => StartedServiceTasks;

/** What starting needs. */
export interface StartTasksDependencies {
  readonly store: Store;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly machine: MachineDescription;
}

/** Starts tasks as the deployment's service revision describes them. */
export function serviceTaskStarter(dependencies: StartTasksDependencies): StartServiceTasks {
  const { store, machine } = dependencies;
  // An entity does not change, so what is made of it is made once.
  const instances = new WeakMap<Cluster, Instance>();
  const instanceOf = (cluster: Cluster): Instance => {
    let instance = instances.get(cluster);
    if (instance === undefined) {
      const arn = containerInstanceArn(cluster.clusterArn);
      instance = { arn, offer: placementInstance(cluster, machine) };
      instances.set(cluster, instance);
    }
    return instance;
  };
  return (service, deployment, count) => {
    const revision = store.serviceRevisions.get(deployment.serviceRevisionArn);
    const taskDefinition = store.taskDefinitions.get(deployment.taskDefinition);
    if (revision === undefined) throw new Error(`there is no ${deployment.serviceRevisionArn}`);
    if (taskDefinition === undefined) {
      return { tasks: [], failure: `The task definition ${deployment.taskDefinition} is gone.` };
    }
    const cluster = store.clusters.get(service.clusterArn);
    if (cluster === undefined) throw new Error(`there is no cluster ${service.clusterArn}`);
    const instance = instanceOf(cluster);
    return start({ service, deployment, revision, taskDefinition, instance, count }, dependencies);
  };
}

/** The container instance of a cluster, and what it offers. */
interface Instance {
  readonly arn: string;
  readonly offer: PlacementInstance;
}

interface StartRequest {
  readonly service: Service;
  readonly deployment: TaskOwner;
  readonly revision: ServiceRevision;
  readonly taskDefinition: TaskDefinition;
  /** The cluster's. */
  readonly instance: Instance;
  readonly count: number;
}

function start(request: StartRequest, dependencies: StartTasksDependencies): StartedServiceTasks {
  const { store } = dependencies;
  const place = placer(request, store);
  const chooseProvider = providerChoice(request, store);
  const tasks: Task[] = [];
  for (let index = 0; index < request.count; index++) {
    const provider = chooseProvider();
    const onInstance =
      provider === undefined
        ? request.revision.launchType !== 'FARGATE'
        : !isFargateProvider(provider);
    const placement = onInstance ? place() : {};
    if (placement.failure !== undefined) return { tasks, failure: placement.failure };
    const task = newServiceTask(
      {
        service: request.service,
        deployment: request.deployment,
        revision: request.revision,
        taskDefinition: request.taskDefinition,
        ...(provider === undefined ? {} : { capacityProviderName: provider }),
        ...(placement.instance === undefined ? {} : { containerInstanceArn: placement.instance }),
      },
      dependencies,
    );
    // The next task's address and the next capacity provider depend on this one.
    store.tasks.put(task.taskArn, task);
    tasks.push(task);
  }
  return { tasks };
}

/** Places one task after the other; what they take is read from the state once. */
function placer(
  { service, taskDefinition, instance: { arn, offer } }: StartRequest,
  store: Store,
): () => { readonly instance?: string; readonly failure?: string } {
  const rules = taskPlacementRules(service.placementConstraints, taskDefinition);
  const demand = taskDemand(taskDefinition, {}, `service:${service.serviceName}`, store);
  let occupancy: ReturnType<typeof instanceOccupancy> | undefined;
  return () => {
    occupancy ??= instanceOccupancy(store, arn);
    const placement = placeTask(demand, rules, offer, occupancy);
    if (!placement.placed)
      return { failure: `${inWords(placement.reason, arn)} (${placement.detail})` };
    occupancy.add(demand);
    return { instance: arn };
  };
}

/** Why a task could not be placed, as service events say it (reference: ECS semantics 5.7). */
function inWords(reason: PlacementFailureReason, containerInstance: string): string {
  const closest = `The closest matching container-instance ${lastPart(containerInstance)}`;
  switch (reason) {
    case 'RESOURCE:CPU':
      return `${closest} has insufficient CPU units available.`;
    case 'RESOURCE:MEMORY':
      return `${closest} has insufficient memory available.`;
    case 'RESOURCE:PORTS':
      return `${closest} is already using a port required by your task.`;
    case 'MemberOf placement constraint unsatisfied.':
    case 'DistinctInstance placement constraint unsatisfied.':
      return `${closest} does not satisfy a placement constraint: ${reason}`;
  }
}

/** The provider of each further task by the strategy's bases and weights; undefined without a strategy. */
function providerChoice(
  { service, revision }: StartRequest,
  store: Store,
): () => string | undefined {
  const strategy = revision.capacityProviderStrategy;
  if (strategy === undefined || strategy.length === 0) return () => undefined;
  const items = strategy.map(({ capacityProvider = '', weight = 0, base = 0 }) => ({
    capacityProvider,
    weight,
    base,
  }));
  const counts: Record<string, number> = {};
  for (const task of store.tasks.by('service', service.serviceArn)) {
    if (task.desiredStatus === 'STOPPED' || task.capacityProviderName === undefined) continue;
    counts[task.capacityProviderName] = (counts[task.capacityProviderName] ?? 0) + 1;
  }
  return () => {
    const provider = nextCapacityProvider(items, counts);
    if (provider !== undefined) counts[provider] = (counts[provider] ?? 0) + 1;
    return provider;
  };
}
