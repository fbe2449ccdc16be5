/** Linear: production traffic in equal steps (reference: ECS semantics 6.1). */
import type { TrafficStep } from './traffic-step.ts';

/** A linear deployment's own settings. */
export interface LinearSettings {
  /** 3-100 in steps of 0.1: how much each step adds. */
  readonly stepPercent: number;
  /** How long each step but the last is watched. */
  readonly stepBakeMs: number;
}

/** As many whole steps as fit, then what is left of 100 %. */
export function linearSteps({ stepPercent, stepBakeMs }: LinearSettings): readonly TrafficStep[] {
  // In tenths of a percent, so that 3 times 33.3 is 99.9 and nothing else.
  const tenths = Math.round(stepPercent * 10);
  const steps: TrafficStep[] = [];
  for (let reached = tenths; reached < 1000; reached += tenths)
    steps.push({ greenPercent: reached / 10, bakeMs: stepBakeMs });
  return [...steps, { greenPercent: 100, bakeMs: 0 }];
}
