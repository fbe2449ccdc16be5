/** A service revision as the API shows it (reference: ECS semantics 6.5). */
import type { ServiceRevision as ShownServiceRevision } from '@aws-sdk/client-ecs';
import { toDate } from '../../../base/clock.ts';
import { defined } from '../../../base/defined.ts';
import type { ServiceRevision } from '../../state/entities.ts';
import { resolvedLoadBalancers } from '../resolved-target-groups.ts';
import { launchMembers } from './launch-members.ts';

/** The revision; an image has its digest once a task has resolved it. */
export function presentServiceRevision(revision: ServiceRevision): ShownServiceRevision {
  return {
    serviceRevisionArn: revision.serviceRevisionArn,
    serviceArn: revision.serviceArn,
    clusterArn: revision.clusterArn,
    taskDefinition: revision.taskDefinition,
    ...launchMembers(revision),
    loadBalancers: [...revision.loadBalancers],
    serviceRegistries: [...revision.serviceRegistries],
    containerImages: revision.containerImages.map((image) => ({ ...image })),
    guardDutyEnabled: false,
    createdAt: toDate(revision.createdAt),
    ...defined({
      networkConfiguration: revision.networkConfiguration,
      serviceConnectConfiguration: revision.serviceConnectConfiguration,
      volumeConfigurations:
        revision.volumeConfigurations === undefined
          ? undefined
          : [...revision.volumeConfigurations],
      vpcLatticeConfigurations:
        revision.vpcLatticeConfigurations === undefined
          ? undefined
          : [...revision.vpcLatticeConfigurations],
      monitoring: revision.monitoring,
      resolvedConfiguration: resolvedConfiguration(revision),
    }),
  };
}

/** The target groups and rules that the revision really has, where it has a choice of groups. */
function resolvedConfiguration(
  revision: ServiceRevision,
): ShownServiceRevision['resolvedConfiguration'] {
  if (revision.resolvedTargetGroups === undefined) return undefined;
  return {
    loadBalancers: resolvedLoadBalancers(revision).map(
      ({ targetGroupArn, advancedConfiguration }) =>
        defined({
          targetGroupArn,
          productionListenerRule: advancedConfiguration?.productionListenerRule,
        }),
    ),
  };
}
