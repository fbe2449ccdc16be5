/** A service under the EXTERNAL deployment controller: a name, a count and options; what runs are its task sets (reference: ECS semantics 7). */
import type { CreateServiceRequest, DeploymentConfiguration } from '@aws-sdk/client-ecs';
import { defined } from '../../base/defined.ts';
import { looksLikeArn } from '../../base/arn.ts';
import type { Service } from '../state/entities.ts';
import { availabilityZoneRebalancing } from './availability-zone-rebalancing.ts';
import type { EcsContext } from './context.ts';
import { newDeploymentConfiguration } from './deployment-configuration.ts';
import { checkPlacement } from './placement-rules.ts';
import { desiredCountOfNew } from './service-validation/desired-count.ts';
import { checkExternalService } from './service-validation/external-controller.ts';
import { checkHealthCheckGracePeriod } from './service-validation/health-check-grace-period.ts';
import { checkTags } from './tag-rules.ts';

/**
 * The service, checked. Nothing but its name is required: without a desired count it wants no tasks.
 * @throws AwsError
 */
export function newExternalService(
  input: CreateServiceRequest,
  identity: Pick<
    Service,
    'serviceArn' | 'serviceName' | 'clusterArn' | 'clientToken' | 'creationFingerprint'
  >,
  { call, clock }: EcsContext,
): Service {
  checkExternalService(input);
  const configuration = newDeploymentConfiguration(input.deploymentConfiguration ?? {}, 'REPLICA');
  const placementConstraints = input.placementConstraints ?? [];
  const placementStrategy = input.placementStrategy ?? [];
  // Where the tasks run is up to the task sets; what fits Fargate is checked with each of them.
  checkPlacement(placementConstraints, placementStrategy, 'EC2');
  checkHealthCheckGracePeriod(input.healthCheckGracePeriodSeconds, true);
  return {
    ...identity,
    region: call.region,
    status: 'ACTIVE',
    desiredCount: desiredCountOfNew(input.desiredCount ?? 0, 'REPLICA'),
    schedulingStrategy: 'REPLICA',
    deploymentController: 'EXTERNAL',
    deploymentConfiguration: percentages(configuration),
    loadBalancers: [],
    serviceRegistries: [],
    healthCheckGracePeriodSeconds: input.healthCheckGracePeriodSeconds ?? 0,
    placementConstraints,
    placementStrategy,
    enableECSManagedTags: input.enableECSManagedTags ?? false,
    propagateTags: input.propagateTags ?? 'NONE',
    enableExecuteCommand: input.enableExecuteCommand ?? false,
    availabilityZoneRebalancing: availabilityZoneRebalancing(
      input.availabilityZoneRebalancing,
      'ENABLED',
      configuration,
    ),
    ...defined({ roleArn: roleOf(input.role, call.accountId) }),
    deployments: [],
    steady: false,
    tags: checkTags(input.tags),
    createdAt: clock.now(),
    createdBy: call.principalArn,
  };
}

/** All that ECS keeps for this controller; it does not go by them. */
function percentages({
  maximumPercent,
  minimumHealthyPercent,
}: DeploymentConfiguration): DeploymentConfiguration {
  return { maximumPercent, minimumHealthyPercent };
}

function roleOf(given: string | undefined, accountId: string): string | undefined {
  return given === undefined || looksLikeArn(given)
    ? given
    : `arn:aws:iam::${accountId}:role/${given}`;
}
