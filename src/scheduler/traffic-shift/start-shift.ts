/** The beginning of a deployment that shifts traffic: which revision it takes it from. */
import type { DeploymentSnapshot } from '../rolling/snapshot.ts';
import type { ShiftProgress } from './progress.ts';
import { firstStage } from './stage-work.ts';
import type { TrafficStrategy } from './strategy.ts';

/** What the service was doing before. */
export interface FormerState {
  /** Its deployments before the new one, newest first. */
  readonly deployments: readonly DeploymentSnapshot[];
  /** How far the former deployment had got, where that shifted traffic and did not end. */
  readonly progress?: ShiftProgress;
}

/** The first progress of the deployment `greenId`, at `now` (epoch ms). */
export function startShift(
  greenId: string,
  former: FormerState,
  strategy: TrafficStrategy,
  now: number,
): ShiftProgress {
  const active = former.deployments.filter(({ status }) => status !== 'DRAINING');
  const blue = productionDeployment(former);
  return firstStage(
    {
      greenId,
      ...(blue === undefined ? {} : { blueId: blue.id }),
      course: { direction: 'forward', reconcile: active.length > 1 },
      productionPercent: 0,
      testPercent: 0,
    },
    strategy,
    now,
  );
}

/**
 * The deployment that production traffic belongs to: the last that completed; where none has, the one that most of the
 * traffic went to when it was interrupted, or the newest.
 */
export function productionDeployment({
  deployments,
  progress,
}: FormerState): DeploymentSnapshot | undefined {
  const active = deployments.filter(({ status }) => status !== 'DRAINING');
  const completed = active.find(({ rolloutState }) => rolloutState === 'COMPLETED');
  if (completed !== undefined) return completed;
  const bearer =
    progress === undefined || progress.productionPercent > 50 ? progress?.greenId : progress.blueId;
  return active.find(({ id }) => id === bearer) ?? active[0];
}
