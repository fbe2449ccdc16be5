/** Keeps the progress of a traffic shift in its record. */
import type { IdSource } from '../../../base/ids.ts';
import type { ShiftProgress } from '../../../scheduler/traffic-shift/progress.ts';

const ID_LENGTH = 43;

/**
 * The progress with an id for each hook that has begun: ContinueServiceDeployment calls it by that; functions are told one of
 * their own (reference: ECS semantics 6.3).
 */
export function withHookIds(progress: ShiftProgress, ids: IdSource): ShiftProgress {
  if (progress.hooks.every(({ hookId }) => hookId !== undefined)) return progress;
  return {
    ...progress,
    hooks: progress.hooks.map((hook) =>
      hook.hookId === undefined
        ? {
            ...hook,
            hookId: `ecs-${hook.targetType === 'PAUSE' ? 'pause' : 'lambda'}-${ids.base64url(ID_LENGTH)}`,
            ...(hook.targetType === 'PAUSE' ? {} : { executionId: ids.uuid() }),
          }
        : hook,
    ),
  };
}
