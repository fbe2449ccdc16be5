/** What an observation tells of the tasks: which are ours, which are healthy, and how those that ended did. */
import type {
  Observation,
  ObservedContainer,
  ObservedTarget,
  ObservedTask,
  RolloutTarget,
} from './observation.ts';

/** Our revision's tasks, running and stopped. */
export function ourTasks(observation: Observation, target: RolloutTarget): readonly ObservedTask[] {
  return (observation.tasks ?? []).filter((task) => task.deploymentId === target.deploymentId);
}

/** True for a task that runs and is meant to. */
export function isRunning(task: ObservedTask): boolean {
  return task.lastStatus === 'RUNNING' && task.desiredStatus === 'RUNNING';
}

/**
 * True when a running task passes every check that the service has: container health check and each target group
 * (reference: ECS semantics 5.1).
 */
export function isHealthy(
  task: ObservedTask,
  observation: Pick<Observation, 'targets'>,
  target: Pick<RolloutTarget, 'healthChecked' | 'pairedGroups'>,
): boolean {
  if (!isRunning(task) || task.health === 'UNHEALTHY') return false;
  if (target.healthChecked.has(task.taskDefinition) && task.health !== 'HEALTHY') return false;
  if (observation.targets === undefined) return true;
  const groups = Map.groupBy(
    observation.targets,
    ({ targetGroup }) => target.pairedGroups?.get(targetGroup) ?? targetGroup,
  );
  return [...groups.values()].every((targets) =>
    targets.some((each) => each.state === 'healthy' && reaches(each, task)),
  );
}

/** True when the target is this task. */
export function reaches(target: ObservedTarget, task: ObservedTask): boolean {
  return task.endpoints.some(
    ({ host, port }) => host === target.id && (port === undefined || port === target.port),
  );
}

/** How a task came to its end against the service's will; undefined for one that runs or was scaled in. */
export function failureOf(task: ObservedTask): 'start' | 'exit' | 'health' | 'other' | undefined {
  if (task.stopCode === undefined || task.desiredStatus === 'RUNNING') return undefined;
  switch (task.stopCode) {
    case 'TaskFailedToStart':
      return 'start';
    case 'EssentialContainerExited':
      return 'exit';
    case 'ServiceSchedulerInitiated':
      return /health ?checks?|unhealthy/i.test(task.stoppedReason ?? '') ? 'health' : undefined;
    default:
      return task.stopCode === 'UserInitiated' ? undefined : 'other';
  }
}

/**
 * The container that brought a stopped task down: the one with a reason, else the first that failed by itself (137 and 143 are
 * what ECS's own signals leave on its neighbours), else the first that exited.
 */
export function culpritOf(task: ObservedTask): ObservedContainer | undefined {
  const exited = task.containers.filter((container) => container.exitCode !== undefined);
  return (
    task.containers.find((container) => container.reason !== undefined) ??
    exited.find(({ exitCode }) => exitCode !== 0 && exitCode !== 137 && exitCode !== 143) ??
    exited.find(({ exitCode }) => exitCode !== 143) ??
    exited[0]
  );
}
