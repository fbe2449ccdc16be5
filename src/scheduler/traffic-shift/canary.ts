/** Canary: a small part of production traffic first, then the rest (reference: ECS semantics 6.1). */
import type { TrafficStep } from './traffic-step.ts';

/** A canary deployment's own settings. */
export interface CanarySettings {
  /** 0.1-100 in steps of 0.1: what goes to the new revision first. */
  readonly canaryPercent: number;
  /** How long that is watched before the rest follows. */
  readonly canaryBakeMs: number;
}

/** The canary and the rest; a canary of 100 % leaves no rest. */
export function canarySteps({
  canaryPercent,
  canaryBakeMs,
}: CanarySettings): readonly TrafficStep[] {
  const rest: TrafficStep = { greenPercent: 100, bakeMs: 0 };
  return canaryPercent >= 100
    ? [rest]
    : [{ greenPercent: canaryPercent, bakeMs: canaryBakeMs }, rest];
}
