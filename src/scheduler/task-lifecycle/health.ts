/** Container health checks and what they make of the task's health (reference: ECS semantics 3.1, 8.4). */
import { rulesOf, type HealthCheckRules, type HealthStatus } from './task.ts';
import type { LifecycleContainer, TaskRules } from './task.ts';

/** The outcome of one run of a health check's command. */
export interface HealthCheckOutcome {
  readonly result: 'healthy' | 'unhealthy';
  /** When the run began (epoch ms): what decides whether it was inside the start period. */
  readonly checkStartedAt: number;
}

/**
 * The container after a check ended at `now`; the same object when the check changed nothing. A failure inside the start
 * period does not count while no check has passed yet.
 */
export function afterHealthCheck(
  container: LifecycleContainer,
  check: HealthCheckRules,
  outcome: HealthCheckOutcome,
  now: number,
): LifecycleContainer {
  if (container.lastStatus !== 'RUNNING' || container.startedAt === undefined) return container;
  if (outcome.result === 'healthy') {
    if (container.healthStatus === 'HEALTHY' && container.healthFailures === 0) return container;
    return { ...container, healthStatus: 'HEALTHY', healthFailures: 0, lastHealthCheckAt: now };
  }
  if (container.healthStatus === 'UNHEALTHY') return container;
  const sinceStart = outcome.checkStartedAt - container.startedAt;
  if (container.healthStatus === 'UNKNOWN' && sinceStart < check.startPeriodMs) return container;
  const healthFailures = container.healthFailures + 1;
  return {
    ...container,
    healthStatus: healthFailures >= check.retries ? 'UNHEALTHY' : container.healthStatus,
    healthFailures,
    lastHealthCheckAt: now,
  };
}

/** When the container is to be checked next (epoch ms); undefined when it is not checked. */
export function nextCheckAt(
  container: LifecycleContainer,
  check: HealthCheckRules | undefined,
  lastCheckedAt: number | undefined,
): number | undefined {
  if (check === undefined || container.lastStatus !== 'RUNNING') return undefined;
  const since = lastCheckedAt ?? container.lastHealthCheckAt ?? container.startedAt;
  return since === undefined ? undefined : since + check.intervalMs;
}

/** The task's health: the worst of its essential containers, where UNKNOWN is worse than HEALTHY. */
export function taskHealth(
  containers: readonly LifecycleContainer[],
  rules: TaskRules,
): HealthStatus {
  let health: HealthStatus = 'HEALTHY';
  for (const { name, healthStatus } of containers) {
    if (!rulesOf(rules, name).essential) continue;
    if (healthStatus === 'UNHEALTHY') return 'UNHEALTHY';
    if (healthStatus === 'UNKNOWN') health = 'UNKNOWN';
  }
  return health;
}
