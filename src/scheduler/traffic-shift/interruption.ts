/** What ends a traffic shift before its time, in the words of the deployment's reason (reference: ECS semantics 6.4). */
import { breakerTripped } from '../rolling/circuit-breaker.ts';
import type { DeploymentSnapshot, ServiceSnapshot } from '../rolling/snapshot.ts';
import { hookFailure, isOpen } from './hook.ts';
import type { ShiftProgress } from './progress.ts';
import type { ShiftSnapshot } from './shift-snapshot.ts';

/** The longest that a stage may take without an end in sight (reference: ECS semantics 6.2). */
export const STAGE_LIMIT_MS = 24 * 60 * 60_000;

/** Why a deployment goes back. */
export interface Interruption {
  readonly statusReason: string;
  /** The new revision's `rolloutStateReason`. */
  readonly failedState: string;
  /** For the service's event. */
  readonly cause?: string;
  readonly circuitBreakerTriggered: boolean;
}

/** The reason to go back, if there is one; of several, the one that a person gave comes first. */
export function interruption(
  snapshot: ServiceSnapshot,
  { fault, progress }: ShiftSnapshot,
  green: DeploymentSnapshot,
  now: number,
): Interruption | undefined {
  const stopped = {
    failedState: `ECS deployment ${green.id} was stopped.`,
    circuitBreakerTriggered: false,
  };
  const status = snapshot.serviceDeployment?.status;
  if (status === 'ROLLBACK_REQUESTED' || status === 'STOP_REQUESTED')
    return {
      ...stopped,
      statusReason: 'Service deployment rolled back because StopServiceDeployment was requested.',
    };
  if (breakerTripped(snapshot.rules, snapshot.desiredCount, green))
    return {
      statusReason:
        'Service deployment rolled back because the circuit breaker threshold was exceeded.',
      failedState: 'ECS deployment circuit breaker: tasks failed to start.',
      cause: 'tasks failed to start',
      circuitBreakerTriggered: true,
    };
  const failed = (statusReason: string, cause: string): Interruption => ({
    statusReason,
    failedState: `ECS deployment failed: ${cause}.`,
    cause,
    circuitBreakerTriggered: false,
  });
  if (snapshot.alarms !== undefined && snapshot.alarms.triggered.length > 0)
    return failed(
      `Service deployment rolled back because alarm detected: ${snapshot.alarms.triggered.join(', ')}.`,
      'alarm detected',
    );
  const failure = hookFailure(progress.hooks);
  if (failure !== undefined) return failed(failure, 'lifecycle hook failed');
  if (fault !== undefined && progress.stage !== 'CLEAN_UP')
    return failed(
      `Service deployment rolled back because of invalid networking configuration. ${fault}`,
      'invalid networking configuration',
    );
  if (now >= stageDeadline(progress))
    return failed(
      `Service deployment rolled back because ${progress.stage} did not end within 24 hours.`,
      'lifecycle stage timed out',
    );
  return undefined;
}

/**
 * When the stage has taken too long (epoch ms); never for one whose end is known (baking), is asked for by a person (pause
 * hooks have a longer limit of their own), or comes by itself (clean-up).
 */
export function stageDeadline({ stage, hooks, enteredAt, begunAt }: ShiftProgress): number {
  const waitsForPerson = hooks.some((hook) => hook.targetType === 'PAUSE' && isOpen(hook));
  const endIsKnown =
    stage === 'BAKE_TIME' ||
    stage === 'CLEAN_UP' ||
    (stage === 'PRODUCTION_TRAFFIC_SHIFT' && begunAt !== undefined);
  return waitsForPerson || endIsKnown ? Infinity : enteredAt + STAGE_LIMIT_MS;
}
