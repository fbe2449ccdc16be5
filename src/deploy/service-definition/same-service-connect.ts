/** Whether Service Connect is as it is wanted. */
import type { ServiceConnectConfiguration, ServiceConnectService } from '@aws-sdk/client-ecs';
import { looksLikeArn } from '../../base/arn.ts';
import { isSame, unordered } from './plain-value.ts';

/** True when both mean the same; not there and switched off are the same. */
export function sameServiceConnect(
  present: ServiceConnectConfiguration | undefined,
  wanted: ServiceConnectConfiguration | undefined,
): boolean {
  if (present?.enabled !== true || wanted?.enabled !== true) {
    return (present?.enabled ?? false) === (wanted?.enabled ?? false);
  }
  return (
    sameNamespace(present.namespace, wanted.namespace) &&
    isSame(withoutNamespace(present), withoutNamespace(wanted))
  );
}

/**
 * ECS has answered a name with the ARN of its namespace, and whose name an ARN has cannot be seen from it: only two names or two
 * ARNs can contradict. Without one it is the cluster's.
 */
function sameNamespace(present: string | undefined, wanted: string | undefined): boolean {
  if (wanted === undefined || present === undefined) return wanted === undefined;
  return looksLikeArn(present) !== looksLikeArn(wanted) || present === wanted;
}

function withoutNamespace({
  namespace: _namespace,
  services,
  logConfiguration,
  accessLogConfiguration,
  containerConfigurations,
  ...rest
}: ServiceConnectConfiguration): unknown {
  return {
    ...rest,
    services: unordered((services ?? []).map(serviceOf)),
    logConfiguration: logConfiguration && {
      ...logConfiguration,
      secretOptions: unordered(logConfiguration.secretOptions ?? []),
    },
    accessLogConfiguration: accessLogConfiguration && {
      includeQueryParameters: 'DISABLED',
      ...accessLogConfiguration,
    },
    containerConfigurations: unordered(containerConfigurations ?? []),
  };
}

/** With the names that ECS gives by itself: discoveryName is portName, dnsName is `discoveryName.namespace` (the SDK's docs). */
function serviceOf({ discoveryName, clientAliases, ...rest }: ServiceConnectService): unknown {
  const discovery = discoveryName ?? rest.portName ?? '';
  return {
    ...rest,
    discoveryName: discovery,
    clientAliases: unordered(
      (clientAliases ?? []).map(({ dnsName, ...alias }) => ({
        ...alias,
        ...(dnsName === undefined || dnsName.startsWith(`${discovery}.`) ? {} : { dnsName }),
      })),
    ),
  };
}
