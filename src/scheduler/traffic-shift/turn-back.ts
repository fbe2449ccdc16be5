/** Turning a deployment that shifts traffic round: the former revision becomes PRIMARY again. */
import { deploymentFailed, rollingBack } from '../rolling/events.ts';
import { NO_CANDIDATE, type Outcome } from '../rolling/outcome.ts';
import type { DeploymentSnapshot, ServiceSnapshot } from '../rolling/snapshot.ts';
import type { Interruption } from './interruption.ts';
import type { ShiftProgress } from './progress.ts';
import type { ShiftSnapshot } from './shift-snapshot.ts';
import { firstStage } from './stage-work.ts';

/** What turning round changes. */
export interface Turn extends Outcome {
  readonly progress: ShiftProgress;
}

/** Begins the way back; where there is no former revision, ends the deployment, which has failed. */
export function turnBack(
  { serviceName }: ServiceSnapshot,
  { strategy, progress }: ShiftSnapshot,
  deployments: readonly DeploymentSnapshot[],
  why: Interruption,
  now: number,
): Turn {
  const { greenId, blueId, productionPercent, testPercent } = progress;
  // What an interrupted deployment has left divided comes back the same way.
  const othersServe = progress.othersServe === true;
  const failed = deployments.map((deployment): DeploymentSnapshot =>
    deployment.id === greenId
      ? { ...deployment, rolloutState: 'FAILED', rolloutStateReason: why.failedState }
      : deployment,
  );
  const { circuitBreakerTriggered } = why;
  const events = why.cause === undefined ? [] : [deploymentFailed(serviceName, greenId, why.cause)];
  const blue = failed.find(({ id }) => id === blueId);
  if (blue === undefined)
    return {
      deployments: failed,
      serviceDeployment: {
        status: 'ROLLBACK_FAILED',
        // ECS's sentence alone would hide what has to be mended.
        statusReason: `${NO_CANDIDATE} ${why.statusReason.replace('rolled back', 'failed')}`,
        circuitBreakerTriggered,
      },
      events,
      progress,
    };
  const primary: DeploymentSnapshot = {
    ...blue,
    status: 'PRIMARY',
    rolloutState: 'IN_PROGRESS',
    rolloutStateReason: `ECS deployment rolling back to deploymentId ${blue.id}.`,
    failedTasks: 0,
    failedResolutions: 0,
  };
  const others = failed
    .filter(({ id }) => id !== blue.id)
    .map((deployment): DeploymentSnapshot => ({ ...deployment, status: 'ACTIVE' }));
  const { statusReason } = why;
  return {
    deployments: [primary, ...others],
    serviceDeployment: {
      status: 'ROLLBACK_IN_PROGRESS',
      statusReason,
      rollback: { reason: statusReason, toDeploymentId: blue.id },
      circuitBreakerTriggered,
    },
    events: [...events, rollingBack(serviceName, blue.id)],
    progress: firstStage(
      {
        greenId,
        blueId: blue.id,
        course: {
          direction: 'rollback',
          production: productionPercent > 0 || othersServe,
          test: testPercent > 0 || othersServe,
        },
        ...(othersServe ? { othersServe } : {}),
        productionPercent,
        testPercent,
      },
      strategy,
      now,
    ),
  };
}
