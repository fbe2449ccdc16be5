/** Rollback for services of the deployment controller EXTERNAL. */
import type { Service, TaskSet } from '@aws-sdk/client-ecs';
import { UserError } from '../../base/errors.ts';
import type { StrategyWish } from '../configuration/configuration.ts';
import { describeDefinition } from '../definition/raw-definition.ts';
import type { RegisteredDefinition } from '../definition/task-definition.ts';
import type { Session } from '../session/session.ts';
import { rollbackCommand, type Ending } from '../verdict/ending.ts';
import { shortDefinition } from '../observed/names.ts';
import {
  carryOn,
  endedFirst,
  requireWaiting,
  reread,
  sayUnfinished,
  type TaskSetOptions,
} from './carry-on.ts';
import { Driver } from './driver.ts';
import { NO_TRAFFIC_WISH } from './find-traffic.ts';
import { readGreenMarks } from './marks.ts';
import { newRollout } from './prepare.ts';
import type { Analysis } from './rollout.ts';
import { describeTaskSets, findUnfinished } from './unfinished.ts';
import { primaryIn } from '../observed/primary.ts';

/** Going back. */
export interface TaskSetRollbackPlan {
  readonly service: Service;
  /** By default what the last rollout replaced. */
  readonly to?: RegisteredDefinition | undefined;
  readonly options: TaskSetOptions;
}

/**
 * Ends the rollout that runs or was left, at once and whoever is at work on it; without one, brings back what the last one
 * replaced, or the given definition. Asked again it goes on to the version before, never forward to the one that was left.
 * @throws UserError NOTHING_TO_ROLL_BACK_TO (exit code 2), ApiError
 */
export async function rollbackTaskSets(
  session: Session,
  plan: TaskSetRollbackPlan,
): Promise<Ending> {
  requireWaiting(plan.options);
  let { service } = plan;
  const found = await findUnfinished(session, service);
  if (found !== undefined) {
    sayUnfinished(session, found);
    const ending = await carryOn(session, service, found, {
      options: plan.options,
      analysis: UNMEASURED,
      direction: 'back',
      purpose: 'rollback',
    });
    const there = plan.to === undefined || plan.to.arn === found.blue?.taskDefinition;
    if (there || ending.verdict !== 'succeeded') return ending;
    endedFirst(session, found, 'rolled back');
    service = await reread(session);
  }
  const primary = primaryIn(await describeTaskSets(session));
  const marks = primary === undefined ? undefined : readGreenMarks(primary);
  const definition = plan.to ?? (await replacedDefinition(session, service, primary));
  if (primary?.taskDefinition === definition.arn) {
    session.advance({ to: session.progress.from });
    session.say('info', 'no-change', `the service already runs ${shortDefinition(definition.arn)}`);
    return { verdict: 'no-change', cause: [], next: [] };
  }
  const ending = await new Driver(
    session,
    await newRollout(session, service, {
      definition,
      strategy: {
        ...AT_ONCE,
        // As the rollout that is undone was told.
        traffic: {
          ...NO_TRAFFIC_WISH,
          productionListenerRule: marks?.production,
          testListenerRule: marks?.test,
        },
      },
      analysis: UNMEASURED,
      options: plan.options,
      launch: undefined,
      purpose: 'deploy',
    }),
  ).run();
  return ending.verdict === 'rolled-back' ? { ...ending, verdict: 'failed' } : ending;
}

/** Back is fled to: all traffic in one step, as soon as the old version runs again. */
const AT_ONCE: StrategyWish = {
  type: 'blue_green',
  steps: [],
  stepBakeMs: 0,
  finalBakeMs: 0,
  onClientLoss: undefined,
  traffic: NO_TRAFFIC_WISH,
};

/** Who flees does not wait for measurements. */
const UNMEASURED: Analysis = {
  checks: [],
  measure: () => Promise.reject(new Error('a rollback measures nothing')),
};

/** What the primary task set goes back to, as its tags say. */
async function replacedDefinition(
  session: Session,
  service: Service,
  primary: TaskSet | undefined,
): Promise<RegisteredDefinition> {
  const { api, dependencies, name } = session;
  const marks = primary === undefined ? undefined : readGreenMarks(primary);
  // Tags of a Fairlead that knew no way back tell what was replaced.
  const { wayBack = [marks?.replacesDefinition].filter((arn) => arn !== undefined) } = marks ?? {};
  const [former] = wayBack;
  if (former !== undefined) return describeDefinition(api, dependencies.clients.ecs, former);
  const replaced = marks?.replacesDefinition;
  const now = primary?.taskDefinition;
  const itself = `service "${service.serviceName ?? ''}"`;
  if (replaced === undefined || now === undefined) {
    throw nothingBefore(
      `${itself} has no task set that replaced another one, so there is nothing to roll back to`,
    );
  }
  if (replaced === now) {
    throw nothingBefore(
      `nothing came before ${shortDefinition(now)} on ${itself}, so there is nothing to roll back to`,
    );
  }
  throw nothingBefore(
    `${itself} went back to ${shortDefinition(now)} before, and nothing came before that one`,
    `Name a revision: ${rollbackCommand(name)} --to ${shortDefinition(replaced)} would bring back what it replaced.`,
  );
}

function nothingBefore(message: string, hint = 'Name a revision with --to.'): UserError {
  return new UserError('NOTHING_TO_ROLL_BACK_TO', message, { hint, exitCode: 2 });
}
