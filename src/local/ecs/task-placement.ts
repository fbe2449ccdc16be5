/** What tasks of EC2 launch type take of the container instance. */
import type { PlacementConstraint, TaskOverride } from '@aws-sdk/client-ecs';
import type { PlacementRule, TaskDemand } from '../../scheduler/placement.ts';
import type { Task, TaskDefinition } from '../state/entities.ts';
import type { Store } from '../state/store.ts';
import { placementRules } from './placement-rules.ts';
import { taskReservation } from './task-reservation.ts';

/** What a task that is to be started would take. */
export function taskDemand(
  taskDefinition: TaskDefinition,
  overrides: Pick<TaskOverride, 'cpu' | 'memory'>,
  group: string,
  store: Pick<Store, 'taskDefinitions'>,
): TaskDemand {
  const cpu = overrides.cpu ?? taskDefinition.definition.cpu;
  const memory = overrides.memory ?? taskDefinition.definition.memory;
  return {
    ...taskReservation(
      {
        taskDefinitionArn: taskDefinition.taskDefinitionArn,
        ...(cpu === undefined ? {} : { cpu }),
        ...(memory === undefined ? {} : { memory }),
      },
      store,
    ),
    hostPorts: staticHostPorts(taskDefinition),
    group,
  };
}

/** The constraints of a service or a request, and those that the definition itself has. */
export function taskPlacementRules(
  constraints: readonly PlacementConstraint[],
  { definition }: TaskDefinition,
): readonly PlacementRule[] {
  return placementRules([
    ...constraints,
    ...(definition.placementConstraints ?? []).map(({ type, expression }) => ({
      type,
      expression,
    })),
  ]);
}

/** What a task takes, wherever it is. */
export function demandOf(task: Task, store: Pick<Store, 'taskDefinitions'>): TaskDemand {
  const taskDefinition = store.taskDefinitions.get(task.taskDefinitionArn);
  return {
    ...taskReservation(task, store),
    hostPorts: taskDefinition === undefined ? [] : staticHostPorts(taskDefinition),
    group: task.group,
  };
}

/** Ports of the host that only one task can have: those a bridge or host definition names, as `8080/tcp`. */
function staticHostPorts({ definition }: TaskDefinition): readonly string[] {
  const mode = definition.networkMode ?? 'bridge';
  if (mode !== 'bridge' && mode !== 'host') return [];
  return (definition.containerDefinitions ?? [])
    .flatMap(({ portMappings = [] }) => portMappings)
    .flatMap(({ containerPort, hostPort, protocol = 'tcp' }) => {
      const port = mode === 'host' ? (hostPort ?? containerPort ?? 0) : (hostPort ?? 0);
      return port === 0 ? [] : [`${port}/${protocol}`];
    });
}
