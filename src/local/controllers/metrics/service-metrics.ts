/** What ECS publishes in AWS/ECS: CPU and memory of a service's tasks, as percentages of what is reserved for them. */
import { parseArn } from '../../../base/arn.ts';
import { taskReservation } from '../../ecs/task-reservation.ts';
import type { MachineDescription } from '../../ecs/context.ts';
import type { ContainerUsage } from '../../runtime/runtime.ts';
import type { Service, Task } from '../../state/entities.ts';
import type { Store } from '../../state/store.ts';
import type { Published } from '../../cloudwatch/record-datapoints.ts';
import { aggregateOf } from '../../cloudwatch/statistics/aggregate.ts';

/** What containers use, by the runtime's ids. */
export type Usage = ReadonlyMap<string, ContainerUsage>;

/** CPUUtilization and MemoryUtilization of every service of whose running tasks the usage is known; a value for each task. */
export function serviceMetrics(
  store: Store,
  machine: MachineDescription,
  former: Usage,
  present: Usage,
): readonly Pick<Published, 'metric' | 'unit' | 'aggregate'>[] {
  if (present.size === 0) return [];
  return Array.from(store.services.values()).flatMap((service) => {
    const tasks = store.tasks
      .by('service', service.serviceArn)
      .filter(({ lastStatus }) => lastStatus === 'RUNNING')
      .flatMap((task) => utilization(task, store, machine, former, present) ?? []);
    if (tasks.length === 0) return [];
    return [
      metricOf(
        service,
        'CPUUtilization',
        tasks.map(({ cpu }) => cpu),
      ),
      metricOf(
        service,
        'MemoryUtilization',
        tasks.map(({ memory }) => memory),
      ),
    ];
  });
}

function metricOf(
  service: Service,
  metricName: string,
  values: readonly number[],
): Pick<Published, 'metric' | 'unit' | 'aggregate'> {
  const dimensions = [
    { name: 'ClusterName', value: service.clusterArn.slice(service.clusterArn.indexOf('/') + 1) },
    { name: 'ServiceName', value: service.serviceName },
  ];
  const region = parseArn(service.serviceArn)?.region ?? '';
  const metric = { region, namespace: 'AWS/ECS', metricName, dimensions };
  return { metric, unit: 'Percent', aggregate: aggregateOf(values) };
}

/** Percentages of the task's reservation, or of the machine where it reserves nothing. */
function utilization(
  task: Task,
  store: Store,
  machine: MachineDescription,
  former: Usage,
  present: Usage,
): { readonly cpu: number; readonly memory: number } | undefined {
  const ids = task.containers.flatMap(({ runtimeId }) => runtimeId ?? []);
  const used = ids.flatMap((id) => {
    const now = present.get(id);
    return now === undefined ? [] : [sinceFormer(former.get(id), now)];
  });
  if (used.length === 0) return undefined;
  const reserved = taskReservation(task, store);
  const vcpus = reserved.cpu > 0 ? reserved.cpu / 1024 : machine.cpus;
  const memoryMiB = reserved.memoryMiB > 0 ? reserved.memoryMiB : machine.memoryMiB;
  const busy = used.reduce((total, { share }) => total + share, 0);
  const bytes = used.reduce((total, { memoryBytes }) => total + memoryBytes, 0);
  return { cpu: (busy / vcpus) * 100, memory: (bytes / 2 ** 20 / memoryMiB) * 100 };
}

/** How many vCPUs were busy since the former look, or since the container's start. */
function sinceFormer(
  former: ContainerUsage | undefined,
  now: ContainerUsage,
): { readonly share: number; readonly memoryBytes: number } {
  const elapsedMs = now.elapsedMs - (former?.elapsedMs ?? 0);
  const cpuMs = Math.max(0, now.cpuMs - (former?.cpuMs ?? 0));
  return { share: elapsedMs > 0 ? cpuMs / elapsedMs : 0, memoryBytes: now.memoryBytes };
}
