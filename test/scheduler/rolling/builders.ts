/** Tasks, deployments and services as a test needs them; what it does not mention is of no account to it. */
import { planService } from '../../../src/scheduler/plan-service.ts';
import type { ServicePlan } from '../../../src/scheduler/rolling/service-plan.ts';
import {
  ECS_TIMINGS,
  type DeploymentRules,
  type DeploymentSnapshot,
  type ServiceSnapshot,
  type TargetSnapshot,
  type TaskSnapshot,
} from '../../../src/scheduler/rolling/snapshot.ts';
import type { JudgedTask, TaskStanding } from '../../../src/scheduler/rolling/task-health.ts';

/** Epoch ms at which the tests look. */
export const NOW = 10_000_000;
/** The deployment that a service is to end up with, the one before, and the one before that. */
export const NEW = 'ecs-svc/3';
export const OLD = 'ecs-svc/2';
export const OLDER = 'ecs-svc/1';
export const GROUP = 'arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/web/1';

export const RULES: DeploymentRules = {
  minimumHealthyPercent: 100,
  maximumPercent: 200,
  circuitBreaker: {
    enable: false,
    rollback: false,
    resetOnHealthyTask: true,
    threshold: { type: 'BOUNDED_PERCENT', value: 50 },
  },
};

/** Rules with a circuit breaker. */
export function withBreaker(
  breaker: Partial<DeploymentRules['circuitBreaker']> = {},
): DeploymentRules {
  return {
    ...RULES,
    circuitBreaker: { ...RULES.circuitBreaker, enable: true, rollback: true, ...breaker },
  };
}

/** A deployment in progress. */
export function deployment(
  id: string,
  members: Partial<DeploymentSnapshot> = {},
): DeploymentSnapshot {
  return {
    id,
    status: id === NEW ? 'PRIMARY' : 'ACTIVE',
    desiredCount: 0,
    failedTasks: 0,
    rolloutState: 'IN_PROGRESS',
    rolloutStateReason: `ECS deployment ${id} in progress.`,
    throttleStep: 0,
    ...members,
  };
}

/** A deployment that once completed. */
export function completed(
  id: string,
  members: Partial<DeploymentSnapshot> = {},
): DeploymentSnapshot {
  return deployment(id, {
    rolloutState: 'COMPLETED',
    rolloutStateReason: `ECS deployment ${id} completed.`,
    ...members,
  });
}

let tasks = 0;

/** A task of the newest deployment that has been RUNNING for a minute and that nothing checks. */
export function task(members: Partial<TaskSnapshot> = {}): TaskSnapshot {
  return {
    id: `t${++tasks}`,
    deploymentId: NEW,
    lastStatus: 'RUNNING',
    desiredStatus: 'RUNNING',
    createdAt: NOW - 61_000,
    startedAt: NOW - 60_000,
    stopCode: undefined,
    hasHealthCheck: false,
    healthStatus: 'UNKNOWN',
    imageUnresolved: false,
    expectedTargets: 0,
    targets: [],
    noted: new Set(['healthy']),
    ...members,
  };
}

/** Members of a task that has not become RUNNING. */
export const PENDING: Partial<TaskSnapshot> = {
  lastStatus: 'PENDING',
  startedAt: undefined,
  noted: new Set(),
};

/** Members of a task whose container failed its health checks. */
export const UNHEALTHY: Partial<TaskSnapshot> = {
  hasHealthCheck: true,
  healthStatus: 'UNHEALTHY',
  noted: new Set(['unhealthy']),
};

/** Members of a task that the scheduler has told to stop. */
export const LEAVING: Partial<TaskSnapshot> = {
  desiredStatus: 'STOPPED',
  lastStatus: 'STOPPING',
  stopCode: 'ServiceSchedulerInitiated',
};

/** Members of a task that could not be started, which nobody took note of yet. */
export const NEVER_RAN: Partial<TaskSnapshot> = {
  desiredStatus: 'STOPPED',
  lastStatus: 'STOPPED',
  createdAt: NOW - 1000,
  startedAt: undefined,
  stopCode: 'TaskFailedToStart',
  noted: new Set(),
};

/** Members of a task that ran and ended by itself, which nobody took note of yet. */
export const EXITED: Partial<TaskSnapshot> = {
  desiredStatus: 'STOPPED',
  lastStatus: 'STOPPED',
  stopCode: 'EssentialContainerExited',
  noted: new Set(),
};

/** As many tasks with the same members. */
export function times(count: number, members: Partial<TaskSnapshot> = {}): TaskSnapshot[] {
  return Array.from({ length: count }, () => task(members));
}

/** A task's entry in a target group. */
export function target(
  health: TargetSnapshot['health'],
  members: Partial<TargetSnapshot> = {},
): TargetSnapshot {
  return { targetGroupArn: GROUP, port: 8080, health, ...members };
}

/** Tasks with a standing that nobody has to prove. */
export function judged(
  kind: TaskStanding['kind'],
  members: Partial<TaskSnapshot> = {},
): JudgedTask {
  const standing: TaskStanding =
    kind === 'unhealthy' ? { kind, cause: { check: 'container' } } : { kind };
  return { task: task(members), standing };
}

/** A service that is rolled from OLD to NEW, two tasks wanted. */
export function service(members: Partial<ServiceSnapshot> = {}): ServiceSnapshot {
  return {
    serviceName: 'web',
    status: 'ACTIVE',
    desiredCount: 2,
    rules: RULES,
    healthCheckGracePeriodMs: 0,
    deployments: [deployment(NEW), completed(OLD)],
    serviceDeployment: { status: 'IN_PROGRESS' },
    tasks: [],
    steady: false,
    ...members,
  };
}

/** A service at rest: NEW completed with two tasks. */
export function resting(members: Partial<ServiceSnapshot> = {}): ServiceSnapshot {
  return service({
    deployments: [completed(NEW, { desiredCount: 2 })],
    serviceDeployment: { status: 'SUCCESSFUL' },
    tasks: times(2),
    steady: true,
    ...members,
  });
}

/** The plan for a service at NOW. */
export function plan(members: Partial<ServiceSnapshot> = {}): ServicePlan {
  return planService(service(members), ECS_TIMINGS, NOW);
}
