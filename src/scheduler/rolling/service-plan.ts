/** What a step of a service's life consists of, whichever way its deployments go. */
import type { NotedTask } from './failures.ts';
import type { Outcome, ServiceDeploymentChange } from './outcome.ts';
import type { DeploymentSnapshot } from './snapshot.ts';
import type { ShiftProgress } from '../traffic-shift/progress.ts';
import type { JudgedTask } from './task-health.ts';

/** A task to stop, in the words of its `stoppedReason` (stop code ServiceSchedulerInitiated). */
export interface TaskStop {
  readonly taskId: string;
  readonly reason: string;
}

/** What to do now. */
export interface ServicePlan {
  /** Tasks to create, by deployment. */
  readonly start: readonly { readonly deploymentId: string; readonly count: number }[];
  readonly stop: readonly TaskStop[];
  /** The new list; entries that do not change are the snapshot's own objects. */
  readonly deployments: readonly DeploymentSnapshot[];
  readonly serviceDeployment?: ServiceDeploymentChange;
  /** How far a deployment that shifts traffic has got; absent when that stays as it is. `over`: a rolling update has nothing to shift any more. */
  readonly shift?: ShiftProgress | 'over';
  readonly notes: readonly NotedTask[];
  /** Messages for the service's events, oldest first; those of started tasks are the controller's. */
  readonly events: readonly string[];
  readonly steady: boolean;
  /** A deleted service has no task left that serves: it becomes INACTIVE. */
  readonly deactivate: boolean;
  /** Epoch ms at which time alone may change the answer. */
  readonly wakeAt?: number;
  /** True when a second look at the same instant, after this plan was done, would find nothing more to do. */
  readonly final: boolean;
}

/** What looking at the tasks has told, before anything is decided. */
export interface Observation {
  /** With their counts of failures brought up to date. */
  readonly deployments: readonly DeploymentSnapshot[];
  readonly tasks: readonly JudgedTask[];
  readonly notes: readonly NotedTask[];
  readonly events: readonly string[];
}

/** A rollout turned round or ended: only that is done in this step; capacity follows from the new list in the next. */
export function planOutcome(
  outcome: Outcome,
  observed: Pick<Observation, 'notes' | 'events'>,
): ServicePlan {
  return {
    start: [],
    stop: [],
    deployments: outcome.deployments,
    serviceDeployment: outcome.serviceDeployment,
    notes: observed.notes,
    events: [...observed.events, ...outcome.events],
    steady: false,
    deactivate: false,
    final: false,
  };
}

/** Why the scheduler stops the task, as its `stoppedReason` says it. */
export function stopReason({ task, standing }: JudgedTask): string {
  if (standing.kind !== 'unhealthy') return scalingReason(task.deploymentId);
  const { cause } = standing;
  return cause.check === 'container'
    ? 'Task failed container health checks'
    : `Task failed ELB health checks in (target-group ${cause.targetGroupArn})`;
}

/** The deployment that owns the task, not the one that takes its place (reference: ECS semantics 8.3). */
export function scalingReason(deploymentId: string): string {
  return `Scaling activity initiated by (deployment ${deploymentId})`;
}
