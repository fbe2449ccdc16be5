/** The service's list of deployments as it follows from the tasks (reference: ECS semantics 5.2). */
import { rollbackCandidate } from './outcome.ts';
import type { DeploymentSnapshot } from './snapshot.ts';

/** How many tasks of one deployment exist after this step. */
export interface DeploymentTasks {
  /** Not asked to stop. */
  readonly present: number;
  /** Still there, leaving ones included. */
  readonly existing: number;
}

/**
 * The PRIMARY wants the service's desired count; a former deployment wants the tasks that it still has, is DRAINING while
 * only leaving tasks are left, and goes when none is, unless a rollback may still need it.
 */
export function settleDeployments(
  deployments: readonly DeploymentSnapshot[],
  desiredCount: number,
  tasksOf: (deploymentId: string) => DeploymentTasks,
): readonly DeploymentSnapshot[] {
  const [primary] = deployments;
  const kept = primary?.rolloutState === 'COMPLETED' ? undefined : rollbackCandidate(deployments);
  return deployments.flatMap((deployment, index) => {
    if (index === 0) return [withCounts(deployment, 'PRIMARY', desiredCount)];
    const { present, existing } = tasksOf(deployment.id);
    if (existing === 0 && deployment.id !== kept?.id) return [];
    return [withCounts(deployment, present === 0 && existing > 0 ? 'DRAINING' : 'ACTIVE', present)];
  });
}

/** The same object when nothing changes, so that an unchanged list is not written again. */
function withCounts(
  deployment: DeploymentSnapshot,
  status: DeploymentSnapshot['status'],
  desiredCount: number,
): DeploymentSnapshot {
  if (deployment.status === status && deployment.desiredCount === desiredCount) return deployment;
  return { ...deployment, status, desiredCount };
}
