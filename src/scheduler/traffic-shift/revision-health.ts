/** What the tasks of one revision allow to do with its traffic. */
import type { SchedulerTimings } from '../rolling/snapshot.ts';
import { countsForCompletion, type JudgedTask } from '../rolling/task-health.ts';

/** The tasks of one revision, or of several, counted. */
export interface RevisionHealth {
  /** Not asked to stop. */
  readonly present: number;
  /** Still there, leaving ones included. */
  readonly existing: number;
  /** Those that could take traffic. */
  readonly healthy: number;
}

/** Counts the tasks of the deployments that are meant, at `now` (epoch ms). */
export function revisionHealth(
  isMeant: (deploymentId: string) => boolean,
  tasks: readonly JudgedTask[],
  timings: SchedulerTimings,
  now: number,
): RevisionHealth {
  let [present, existing, healthy] = [0, 0, 0];
  for (const { task, standing } of tasks) {
    if (!isMeant(task.deploymentId) || standing.kind === 'stopped') continue;
    existing++;
    if (standing.kind === 'leaving') continue;
    present++;
    if (countsForCompletion(task, standing, timings, now)) healthy++;
  }
  return { present, existing, healthy };
}

/** True when the revision has all of its tasks, and all of them healthy. */
export function isFull({ present, healthy }: RevisionHealth, desiredCount: number): boolean {
  return present === desiredCount && healthy === desiredCount;
}

/** True when the revision can take production traffic back: as many healthy tasks as a rolling update would leave it. */
export function canServe(
  { healthy }: RevisionHealth,
  desiredCount: number,
  minimumHealthyPercent: number,
): boolean {
  const least = Math.ceil((desiredCount * minimumHealthyPercent) / 100);
  return desiredCount === 0 || healthy >= Math.max(1, least);
}
