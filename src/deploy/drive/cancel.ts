/** What an interruption does to the rollout that runs, as the cancel policy says. */
import type { CancelPolicy } from '../configuration/configuration.ts';
import { ApiError } from '../aws/api-failure.ts';
import { describeApiError } from '../aws/api-failure-text.ts';
import type { InterruptSignal } from '../../record/verdict.ts';
import { interruptedBy } from '../session/interruption.ts';
import type { Session } from '../session/session.ts';
import type { Judgement } from '../verdict/judge.ts';
import { adviceFor, type Ending } from '../verdict/ending.ts';
import { isRollingBack, isTerminal } from '../observed/rollout.ts';
import { shortDefinition } from '../observed/names.ts';
import type { Observation, RolloutTarget } from '../observed/observation.ts';
import { stopRollout } from './stop-rollout.ts';

/** A cancellation under way. */
export interface Cancellation {
  readonly by: InterruptSignal;
  readonly policy: Exclude<CancelPolicy, 'detach'>;
  /** ECS was asked to stop. */
  readonly asked: boolean;
}

/** Answers the first interruption: says what happens now, and listens for a second. */
export function beginCancellation(
  session: Session,
  policy: Exclude<CancelPolicy, 'detach'>,
): Cancellation {
  const signal = session.signal();
  const by = signal === undefined ? 'SIGINT' : interruptedBy(signal);
  session.release();
  const doing = policy === 'rollback' ? 'rolling back' : 'stopping the rollout';
  session.say(
    'warning',
    'cancelling',
    `${by}: ${doing}, as on_cancel says; a second signal leaves at once and lets ECS go on`,
  );
  return { by, policy, asked: false };
}

/**
 * Asks ECS to stop, once the rollout can be named.
 * @returns the cancellation as it stands now, or how the waiting ends where nothing can be stopped
 */
export async function askToStop(
  session: Session,
  cancellation: Cancellation,
  seen: Observation,
  target: RolloutTarget,
): Promise<Cancellation | Ending> {
  const { rollout } = seen;
  if (rollout === undefined || cancellation.asked) return cancellation;
  if (isTerminal(rollout.status) || isRollingBack(rollout.status)) {
    return { ...cancellation, asked: true };
  }
  if (cancellation.policy === 'rollback' && target.goBackTo === undefined) {
    return left(session, cancellation, [
      'there is no revision that completed before, so there is nothing to roll back to',
    ]);
  }
  try {
    await stopRollout(
      session,
      rollout.arn,
      cancellation.policy === 'rollback' ? 'ROLLBACK' : 'ABORT',
    );
    return { ...cancellation, asked: true };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return left(session, cancellation, [describeApiError(error).message]);
  }
}

/** ECS would not stop: the rollout goes on. */
function left(session: Session, { by }: Cancellation, why: readonly string[]): Ending {
  return {
    verdict: 'interrupted',
    cause: [`interrupted by ${by}; the rollout goes on`, ...why],
    next: adviceFor('interrupted', session.name, undefined, session.progress.gate),
  };
}

/** How a cancelled rollout ended: the signal's exit code, and what became of the service. */
export function cancelledEnding(
  session: Session,
  { by }: Cancellation,
  judgement: Judgement,
  goBackTo: string | undefined,
): Ending {
  const former = goBackTo === undefined ? 'its former revision' : shortDefinition(goBackTo);
  const became = (): string => {
    switch (judgement.verdict) {
      case 'rolled-back':
        return `rolled back: the service runs ${former} again`;
      case 'succeeded':
        return 'but the rollout had completed before: the service runs the new version';
      case 'stopped':
        return 'the rollout was stopped where it was';
      case 'timed-out':
        return 'its end was not seen in time; it goes on';
      case 'failed':
      case 'superseded':
      case 'paused':
      case 'reached':
      case 'error':
        return `the rollout ended: ${judgement.verdict}`;
    }
  };
  return {
    verdict: 'interrupted',
    cause: [
      `interrupted by ${by}; ${became()}`,
      ...(judgement.reason === undefined ? [] : [judgement.reason]),
    ],
    next:
      judgement.verdict === 'rolled-back' || judgement.verdict === 'succeeded'
        ? []
        : adviceFor('interrupted', session.name, undefined, session.progress.gate),
  };
}
