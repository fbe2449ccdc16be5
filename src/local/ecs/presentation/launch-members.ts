/** Where tasks run, as services, deployments, revisions and task sets show it. */
import type { Deployment as ShownDeployment, LaunchType } from '@aws-sdk/client-ecs';
import { defined } from '../../../base/defined.ts';
import type { Deployment } from '../../state/entities.ts';

/** The members that say where tasks run, the same on services, deployments and revisions. */
export function launchMembers(
  of: Pick<
    Deployment,
    'launchType' | 'capacityProviderStrategy' | 'platformVersion' | 'platformFamily'
  >,
): Pick<
  ShownDeployment,
  'launchType' | 'capacityProviderStrategy' | 'platformVersion' | 'platformFamily'
> {
  return defined({
    // Stored only after it was checked to be one of ECS's.
    launchType: of.launchType as LaunchType | undefined,
    capacityProviderStrategy:
      of.capacityProviderStrategy === undefined ? undefined : [...of.capacityProviderStrategy],
    platformVersion: of.platformVersion,
    platformFamily: of.platformFamily,
  });
}
