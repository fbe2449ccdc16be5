/** Service event messages in ECS's own words (reference: ECS semantics 5.7). */

const service = (name: string): string => `(service ${name})`;

const taskList = (ids: readonly string[]): string => ids.map((id) => `(task ${id})`).join(' ');

export function startedTasks(name: string, taskIds: readonly string[]): string {
  return `${service(name)} has started ${taskIds.length} tasks: ${taskList(taskIds)}.`;
}

export function stoppedPendingTasks(name: string, count: number): string {
  return `${service(name)} stopped ${count} pending tasks.`;
}

export function stoppedRunningTasks(name: string, taskIds: readonly string[]): string {
  return `${service(name)} has stopped ${taskIds.length} running tasks: ${taskList(taskIds)}.`;
}

export function registeredTargets(name: string, count: number, targetGroupArn: string): string {
  return `${service(name)} registered ${count} targets in (target-group ${targetGroupArn})`;
}

export function deregisteredTargets(name: string, count: number, targetGroupArn: string): string {
  return `${service(name)} deregistered ${count} targets in (target-group ${targetGroupArn})`;
}

export function begunDraining(name: string, count: number): string {
  return `${service(name)} has begun draining connections on ${count} tasks.`;
}

export function taskUnhealthy(
  name: string,
  taskId: string,
  target: { readonly targetGroupArn: string; readonly port: number; readonly description: string },
): string {
  return (
    `${service(name)} (task ${taskId}) (port ${target.port}) is unhealthy in ` +
    `(target-group ${target.targetGroupArn}) due to (reason ${target.description})`
  );
}

export function deploymentCompleted(name: string, deploymentId: string): string {
  return `${service(name)} (deployment ${deploymentId}) deployment completed.`;
}

export function deploymentFailed(name: string, deploymentId: string, cause: string): string {
  return `${service(name)} (deployment ${deploymentId}) deployment failed: ${cause}.`;
}

export function rollingBack(name: string, deploymentId: string): string {
  return `${service(name)} rolling back to deployment ${deploymentId}.`;
}

export function steadyState(name: string): string {
  return `${service(name)} has reached a steady state.`;
}

export function unableToStart(name: string): string {
  return `${service(name)} is unable to consistently start tasks successfully.`;
}

export function blockedByConfiguration(name: string): string {
  return (
    `${service(name)} was unable to stop or start tasks during a deployment because of the service deployment ` +
    'configuration. Update the minimumHealthyPercent or maximumPercent value and try again.'
  );
}

export function unableToPlace(name: string, reason: string): string {
  return `${service(name)} was unable to place a task because no container instance met all of its requirements. ${reason}`;
}
