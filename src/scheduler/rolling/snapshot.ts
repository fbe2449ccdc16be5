/**
 * What the rolling scheduler sees: plain data, read by the service controller from the state. Times are epoch
 * milliseconds, percentages 0-100 and above.
 */
import type { ShiftSnapshot } from '../traffic-shift/shift-snapshot.ts';

/** The rules that a deployment keeps (reference: ECS semantics 4.2, 5). */
export interface DeploymentRules {
  /** 0-100: share of the desired count that stays running and healthy. */
  readonly minimumHealthyPercent: number;
  /** 100-200: share of the desired count that may exist at once. */
  readonly maximumPercent: number;
  readonly circuitBreaker: {
    readonly enable: boolean;
    readonly rollback: boolean;
    /** True: a healthy task sets the count of failures to zero. */
    readonly resetOnHealthyTask: boolean;
    readonly threshold: FailureThreshold;
  };
  /** A deployment may count as successful before every task runs (ROLLING only). */
  readonly earlySuccess?: {
    /** 0-100. */
    readonly healthyPercent: number;
    /** Wait until the tasks of former revisions are gone, or not. */
    readonly waitForCleanup: boolean;
  };
}

/** How many failed tasks end a deployment. */
export interface FailureThreshold {
  readonly type: 'BOUNDED_PERCENT' | 'UNBOUNDED_PERCENT' | 'COUNT';
  readonly value: number;
}

/** One entry of a service's deployments. */
export interface DeploymentSnapshot {
  /** `ecs-svc/…` */
  readonly id: string;
  readonly status: 'PRIMARY' | 'ACTIVE' | 'DRAINING';
  readonly desiredCount: number;
  readonly failedTasks: number;
  /** How many of its tasks failed because the images could not be resolved; absent: none. */
  readonly failedResolutions?: number;
  readonly rolloutState: 'IN_PROGRESS' | 'COMPLETED' | 'FAILED';
  readonly rolloutStateReason: string;
  /** When all of its tasks were up for the first time; remembered only while alarms are watched after that. */
  readonly readyAt?: number;
  /** No task of this deployment starts before this time. */
  readonly throttledUntil?: number;
  /** How often the throttle has grown; 0 without one. */
  readonly throttleStep: number;
}

/** The record of the rollout that is under way or was the last. */
export interface ServiceDeploymentSnapshot {
  readonly status:
    | 'PENDING'
    | 'IN_PROGRESS'
    | 'SUCCESSFUL'
    | 'STOPPED'
    | 'STOP_REQUESTED'
    | 'ROLLBACK_REQUESTED'
    | 'ROLLBACK_IN_PROGRESS'
    | 'ROLLBACK_SUCCESSFUL'
    | 'ROLLBACK_FAILED';
}

/** A task's entry in one target group. */
export interface TargetSnapshot {
  readonly targetGroupArn: string;
  readonly port: number;
  readonly health: 'initial' | 'healthy' | 'unhealthy';
  /** In the balancer's words, when unhealthy. */
  readonly description?: string;
}

/** One task of the service that is not forgotten yet. Every member is always there: a service has thousands of these. */
export interface TaskSnapshot {
  readonly id: string;
  readonly deploymentId: string;
  readonly lastStatus: string;
  readonly desiredStatus: 'RUNNING' | 'STOPPED';
  readonly createdAt: number;
  /** When it became RUNNING. */
  readonly startedAt: number | undefined;
  readonly stopCode: string | undefined;
  /** True for a task that ended because its images could not be pulled, before any task of its deployment had pulled them. */
  readonly imageUnresolved: boolean;
  /** True when an essential container has a health check. */
  readonly hasHealthCheck: boolean;
  readonly healthStatus: 'HEALTHY' | 'UNHEALTHY' | 'UNKNOWN';
  /** How many target groups the task must be healthy in. */
  readonly expectedTargets: number;
  readonly targets: readonly TargetSnapshot[];
  /** What the scheduler has already taken note of. */
  readonly noted: ReadonlySet<TaskNote>;
}

/** Facts about a task that the scheduler reacts to once. */
export type TaskNote = 'registered' | 'healthy' | 'unhealthy' | 'ended';

/** A service with everything that decides its next step. */
export interface ServiceSnapshot {
  readonly serviceName: string;
  readonly status: 'ACTIVE' | 'DRAINING';
  /** For DAEMON services the number of container instances. */
  readonly desiredCount: number;
  readonly rules: DeploymentRules;
  readonly healthCheckGracePeriodMs: number;
  /** PRIMARY first, then from newest to oldest; empty only for a service that is being deleted. */
  readonly deployments: readonly DeploymentSnapshot[];
  readonly serviceDeployment?: ServiceDeploymentSnapshot;
  readonly tasks: readonly TaskSnapshot[];
  readonly steady: boolean;
  /** While a deployment shifts traffic from one revision to another (BLUE_GREEN, CANARY, LINEAR). */
  readonly shift?: ShiftSnapshot;
  /** CloudWatch alarms that the deployment listens to; absent when it listens to none. */
  readonly alarms?: {
    /** Names of those that went off since it began. */
    readonly triggered: readonly string[];
    readonly rollback: boolean;
    /** How long a rolling update is watched after its tasks are up, in ms. */
    readonly bakeMs: number;
  };
}

/** Delays that ECS does not document; the local ECS can set them. */
export interface SchedulerTimings {
  /** A task without health check and load balancer counts as healthy this long after RUNNING (reference: ECS semantics 5.1). */
  readonly healthyAfterMs: number;
  /** Such a task counts for the completion of a deployment this long after RUNNING (reference: ECS semantics 5.1, 5.8). */
  readonly completesAfterMs: number;
}

/** What ECS was seen to do. */
export const ECS_TIMINGS: SchedulerTimings = { healthyAfterMs: 40_000, completesAfterMs: 7_000 };
