/** StopServiceDeployment (reference: ECS semantics 6.5). */
import type {
  StopServiceDeploymentRequest,
  StopServiceDeploymentResponse,
} from '@aws-sdk/client-ecs';
import type { ServiceDeployment, ServiceDeploymentStatus } from '../../state/entities.ts';
import { AwsError } from '../../wire/aws-error.ts';
import type { EcsOperation } from '../context.ts';
import { invalidParameter } from '../ecs-errors.ts';
import { isEnded } from '../ended.ts';
import { parseServiceResource } from '../service-resource-arn.ts';
import { trafficStrategy } from '../traffic-strategy.ts';

/**
 * Asks for the end of a rollout: ROLLBACK (the default) goes back to the last revision that completed, ABORT stops where it
 * is. The service controller does it. A rollout that is already on its way to an end goes on as it is.
 * @throws AwsError ServiceDeploymentNotFoundException, ConflictException for one that has ended
 */
export const stopServiceDeployment: EcsOperation<
  StopServiceDeploymentRequest,
  StopServiceDeploymentResponse
> = (input, context) => {
  const { store, clock } = context;
  const { arn } = parseServiceResource(
    input.serviceDeploymentArn ?? '',
    'service-deployment',
    context,
  );
  const serviceDeployment = store.serviceDeployments.get(arn);
  if (serviceDeployment === undefined)
    throw new AwsError(
      'ServiceDeploymentNotFoundException',
      'The service deployment does not exist.',
    );
  const stopType = input.stopType ?? 'ROLLBACK';
  if (
    stopType === 'ABORT' &&
    trafficStrategy(serviceDeployment.deploymentConfiguration) !== undefined &&
    !isEnded(serviceDeployment.status)
  )
    throw invalidParameter(
      `Stop type ABORT is not supported for deployment strategy ${serviceDeployment.deploymentConfiguration.strategy ?? ''}: it would leave traffic divided between two revisions. Use ROLLBACK.`,
    );
  const status = requestedStatus(serviceDeployment, stopType);
  if (status !== serviceDeployment.status)
    store.transaction(() =>
      store.serviceDeployments.put(arn, { ...serviceDeployment, status, updatedAt: clock.now() }),
    );
  return { serviceDeploymentArn: arn };
};

function requestedStatus(
  { status, serviceDeploymentArn }: ServiceDeployment,
  stopType: 'ROLLBACK' | 'ABORT',
): ServiceDeploymentStatus {
  switch (status) {
    case 'PENDING':
    case 'IN_PROGRESS':
      return stopType === 'ABORT' ? 'STOP_REQUESTED' : 'ROLLBACK_REQUESTED';
    case 'STOP_REQUESTED':
    case 'ROLLBACK_REQUESTED':
    case 'ROLLBACK_IN_PROGRESS':
      return status;
    case 'SUCCESSFUL':
    case 'STOPPED':
    case 'ROLLBACK_SUCCESSFUL':
    case 'ROLLBACK_FAILED':
      throw new AwsError(
        'ConflictException',
        `Stopping a service deployment is not allowed for service deployment in terminal states. It is ${status}.`,
        { members: { resourceIds: [serviceDeploymentArn] } },
      );
  }
}
