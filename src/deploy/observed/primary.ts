/** Which of a service's deployments, or of its task sets, is the PRIMARY one (reference: ECS semantics 5, 7). */
import type { Deployment, Service, TaskSet } from '@aws-sdk/client-ecs';

/** The PRIMARY one of a list, if there is one. */
export function primaryIn<Each extends { readonly status?: string | undefined }>(
  list: readonly Each[] | undefined,
): Each | undefined {
  return list?.find(({ status }) => status === 'PRIMARY');
}

/** The service's PRIMARY deployment: the newest. */
export function primaryOf({ deployments }: Pick<Service, 'deployments'>): Deployment | undefined {
  return primaryIn(deployments);
}

/** The task set that a service under the EXTERNAL controller is on. */
export function primaryTaskSetOf({ taskSets }: Pick<Service, 'taskSets'>): TaskSet | undefined {
  return primaryIn(taskSets);
}
