/** How the service scheduler counts one task (reference: ECS semantics 5.1, 8.4). */
import type { SchedulerTimings, TaskSnapshot } from './snapshot.ts';

/** A task as the scheduler counts it. */
export type TaskStanding =
  /** Not yet RUNNING. */
  | { readonly kind: 'pending' }
  /** RUNNING, but nothing proves its health yet; `until` is when time alone may change that (epoch ms). */
  | { readonly kind: 'starting'; readonly until?: number }
  | { readonly kind: 'healthy' }
  /** Its checks failed and no grace period excuses it. */
  | { readonly kind: 'unhealthy'; readonly cause: UnhealthyCause }
  /** On its way out; it still takes a place under the upper bound. */
  | { readonly kind: 'leaving' }
  | { readonly kind: 'stopped' };

/** Which check failed. */
export type UnhealthyCause =
  | { readonly check: 'container' }
  | {
      readonly check: 'load-balancer';
      readonly targetGroupArn: string;
      readonly port: number;
      readonly description: string;
    };

/** A task with its standing. */
export interface JudgedTask {
  readonly task: TaskSnapshot;
  readonly standing: TaskStanding;
}

// Most tasks have one of these: they are shared.
const PENDING: TaskStanding = { kind: 'pending' };
const STARTING: TaskStanding = { kind: 'starting' };
const HEALTHY: TaskStanding = { kind: 'healthy' };
const LEAVING: TaskStanding = { kind: 'leaving' };
const STOPPED: TaskStanding = { kind: 'stopped' };

/** Judges one task at `now` (epoch ms). */
export function standingOf(
  task: TaskSnapshot,
  healthCheckGracePeriodMs: number,
  timings: SchedulerTimings,
  now: number,
): TaskStanding {
  if (task.lastStatus === 'STOPPED') return STOPPED;
  if (task.desiredStatus === 'STOPPED') return LEAVING;
  if (task.lastStatus !== 'RUNNING' || task.startedAt === undefined) return PENDING;

  const cause = failedCheck(task);
  if (cause !== undefined) {
    const graceEnds = task.startedAt + healthCheckGracePeriodMs;
    return now < graceEnds ? { kind: 'starting', until: graceEnds } : { kind: 'unhealthy', cause };
  }
  if (!isChecked(task)) {
    const provenAt = task.startedAt + timings.healthyAfterMs;
    return now < provenAt ? { kind: 'starting', until: provenAt } : HEALTHY;
  }
  const containersHealthy = !task.hasHealthCheck || task.healthStatus === 'HEALTHY';
  const targetsHealthy =
    task.targets.length >= task.expectedTargets &&
    task.targets.every((target) => target.health === 'healthy');
  return containersHealthy && targetsHealthy ? HEALTHY : STARTING;
}

/**
 * True when the task counts for the completion of its deployment: RUNNING and healthy, or, where nothing checks it, RUNNING
 * for a while.
 */
export function countsForCompletion(
  task: TaskSnapshot,
  standing: TaskStanding,
  timings: SchedulerTimings,
  now: number,
): boolean {
  if (standing.kind === 'healthy') return true;
  return standing.kind === 'starting' && !isChecked(task) && now >= completionTime(task, timings);
}

/** When an unchecked task begins to count for completion (epoch ms); Infinity for one that is not RUNNING or is checked. */
export function completionTime(task: TaskSnapshot, timings: SchedulerTimings): number {
  if (task.startedAt === undefined || isChecked(task)) return Infinity;
  return task.startedAt + timings.completesAfterMs;
}

/** True when a load balancer or a container health check vouches for the task. */
function isChecked(task: TaskSnapshot): boolean {
  return task.hasHealthCheck || task.expectedTargets > 0;
}

function failedCheck(task: TaskSnapshot): UnhealthyCause | undefined {
  if (task.hasHealthCheck && task.healthStatus === 'UNHEALTHY') return { check: 'container' };
  const target = task.targets.find(({ health }) => health === 'unhealthy');
  if (target === undefined) return undefined;
  return {
    check: 'load-balancer',
    targetGroupArn: target.targetGroupArn,
    port: target.port,
    description: target.description ?? 'Health checks failed',
  };
}
