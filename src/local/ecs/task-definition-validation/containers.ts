/** What every container must have: name, image, memory, and one of them essential (reference: ECS semantics 3.1, 3.3). */
import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import { checkRange, invalidSetting, refusal } from './refusal.ts';
import type { TaskSize } from './task-size.ts';

const MOST_CONTAINERS = 10;
const LEAST_MEMORY = 6;
const MOST_INTEGER = 2 ** 31 - 1;

/** @throws AwsError ClientException for the first thing that is wrong, in AWS's order */
export function checkContainers(containers: readonly ContainerDefinition[], task: TaskSize): void {
  if (containers.length === 0) throw refusal('Container list cannot be empty.');
  if (containers.length > MOST_CONTAINERS)
    throw refusal(
      `A task definition can have at most ${MOST_CONTAINERS} containers, but this one has ${containers.length}.`,
    );
  const names = new Set<string>();
  for (const container of containers) {
    const name = checkName(container);
    if (names.has(name)) throw refusal('Container names must be unique within a task definition');
    names.add(name);
    checkImage(container);
    checkMemory(container, task);
    checkRange(container, 'cpu', container.cpu, 0, MOST_INTEGER);
  }
  checkCpuSum(containers, task);
  if (containers.every((container) => container.essential === false))
    throw refusal("Task definition doesn't have any essential container.");
}

function checkName({ name }: ContainerDefinition): string {
  if (name === undefined || name === '')
    throw refusal('Container.name should not be null or empty.');
  if (!/^[A-Za-z0-9_-]{1,255}$/.test(name))
    throw refusal(
      `Container.name contains invalid characters: '${name}'. It must have up to 255 letters, digits, hyphens and underscores.`,
    );
  return name;
}

function checkImage(container: ContainerDefinition): void {
  const { image } = container;
  if (image === undefined || image === '')
    throw refusal('Container.image should not be null or empty.');
  const [repository = '', digest, ...rest] = image.split('@');
  if (!/^[A-Za-z0-9_:./#-]+$/.test(repository) || rest.length > 0)
    throw refusal('Container.image contains invalid characters.');
  if (repository.length > 255)
    throw invalidSetting(container, 'image', image, 'at most 255 characters before a digest');
  if (digest !== undefined && !/^sha256:[A-Fa-f0-9]{64}$/.test(digest))
    throw invalidSetting(container, 'image', image, 'IMAGE@sha256: and 64 hexadecimal digits');
}

function checkMemory(container: ContainerDefinition, task: TaskSize): void {
  const { name = '', memory, memoryReservation } = container;
  const prefix = `Invalid setting for container '${name}'.`;
  if (memory === undefined && memoryReservation === undefined && task.memory === undefined)
    throw refusal(`${prefix} At least one of 'memory' or 'memoryReservation' must be specified.`);
  checkRange(container, 'memory', memory, LEAST_MEMORY, MOST_INTEGER);
  checkRange(container, 'memoryReservation', memoryReservation, LEAST_MEMORY, MOST_INTEGER);
  if (memory !== undefined && memoryReservation !== undefined && memory < memoryReservation)
    throw refusal(`${prefix} 'memory' must be greater than or equal to 'memoryReservation'.`);
  if (task.memory === undefined) return;
  if (memory !== undefined && memory > task.memory)
    throw refusal(`The 'memory' setting for container '${name}' is greater than for the task`);
  if (memoryReservation !== undefined && memoryReservation > task.memory)
    throw refusal(
      `The 'memoryReservation' setting for container '${name}' is greater than for the task`,
    );
}

function checkCpuSum(containers: readonly ContainerDefinition[], task: TaskSize): void {
  const sum = containers.reduce((total, container) => total + (container.cpu ?? 0), 0);
  if (task.cpu !== undefined && sum > task.cpu)
    throw refusal(
      "The sum of all container 'cpu' values cannot be greater than the task-level 'cpu' value",
    );
}
