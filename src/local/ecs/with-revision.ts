/** A service that shows the members of a revision: that which a rollback went back to, or its primary task set's (reference: ECS semantics 5.5, 7). */
import type { Service, ServiceRevision } from '../state/entities.ts';
import { resolvedPlatformVersion } from './launch-options.ts';

type RevisionPart =
  | 'taskDefinition'
  | 'launchType'
  | 'capacityProviderStrategy'
  | 'platformVersion'
  | 'platformFamily'
  | 'loadBalancers'
  | 'serviceRegistries'
  | 'networkConfiguration'
  | 'serviceConnectConfiguration'
  | 'volumeConfigurations'
  | 'vpcLatticeConfigurations'
  | 'monitoring';

/** The service with everything that the revision fixes; desired count, deployment configuration and the like stay. */
export function withRevision(service: Service, revision: ServiceRevision): Service {
  const rest: Omit<Service, RevisionPart> = without(service);
  const {
    serviceRevisionArn: _arn,
    containerImages: _images,
    resolvedTargetGroups: _groups,
    createdAt: _created,
    ...members
  } = revision;
  return {
    ...rest,
    ...members,
    ...keptPlatformVersion(service, revision),
  };
}

/** The service without everything that a revision fixes: one under the EXTERNAL controller that has no primary task set. */
export function withoutRevision(service: Service): Service {
  return { ...without(service), loadBalancers: [], serviceRegistries: [] };
}

/** A service that says LATEST goes on saying so while the revision has what LATEST means. */
function keptPlatformVersion(
  { platformVersion }: Service,
  revision: ServiceRevision,
): Pick<Service, 'platformVersion'> {
  return platformVersion !== undefined &&
    resolvedPlatformVersion(platformVersion) === revision.platformVersion
    ? { platformVersion }
    : {};
}

function without(service: Service): Omit<Service, RevisionPart> {
  const {
    taskDefinition: _taskDefinition,
    launchType: _launchType,
    capacityProviderStrategy: _strategy,
    platformVersion: _platformVersion,
    platformFamily: _platformFamily,
    loadBalancers: _loadBalancers,
    serviceRegistries: _registries,
    networkConfiguration: _network,
    serviceConnectConfiguration: _connect,
    volumeConfigurations: _volumes,
    vpcLatticeConfigurations: _lattice,
    monitoring: _monitoring,
    ...rest
  } = service;
  return rest;
}
