/** A target's health from one check to the next (reference: ECS semantics 9.2 and 9.3). */
import type { HealthCheckConfig, TargetHealthReason, TargetHealthState } from './data-plane.ts';

/** What one health check found. */
export type ProbeResult =
  { readonly kind: 'passed' } | { readonly kind: 'failed'; readonly reason: TargetHealthReason };

/** A target's health and how far it is on the way to another. */
export interface TargetHealth {
  readonly state: TargetHealthState;
  /** Checks passed in a row, counted while unhealthy. */
  readonly passes: number;
  /** Checks failed in a row, counted while initial or healthy. */
  readonly failures: number;
  /** Why it is unhealthy: what the last failed check found. */
  readonly reason?: TargetHealthReason;
}

/** A target with the given health and nothing counted yet. */
export function targetHealth(state: TargetHealthState): TargetHealth {
  if (state === 'unhealthy') return { state, passes: 0, failures: 0, reason: FAILED };
  return { state, passes: 0, failures: 0 };
}

const FAILED: TargetHealthReason = {
  code: 'Target.FailedHealthChecks',
  description: 'Health checks failed',
};

/** The check could not connect, was reset, or nothing listens behind the registered address. */
export const CHECK_FAILED: ProbeResult = { kind: 'failed', reason: FAILED };

/** No answer within the check's time-out. */
export const CHECK_TIMED_OUT: ProbeResult = {
  kind: 'failed',
  reason: { code: 'Target.Timeout', description: 'Request timed out' },
};

/** An answer whose code is not among the matcher's. */
export function checkMismatch(statusCode: number): ProbeResult {
  return {
    kind: 'failed',
    reason: {
      code: 'Target.ResponseCodeMismatch',
      description: `Health checks failed with these codes: [${statusCode}]`,
    },
  };
}

/**
 * The health after one more check. One passed check makes a new target healthy; one that was unhealthy needs
 * `healthyThreshold` passed in a row; `unhealthyThreshold` failed in a row make a target unhealthy. Returns the very same
 * object when nothing changed, so that a caller sees when a target has come to rest.
 */
export function nextTargetHealth(
  health: TargetHealth,
  result: ProbeResult,
  config: Pick<HealthCheckConfig, 'healthyThreshold' | 'unhealthyThreshold'>,
): TargetHealth {
  if (result.kind === 'passed') {
    if (health.state === 'initial') return targetHealth('healthy');
    if (health.state === 'healthy') return health.failures === 0 ? health : targetHealth('healthy');
    const passes = health.passes + 1;
    return passes >= config.healthyThreshold ? targetHealth('healthy') : { ...health, passes };
  }
  if (health.state === 'unhealthy') {
    if (health.passes === 0 && sameReason(health.reason, result.reason)) return health;
    return { ...health, passes: 0, reason: result.reason };
  }
  const failures = health.failures + 1;
  if (failures < config.unhealthyThreshold) return { ...health, failures };
  return { state: 'unhealthy', passes: 0, failures: 0, reason: result.reason };
}

/** Whether an observer of the API could tell the two apart. */
export function looksTheSame(one: TargetHealth, other: TargetHealth): boolean {
  return one.state === other.state && sameReason(one.reason, other.reason);
}

function sameReason(
  one: TargetHealthReason | undefined,
  other: TargetHealthReason | undefined,
): boolean {
  return one?.code === other?.code && one?.description === other?.description;
}
