/** Lifecycle hooks: what waits for a function or for a person before a stage ends (reference: ECS semantics 6.3). */
import type { LifecycleStage } from './lifecycle-stage.ts';

/** A hook as the service's configuration has it. */
export interface LifecycleHook {
  readonly targetType: 'AWS_LAMBDA' | 'PAUSE';
  readonly stages: readonly LifecycleStage[];
  readonly timeoutMs: number;
  readonly timeoutAction: 'ROLLBACK' | 'CONTINUE';
  /** Absent for PAUSE. */
  readonly functionArn?: string;
}

/** One hook of the stage that the deployment is in. Times are epoch ms. */
export interface HookRun {
  /** Which of the configured hooks. */
  readonly index: number;
  readonly targetType: LifecycleHook['targetType'];
  readonly status: 'AWAITING_ACTION' | 'IN_PROGRESS' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT';
  readonly startedAt: number;
  readonly expiresAt: number;
  readonly timeoutAction: LifecycleHook['timeoutAction'];
  /** Why it failed, as the deployment's reason says it. */
  readonly failure?: string;
  /** `ecs-pause-…`, `ecs-lambda-…`; given when the hook is written down. */
  readonly hookId?: string;
  /** A UUID for functions, which are told it; given with the hook's id. */
  readonly executionId?: string;
  /** When the function is to be invoked next; at once unless given. */
  readonly invokeAt?: number;
  /** The `hookDetails` that the function has answered so far, later ones over former ones: it gets them with its next invocation. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/** The hooks of a stage as they begin. In a rollback nobody is asked whether to go on: only functions are told. */
export function beginHooks(
  hooks: readonly LifecycleHook[],
  stage: LifecycleStage,
  direction: 'forward' | 'reconcile' | 'rollback',
  now: number,
): readonly HookRun[] {
  return hooks.flatMap((hook, index): HookRun[] => {
    if (!hook.stages.includes(stage)) return [];
    if (direction === 'rollback' && hook.targetType === 'PAUSE') return [];
    return [
      {
        index,
        targetType: hook.targetType,
        status: hook.targetType === 'PAUSE' ? 'AWAITING_ACTION' : 'IN_PROGRESS',
        startedAt: now,
        expiresAt: now + hook.timeoutMs,
        timeoutAction: hook.timeoutAction,
      },
    ];
  });
}

/** True while the hook has no result. */
export function isOpen({ status }: HookRun): boolean {
  return status === 'AWAITING_ACTION' || status === 'IN_PROGRESS';
}

/**
 * The hooks with those timed out whose time is over; the same list when there is none.
 * @param configured the hooks of the configuration
 */
export function timeOut<H extends HookRun>(
  hooks: readonly H[],
  configured: readonly LifecycleHook[],
  stage: LifecycleStage,
  now: number,
): readonly H[] {
  const isOver = (hook: H): boolean => isOpen(hook) && now >= hook.expiresAt;
  if (!hooks.some(isOver)) return hooks;
  return hooks.map((hook) =>
    isOver(hook)
      ? {
          ...hook,
          status: 'TIMED_OUT',
          ...(hook.timeoutAction === 'ROLLBACK'
            ? { failure: timedOut(hook, configured[hook.index], stage) }
            : {}),
        }
      : hook,
  );
}

/** Why the deployment has to go back, when a hook says so. */
export function hookFailure(hooks: readonly HookRun[]): string | undefined {
  return hooks.find(({ failure }) => failure !== undefined)?.failure;
}

function timedOut(
  { targetType, startedAt, expiresAt }: HookRun,
  configured: LifecycleHook | undefined,
  stage: LifecycleStage,
): string {
  if (targetType === 'PAUSE')
    return `Service deployment rolled back because ${stage} pause hook timed out.`;
  const minutes = (expiresAt - startedAt) / 60_000;
  return (
    `Service deployment rolled back because ${stage} lifecycle hook(s) failed. Lifecycle hook target ` +
    `${configured?.functionArn ?? ''} timed out: it did not answer SUCCEEDED within ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}.`
  );
}
