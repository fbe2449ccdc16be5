/** When failed tasks end a deployment (reference: ECS semantics 5.5). */
import type { DeploymentRules, DeploymentSnapshot, FailureThreshold } from './snapshot.ts';

const LEAST = 3;
const MOST = 200;

/**
 * The number of failed tasks that trips the breaker, for the desired count of this moment. BOUNDED_PERCENT 50: desired 1
 * gives 3, desired 25 gives 13, desired 800 gives 200. UNBOUNDED_PERCENT is not held between 3 and 200, but never 0: a
 * deployment that asks for nothing cannot fail by having no failure.
 */
export function failureThreshold(threshold: FailureThreshold, desiredCount: number): number {
  switch (threshold.type) {
    case 'COUNT':
      return threshold.value;
    case 'UNBOUNDED_PERCENT':
      return Math.max(1, Math.ceil((threshold.value * desiredCount) / 100));
    case 'BOUNDED_PERCENT':
      return Math.min(MOST, Math.max(LEAST, Math.ceil((threshold.value * desiredCount) / 100)));
  }
}

/** So many tasks whose images could not be resolved end a deployment, however many failures the breaker allows. */
const MOST_FAILED_RESOLUTIONS = 3;

/** True when the breaker ends the deployment: it only watches one that is in progress. */
export function breakerTripped(
  { circuitBreaker }: DeploymentRules,
  desiredCount: number,
  { rolloutState, failedTasks, failedResolutions = 0 }: DeploymentSnapshot,
): boolean {
  return (
    circuitBreaker.enable &&
    rolloutState === 'IN_PROGRESS' &&
    (failedTasks >= failureThreshold(circuitBreaker.threshold, desiredCount) ||
      failedResolutions >= MOST_FAILED_RESOLUTIONS)
  );
}
