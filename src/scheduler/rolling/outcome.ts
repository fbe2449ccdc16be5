/** How a rollout ends: completed, failed, rolled back or stopped; and what that does to the deployments. */
import { breakerTripped } from './circuit-breaker.ts';
import { deploymentCompleted, deploymentFailed, rollingBack } from './events.ts';
import type { DeploymentSnapshot, ServiceDeploymentSnapshot, ServiceSnapshot } from './snapshot.ts';

/** What changes in the service deployment's record. */
export interface ServiceDeploymentChange {
  readonly status: ServiceDeploymentSnapshot['status'];
  readonly statusReason?: string;
  /** Present when a rollback begins. */
  readonly rollback?: {
    readonly reason: string;
    /** The deployment that the service goes back to. */
    readonly toDeploymentId: string;
  };
  readonly circuitBreakerTriggered: boolean;
}

/** What an ending, or the beginning of a rollback, changes. */
export interface Outcome {
  /** PRIMARY first. */
  readonly deployments: readonly DeploymentSnapshot[];
  readonly serviceDeployment: ServiceDeploymentChange;
  readonly events: readonly string[];
}

/** Why a deployment that failed could not go back. */
export const NO_CANDIDATE = 'No rollback candidate was found to run the rollback.';
const BREAKER_TRIPPED = 'The deployment circuit breaker threshold was exceeded.';

/**
 * Ends the rollout, or turns it round, if something demands it: a request to stop, or as many failed tasks as the breaker
 * allows. Undefined when it goes on.
 */
export function interruptRollout(
  snapshot: ServiceSnapshot,
  deployments: readonly DeploymentSnapshot[],
): Outcome | undefined {
  const [primary] = deployments;
  if (primary === undefined) return undefined;
  switch (snapshot.serviceDeployment?.status) {
    case 'ROLLBACK_REQUESTED':
      return turnRound(snapshot.serviceName, deployments, {
        failedState: `ECS deployment ${primary.id} was stopped.`,
        rollbackState: (id) => `ECS deployment rolling back to deploymentId ${id}.`,
        reason: 'Service deployment rolled back because StopServiceDeployment was requested.',
        events: [],
        circuitBreakerTriggered: false,
      });
    case 'STOP_REQUESTED':
      return {
        deployments: failPrimary(deployments, `ECS deployment ${primary.id} was stopped.`),
        serviceDeployment: {
          status: 'STOPPED',
          statusReason:
            'Service deployment was stopped because StopServiceDeployment was requested.',
          circuitBreakerTriggered: false,
        },
        events: [],
      };
    case 'PENDING':
    case 'IN_PROGRESS':
    case 'ROLLBACK_IN_PROGRESS':
    case 'SUCCESSFUL':
    case 'STOPPED':
    case 'ROLLBACK_SUCCESSFUL':
    case 'ROLLBACK_FAILED':
    case undefined:
      if (breakerTripped(snapshot.rules, snapshot.desiredCount, primary))
        return trip(snapshot, deployments, primary);
      return alarmed(snapshot, deployments, primary);
  }
}

/** The rollout is done: the PRIMARY is COMPLETED, and what came before it may go. */
export function completeRollout(
  snapshot: ServiceSnapshot,
  deployments: readonly DeploymentSnapshot[],
): Outcome {
  const isRollback = snapshot.serviceDeployment?.status === 'ROLLBACK_IN_PROGRESS';
  return {
    deployments: deployments.map((deployment, index) =>
      index > 0
        ? deployment
        : {
            ...deployment,
            rolloutState: 'COMPLETED',
            rolloutStateReason: `ECS deployment ${deployment.id} completed.`,
            failedTasks: 0,
          },
    ),
    serviceDeployment: {
      status: isRollback ? 'ROLLBACK_SUCCESSFUL' : 'SUCCESSFUL',
      circuitBreakerTriggered: false,
    },
    events: deployments.slice(0, 1).map(({ id }) => deploymentCompleted(snapshot.serviceName, id)),
  };
}

/** The deployment that a rollback would go back to: the newest former one that is COMPLETED. */
export function rollbackCandidate(
  deployments: readonly DeploymentSnapshot[],
): DeploymentSnapshot | undefined {
  return deployments.slice(1).find(({ rolloutState }) => rolloutState === 'COMPLETED');
}

function trip(
  snapshot: ServiceSnapshot,
  deployments: readonly DeploymentSnapshot[],
  primary: DeploymentSnapshot,
): Outcome {
  const failedState = 'ECS deployment circuit breaker: tasks failed to start.';
  const events = [deploymentFailed(snapshot.serviceName, primary.id, 'tasks failed to start')];
  // A rollback that fails is not rolled back in turn: its target has left COMPLETED.
  const isRollback = snapshot.serviceDeployment?.status === 'ROLLBACK_IN_PROGRESS';
  if (isRollback || !snapshot.rules.circuitBreaker.rollback) {
    return {
      deployments: failPrimary(deployments, failedState),
      serviceDeployment: {
        status: isRollback ? 'ROLLBACK_FAILED' : 'STOPPED',
        statusReason: isRollback ? NO_CANDIDATE : BREAKER_TRIPPED,
        circuitBreakerTriggered: true,
      },
      events,
    };
  }
  return turnRound(snapshot.serviceName, deployments, {
    failedState,
    rollbackState: (id) => `ECS deployment circuit breaker: rolling back to deploymentId ${id}.`,
    reason: 'Service deployment rolled back because the circuit breaker threshold was exceeded.',
    events,
    circuitBreakerTriggered: true,
  });
}

/** A deployment fails by the alarms that it listens to; the way back is not held up by them (reference: ECS semantics 5.6). */
function alarmed(
  { serviceName, alarms, serviceDeployment }: ServiceSnapshot,
  deployments: readonly DeploymentSnapshot[],
  { id, rolloutState }: DeploymentSnapshot,
): Outcome | undefined {
  const isRollback = serviceDeployment?.status === 'ROLLBACK_IN_PROGRESS';
  if (alarms === undefined || alarms.triggered.length === 0) return undefined;
  if (isRollback || rolloutState !== 'IN_PROGRESS') return undefined;
  const names = alarms.triggered.join(', ');
  const failedState = 'ECS deployment failed: alarm detected.';
  const events = [deploymentFailed(serviceName, id, 'alarm detected')];
  if (!alarms.rollback)
    return {
      deployments: failPrimary(deployments, failedState),
      serviceDeployment: {
        status: 'STOPPED',
        statusReason: `Service deployment was stopped because alarm detected: ${names}.`,
        circuitBreakerTriggered: false,
      },
      events,
    };
  return turnRound(serviceName, deployments, {
    failedState,
    rollbackState: (candidate) => `ECS deployment rolling back to deploymentId ${candidate}.`,
    reason: `Service deployment rolled back because alarm detected: ${names}.`,
    events,
    circuitBreakerTriggered: false,
  });
}

/** Makes the rollback candidate PRIMARY again, or says that there is none. */
function turnRound(
  serviceName: string,
  deployments: readonly DeploymentSnapshot[],
  words: {
    readonly failedState: string;
    readonly rollbackState: (candidateId: string) => string;
    readonly reason: string;
    readonly events: readonly string[];
    readonly circuitBreakerTriggered: boolean;
  },
): Outcome {
  const { circuitBreakerTriggered } = words;
  const failed = failPrimary(deployments, words.failedState);
  const candidate = rollbackCandidate(deployments);
  if (candidate === undefined) {
    return {
      deployments: failed,
      serviceDeployment: {
        status: 'ROLLBACK_FAILED',
        statusReason: NO_CANDIDATE,
        circuitBreakerTriggered,
      },
      events: words.events,
    };
  }
  const primary: DeploymentSnapshot = {
    ...candidate,
    status: 'PRIMARY',
    rolloutState: 'IN_PROGRESS',
    rolloutStateReason: words.rollbackState(candidate.id),
    failedTasks: 0,
    failedResolutions: 0,
  };
  const others = failed
    .filter(({ id }) => id !== candidate.id)
    .map((deployment): DeploymentSnapshot => ({ ...deployment, status: 'ACTIVE' }));
  return {
    deployments: [primary, ...others],
    serviceDeployment: {
      status: 'ROLLBACK_IN_PROGRESS',
      statusReason: words.reason,
      rollback: { reason: words.reason, toDeploymentId: candidate.id },
      circuitBreakerTriggered,
    },
    events: [...words.events, rollingBack(serviceName, candidate.id)],
  };
}

function failPrimary(
  deployments: readonly DeploymentSnapshot[],
  reason: string,
): readonly DeploymentSnapshot[] {
  return deployments.map((deployment, index) =>
    index > 0 ? deployment : { ...deployment, rolloutState: 'FAILED', rolloutStateReason: reason },
  );
}
