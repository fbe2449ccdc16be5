/** Port mappings of all containers, and what the network mode makes of them (reference: ECS semantics 3.1, 3.3). */
import type {
  ContainerDefinition,
  PortMapping,
  RegisterTaskDefinitionRequest,
} from '@aws-sdk/client-ecs';
import { checkRange, invalidSetting, refusal } from './refusal.ts';

const MOST_PORT = 65_535;
const MOST_RANGES = 100;
/** More mappings with a host port than this no container instance could serve. */
const MOST_HOST_PORTS = 100;

/** A range of container ports, both ends included. */
interface PortSpan {
  readonly first: number;
  readonly last: number;
  readonly isRange: boolean;
}

/** @throws AwsError ClientException */
export function checkPortMappings(definition: RegisterTaskDefinitionRequest): void {
  const containers = definition.containerDefinitions ?? [];
  const mode = definition.networkMode ?? 'bridge';
  const names = new Set<string>();
  const rangesOfTask: PortSpan[] = [];
  for (const container of containers) {
    const mappings = container.portMappings ?? [];
    if (mode === 'none' && mappings.length > 0)
      throw refusal(
        `Port mappings are not supported on container '${container.name ?? ''}' when networkMode=none. Remove them or choose another network mode.`,
      );
    checkCounts(container, mappings);
    const spansOfContainer: PortSpan[] = [];
    for (const mapping of mappings) {
      const span = checkMapping(container, mapping, mode);
      // Containers may offer the same single port; ranges must not meet anywhere in the task.
      const neighbours = span.isRange ? [...rangesOfTask, ...spansOfContainer] : spansOfContainer;
      const clash = neighbours.find(
        (other) => span.first <= other.last && other.first <= span.last,
      );
      if (clash !== undefined && (span.isRange || clash.isRange || mode !== 'bridge'))
        throw refusal('container port is used multiple times in task');
      spansOfContainer.push(span);
      checkMappingName(container, mapping, names);
    }
    checkProtocols(container, mappings);
    rangesOfTask.push(...spansOfContainer.filter((span) => span.isRange));
  }
}

function checkCounts(container: ContainerDefinition, mappings: readonly PortMapping[]): void {
  const ranges = mappings.filter((mapping) => mapping.containerPortRange !== undefined).length;
  if (ranges > MOST_RANGES)
    throw invalidSetting(
      container,
      'portMappings',
      `${ranges} port ranges`,
      `at most ${MOST_RANGES} port ranges`,
    );
  const reserved = mappings.filter((mapping) => (mapping.hostPort ?? 0) > 0).length;
  if (reserved > MOST_HOST_PORTS)
    throw invalidSetting(
      container,
      'portMappings',
      `${reserved} host ports`,
      `at most ${MOST_HOST_PORTS} reserved host ports`,
    );
}

function checkMapping(
  container: ContainerDefinition,
  mapping: PortMapping,
  mode: string,
): PortSpan {
  const { containerPort, hostPort, containerPortRange } = mapping;
  if (containerPortRange !== undefined) {
    if (containerPort !== undefined || hostPort !== undefined)
      throw refusal('cannot specify both single port and port range');
    if (mode !== 'bridge' && mode !== 'awsvpc')
      throw invalidSetting(
        container,
        'containerPortRange',
        containerPortRange,
        `left out when networkMode=${mode}; ranges need bridge or awsvpc`,
      );
    return readRange(containerPortRange);
  }
  if (containerPort === undefined)
    throw invalidSetting(
      container,
      'portMappings',
      mapping,
      'a mapping with a containerPort or a containerPortRange',
    );
  checkRange(container, 'containerPort', containerPort, 1, MOST_PORT);
  checkRange(container, 'hostPort', hostPort, 0, MOST_PORT);
  // 0 stands for "not given": it is what ECS itself shows for a dynamic port.
  if (mode !== 'bridge' && (hostPort ?? 0) !== 0 && hostPort !== containerPort)
    throw refusal(
      `When networkMode=${mode}, the host ports and container ports in port mappings must match.`,
    );
  return { first: containerPort, last: containerPort, isRange: false };
}

function readRange(text: string): PortSpan {
  const match = /^(\d{1,5})-(\d{1,5})$/.exec(text);
  const first = Number(match?.[1]);
  const last = Number(match?.[2]);
  if (match === null || first < 1 || last > MOST_PORT || first >= last)
    throw refusal("Invalid 'containerPortRange' setting");
  return { first, last, isRange: true };
}

function checkMappingName(
  container: ContainerDefinition,
  { name }: PortMapping,
  names: Set<string>,
): void {
  if (name === undefined) return;
  if (!/^[a-z0-9_][a-z0-9_-]{0,63}$/.test(name))
    throw invalidSetting(
      container,
      'portMappings.name',
      name,
      'up to 64 lower-case letters, digits, underscores and hyphens, not beginning with a hyphen',
    );
  if (names.has(name)) throw refusal('port mapping name is already used');
  names.add(name);
}

/** A container port can be exposed for one protocol only, and each pair of ports once. */
function checkProtocols(container: ContainerDefinition, mappings: readonly PortMapping[]): void {
  const protocols = new Map<number, string>();
  const hostPorts = new Set<string>();
  for (const { containerPort, hostPort = 0, protocol = 'tcp' } of mappings) {
    if (containerPort === undefined) continue;
    const former = protocols.get(containerPort);
    if (former !== undefined && former !== protocol)
      throw invalidSetting(
        container,
        'portMappings',
        `containerPort ${containerPort} for ${former} and ${protocol}`,
        'one protocol for each container port',
      );
    protocols.set(containerPort, protocol);
    const pair = `${containerPort}:${hostPort}`;
    if (hostPorts.has(pair))
      throw invalidSetting(container, 'portMappings', pair, 'mapped once, not twice');
    hostPorts.add(pair);
  }
}
