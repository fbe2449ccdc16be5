/** How RegisterTaskDefinition refuses: almost always with a ClientException (reference: ECS semantics 3.3). */
import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import { AwsError } from '../../wire/aws-error.ts';

/** A ClientException with AWS's words, or with ours where AWS's are not known. */
export function refusal(message: string): AwsError {
  return new AwsError('ClientException', message);
}

/** A refusal that names the member, the container, the value and what would be right. */
export function invalidSetting(
  container: ContainerDefinition,
  member: string,
  value: unknown,
  wanted: string,
): AwsError {
  return refusal(
    `Invalid '${member}' setting for container '${container.name ?? ''}': ${JSON.stringify(value)}. It must be ${wanted}.`,
  );
}

/** @throws AwsError when the value is given and no whole number from `least` to `most` */
export function checkRange(
  container: ContainerDefinition,
  member: string,
  value: number | undefined,
  least: number,
  most: number,
): void {
  if (value === undefined) return;
  if (!Number.isInteger(value) || value < least || value > most)
    throw invalidSetting(container, member, value, `a whole number from ${least} to ${most}`);
}
