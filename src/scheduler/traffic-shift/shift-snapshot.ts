/** What the scheduler sees of a deployment that shifts traffic, beside the service itself. */
import type { LifecycleHook } from './hook.ts';
import type { ShiftProgress } from './progress.ts';
import type { TrafficStrategy } from './strategy.ts';

/** The deployment's configuration as it was when it began, and how far it is. */
export interface ShiftSnapshot {
  readonly strategy: TrafficStrategy;
  /** How long both revisions run after all production traffic has moved, in ms. */
  readonly bakeMs: number;
  readonly hooks: readonly LifecycleHook[];
  readonly progress: ShiftProgress;
  /** Why the listener rules do not let traffic be shifted, in ECS's words (reference: ECS semantics 6.4). */
  readonly fault?: string;
}
