/** Container restart policy (reference: ECS semantics 3.1, restartPolicy). */
import { nextRuntimeId } from './runtime-id.ts';
import type { ContainerRules, LifecycleContainer } from './task.ts';

/**
 * True when a container that has ended is to be started again in its task. One that ended before it ran for the attempt
 * period is not, nor one whose exit code is ignored or unknown.
 */
export function isToRestart(container: LifecycleContainer, rules: ContainerRules): boolean {
  const { restartPolicy } = rules;
  const { exitCode, startedAt, stoppedAt } = container;
  if (restartPolicy === undefined || container.lastStatus !== 'STOPPED') return false;
  if (exitCode === undefined || startedAt === undefined || stoppedAt === undefined) return false;
  return (
    !restartPolicy.ignoredExitCodes.includes(exitCode) &&
    stoppedAt - startedAt >= restartPolicy.attemptPeriodMs
  );
}

/** The container with its start asked for under a new id. */
export function startRequested(
  container: LifecycleContainer,
  taskId: string,
  place: number,
  now: number,
): LifecycleContainer & { readonly runtimeId: string } {
  return {
    ...container,
    runtimeId: nextRuntimeId(taskId, place, container.runtimeId),
    startRequestedAt: now,
  };
}

/** The ended container as one that was never started, but for its image and the count of its restarts. */
export function resetForRestart(container: LifecycleContainer): LifecycleContainer {
  const { containerArn, name, image, imageDigest, runtimeId, healthCheckCommand } = container;
  return {
    containerArn,
    name,
    image,
    ...(imageDigest === undefined ? {} : { imageDigest }),
    ...(runtimeId === undefined ? {} : { runtimeId }),
    ...(healthCheckCommand === undefined ? {} : { healthCheckCommand }),
    lastStatus: 'PENDING',
    healthStatus: 'UNKNOWN',
    healthFailures: 0,
    restartCount: container.restartCount + 1,
    ports: [],
  };
}
