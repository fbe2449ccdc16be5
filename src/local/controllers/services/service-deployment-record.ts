/** Keeps the record of a rollout true: what the scheduler decided, written into the ServiceDeployment. */
import { isEnded } from '../../ecs/ended.ts';
import type { ServiceDeploymentChange } from '../../../scheduler/rolling/outcome.ts';
import type { Deployment, RevisionCounts, ServiceDeployment } from '../../state/entities.ts';

/** What the record keeps of the moment of a change, because deployments and tasks are forgotten. */
export interface FinalFigures {
  /** Counts of each revision, by its ARN. */
  readonly counts: Readonly<Record<string, RevisionCounts>>;
  /** Failures that the breaker counted in the deployment that it watched. */
  readonly failedTasks: number;
  /** How many would have tripped it. */
  readonly threshold: number;
}

/** The record after a change; times are epoch ms. */
export function changedRecord(
  record: ServiceDeployment,
  change: ServiceDeploymentChange,
  deployments: readonly Deployment[],
  final: FinalFigures,
  now: number,
): ServiceDeployment {
  const ended = isEnded(change.status);
  const to = deployments.find(({ id }) => id === change.rollback?.toDeploymentId);
  return {
    ...record,
    status: change.status,
    updatedAt: now,
    startedAt: record.startedAt ?? now,
    ...(change.statusReason === undefined ? {} : { statusReason: change.statusReason }),
    ...(ended ? { finishedAt: now, finalCounts: final.counts } : {}),
    ...(change.status === 'STOPPED' ? { stoppedAt: now } : {}),
    ...(change.rollback === undefined || to === undefined
      ? {}
      : {
          rollback: {
            reason: change.rollback.reason,
            startedAt: now,
            serviceRevisionArn: to.serviceRevisionArn,
          },
        }),
    circuitBreaker: {
      ...(record.circuitBreaker.status === 'MONITORING'
        ? { failureCount: final.failedTasks, threshold: final.threshold }
        : record.circuitBreaker),
      status: breakerStatus(record.circuitBreaker.status, change.circuitBreakerTriggered, ended),
    },
  };
}

function breakerStatus(
  status: ServiceDeployment['circuitBreaker']['status'],
  triggered: boolean,
  ended: boolean,
): ServiceDeployment['circuitBreaker']['status'] {
  if (triggered) return 'TRIGGERED';
  return status === 'MONITORING' && ended ? 'MONITORING_COMPLETE' : status;
}
