/** Where a deployment that shifts traffic has got to: all that has to be remembered of it. */
import type { HookRun } from './hook.ts';
import type { LifecycleStage } from './lifecycle-stage.ts';

/** The way that a deployment takes through the stages. */
export type Course =
  | {
      readonly direction: 'forward';
      /** True when more than one revision was active at the start. */
      readonly reconcile: boolean;
    }
  | {
      /** Before a rolling update: what an interrupted deployment has left divided goes back to one revision. */
      readonly direction: 'reconcile';
    }
  | {
      readonly direction: 'rollback';
      /** Whether production and test traffic had begun to shift, and have to come back. */
      readonly production: boolean;
      readonly test: boolean;
    };

/** A deployment's progress. Deployments by their ids, times in epoch ms. */
export interface ShiftProgress {
  /** The revision that is rolled out. */
  readonly greenId: string;
  /** The revision that had production traffic before; absent for a service's first deployment. */
  readonly blueId?: string;
  readonly course: Course;
  readonly stage: LifecycleStage;
  /** Place in the course, from 0: stages of traffic steps come again. */
  readonly position: number;
  /** When the stage was entered. */
  readonly enteredAt: number;
  /** When what the stage does began; absent while it waits for what it needs. */
  readonly begunAt?: number;
  readonly hooks: readonly HookRun[];
  /**
   * Revisions that are neither green nor blue have production traffic, from a deployment that was interrupted: they stay as
   * they are until blue has taken it back.
   */
  readonly othersServe?: true;
  /** 0-100: green's share of production traffic; blue has the rest. */
  readonly productionPercent: number;
  /** 0-100: green's share of test traffic. */
  readonly testPercent: number;
}
