/** One client's work on one rollout: everything that is fixed while it lasts. */
import type { CreateTaskSetCommandInput } from '@aws-sdk/client-ecs';
import type { AnalysisCheck, CancelPolicy } from '../configuration/configuration.ts';
import type { CheckMoment } from '../observed/open-gate.ts';
import type { RegisteredDefinition } from '../definition/task-definition.ts';
import type { Measure } from '../measure/measure.ts';
import type { GreenMarks, Lease } from './marks.ts';
import type { Subject } from './observe.ts';
import type { Direction, RolloutPlan } from './world.ts';

/** How a rollout is driven. */
export interface DriveOptions {
  /** Milliseconds until it turns back, and as many again for the way back; by default as long as the strategy may take. */
  readonly timeoutMs?: number | undefined;
  /** What Ctrl-C and SIGTERM do; by default `detach`. */
  readonly onCancel?: CancelPolicy | undefined;
  /** False: a failure is only reported, and everything is left as it is. */
  readonly rollback?: boolean | undefined;
}

/** What decides at the gates. */
export interface Analysis {
  readonly checks: readonly AnalysisCheck[];
  readonly measure: Measure;
}

/** A rollout as one client drives it. */
export interface Rollout {
  readonly serviceArn: string;
  readonly subject: Subject;
  readonly marks: GreenMarks;
  readonly plan: RolloutPlan;
  /** How green is created; undefined when it was there already. */
  readonly create: CreateTaskSetCommandInput | undefined;
  /** What green runs. */
  readonly definition: RegisteredDefinition;
  /** What blue runs; undefined without one, or where ECS does not know it any more. */
  readonly blueDefinition: RegisteredDefinition | undefined;
  readonly direction: Direction;
  /** `rollback`: to end on blue is what was asked for. */
  readonly purpose: 'deploy' | 'rollback';
  /** The tag of the client before. */
  readonly former: Lease | undefined;
  /** Ids of the task sets that were there before: none of them can have begun beside this one. */
  readonly known: ReadonlySet<string>;
  /** Ids of the service's events that were there before. */
  readonly earlierEvents: ReadonlySet<string>;
  readonly analysis: Analysis;
  readonly timeoutMs: number;
  readonly onCancel: CancelPolicy;
  readonly rollback: boolean;
  readonly timeScale: number;
}

/** Milliseconds between taking traffic from a task set and stopping its tasks, for the load balancer to follow everywhere. */
const SETTLE_MS = 10_000;

/** The plan that the marks tell of. Bakes are in ECS's time, which may run faster than a watch. */
export function planOf(marks: GreenMarks, analysis: Analysis, timeScale: number): RolloutPlan {
  return {
    steps: marks.steps,
    stepBakeMs: marks.stepBakeMs / timeScale,
    finalBakeMs: marks.finalBakeMs / timeScale,
    settleMs: SETTLE_MS,
    blueScale: marks.blueScale,
    first: marks.replaces === undefined,
    balanced: marks.production !== undefined,
    tested: marks.test !== undefined,
    measured: new Set<CheckMoment>(analysis.checks.flatMap((check) => check.moments)),
  };
}

/** Milliseconds for starting, becoming healthy and draining, besides bakes and measurements. */
const MOVING_MS = 15 * 60_000;

/** How long a rollout may take where nobody said: its bakes, and at each gate the time that its checks have. */
export function defaultTimeoutMs(
  marks: Pick<GreenMarks, 'steps' | 'stepBakeMs' | 'finalBakeMs'>,
  checks: readonly AnalysisCheck[],
): number {
  const deadline = Math.max(0, ...checks.map((check) => check.deadlineMs));
  const gates = checks.length === 0 ? 0 : marks.steps.length + 1;
  return (
    MOVING_MS + marks.stepBakeMs * (marks.steps.length - 1) + marks.finalBakeMs + gates * deadline
  );
}
