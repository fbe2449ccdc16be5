/** Blue/green: all production traffic in one step (reference: ECS semantics 6.1). */
import type { TrafficStep } from './traffic-step.ts';

/** The one step. */
export function blueGreenSteps(): readonly TrafficStep[] {
  return [{ greenPercent: 100, bakeMs: 0 }];
}
