/** Whether a rollout is done, and whether the service is at rest (reference: ECS semantics 5.4). */
import type { DeploymentSnapshot, SchedulerTimings, ServiceSnapshot } from './snapshot.ts';
import { countsForCompletion, type JudgedTask } from './task-health.ts';

/** What the tasks of a service allow to say. */
export interface Readiness {
  /** The PRIMARY has as many healthy tasks as its early success criteria ask for; false without such criteria. */
  readonly early: boolean;
  /** The rollout is done, and nothing is left of what came before. */
  readonly complete: boolean;
  /** The rollout is done by early success criteria that do not wait for the tasks of former revisions to go. */
  readonly completeUncleaned: boolean;
  /** The desired tasks run, and no others; tasks that are stopping do not count. */
  readonly steady: boolean;
}

/** Judges a service by its tasks at `now` (epoch ms). */
export function readiness(
  { desiredCount, rules }: ServiceSnapshot,
  primary: DeploymentSnapshot,
  tasks: readonly JudgedTask[],
  timings: SchedulerTimings,
  now: number,
): Readiness {
  let counted = 0;
  let healthy = 0;
  let present = 0;
  let formerPresent = false;
  let formerExists = false;
  for (const { task, standing } of tasks) {
    if (standing.kind === 'stopped') continue;
    const isPresent = standing.kind !== 'leaving';
    if (task.deploymentId !== primary.id) {
      formerExists = true;
      formerPresent ||= isPresent;
    } else if (isPresent) {
      present++;
      if (standing.kind === 'healthy') healthy++;
      if (countsForCompletion(task, standing, timings, now)) counted++;
    }
  }
  const full = present === desiredCount && counted === desiredCount;
  const { earlySuccess } = rules;
  const early =
    earlySuccess !== undefined &&
    healthy >= Math.ceil((desiredCount * earlySuccess.healthyPercent) / 100);
  return {
    early,
    complete: (full || early) && !formerExists,
    completeUncleaned: (full || early) && earlySuccess?.waitForCleanup === false,
    steady: full && !formerPresent,
  };
}
