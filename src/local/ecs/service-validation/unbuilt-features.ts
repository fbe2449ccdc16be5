/** What ECS has and this local ECS does not have yet: refused with what works instead, never accepted and ignored. */
import type { CreateServiceRequest, UpdateServiceRequest } from '@aws-sdk/client-ecs';
import { unsupportedFeature } from '../ecs-errors.ts';

/**
 * Checks the parts of a service that only later versions can have.
 * @throws AwsError UnsupportedFeatureException
 */
export function checkServiceFeatures(
  input: Pick<
    CreateServiceRequest & UpdateServiceRequest,
    'deploymentController' | 'gatewayConnectors'
  >,
): void {
  const controller = input.deploymentController?.type ?? 'ECS';
  if (controller !== 'ECS')
    throw unsupportedFeature(
      controller === 'CODE_DEPLOY'
        ? 'The CODE_DEPLOY deployment controller is not built in this local ECS: there is no CodeDeploy that could drive it. Use deploymentController type EXTERNAL and move the traffic between task sets yourself, or type ECS.'
        : 'The deployment controller of a service cannot be changed in this local ECS. Create another service with deploymentController type EXTERNAL.',
    );
  if ((input.gatewayConnectors ?? []).length > 0)
    throw unsupportedFeature(
      'Gateway connectors are not built in this local ECS. Leave out gatewayConnectors.',
    );
}
