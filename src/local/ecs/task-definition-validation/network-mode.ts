/** Which container settings a network mode takes (reference: ECS semantics 3.1, 3.3). */
import type { ContainerDefinition, RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import { refusal } from './refusal.ts';

/** @throws AwsError ClientException */
export function checkNetworkMode(definition: RegisterTaskDefinitionRequest): void {
  const mode = definition.networkMode ?? 'bridge';
  const containers = definition.containerDefinitions ?? [];
  for (const container of containers) {
    if (mode !== 'bridge' && (container.links ?? []).length > 0)
      throw refusal(`Links are not supported when networkMode=${mode}`);
    checkLinks(container, containers);
    if (mode === 'awsvpc') checkAwsvpc(container);
  }
  checkProxy(definition, mode);
}

function checkLinks(
  container: ContainerDefinition,
  containers: readonly ContainerDefinition[],
): void {
  for (const link of container.links ?? []) {
    const [target] = link.split(':');
    if (!containers.some((other) => other !== container && other.name === target))
      throw refusal(
        `Invalid 'links' setting for container '${container.name ?? ''}': '${link}'. It must be NAME or NAME:ALIAS of another container of the task.`,
      );
  }
}

function checkAwsvpc(container: ContainerDefinition): void {
  const notSupported = (what: string): Error =>
    refusal(`${what} not supported on container when networkMode=awsvpc`);
  if (container.hostname !== undefined) throw notSupported('hostname is');
  if ((container.extraHosts ?? []).length > 0) throw notSupported('Extra hosts are');
  if ((container.dnsServers ?? []).length > 0) throw notSupported('DNS servers are');
  if ((container.dnsSearchDomains ?? []).length > 0) throw notSupported('DNS search domains are');
  if (container.disableNetworking === true) throw notSupported('Disable Networking is');
}

const PROXY_PROPERTIES: Readonly<Record<string, string>> = {
  ProxyIngressPort: 'Ingress port not found',
  ProxyEgressPort: 'Egress port not found',
  AppPorts: 'App ports not found',
  EgressIgnoredIPs: 'Egress ignored IPs not found',
};

function checkProxy(definition: RegisterTaskDefinitionRequest, mode: string): void {
  const proxy = definition.proxyConfiguration;
  if (proxy === undefined) return;
  if (mode !== 'awsvpc')
    throw refusal('APPMESH proxy configuration is only supported in networkMode=awsvpc');
  const { containerName = '', properties = [] } = proxy;
  if (!definition.containerDefinitions?.some((container) => container.name === containerName))
    throw refusal(`Proxy container [${containerName}] does not exist`);
  for (const [name, text] of Object.entries(PROXY_PROPERTIES))
    if (!properties.some((property) => property.name === name)) throw refusal(text);
}
