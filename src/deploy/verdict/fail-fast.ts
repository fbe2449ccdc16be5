/**
 * Failures that are certain before ECS gives up. ECS retries for ever, or until its circuit breaker has counted enough; what
 * cannot come right need not be waited for. What may heal (slow starts, health checks, capacity) is left alone.
 */
import { culpritOf, failureOf, isHealthy, isRunning, ourTasks } from '../observed/tasks.ts';
import { isRollingBack, isTerminal } from '../observed/rollout.ts';
import type { Observation, ObservedTask, RolloutTarget } from '../observed/observation.ts';

/** So many tasks must fail in the same way: one may be an accident. */
const FAILED_STARTS = 2;
const FEWEST_STARTS = 4;
const MOST_STARTS = 20;
const FEWEST_EXITS = 3;
const MOST_EXITS = 10;

/** Reasons of a failed start that trying again does not cure. */
const PERMANENT: readonly RegExp[] = [
  /CannotPullContainer\w*:.*(?:not found|does not exist|manifest unknown|no such|not available|invalid reference|unauthorized|denied|no basic auth|no matching manifest|repository name)/i,
  /CannotPullImageManifest\w*:.*(?:not found|does not exist|manifest unknown)/i,
  /ResourceInitializationError:.*(?:AccessDenied|ResourceNotFound|not authorized|ParameterNotFound|invalid ssm parameters|can't find the specified secret)/i,
  /CannotStartContainerError:.*(?:executable file not found|no such file or directory|permission denied|exec format error)/i,
  /ContainerRuntimeError:.*(?:executable file not found|exec format error)/i,
];

/** Words of a failure that heals by itself, whatever else the reason says. */
const PASSING =
  /toomanyrequests|rate exceeded|throttl|timeout|timed out|deadline exceeded|connection reset|connection refused|no such host|temporary failure|\b50[023]\b|RESOURCE:|EMPTY CAPACITY|NO ACTIVE INSTANCES|capacity/i;

/** Why the rollout cannot succeed any more, as a sentence; undefined while it can. */
export function certainFailure(
  observation: Observation,
  target: RolloutTarget,
): string | undefined {
  const status = observation.rollout?.status;
  if (status !== undefined && (isRollingBack(status) || isTerminal(status))) return undefined;
  const tasks = ourTasks(observation, target);
  // One task that came up is proof that others can.
  if (tasks.some((task) => survives(task, tasks, observation, target))) return undefined;
  const { desired } = observation.service;
  return (
    impossibleStart(tasks) ?? everyStartFails(tasks, desired) ?? everyTaskExits(tasks, desired)
  );
}

function impossibleStart(tasks: readonly ObservedTask[]): string | undefined {
  const reasons = tasks
    .filter((task) => failureOf(task) === 'start')
    .flatMap((task) => permanentReason(task) ?? []);
  const [first] = reasons;
  if (first === undefined || reasons.length < FAILED_STARTS) return undefined;
  return `no new task can start: ${first}`;
}

/** What makes this start fail for good, if anything does. */
function permanentReason(task: ObservedTask): string | undefined {
  const reasons = [task.stoppedReason, ...task.containers.map((container) => container.reason)];
  return reasons.find(
    (reason) =>
      reason !== undefined &&
      !PASSING.test(reason) &&
      PERMANENT.some((pattern) => pattern.test(reason)),
  );
}

/** Whole waves of tasks that failed to start, and all of them alike. */
function everyStartFails(tasks: readonly ObservedTask[], desired: number): string | undefined {
  const ended = tasks.filter((task) => failureOf(task) !== undefined);
  const reasons = ended.map((task) =>
    failureOf(task) === 'start' ? task.stoppedReason : undefined,
  );
  const enough = Math.min(Math.max(FEWEST_STARTS, 2 * desired), MOST_STARTS);
  const last = reasons.at(-1);
  if (last === undefined || reasons.length < enough || PASSING.test(last)) return undefined;
  if (new Set(reasons.map((reason) => alike(reason ?? ''))).size > 1) return undefined;
  // What the reason is, the cause tells anyway.
  return `every new task fails to start in the same way: ${ended.length} of ${ended.length} so far`;
}

/** A reason without what differs from task to task: ids, addresses, numbers. */
function alike(reason: string): string {
  return reason.replace(/[0-9a-f]{8,}|\d+/gi, '#');
}

function everyTaskExits(tasks: readonly ObservedTask[], desired: number): string | undefined {
  const ended = tasks.filter((task) => failureOf(task) !== undefined);
  const exited = ended.filter((task) => failureOf(task) === 'exit');
  const enough = Math.min(Math.max(FEWEST_EXITS, desired), MOST_EXITS);
  if (exited.length < enough || exited.length < ended.length) return undefined;
  const codes = new Set(exited.flatMap((task) => culpritOf(task)?.exitCode ?? []));
  const how = codes.size === 0 ? '' : ` (exit code ${[...codes].join(', ')})`;
  return `every new task exits${how}: ${exited.length} of ${exited.length} so far`;
}

/** True for a running task that has shown more than those that ended: it is healthy, or it has outlived every one of them. */
function survives(
  task: ObservedTask,
  tasks: readonly ObservedTask[],
  observation: Observation,
  target: RolloutTarget,
): boolean {
  if (!isRunning(task)) return false;
  const checked =
    target.healthChecked.has(task.taskDefinition) || observation.targets !== undefined;
  if (checked) return isHealthy(task, observation, target);
  if (task.startedAt === undefined) return false;
  const lifetimes = tasks.flatMap(({ startedAt, stoppedAt }) =>
    startedAt === undefined || stoppedAt === undefined ? [] : [stoppedAt - startedAt],
  );
  const longest = Math.max(0, ...lifetimes);
  return newestTime(tasks) - task.startedAt > longest;
}

/** The latest time that ECS has told: its present, as far as we can know without trusting our own clock. */
function newestTime(tasks: readonly ObservedTask[]): number {
  return Math.max(
    ...tasks.flatMap(({ createdAt, startedAt, stoppedAt }) => [
      createdAt ?? 0,
      startedAt ?? 0,
      stoppedAt ?? 0,
    ]),
  );
}
