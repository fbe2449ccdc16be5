/**
 * What the life of a task consists of, as plain data: the state of a task and its containers, and the rules of its task
 * definition. Times are epoch milliseconds, durations milliseconds.
 */

/** ECS's states of a task in the order of its life (reference: ECS semantics 8.1). */
export type TaskStatus =
  | 'PROVISIONING'
  | 'PENDING'
  | 'ACTIVATING'
  | 'RUNNING'
  | 'DEACTIVATING'
  | 'STOPPING'
  | 'DEPROVISIONING'
  | 'STOPPED';

export type HealthStatus = 'HEALTHY' | 'UNHEALTHY' | 'UNKNOWN';

export type TaskStopCode =
  'TaskFailedToStart' | 'EssentialContainerExited' | 'UserInitiated' | 'ServiceSchedulerInitiated';

/** Where a port of a container really listens. */
export interface ContainerPort {
  readonly containerPort: number;
  readonly protocol: 'tcp' | 'udp';
  readonly host: string;
  readonly hostPort: number;
}

/** One container of a task. */
export interface LifecycleContainer {
  readonly containerArn: string;
  readonly name: string;
  readonly image: string;
  readonly imageDigest?: string;
  /** Of the present or last start; a new one for each start, recorded before the start. */
  readonly runtimeId?: string;
  readonly lastStatus: 'PENDING' | 'RUNNING' | 'STOPPED';
  /** The start was asked for; while PENDING, its outcome is awaited. */
  readonly startRequestedAt?: number;
  /** Absent on a STOPPED container that never ran. */
  readonly startedAt?: number;
  /** SIGTERM was sent. */
  readonly stopSignalledAt?: number;
  /** SIGKILL was sent (the last time). */
  readonly killedAt?: number;
  readonly stoppedAt?: number;
  /** Absent when it did not run, and when nobody saw its exit status. */
  readonly exitCode?: number;
  readonly reason?: string;
  readonly healthStatus: HealthStatus;
  /** Checks that failed in a row and count. */
  readonly healthFailures: number;
  readonly lastHealthCheckAt?: number;
  /** The image's own command, in place of the definition's. */
  readonly healthCheckCommand?: readonly string[];
  readonly restartCount: number;
  readonly ports: readonly ContainerPort[];
}

/** A task's entry in a target group. */
export interface TaskTarget {
  readonly targetGroupArn: string;
  readonly id: string;
  readonly port: number;
}

/** The part of a task that its life changes or depends on. */
export interface LifecycleTask {
  readonly taskId: string;
  readonly lastStatus: TaskStatus;
  readonly desiredStatus: 'RUNNING' | 'STOPPED';
  readonly healthStatus: HealthStatus;
  readonly containers: readonly LifecycleContainer[];
  /** The awsvpc network interface; absent in the other network modes. */
  readonly networkInterface?: { readonly privateIPv4Address: string };
  readonly pullStartedAt?: number;
  readonly pullStoppedAt?: number;
  readonly startedAt?: number;
  readonly stoppingAt?: number;
  readonly executionStoppedAt?: number;
  readonly stoppedAt?: number;
  readonly stopCode?: TaskStopCode;
  readonly stoppedReason?: string;
  /** What was registered for it; empty before ACTIVATING. */
  readonly targets: readonly TaskTarget[];
}

export type DependencyCondition = 'START' | 'COMPLETE' | 'SUCCESS' | 'HEALTHY';

/** How a container is checked (reference: ECS semantics 3.1). */
export interface HealthCheckRules {
  readonly command: readonly string[];
  readonly intervalMs: number;
  readonly timeoutMs: number;
  /** Failures in a row that make it UNHEALTHY. */
  readonly retries: number;
  /** Failures do not count so long after the start, unless a check has passed. */
  readonly startPeriodMs: number;
}

/** What the task definition says about the life of one container. */
export interface ContainerRules {
  readonly name: string;
  readonly essential: boolean;
  readonly dependsOn: readonly {
    readonly containerName: string;
    readonly condition: DependencyCondition;
  }[];
  /** How long its dependents wait for it, from its start; absent: without limit. */
  readonly startTimeoutMs?: number;
  /** From SIGTERM to SIGKILL. */
  readonly stopTimeoutMs: number;
  /** Absent: it is not restarted. */
  readonly restartPolicy?: {
    readonly ignoredExitCodes: readonly number[];
    /** It must have run so long to be restarted. */
    readonly attemptPeriodMs: number;
  };
  readonly healthCheck?: HealthCheckRules;
}

/** What the task definition says about the life of a task: its containers in the definition's order. */
export type TaskRules = readonly ContainerRules[];

/** The rules of one container; every container of a task is in its definition. */
export function rulesOf(rules: TaskRules, containerName: string): ContainerRules {
  const found = rules.find(({ name }) => name === containerName);
  if (found === undefined)
    throw new Error(`container ${containerName} is not in the task definition`);
  return found;
}

/** The task, told to stop for a reason of its own; what was told to stop before keeps its reason. */
export function failTask<T extends LifecycleTask>(
  task: T,
  stopCode: TaskStopCode,
  stoppedReason: string,
): T {
  if (task.desiredStatus === 'STOPPED') return task;
  return { ...task, desiredStatus: 'STOPPED', stopCode, stoppedReason };
}
