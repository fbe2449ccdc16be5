/** Which tasks failed, which proved healthy, and what that does to the counts of their deployments. */
import {
  afterExit,
  afterLaunchFailure,
  afterStart,
  becameImpaired,
  type Throttle,
} from './restart-throttle.ts';
import type { DeploymentSnapshot, TaskNote } from './snapshot.ts';
import type { JudgedTask } from './task-health.ts';

/** A task that the scheduler took note of. */
export interface NotedTask {
  readonly taskId: string;
  readonly note: TaskNote;
}

/** What the tasks told. */
export interface FailureReport {
  /** The deployments with their failure counts and throttles brought up to date, in the given order. */
  readonly deployments: readonly DeploymentSnapshot[];
  readonly notes: readonly NotedTask[];
  /** True when the service has to say that it cannot start tasks. */
  readonly impaired: boolean;
}

/**
 * Counts new failures and resets the count where a task proved healthy. While a deployment is in progress these count as
 * failures: tasks that never ran, that exited by themselves, and that were judged unhealthy; tasks that a user or the
 * scheduler stopped do not (reference: ECS semantics 5.4, 5.5).
 */
export function assessFailures(
  deployments: readonly DeploymentSnapshot[],
  tasks: readonly JudgedTask[],
  resetOnHealthyTask: boolean,
  now: number,
): FailureReport {
  const notes: NotedTask[] = [];
  let impaired = false;
  const updated = deployments.map((deployment) => {
    const result = assessDeployment(deployment, tasks, resetOnHealthyTask, now);
    notes.push(...result.notes);
    impaired ||= result.impaired;
    return result.deployment;
  });
  return { deployments: updated, notes, impaired };
}

function assessDeployment(
  deployment: DeploymentSnapshot,
  tasks: readonly JudgedTask[],
  resetOnHealthyTask: boolean,
  now: number,
): {
  readonly deployment: DeploymentSnapshot;
  readonly notes: readonly NotedTask[];
  readonly impaired: boolean;
} {
  const notes: NotedTask[] = [];
  let throttle: Throttle = deployment;
  let impaired = false;
  let failures = 0;
  let unresolved = 0;
  const proved: NotedTask[] = [];
  for (const { task, standing } of tasks) {
    if (task.deploymentId !== deployment.id) continue;
    if (task.startedAt !== undefined) throttle = afterStart(throttle, task.startedAt);
    switch (standing.kind) {
      case 'healthy':
        if (!task.noted.has('healthy')) proved.push({ taskId: task.id, note: 'healthy' });
        break;
      case 'unhealthy':
        if (task.noted.has('unhealthy')) break;
        notes.push({ taskId: task.id, note: 'unhealthy' });
        throttle = afterExit(throttle, now);
        failures++;
        break;
      case 'stopped': {
        if (task.noted.has('ended') || !endedByItself(task)) break;
        notes.push({ taskId: task.id, note: 'ended' });
        const before = throttle;
        throttle =
          task.startedAt === undefined
            ? afterLaunchFailure(throttle, task.createdAt, now)
            : afterExit(throttle, now);
        impaired ||= becameImpaired(before, throttle);
        if (!task.noted.has('unhealthy')) failures++;
        if (task.imageUnresolved) unresolved++;
        break;
      }
      case 'starting':
      case 'pending':
      case 'leaving':
        break;
    }
  }
  const counted = deployment.rolloutState === 'IN_PROGRESS';
  const formerFailures = proved.length > 0 && resetOnHealthyTask ? 0 : deployment.failedTasks;
  // A task proves itself once. While nothing has failed there is nothing that it could reset, and no need to remember it.
  if (counted && failures + deployment.failedTasks > 0) notes.push(...proved);
  return {
    deployment: brought(deployment, {
      failedTasks: counted ? formerFailures + failures : deployment.failedTasks,
      failedResolutions: (deployment.failedResolutions ?? 0) + (counted ? unresolved : 0),
      throttle,
    }),
    notes,
    impaired,
  };
}

/** The deployment with its new figures; the same object when none changed. */
function brought(
  deployment: DeploymentSnapshot,
  figures: {
    readonly failedTasks: number;
    readonly failedResolutions: number;
    readonly throttle: Throttle;
  },
): DeploymentSnapshot {
  const { failedTasks, failedResolutions } = figures;
  const { throttleStep, throttledUntil } = figures.throttle;
  if (
    failedTasks === deployment.failedTasks &&
    failedResolutions === (deployment.failedResolutions ?? 0) &&
    throttleStep === deployment.throttleStep &&
    throttledUntil === deployment.throttledUntil
  )
    return deployment;
  return {
    ...deployment,
    failedTasks,
    ...(failedResolutions === 0 ? {} : { failedResolutions }),
    throttleStep,
    ...(throttledUntil === undefined ? {} : { throttledUntil }),
  };
}

/** True when neither a user nor the scheduler asked the task to stop: only then has its end anything to tell. */
export function endedByItself(task: { readonly stopCode?: string | undefined }): boolean {
  return task.stopCode !== 'UserInitiated' && task.stopCode !== 'ServiceSchedulerInitiated';
}
