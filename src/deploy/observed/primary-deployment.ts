/** Which of a service's deployments is the newest. */
import type { Deployment, Service } from '@aws-sdk/client-ecs';

/** The service's PRIMARY deployment: the newest. */
export function primaryOf(service: Service): Deployment | undefined {
  return service.deployments?.find((deployment) => deployment.status === 'PRIMARY');
}
