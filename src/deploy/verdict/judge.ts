/**
 * The verdict on a rollout, from what was observed. "Stable" proves nothing: after an automatic rollback a service is as
 * stable as after a success (reference: ECS semantics 5.5), so only the service deployment that targets our own revision
 * decides.
 */
import { unreachable } from '../../base/errors.ts';
import { formatDuration } from '../../base/duration.ts';
import type { Verdict } from '../../record/verdict.ts';
import { otherPauses } from '../observed/open-gate.ts';
import { hasReached } from '../observed/lifecycle-stage.ts';
import { isRollingBack, ourDeployment } from '../observed/rollout.ts';
import { shortDefinition } from '../observed/names.ts';
import type { Observation, ObservedRollout, RolloutTarget } from '../observed/observation.ts';

/** A verdict with its first reason. */
export interface Judgement {
  readonly verdict: Extract<
    Verdict,
    | 'succeeded'
    | 'rolled-back'
    | 'failed'
    | 'stopped'
    | 'timed-out'
    | 'superseded'
    | 'paused'
    | 'reached'
    | 'error'
  >;
  /** One sentence; undefined after a success. */
  readonly reason: string | undefined;
}

/**
 * Judges the last observation; undefined while the rollout goes on. Called after each look, so the first judgement is the
 * only one.
 */
export function judge(observation: Observation, target: RolloutTarget): Judgement | undefined {
  const { service, rollout } = observation;
  if (service.status !== 'ACTIVE') {
    return { verdict: 'stopped', reason: `the service was deleted (it is ${service.status})` };
  }
  const ended = rollout === undefined ? undefined : judgeStatus(rollout, observation, target);
  return (
    ended ??
    judgeSuccessor(observation) ??
    judgeBrokenDeployment(observation, target) ??
    judgeStage(rollout, target) ??
    judgePause(rollout, target) ??
    judgeTime(observation, target)
  );
}

function judgeStatus(
  rollout: ObservedRollout,
  observation: Observation,
  target: RolloutTarget,
): Judgement | undefined {
  const why = rollout.statusReason;
  switch (rollout.status) {
    case 'SUCCESSFUL':
      return judgeSuccess(rollout, observation, target);
    case 'ROLLBACK_SUCCESSFUL':
      return { verdict: 'rolled-back', reason: why ?? 'ECS rolled the service back' };
    case 'ROLLBACK_FAILED':
      return { verdict: 'failed', reason: why ?? 'the rollback failed as well' };
    case 'STOPPED':
      return (
        judgeSuccessor(observation) ??
        (ourDeployment(observation, target)?.rolloutState === 'FAILED'
          ? { verdict: 'failed', reason: why ?? failedReason(observation, target) }
          : { verdict: 'stopped', reason: why ?? 'somebody stopped the rollout' })
      );
    case 'PENDING':
    case 'IN_PROGRESS':
    case 'STOP_REQUESTED':
    case 'ROLLBACK_REQUESTED':
    case 'ROLLBACK_IN_PROGRESS':
      return undefined;
    default:
      return unreachable(rollout.status);
  }
}

/** SUCCESSFUL proves a success only for our revision with our task definition. */
function judgeSuccess(
  rollout: ObservedRollout,
  observation: Observation,
  target: RolloutTarget,
): Judgement {
  const deployment = ourDeployment(observation, target);
  if (rollout.targetRevision !== target.revision) {
    return {
      verdict: 'error',
      reason: `ECS reports success for ${rollout.targetRevision}, not for ${target.revision}`,
    };
  }
  if (deployment !== undefined && deployment.taskDefinition !== target.taskDefinition) {
    return {
      verdict: 'error',
      reason: `deployment ${target.deploymentId} runs ${shortDefinition(deployment.taskDefinition)}, not ${shortDefinition(target.taskDefinition)}`,
    };
  }
  return { verdict: 'succeeded', reason: undefined };
}

/** A newer service deployment took over. A rollback makes none, so the two cannot be confused. */
function judgeSuccessor({ successor, rollout }: Observation): Judgement | undefined {
  if (successor === undefined || (rollout !== undefined && isRollingBack(rollout.status))) {
    return undefined;
  }
  return {
    verdict: 'superseded',
    reason: `another deployment took over: ${successor.arn}`,
  };
}

/** FAILED without a rollback: ECS starts no more tasks and nothing further will happen (reference: ECS semantics 5.3). */
function judgeBrokenDeployment(
  observation: Observation,
  target: RolloutTarget,
): Judgement | undefined {
  const { rollout } = observation;
  const deployment = ourDeployment(observation, target);
  if (deployment?.rolloutState !== 'FAILED' || rollout === undefined) return undefined;
  if (rollout.rollsBackByItself || isRollingBack(rollout.status)) return undefined;
  return { verdict: 'failed', reason: failedReason(observation, target) };
}

function failedReason(observation: Observation, target: RolloutTarget): string {
  return ourDeployment(observation, target)?.rolloutStateReason ?? 'ECS gave the deployment up';
}

/** `--until STAGE`: the rollout is in that stage, or past it. */
function judgeStage(
  rollout: ObservedRollout | undefined,
  { until }: RolloutTarget,
): Judgement | undefined {
  if (until === undefined || rollout === undefined || isRollingBack(rollout.status))
    return undefined;
  const reached =
    until === 'paused'
      ? rollout.waitingHooks.length > 0
      : hasReached(rollout.lifecycleStage, until);
  return reached
    ? { verdict: 'reached', reason: `the rollout is at ${rollout.lifecycleStage ?? until}` }
    : undefined;
}

/** Pauses that a running deploy answers end nobody's waiting. */
function judgePause(
  rollout: ObservedRollout | undefined,
  { gate, awaitsPauses }: RolloutTarget,
): Judgement | undefined {
  if (rollout === undefined || awaitsPauses === true) return undefined;
  const waiting = otherPauses(rollout, gate);
  if (waiting.length === 0) return undefined;
  return {
    verdict: 'paused',
    reason: `the rollout waits at ${rollout.lifecycleStage ?? 'a pause hook'} for ${waiting.map(({ id }) => id).join(', ')}`,
  };
}

function judgeTime(observation: Observation, target: RolloutTarget): Judgement | undefined {
  if (observation.elapsedMs < target.timeoutMs) return undefined;
  const what =
    observation.rollout !== undefined && isRollingBack(observation.rollout.status)
      ? 'the rollback still runs'
      : 'the rollout still runs';
  return { verdict: 'timed-out', reason: `${what} after ${formatDuration(target.timeoutMs)}` };
}
