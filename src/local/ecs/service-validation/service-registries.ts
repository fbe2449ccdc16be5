/** Service registries (reference: ECS semantics 4.3). They are kept and returned; there is no Cloud Map to register with. */
import type { ServiceRegistry } from '@aws-sdk/client-ecs';
import type { TaskDefinition } from '../../state/entities.ts';
import { invalidParameter } from '../ecs-errors.ts';

/** @throws AwsError InvalidParameterException */
export function checkServiceRegistries(
  registries: readonly ServiceRegistry[],
  { definition }: TaskDefinition,
): void {
  if (registries.length > 1) throw invalidParameter('service registries can have at most 1 items');
  for (const { registryArn, containerName, containerPort, port } of registries) {
    if (registryArn === undefined || registryArn === '')
      throw invalidParameter('The registryArn of a service registry can not be blank.');
    if (port !== undefined && containerPort !== undefined)
      throw invalidParameter(
        'A service registry takes either port or containerName and containerPort, not both.',
      );
    if (containerName === undefined) {
      if (containerPort !== undefined)
        throw invalidParameter(
          'A service registry with a containerPort needs the containerName too.',
        );
      continue;
    }
    const container = definition.containerDefinitions?.find(({ name }) => name === containerName);
    if (container === undefined)
      throw invalidParameter(
        `The container ${containerName} does not exist in the task definition.`,
      );
    if (
      containerPort !== undefined &&
      !container.portMappings?.some((mapping) => mapping.containerPort === containerPort)
    )
      throw invalidParameter(
        `The container ${containerName} did not have a container port ${containerPort} defined.`,
      );
  }
}
