/** What is done about a rollout that cannot succeed any more. */
import { ApiError } from '../aws/api-failure.ts';
import { describeApiError } from '../aws/api-failure-text.ts';
import type { Session } from '../session/session.ts';
import type { Judgement } from '../verdict/judge.ts';
import { shortDefinition } from '../observed/names.ts';
import type { Observation, RolloutTarget } from '../observed/observation.ts';
import { stopRollout } from './stop-rollout.ts';

/**
 * - `roll-back`: answered with a rollback; `report`: the waiting ends; `ignore`: it is left to ECS;
 * - `one-way`: as `report`, because a hook ran that the old version cannot live with.
 */
export type OnCertainFailure = 'roll-back' | 'report' | 'ignore' | 'one-way';

/** `later`: cannot be done yet; `stopping`: its end is awaited; or how it ends at once. */
export type GivenUp =
  | { readonly kind: 'later' }
  | { readonly kind: 'stopping' }
  | { readonly kind: 'over'; readonly judgement: Judgement };

/**
 * Ends a rollout that is certain to fail, as the policy says.
 * @param why one sentence for people
 */
export async function giveUp(
  session: Session,
  why: string,
  seen: Observation,
  target: Pick<RolloutTarget, 'goBackTo'>,
  policy: Exclude<OnCertainFailure, 'ignore'>,
): Promise<GivenUp> {
  const arn = seen.rollout?.arn;
  const { goBackTo } = target;
  // Without its ARN the rollout cannot be stopped yet.
  if (policy === 'roll-back' && goBackTo !== undefined && arn === undefined) {
    return { kind: 'later' };
  }
  session.say('error', 'certain-failure', why);
  switch (policy) {
    case 'report':
      return failed('the rollout was left as it is, as asked; ECS goes on trying');
    case 'one-way':
      return failed(
        'the rollout was left as it is: a one-way hook has run, and the old version cannot live with what it did',
      );
    case 'roll-back':
      break;
  }
  if (goBackTo === undefined || arn === undefined) {
    return failed(
      'there is no revision that completed before, so there is nothing to roll back to',
    );
  }
  session.say(
    'warning',
    'rolling-back',
    `stopping the rollout; the service goes back to ${shortDefinition(goBackTo)}`,
  );
  try {
    await stopRollout(session, arn);
    return { kind: 'stopping' };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const { message, hint } = describeApiError(error);
    return failed(
      `the rollout could not be stopped: ${message}${hint === undefined ? '' : `. ${hint}`}`,
    );
  }
}

function failed(reason: string): GivenUp {
  return { kind: 'over', judgement: { verdict: 'failed', reason } };
}
