/** The list of deployments after a step. */
import { settleDeployments } from './deployments.ts';
import type { DeploymentSnapshot, ServiceSnapshot } from './snapshot.ts';
import type { JudgedTask } from './task-health.ts';

/** @param stopping tasks that this step asks to stop */
export function settle(
  deployments: readonly DeploymentSnapshot[],
  snapshot: ServiceSnapshot,
  tasks: readonly JudgedTask[],
  stopping: readonly JudgedTask[],
): readonly DeploymentSnapshot[] {
  const stopped = new Set(stopping);
  return settleDeployments(deployments, snapshot.desiredCount, (deploymentId) => {
    let present = 0;
    let existing = 0;
    for (const each of tasks) {
      if (each.task.deploymentId !== deploymentId || each.standing.kind === 'stopped') continue;
      existing++;
      if (each.standing.kind !== 'leaving' && !stopped.has(each)) present++;
    }
    return { present, existing };
  });
}
