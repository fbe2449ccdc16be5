/** What one look at ECS tells of a rollout: plain data, the same for every view and decision. */
import type { PauseHook } from './pause-hook.ts';
import type { GateMark } from './gate-mark.ts';

/** An entry of the service's `deployments`. */
export interface ObservedDeployment {
  /** `ecs-svc/NUMBER`. */
  readonly id: string;
  readonly status: string;
  /** ARN. */
  readonly taskDefinition: string;
  readonly desired: number;
  readonly pending: number;
  readonly running: number;
  readonly failed: number;
  readonly rolloutState: string | undefined;
  readonly rolloutStateReason: string | undefined;
}

export interface ObservedEvent {
  readonly id: string;
  readonly message: string;
}

export interface ObservedService {
  readonly status: string;
  readonly desired: number;
  readonly pending: number;
  readonly running: number;
  /** PRIMARY first. */
  readonly deployments: readonly ObservedDeployment[];
  /** Newest first. */
  readonly events: readonly ObservedEvent[];
}

export type RolloutStatus =
  | 'PENDING'
  | 'IN_PROGRESS'
  | 'SUCCESSFUL'
  | 'STOPPED'
  | 'STOP_REQUESTED'
  | 'ROLLBACK_REQUESTED'
  | 'ROLLBACK_IN_PROGRESS'
  | 'ROLLBACK_SUCCESSFUL'
  | 'ROLLBACK_FAILED';

/** A pause hook that waits for an answer. */
export interface WaitingHook {
  readonly id: string;
  /** Epoch ms by the clock of ECS: when it takes its timeout's action; undefined where ECS does not say. */
  readonly expiresAt: number | undefined;
}

/** The service deployment that we follow (reference: ECS semantics 6.5). */
export interface ObservedRollout {
  readonly arn: string;
  readonly status: RolloutStatus;
  readonly statusReason: string | undefined;
  readonly targetRevision: string;
  readonly lifecycleStage: string | undefined;
  /** Pause hooks that wait for somebody. */
  readonly waitingHooks: readonly WaitingHook[];
  /** Every pause hook that this rollout was begun with. */
  readonly pauseHooks: readonly PauseHook[];
  /** Percent that ECS asked for; undefined where it shifts no traffic. */
  readonly productionWeight: number | undefined;
  readonly testWeight: number | undefined;
  /** The revisions that are replaced, by ARN, with their percent of production traffic. */
  readonly sources: readonly {
    readonly arn: string;
    readonly productionWeight: number | undefined;
  }[];
  /** Minutes that ECS leaves a step of a canary or linear shift before the next; undefined otherwise. */
  readonly stepBakeMinutes: number | undefined;
  /** Epoch ms, as ECS says. */
  readonly createdAt: number | undefined;
  readonly updatedAt: number | undefined;
  readonly breaker:
    { readonly status: string; readonly failures: number; readonly threshold: number } | undefined;
  readonly triggeredAlarms: readonly string[];
  /** ECS itself goes back when this rollout fails: circuit breaker or alarms with rollback. */
  readonly rollsBackByItself: boolean;
  /** ARN of the revision that a rollback goes to. */
  readonly rollbackTo: string | undefined;
}

export interface ObservedContainer {
  readonly name: string;
  readonly image: string | undefined;
  readonly exitCode: number | undefined;
  readonly reason: string | undefined;
}

export interface ObservedTask {
  readonly arn: string;
  /** `ecs-svc/NUMBER` of the deployment that owns it. */
  readonly deploymentId: string | undefined;
  readonly taskDefinition: string;
  readonly lastStatus: string;
  readonly desiredStatus: string;
  readonly health: string;
  /** Epoch ms, as ECS says. */
  readonly createdAt: number | undefined;
  readonly startedAt: number | undefined;
  readonly stoppedAt: number | undefined;
  readonly stopCode: string | undefined;
  readonly stoppedReason: string | undefined;
  readonly containers: readonly ObservedContainer[];
  /** Where a load balancer reaches it: address or instance id, and port. */
  readonly endpoints: readonly TaskEndpoint[];
}

export interface TaskEndpoint {
  readonly host: string;
  /** Undefined: any port of that host (awsvpc, where the host is the task's own). */
  readonly port: number | undefined;
}

/** A target of one of the service's target groups. */
export interface ObservedTarget {
  readonly targetGroup: string;
  readonly id: string;
  readonly port: number;
  /** initial, healthy, unhealthy, draining, unused, unavailable. */
  readonly state: string;
  readonly reason: string | undefined;
  readonly description: string | undefined;
}

/** One look. */
export interface Observation {
  /** Epoch ms by our clock; for the record, never compared with ECS's times. */
  readonly at: number;
  /** Monotonic milliseconds since the rollout was begun or joined. */
  readonly elapsedMs: number;
  readonly service: ObservedService;
  /** Undefined until ECS lists it, some seconds after UpdateService. */
  readonly rollout: ObservedRollout | undefined;
  /** A newer service deployment with another target: somebody else's. */
  readonly successor: { readonly arn: string; readonly targetRevision: string } | undefined;
  /** Running and lately stopped tasks; undefined where they cannot be read. */
  readonly tasks: readonly ObservedTask[] | undefined;
  /** Undefined where the service has no target group or they cannot be read. */
  readonly targets: readonly ObservedTarget[] | undefined;
}

/** What we follow, fixed when the rollout begins. */
export interface RolloutTarget {
  /** `ecs-svc/NUMBER`. */
  readonly deploymentId: string;
  /** ARN of the service revision with the same number. */
  readonly revision: string;
  /** ARN of the task definition that must run in the end. */
  readonly taskDefinition: string;
  /** The timeout in milliseconds. */
  readonly timeoutMs: number;
  /** Task definitions with a container health check on an essential container. */
  readonly healthChecked: ReadonlySet<string>;
  /** The service has a load balancer. */
  readonly balanced: boolean;
  /** Of two target groups that a traffic shift goes between, the one that stands for both; by ARN. A task is in one of them. */
  readonly pairedGroups?: ReadonlyMap<string, string> | undefined;
  /** Events that were there before: not ours to tell. */
  readonly earlierEvents: ReadonlySet<string>;
  /** Completed before, so that ECS has something to roll back to; ARN of its task definition. */
  readonly goBackTo: string | undefined;
  /** A gate that a running deploy answers, here or elsewhere: no pause to end the waiting for. */
  readonly gate?: GateMark | undefined;
  /** True: pauses of others are waited out, because this command keeps the gates. */
  readonly awaitsPauses?: boolean | undefined;
  /** A lifecycle stage, or `paused`: the waiting ends there. */
  readonly until?: string | undefined;
}
