/**
 * What forwards requests to targets and knows their health: the real balancer (a worker thread) or, in virtual time, a
 * simulated one. The control plane tells it the wanted configuration; it tells the control plane what it observes.
 */
import type { CountedTimes } from './response-times.ts';

/** One target as the data plane knows it. `id` and `port` name it on the API; `address` is where it really listens. */
export interface TargetConfig {
  /** IP address or instance id, as registered. */
  readonly id: string;
  readonly port: number;
  /** Absent while nothing listens behind the registered address: it is then checked as unreachable. */
  readonly address?: { readonly host: string; readonly port: number };
  /** Where its health is checked instead, when the health check's port is a number that stands for another one here. */
  readonly healthCheckAddress?: { readonly host: string; readonly port: number };
  /** Set when the target was deregistered: no new requests, in-flight ones may finish. */
  readonly draining: boolean;
  /** The health to begin with, known from before a restart of the control plane. */
  readonly health?: TargetHealthState;
}

export type TargetHealthState = 'initial' | 'healthy' | 'unhealthy';

/** How a target group's health is checked (ELBv2 names; durations in seconds as there). */
export interface HealthCheckConfig {
  readonly enabled: boolean;
  readonly protocol: 'HTTP' | 'HTTPS' | 'TCP';
  /** `traffic-port` or a port number. */
  readonly port: string;
  readonly path: string;
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  readonly healthyThreshold: number;
  readonly unhealthyThreshold: number;
  /** HTTP codes that count as healthy: `200`, `200,202`, `200-299`. */
  readonly matcher: string;
}

/** A target group with its targets. */
export interface TargetGroupConfig {
  readonly arn: string;
  readonly protocol: 'HTTP' | 'HTTPS' | 'TCP';
  readonly healthCheck: HealthCheckConfig;
  readonly deregistrationDelaySeconds: number;
  readonly slowStartSeconds: number;
  readonly algorithm: 'round_robin' | 'least_outstanding_requests';
  readonly stickiness: { readonly enabled: boolean; readonly durationSeconds: number };
  readonly targets: readonly TargetConfig[];
}

/** One condition of a rule; all conditions of a rule must hold, one of a condition's values suffices. */
export type RuleCondition =
  | {
      readonly field: 'path-pattern' | 'host-header' | 'http-request-method' | 'source-ip';
      readonly values: readonly string[];
    }
  | { readonly field: 'http-header'; readonly name: string; readonly values: readonly string[] }
  | {
      readonly field: 'query-string';
      readonly values: readonly { readonly key?: string; readonly value: string }[];
    };

/** What a rule does with a request. */
export type RuleAction =
  | {
      readonly kind: 'forward';
      /** Relative weights 0-999; requests go to groups in that proportion. */
      readonly targetGroups: readonly { readonly arn: string; readonly weight: number }[];
      readonly stickiness: { readonly enabled: boolean; readonly durationSeconds: number };
    }
  | {
      readonly kind: 'redirect';
      readonly statusCode: 301 | 302;
      readonly protocol: string;
      readonly host: string;
      readonly port: string;
      readonly path: string;
      readonly query: string;
    }
  | {
      readonly kind: 'fixed-response';
      readonly statusCode: number;
      readonly contentType: string;
      readonly body: string;
    };

/** A rule; the default rule has priority Infinity and no conditions. */
export interface RuleConfig {
  readonly arn: string;
  readonly priority: number;
  readonly conditions: readonly RuleCondition[];
  readonly action: RuleAction;
}

/** A listener with its rules, lowest priority number first, the default rule last. */
export interface ListenerConfig {
  readonly arn: string;
  readonly host: string;
  readonly port: number;
  readonly rules: readonly RuleConfig[];
  /** Close idle client connections after so many seconds (load balancer attribute `idle_timeout.timeout_seconds`). */
  readonly idleTimeoutSeconds: number;
}

/** Why a target is not healthy, in ELBv2's words (reference: ECS semantics 9.3). */
export interface TargetHealthReason {
  /** `Target.ResponseCodeMismatch`, `Target.Timeout`, `Target.FailedHealthChecks`, ... */
  readonly code: string;
  readonly description: string;
}

/** What the data plane observed. */
export type DataPlaneEvent =
  | {
      readonly kind: 'target-health';
      readonly targetGroupArn: string;
      readonly id: string;
      readonly port: number;
      readonly state: TargetHealthState;
      readonly reason?: TargetHealthReason;
    }
  /** A draining target has no request left, or its deregistration delay has passed. */
  | {
      readonly kind: 'target-drained';
      readonly targetGroupArn: string;
      readonly id: string;
      readonly port: number;
    };

/** What one listener has served since the data plane started. Counts of what is gone are given once more, then forgotten. */
export interface ListenerStatistics {
  /** As in its configuration. */
  readonly listenerArn: string;
  /** Errors that the balancer answered itself, by status code; 460: the client left before its answer. */
  readonly errors: Readonly<Record<string, number>>;
  readonly redirects: number;
  readonly fixedResponses: number;
  /** Connections that clients have opened, and those that are open now. */
  readonly newConnections: number;
  readonly openConnections: number;
  readonly groups: readonly GroupStatistics[];
}

/** What it has forwarded to one target group. */
export interface GroupStatistics {
  readonly targetGroupArn: string;
  readonly requests: number;
  /** Answers of targets by class, `2xx` to `5xx`. */
  readonly targetStatus: Readonly<Record<'2xx' | '3xx' | '4xx' | '5xx', number>>;
  /** Answers that the balancer itself gave because no target did: 502, 503, 504. */
  readonly balancer5xx: number;
  /** From sending the request to the first byte of the target's answer. */
  readonly responseTimes: CountedTimes;
}

/** A listener's port could not be bound. */
export class ListenerPortError extends Error {
  override readonly name = 'ListenerPortError';
  /** `EADDRINUSE`, `EACCES`, ... */
  readonly systemCode: string;

  constructor(systemCode: string, message: string) {
    super(message);
    this.systemCode = systemCode;
  }
}

/** The balancer as the control plane drives it. Configuration calls take effect in the order in which they are made. */
export interface DataPlane {
  /**
   * Binds a new listener's port and serves it, or replaces the rules of one that is served already.
   * @throws ListenerPortError when the port cannot be bound
   */
  putListener(listener: ListenerConfig): Promise<void>;
  /** Stops accepting, lets in-flight requests finish, frees the port. */
  removeListener(arn: string): Promise<void>;
  /** Adds a target group or replaces its configuration; targets that stay keep their health and connections. */
  putTargetGroup(group: TargetGroupConfig): void;
  removeTargetGroup(arn: string): void;
  onEvent(listener: (event: DataPlaneEvent) => void): void;
  statistics(): Promise<readonly ListenerStatistics[]>;
  /** Drops every connection and ends. */
  close(): Promise<void>;
}
