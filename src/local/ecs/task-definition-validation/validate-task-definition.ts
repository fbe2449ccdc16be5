/**
 * The whole of RegisterTaskDefinition's checks in the order in which AWS makes them, as far as it is known: the task's
 * size first, then each container, then how they work together, Fargate last (reference: ECS semantics 3.1, 3.3).
 */
import type { RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import { checkContainers } from './containers.ts';
import { checkDependencies } from './dependencies.ts';
import { checkEnvironment } from './environment.ts';
import { fargateObjections } from './fargate.ts';
import { checkHealthCheck } from './health-check.ts';
import { checkLifecycle } from './lifecycle.ts';
import { checkLinuxParameters } from './linux-parameters.ts';
import { checkLogging } from './logging.ts';
import { checkNetworkMode } from './network-mode.ts';
import { checkPortMappings } from './port-mappings.ts';
import { refusal } from './refusal.ts';
import { checkFamily, checkTaskLevel } from './task-level.ts';
import { readTaskSize, type TaskSize } from './task-size.ts';
import { checkVolumes } from './volumes.ts';

/**
 * Checks a definition as it was sent, before defaults are filled in.
 * @returns the task's size as numbers
 * @throws AwsError ClientException or InvalidParameterException with AWS's words for the first thing that is wrong
 */
export function validateTaskDefinition(definition: RegisterTaskDefinitionRequest): TaskSize {
  const containers = definition.containerDefinitions ?? [];
  const size = readTaskSize(definition);
  checkFamily(definition);
  checkContainers(containers, size);
  checkDependencies(containers);
  for (const container of containers) {
    checkLifecycle(container);
    checkHealthCheck(container);
    checkLinuxParameters(container);
  }
  checkEnvironment(definition);
  checkTaskLevel(definition);
  checkPortMappings(definition);
  checkNetworkMode(definition);
  checkLogging(definition);
  checkVolumes(definition);
  const [objection] = definition.requiresCompatibilities?.includes('FARGATE')
    ? fargateObjections(definition, size)
    : [];
  if (objection !== undefined) throw refusal(objection);
  return size;
}
