/** What a hook's function is told (reference: ECS semantics 6.3). */
import type { HookRun } from './hook.ts';
import type { LifecycleStage } from './lifecycle-stage.ts';
import type { ShiftProgress } from './progress.ts';

/** Shares of traffic in percent, by ARNs of service revisions. */
export type TrafficWeights = Readonly<Record<string, number>>;

/** The payload of an invocation, in the order in which ECS writes it. */
export interface HookEvent {
  /** One for each hook of each stage: later invocations, after IN_PROGRESS, have it again. */
  readonly executionId: string;
  readonly lifecycleStage: LifecycleStage;
  /** ARN of the service deployment. */
  readonly resourceArn: string;
  readonly executionDetails: {
    readonly serviceArn: string;
    /** The new revision's, in a rollback too. */
    readonly targetServiceRevisionArn: string;
    readonly testTrafficWeights: TrafficWeights;
    readonly productionTrafficWeights: TrafficWeights;
  };
  readonly hookDetails?: unknown;
}

/** What the event says of the deployment. */
export interface HookFacts {
  readonly serviceDeploymentArn: string;
  readonly serviceArn: string;
  readonly greenRevisionArn: string;
  /** Absent for a service's first deployment. */
  readonly blueRevisionArn?: string;
  /** The hook's `hookDetails` in the service's configuration. */
  readonly configuredDetails?: unknown;
}

/** A function's hook that was written down, and so has its ids. */
export type StoredHook = HookRun & { readonly hookId: string; readonly executionId: string };

/** The event for one hook of the stage that the deployment is in. */
export function hookEvent(hook: StoredHook, progress: ShiftProgress, facts: HookFacts): HookEvent {
  const { stage, testPercent, productionPercent } = progress;
  const hookDetails = detailsOf(hook, facts.configuredDetails);
  return {
    executionId: hook.executionId,
    lifecycleStage: stage,
    resourceArn: facts.serviceDeploymentArn,
    executionDetails: {
      serviceArn: facts.serviceArn,
      targetServiceRevisionArn: facts.greenRevisionArn,
      testTrafficWeights: stage === 'TEST_TRAFFIC_SHIFT' ? weights(testPercent, facts) : {},
      productionTrafficWeights:
        stage === 'PRE_PRODUCTION_TRAFFIC_SHIFT' || stage === 'PRODUCTION_TRAFFIC_SHIFT'
          ? weights(productionPercent, facts)
          : {},
    },
    ...(hookDetails === undefined ? {} : { hookDetails }),
  };
}

function weights(
  greenPercent: number,
  { greenRevisionArn, blueRevisionArn }: HookFacts,
): TrafficWeights {
  return {
    [greenRevisionArn]: greenPercent,
    // In tenths, or 100 - 99.9 would be 0.0999….
    ...(blueRevisionArn === undefined
      ? {}
      : { [blueRevisionArn]: (1000 - Math.round(greenPercent * 10)) / 10 }),
  };
}

/** The configured details, and over them what the function has answered. */
function detailsOf({ details }: HookRun, configured: unknown): unknown {
  if (details === undefined || Object.keys(details).length === 0) return configured;
  return typeof configured === 'object' && !Array.isArray(configured)
    ? { ...configured, ...details }
    : details;
}
