/** Which targets of a group may get requests, and which one gets the next (reference: ECS semantics 9.2). */
import type { TargetHealthState } from './data-plane.ts';

/** What decides whether a target gets requests. */
export interface RoutableFacts {
  readonly health: TargetHealthState;
  readonly draining: boolean;
}

/**
 * The targets that may get requests: the healthy ones; when there is none, all (fail-open, an `initial` target gets
 * requests only then). A draining target never does.
 */
export function routableTargets<T extends RoutableFacts>(targets: readonly T[]): readonly T[] {
  const registered = targets.filter((target) => !target.draining);
  const healthy = registered.filter((target) => target.health === 'healthy');
  return healthy.length > 0 ? healthy : registered;
}

/**
 * The index of the target with the fewest requests in flight; among equals the first at or after `cursor`, so that equal
 * targets take turns. -1 when there is none.
 */
export function leastOutstanding(inFlight: readonly number[], cursor: number): number {
  let best = -1;
  let fewest = Infinity;
  for (let step = 0; step < inFlight.length; step++) {
    const index = (cursor + step) % inFlight.length;
    const count = inFlight[index] ?? Infinity;
    if (count < fewest) {
      fewest = count;
      best = index;
    }
  }
  return best;
}

/**
 * A target that has just become healthy warms up only beside another one that serves at full weight: a fresh group
 * filled in one registration gets no slow start (reference: ECS semantics 9.2).
 */
export function entersSlowStart(
  slowStartMs: number,
  others: readonly (RoutableFacts & { readonly slowStartedAt: number | undefined })[],
  now: number,
): boolean {
  return (
    slowStartMs > 0 &&
    others.some(
      (other) =>
        other.health === 'healthy' &&
        !other.draining &&
        slowStartWeight(other.slowStartedAt, slowStartMs, now) === 1,
    )
  );
}

/** The share of a full target's requests, growing from just above 0 to 1 over the slow start. Times in monotonic ms. */
export function slowStartWeight(
  startedAt: number | undefined,
  slowStartMs: number,
  now: number,
): number {
  if (startedAt === undefined || slowStartMs <= 0) return 1;
  // Never quite zero: a target alone in its slow start must still be chosen.
  return Math.min(1, Math.max(0.001, (now - startedAt) / slowStartMs));
}
