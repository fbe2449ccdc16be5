/** The container health check: what is run, and how often (reference: ECS semantics 3.1). */
import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import { checkRange, invalidSetting } from './refusal.ts';

/** @throws AwsError ClientException */
export function checkHealthCheck(container: ContainerDefinition): void {
  const check = container.healthCheck;
  if (check === undefined) return;
  checkCommand(container, check.command ?? []);
  checkRange(container, 'healthCheck.interval', check.interval, 5, 300);
  checkRange(container, 'healthCheck.timeout', check.timeout, 2, 60);
  checkRange(container, 'healthCheck.retries', check.retries, 1, 10);
  checkRange(container, 'healthCheck.startPeriod', check.startPeriod, 0, 300);
}

function checkCommand(container: ContainerDefinition, command: readonly string[]): void {
  const [kind, ...words] = command;
  // Docker's word for "no health check, not even the image's".
  if (kind === 'NONE' && words.length === 0) return;
  if ((kind === 'CMD' || kind === 'CMD-SHELL') && words.length > 0) return;
  throw invalidSetting(
    container,
    'healthCheck.command',
    command,
    '["CMD", PROGRAM, ARGUMENT...] or ["CMD-SHELL", COMMAND LINE]',
  );
}
