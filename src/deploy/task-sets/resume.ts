/** Resume for services of the deployment controller EXTERNAL. */
import type { Service } from '@aws-sdk/client-ecs';
import { UserError } from '../../base/errors.ts';
import type { Session } from '../session/session.ts';
import type { Ending } from '../verdict/ending.ts';
import { carryOn, requireWaiting, sayUnfinished, type TaskSetOptions } from './carry-on.ts';
import { requireIdle } from './others.ts';
import type { Analysis } from './rollout.ts';
import { findUnfinished } from './unfinished.ts';

const BACK_ALREADY =
  'it was on its way back already, because it had failed or somebody had said so';

/** Going on with a rollout that was left. */
export interface ResumePlan {
  readonly service: Service;
  readonly analysis: Analysis;
  readonly options: TaskSetOptions;
  /** `back`: rolls it back; by default the way that it was on. */
  readonly direction?: 'forward' | 'back' | undefined;
}

/**
 * Goes on with the rollout that was begun and not ended.
 * @throws UserError NO_ROLLOUT or ROLLOUT_IN_PROGRESS (exit code 2), ApiError
 */
export async function resumeTaskSets(session: Session, plan: ResumePlan): Promise<Ending> {
  requireWaiting(plan.options);
  const { service, options } = plan;
  const found = await findUnfinished(session, service);
  if (found === undefined) {
    throw new UserError(
      'NO_ROLLOUT',
      `service "${service.serviceName ?? ''}" has no unfinished rollout`,
      { hint: 'Begin one: fairlead deploy', exitCode: 2 },
    );
  }
  await requireIdle(session, found, options.supersede ?? false);
  sayUnfinished(session, found);
  const back = found.direction === 'back' || plan.direction === 'back';
  if (back && plan.direction === 'forward') {
    session.say(
      'warning',
      'goes-back',
      'it is on its way back, because it failed or somebody said so: going on that way',
    );
  }
  const ending = await carryOn(session, service, found, {
    ...plan,
    direction: back ? 'back' : 'forward',
    purpose: plan.direction === 'back' ? 'rollback' : 'deploy',
  });
  // Why it went back was known to the client that turned it.
  return ending.verdict === 'rolled-back' && ending.cause.length === 0
    ? { ...ending, cause: [BACK_ALREADY] }
    : ending;
}
