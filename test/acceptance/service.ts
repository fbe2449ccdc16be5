/** The services that the commands of the acceptance tests change, and what is to be seen of them. */
import {
  CreateClusterCommand,
  CreateServiceCommand,
  DescribeServicesCommand,
  DescribeTasksCommand,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
  type ECSClient,
  type Service,
  type Task,
} from '@aws-sdk/client-ecs';
import { until } from '../system/world.ts';

/** A task definition with one container and no ports, as JSON files have it. */
export function taskDefinition(family: string, version: string) {
  return {
    family,
    containerDefinitions: [
      { name: 'my-app', image: `my-repo/my-app:${version}`, cpu: 64, memory: 128, essential: true },
    ],
  };
}

/** Creates a cluster and a service in it, and waits until its tasks run. */
export async function createService(
  ecs: ECSClient,
  names: { readonly cluster: string; readonly service: string; readonly family: string },
  desiredCount: number,
): Promise<void> {
  const { cluster, service, family } = names;
  await ecs.send(new CreateClusterCommand({ clusterName: cluster }));
  await ecs.send(new RegisterTaskDefinitionCommand(taskDefinition(family, '1.0.0')));
  await ecs.send(
    new CreateServiceCommand({
      ...{ cluster, serviceName: service, taskDefinition: family, desiredCount },
    }),
  );
  await settled(ecs, names);
}

export async function describeService(
  ecs: ECSClient,
  { cluster, service }: { readonly cluster: string; readonly service: string },
): Promise<Service> {
  const { services = [] } = await ecs.send(
    new DescribeServicesCommand({ cluster, services: [service] }),
  );
  const [found] = services;
  if (found === undefined) throw new Error(`there is no service ${service} in ${cluster}`);
  return found;
}

/** Waits until one deployment is left and completed, and every task runs. */
export function settled(
  ecs: ECSClient,
  names: { readonly cluster: string; readonly service: string },
): Promise<Service> {
  return until(
    () => describeService(ecs, names),
    ({ deployments = [], runningCount, desiredCount, pendingCount }) =>
      deployments.length === 1 &&
      deployments[0]?.rolloutState === 'COMPLETED' &&
      runningCount === desiredCount &&
      pendingCount === 0,
  );
}

/** The tasks of a service that run, or that are kept after their end. */
export async function tasksOf(
  ecs: ECSClient,
  { cluster, service }: { readonly cluster: string; readonly service: string },
  desiredStatus: 'RUNNING' | 'STOPPED' = 'RUNNING',
): Promise<readonly Task[]> {
  const { taskArns = [] } = await ecs.send(
    new ListTasksCommand({ cluster, serviceName: service, desiredStatus }),
  );
  if (taskArns.length === 0) return [];
  const { tasks = [] } = await ecs.send(new DescribeTasksCommand({ cluster, tasks: taskArns }));
  return tasks;
}

/** `FAMILY:REVISION` of a task definition's ARN. */
export function revisionOf(arn: string | undefined): string {
  return arn?.split('/').at(-1) ?? '';
}
