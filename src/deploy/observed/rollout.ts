/** What an observation tells of the rollout that is followed. */
import type {
  Observation,
  ObservedDeployment,
  RolloutStatus,
  RolloutTarget,
} from './observation.ts';

const TERMINAL: ReadonlySet<RolloutStatus> = new Set([
  'SUCCESSFUL',
  'STOPPED',
  'ROLLBACK_SUCCESSFUL',
  'ROLLBACK_FAILED',
]);

/** True when the status never changes again. */
export function isTerminal(status: RolloutStatus): boolean {
  return TERMINAL.has(status);
}

/** True while ECS goes back to the old revision. */
export function isRollingBack(status: RolloutStatus): boolean {
  return status === 'ROLLBACK_REQUESTED' || status === 'ROLLBACK_IN_PROGRESS';
}

/** Our entry of the service's deployments, while it has one. */
export function ourDeployment(
  observation: Observation,
  target: RolloutTarget,
): ObservedDeployment | undefined {
  return observation.service.deployments.find((each) => each.id === target.deploymentId);
}
