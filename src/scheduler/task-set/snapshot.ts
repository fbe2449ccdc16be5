/**
 * What the scheduler sees of a service under the EXTERNAL deployment controller: plain data, read from the state. Times are
 * epoch milliseconds.
 */
import type { TaskSnapshot } from '../rolling/snapshot.ts';

/** One task set of a service (reference: ECS semantics 7). */
export interface TaskSetSnapshot {
  /** `ecs-svc/…`: what its tasks are started by. */
  readonly id: string;
  /** DRAINING: deleted; it stops its tasks and then is gone. */
  readonly status: 'PRIMARY' | 'ACTIVE' | 'DRAINING';
  /** Percent of the service's desired count, 0-100. */
  readonly scale: { readonly value: number };
  /** What the scheduler last made of scale and desired count. */
  readonly computedDesiredCount: number;
  readonly stabilityStatus: 'STEADY_STATE' | 'STABILIZING';
  /** No task of this set starts before this time. */
  readonly throttledUntil?: number;
  /** How often the throttle has grown; 0 without one. */
  readonly throttleStep: number;
}

/** A service with everything that decides the next step of its task sets. */
export interface ExternalServiceSnapshot {
  readonly serviceName: string;
  readonly status: 'ACTIVE' | 'DRAINING';
  readonly desiredCount: number;
  readonly healthCheckGracePeriodMs: number;
  /** From oldest to newest. */
  readonly taskSets: readonly TaskSetSnapshot[];
  /** Of all task sets; `deploymentId` is the id of the set. */
  readonly tasks: readonly TaskSnapshot[];
  readonly steady: boolean;
}
