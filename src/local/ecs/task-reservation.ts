/** What a task takes of a container instance's CPU and memory (reference: ECS semantics 3.1). */
import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import type { Task } from '../state/entities.ts';
import type { Store } from '../state/store.ts';

/** What is reserved for one task. */
export interface TaskReservation {
  /** CPU units. */
  readonly cpu: number;
  readonly memoryMiB: number;
}

/** The task's own size where it has one, else the sum of what its containers reserve. */
export function taskReservation(
  task: Pick<Task, 'cpu' | 'memory' | 'taskDefinitionArn'>,
  { taskDefinitions }: Pick<Store, 'taskDefinitions'>,
): TaskReservation {
  const containers =
    taskDefinitions.get(task.taskDefinitionArn)?.definition.containerDefinitions ?? [];
  return {
    cpu: task.cpu === undefined ? sum(containers, ({ cpu = 0 }) => cpu) : Number(task.cpu),
    memoryMiB:
      task.memory === undefined
        ? sum(containers, ({ memoryReservation, memory = 0 }) => memoryReservation ?? memory)
        : Number(task.memory),
  };
}

function sum(
  containers: readonly ContainerDefinition[],
  amount: (container: ContainerDefinition) => number,
): number {
  return containers.reduce((total, container) => total + amount(container), 0);
}
