/** What a registered task definition says about the life of its tasks, in the scheduler's terms. */
import type { ContainerDefinition, HealthCheck, TaskOverride } from '@aws-sdk/client-ecs';
import type {
  ContainerRules,
  HealthCheckRules,
  TaskRules,
} from '../../../scheduler/task-lifecycle/task.ts';
import type { TaskDefinition } from '../../state/entities.ts';

/** Defaults of ECS where the definition is silent, in seconds (reference: ECS semantics 3.1). */
const DEFAULT = {
  stopTimeout: 30,
  restartAttemptPeriod: 300,
  interval: 30,
  timeout: 5,
  retries: 3,
} as const;

/** A definition does not change once registered, so its rules are worked out once, for each scale. */
const known = new Map<number, WeakMap<TaskDefinition, TaskRules>>();

/**
 * The rules of a task definition, with its spans of real time in the API's ms.
 * @param timeScale how many times as fast the API's time runs
 */
export function taskRules(taskDefinition: TaskDefinition, timeScale = 1): TaskRules {
  let ofScale = known.get(timeScale);
  if (ofScale === undefined) known.set(timeScale, (ofScale = new WeakMap()));
  const before = ofScale.get(taskDefinition);
  if (before !== undefined) return before;
  const rules = (taskDefinition.definition.containerDefinitions ?? []).map((definition) =>
    containerRules(definition, timeScale),
  );
  ofScale.set(taskDefinition, rules);
  return rules;
}

/**
 * Why the resources of a task cannot be had on this machine, in ECS's words with what to do about it; undefined when
 * nothing is missing.
 */
export function resourceErrorOf(
  taskDefinition: TaskDefinition,
  overrides: TaskOverride,
): string | undefined {
  for (const container of taskDefinition.definition.containerDefinitions ?? []) {
    const override = overrides.containerOverrides?.find(({ name }) => name === container.name);
    const [file] = [...(container.environmentFiles ?? []), ...(override?.environmentFiles ?? [])];
    if (file !== undefined)
      return (
        `ResourceInitializationError: failed to download env files: ${file.value ?? ''} of container ` +
        `'${container.name ?? ''}' cannot be read on this machine; give its variables in the container's 'environment' ` +
        `instead of 'environmentFiles'`
      );
  }
  return undefined;
}

function containerRules(definition: ContainerDefinition, timeScale: number): ContainerRules {
  const second = 1000 * timeScale;
  const { startTimeout, stopTimeout, restartPolicy, healthCheck } = definition;
  return {
    name: definition.name ?? '',
    essential: definition.essential ?? true,
    dependsOn: (definition.dependsOn ?? []).flatMap(({ containerName, condition }) =>
      containerName === undefined || condition === undefined ? [] : [{ containerName, condition }],
    ),
    ...(startTimeout === undefined ? {} : { startTimeoutMs: startTimeout * second }),
    stopTimeoutMs: (stopTimeout ?? DEFAULT.stopTimeout) * second,
    ...(restartPolicy?.enabled === true
      ? {
          restartPolicy: {
            ignoredExitCodes: restartPolicy.ignoredExitCodes ?? [],
            attemptPeriodMs:
              (restartPolicy.restartAttemptPeriod ?? DEFAULT.restartAttemptPeriod) * second,
          },
        }
      : {}),
    ...(healthCheck === undefined ? {} : { healthCheck: healthCheckRules(healthCheck, second) }),
  };
}

function healthCheckRules(check: HealthCheck, second: number): HealthCheckRules {
  return {
    command: check.command ?? [],
    intervalMs: (check.interval ?? DEFAULT.interval) * second,
    // Handed to the runtime, which knows the machine's time only.
    timeoutMs: (check.timeout ?? DEFAULT.timeout) * 1000,
    retries: check.retries ?? DEFAULT.retries,
    startPeriodMs: (check.startPeriod ?? 0) * second,
  };
}
