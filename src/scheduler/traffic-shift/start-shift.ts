/** The beginning of a deployment where traffic is shifted: which revision it takes it from, and what comes first. */
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
  const reconcile = active.length > 1;
  return firstStage(
    {
      greenId,
      ...(blue === undefined ? {} : { blueId: blue.id }),
      course: { direction: 'forward', reconcile },
      ...(reconcile && !hasAllTraffic(blue, former.progress) ? { othersServe: true } : {}),
      productionPercent: 0,
      testPercent: 0,
    },
    strategy,
    now,
  );
}

/**
 * What a rolling update begins with when it follows a deployment that was still shifting traffic: it replaces the tasks of
 * one target group, so all traffic goes there first. Undefined where there is nothing to bring back.
 */
export function startReconciliation(
  greenId: string,
  former: FormerState,
  now: number,
): ShiftProgress | undefined {
  const blue = productionDeployment(former);
  if (former.progress === undefined || blue === undefined) return undefined;
  return firstStage(
    {
      greenId,
      blueId: blue.id,
      course: { direction: 'reconcile' },
      ...(hasAllTraffic(blue, former.progress) ? {} : { othersServe: true }),
      productionPercent: 0,
      testPercent: 0,
    },
    { type: 'ROLLING' },
    now,
  );
}

/** Whether nobody else has production traffic. The tasks of a rolling update share a target group: any may have some. */
function hasAllTraffic(
  blue: DeploymentSnapshot | undefined,
  progress: ShiftProgress | undefined,
): boolean {
  if (blue === undefined || progress === undefined || progress.othersServe === true) return false;
  return blue.id === progress.greenId
    ? progress.productionPercent === 100
    : blue.id === progress.blueId && progress.productionPercent === 0;
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
