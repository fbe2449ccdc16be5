/** Service Connect (reference: ECS semantics 4.3). The configuration is kept and returned; no proxy runs beside the tasks. */
import type { ServiceConnectConfiguration } from '@aws-sdk/client-ecs';
import type { TaskDefinition } from '../../state/entities.ts';
import { invalidParameter } from '../ecs-errors.ts';

/** @throws AwsError InvalidParameterException */
export function checkServiceConnect(
  configuration: ServiceConnectConfiguration | undefined,
  { definition }: TaskDefinition,
): void {
  if (configuration?.enabled !== true) return;
  if (configuration.namespace === undefined || configuration.namespace === '')
    throw invalidParameter('Namespace is missing');
  const portNames = (definition.containerDefinitions ?? []).flatMap(({ portMappings = [] }) =>
    portMappings.flatMap(({ name }) => name ?? []),
  );
  const unknown = (configuration.services ?? []).find(
    ({ portName = '' }) => !portNames.includes(portName),
  );
  if (unknown !== undefined)
    throw invalidParameter(
      `The portName '${unknown.portName ?? ''}' of the Service Connect service is not the name of a port mapping in the task definition.`,
    );
}
