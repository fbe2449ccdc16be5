/** What RunTask and StartTask may change of a definition for their tasks (reference: ECS semantics 3.1, 8.2). */
import type { TaskOverride } from '@aws-sdk/client-ecs';
import type { TaskDefinition } from '../state/entities.ts';
import { clientException, invalidParameter } from './ecs-errors.ts';
import { isFargateSize } from './task-definition-validation/fargate-sizes.ts';
import { readTaskSize } from './task-definition-validation/task-size.ts';

/** Characters that the container overrides of a request may have as JSON. */
const LONGEST_CONTAINER_OVERRIDES = 8192;
/** GiB. */
const LEAST_STORAGE = 21;
const MOST_STORAGE = 200;

/**
 * The overrides, cpu and memory as plain numbers.
 * @throws AwsError InvalidParameterException, among others for a container that the definition does not have
 */
export function checkTaskOverrides(
  overrides: TaskOverride,
  taskDefinition: TaskDefinition,
  runsOn: 'EC2' | 'FARGATE',
): TaskOverride {
  checkContainers(overrides, taskDefinition);
  const size = readTaskSize({ cpu: overrides.cpu, memory: overrides.memory });
  if (runsOn === 'FARGATE') checkFargateSize(size, taskDefinition);
  checkStorage(overrides, runsOn);
  return {
    ...overrides,
    ...(size.cpu === undefined ? {} : { cpu: String(size.cpu) }),
    ...(size.memory === undefined ? {} : { memory: String(size.memory) }),
  };
}

function checkContainers(
  { containerOverrides = [] }: TaskOverride,
  { definition }: TaskDefinition,
): void {
  const seen = new Set<string>();
  for (const { name, environment = [], cpu, memory, memoryReservation } of containerOverrides) {
    if (name === undefined || name === '')
      throw invalidParameter('Every container override needs the name of a container.');
    if (!definition.containerDefinitions?.some((container) => container.name === name))
      throw invalidParameter(
        `Override for container named ${name} is not a container in the TaskDefinition.`,
      );
    if (seen.has(name))
      throw invalidParameter(`Container ${name} is overridden more than once. Give one override.`);
    seen.add(name);
    if (environment.some((variable) => variable.name === undefined || variable.name === ''))
      throw invalidParameter(
        `An environment variable of the override for container ${name} has no name.`,
      );
    checkNotNegative(name, { cpu, memory, memoryReservation });
  }
  if (JSON.stringify(containerOverrides).length > LONGEST_CONTAINER_OVERRIDES)
    throw invalidParameter(
      `Container Overrides length must be at most ${LONGEST_CONTAINER_OVERRIDES}`,
    );
}

function checkNotNegative(
  container: string,
  amounts: Readonly<Record<string, number | undefined>>,
): void {
  for (const [member, value] of Object.entries(amounts)) {
    if (value !== undefined && value < 0)
      throw invalidParameter(
        `Invalid '${member}' ${value} in the override for container ${container}. It must not be negative.`,
      );
  }
}

function checkFargateSize(
  override: { readonly cpu?: number; readonly memory?: number },
  { definition }: TaskDefinition,
): void {
  if (override.cpu === undefined && override.memory === undefined) return;
  const cpu = override.cpu ?? Number(definition.cpu);
  const memory = override.memory ?? Number(definition.memory);
  const windows = definition.runtimePlatform?.operatingSystemFamily?.startsWith('WINDOWS') ?? false;
  if (!isFargateSize(cpu, memory, windows))
    throw clientException(
      `No Fargate configuration exists for given values: ${cpu} CPU, ${memory} memory. See the Amazon ECS documentation for the valid values.`,
    );
}

function checkStorage({ ephemeralStorage }: TaskOverride, runsOn: 'EC2' | 'FARGATE'): void {
  if (ephemeralStorage === undefined) return;
  if (runsOn === 'EC2')
    throw invalidParameter(
      'ephemeralStorage is for tasks on Fargate only. Remove it from the overrides.',
    );
  const { sizeInGiB = 0 } = ephemeralStorage;
  if (sizeInGiB < LEAST_STORAGE || sizeInGiB > MOST_STORAGE)
    throw invalidParameter(
      `Invalid sizeInGiB ${sizeInGiB} of ephemeralStorage. It must be from ${LEAST_STORAGE} to ${MOST_STORAGE}.`,
    );
}
