/** The task's own cpu and memory: read from AWS's notations and checked (reference: ECS semantics 3.1, 3.3). */
import type { RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import { AwsError } from '../../wire/aws-error.ts';

/** What a task may use, where the definition says so. */
export interface TaskSize {
  /** CPU units: 1024 are one vCPU. */
  readonly cpu?: number;
  /** MiB. */
  readonly memory?: number;
}

const LEAST_CPU = 128;
const MOST_CPU = 196_608;
/** No instance has more; a limit at all keeps the number exact. */
const MOST_MEMORY = 64 * 1024 * 1024;

/**
 * Reads `256`, `.25 vCPU`, `512`, `0.5 GB`.
 * @throws AwsError InvalidParameterException `Invalid 'cpu' setting for task.` (or 'memory')
 */
export function readTaskSize(
  definition: Pick<RegisterTaskDefinitionRequest, 'cpu' | 'memory'>,
): TaskSize {
  const cpu = read('cpu', definition.cpu, 'vcpu', LEAST_CPU, MOST_CPU);
  const memory = read('memory', definition.memory, 'gb', 1, MOST_MEMORY);
  return {
    ...(cpu === undefined ? {} : { cpu }),
    ...(memory === undefined ? {} : { memory }),
  };
}

function read(
  member: 'cpu' | 'memory',
  text: string | undefined,
  unit: string,
  least: number,
  most: number,
): number | undefined {
  if (text === undefined) return undefined;
  const match = /^(\d+)$|^(\d+\.?\d*|\.\d+)\s*([a-z]+)$/.exec(text.trim().toLowerCase());
  const [, plain, amount, suffix] = match ?? [];
  const value =
    plain !== undefined ? Number(plain) : suffix === unit ? Number(amount) * 1024 : Number.NaN;
  if (!Number.isInteger(value) || value < least || value > most)
    throw new AwsError('InvalidParameterException', `Invalid '${member}' setting for task.`);
  return value;
}
