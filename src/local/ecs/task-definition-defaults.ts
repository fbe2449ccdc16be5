/** What ECS adds to a definition when it is registered (reference: ECS semantics 3.2). */
import type {
  ContainerDefinition,
  HealthCheck,
  NetworkMode,
  PortMapping,
  RegisterTaskDefinitionRequest,
} from '@aws-sdk/client-ecs';
import type { TaskDefinition } from '../state/entities.ts';
import type { TaskSize } from './task-definition-validation/task-size.ts';

/**
 * The definition as ECS keeps and shows it: defaults filled in, cpu and memory as plain numbers in strings, no tags.
 * Filling it in again changes nothing.
 * @param size what validateTaskDefinition read
 */
export function withDefaults(
  request: RegisterTaskDefinitionRequest,
  size: TaskSize,
): TaskDefinition['definition'] {
  const { tags: _tags, cpu: _cpu, memory: _memory, requiresCompatibilities, ...rest } = request;
  return {
    ...rest,
    containerDefinitions: (request.containerDefinitions ?? []).map((container) =>
      containerWithDefaults(container, request.networkMode),
    ),
    volumes: request.volumes ?? [],
    placementConstraints: request.placementConstraints ?? [],
    ...(size.cpu === undefined ? {} : { cpu: String(size.cpu) }),
    ...(size.memory === undefined ? {} : { memory: String(size.memory) }),
    ...(requiresCompatibilities === undefined || requiresCompatibilities.length === 0
      ? {}
      : { requiresCompatibilities }),
  };
}

function containerWithDefaults(
  container: ContainerDefinition,
  mode: NetworkMode | undefined,
): ContainerDefinition {
  return {
    ...container,
    cpu: container.cpu ?? 0,
    portMappings: (container.portMappings ?? []).map((mapping) =>
      portMappingWithDefaults(mapping, mode),
    ),
    essential: container.essential ?? true,
    environment: container.environment ?? [],
    mountPoints: container.mountPoints ?? [],
    volumesFrom: container.volumesFrom ?? [],
    systemControls: container.systemControls ?? [],
    ...(container.healthCheck === undefined
      ? {}
      : { healthCheck: healthCheckWithDefaults(container.healthCheck) }),
  };
}

function portMappingWithDefaults(mapping: PortMapping, mode: NetworkMode | undefined): PortMapping {
  const protocol = mapping.protocol ?? 'tcp';
  if (mapping.containerPort === undefined) return { ...mapping, protocol };
  const isStatic = mode === 'awsvpc' || mode === 'host';
  return {
    ...mapping,
    hostPort: isStatic ? mapping.containerPort : (mapping.hostPort ?? 0),
    protocol,
  };
}

function healthCheckWithDefaults(check: HealthCheck): HealthCheck {
  return {
    ...check,
    interval: check.interval ?? 30,
    timeout: check.timeout ?? 5,
    retries: check.retries ?? 3,
  };
}
