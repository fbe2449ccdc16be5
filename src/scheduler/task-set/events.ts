/** Service event messages about task sets in ECS's own words, as its CLI's examples and its users' logs show them. */

/** What stands in place of the service's name where a message is about one task set: `(service web, taskSet ecs-svc/1) …`. */
export function taskSetSubject(serviceName: string, taskSetId: string): string {
  return `${serviceName}, taskSet ${taskSetId}`;
}

export function updatedComputedCount(
  serviceName: string,
  taskSetId: string,
  count: number,
): string {
  return `(service ${serviceName}) updated computedDesiredCount for taskSet ${taskSetId} to ${count}.`;
}

export function becameSteady(serviceName: string, taskSetId: string): string {
  return `(service ${taskSetSubject(serviceName, taskSetId)}) updated state to STEADY_STATE.`;
}
