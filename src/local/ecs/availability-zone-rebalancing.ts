/** Availability Zone rebalancing (reference: ECS semantics 4.2, 4.3). There is one zone's worth of machine: it is kept and shown. */
import type { Service } from '../state/entities.ts';
import type { CompleteDeploymentConfiguration } from './deployment-configuration.ts';
import { invalidParameter } from './ecs-errors.ts';

type Rebalancing = Service['availabilityZoneRebalancing'];

/**
 * What holds after a request: the given value, else the former one, which no room beyond 100 % turns off.
 * @throws AwsError InvalidParameterException
 */
export function availabilityZoneRebalancing(
  given: Rebalancing | undefined,
  former: Rebalancing,
  { maximumPercent }: CompleteDeploymentConfiguration,
): Rebalancing {
  if (maximumPercent > 100) return given ?? former;
  if (given === 'ENABLED')
    throw invalidParameter(
      'Availability Zone Rebalancing does not support maximumPercent <= 100 % as deployment configuration.',
    );
  return 'DISABLED';
}
