/** Deploy for services of the deployment controller EXTERNAL. */
import type { Service } from '@aws-sdk/client-ecs';
import type { StrategyWish } from '../configuration/configuration.ts';
import { describeDefinition } from '../definition/raw-definition.ts';
import { sameDefinition, sameTags } from '../definition/same-definition.ts';
import type { RegisteredDefinition } from '../definition/task-definition.ts';
import {
  changeSettings,
  noRollout,
  type WantedSettings,
} from '../service-definition/change-settings.ts';
import type { Session } from '../session/session.ts';
import type { Ending } from '../verdict/ending.ts';
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
import type { TaskSetLaunch } from './launch.ts';
import type { Lease } from './marks.ts';
import { requireIdle, requireNobodyBegins } from './others.ts';
import { newRollout } from './prepare.ts';
import type { Analysis } from './rollout.ts';
import { taskSetStrategy } from './strategy.ts';
import { findUnfinished, type UnfinishedRollout } from './unfinished.ts';
import { primaryTaskSetOf } from '../observed/primary.ts';

/** A deploy. */
export interface TaskSetPlan {
  /** As DescribeServices shows it, with its tags. */
  readonly service: Service;
  readonly definition: RegisteredDefinition;
  /** Undefined: blue/green. */
  readonly strategy: StrategyWish | undefined;
  readonly analysis: Analysis;
  readonly options: TaskSetOptions;
  /** How a service's first task set is run; later ones are run as the one before. */
  readonly launch?: TaskSetLaunch | undefined;
  /** Settings and tags of the service itself that differ: they are changed before its task sets are. */
  readonly settings?: WantedSettings | undefined;
  /** The lease of a client that was watched already, and is gone. */
  readonly idle?: Lease | undefined;
}

/**
 * Deploys. What a lost client left is ended first: the same version goes on, another one is rolled back, one that was primary
 * already is finished.
 * @throws UserError (exit code 2) before anything is changed, ApiError
 */
export async function deployTaskSets(session: Session, plan: TaskSetPlan): Promise<Ending> {
  requireWaiting(plan.options);
  // Wrong words are told before anything else is touched.
  taskSetStrategy(plan.strategy);
  const { supersede = false, forceNewDeployment = false } = plan.options;
  const { settings } = plan;
  let { service } = plan;
  for (;;) {
    const found = await findUnfinished(session, service);
    if (found === undefined) break;
    await requireIdle(session, found, supersede, plan.idle);
    sayUnfinished(session, found);
    const same = !forceNewDeployment && (await isSame(session, plan.definition, found));
    if (same && found.direction === 'forward') {
      if (settings !== undefined) await changeSettings(session, service, settings);
      session.say('info', 're-attached', 'it is the same version: going on with it');
      return carryOn(session, service, found, { ...plan, direction: 'forward', purpose: 'deploy' });
    }
    const ending = await endUnfinished(session, service, found, plan);
    if (ending.verdict !== 'succeeded') return ending;
    service = await reread(session);
  }
  await requireNobodyBegins(session, service, supersede);
  if (settings !== undefined) {
    await changeSettings(session, service, settings);
    // The rollout goes by what the service is now.
    if (settings.texts.length > 0) service = await reread(session);
  }
  const primary = primaryTaskSetOf(service);
  if (primary?.taskDefinition === plan.definition.arn && !forceNewDeployment) {
    const name = shortDefinition(plan.definition.arn);
    session.advance({ to: session.progress.from });
    session.say('info', 'no-change', `the primary task set runs ${name} already`);
    return noRollout(settings);
  }
  const rollout = await newRollout(session, service, {
    ...plan,
    launch: plan.launch,
    purpose: 'deploy',
  });
  return new Driver(session, rollout).run();
}

/** Ends what another client left, so that a new rollout can begin. */
async function endUnfinished(
  session: Session,
  service: Service,
  found: UnfinishedRollout,
  { analysis, options }: TaskSetPlan,
): Promise<Ending> {
  session.say(
    'warning',
    'ends-unfinished',
    found.accepted && found.direction === 'forward'
      ? 'its task set is the primary one already: finishing it first'
      : 'rolling it back first',
  );
  const forward = found.accepted && found.direction === 'forward';
  const ending = await carryOn(session, service, found, {
    analysis,
    options: { ...options, rollback: true },
    direction: forward ? 'forward' : 'back',
    purpose: forward ? 'deploy' : 'rollback',
    accepted: found.accepted,
  });
  if (ending.verdict !== 'succeeded') {
    return {
      ...ending,
      cause: ['the rollout that was left had to be ended first', ...ending.cause],
    };
  }
  endedFirst(session, found, forward ? 'finished' : 'rolled back');
  return ending;
}

/** True when the unfinished rollout brings what is wanted now. */
async function isSame(
  session: Session,
  wanted: RegisteredDefinition,
  { green }: UnfinishedRollout,
): Promise<boolean> {
  if (green.taskDefinition === wanted.arn) return true;
  const { ecs } = session.dependencies.clients;
  const running = await describeDefinition(session.api, ecs, green.taskDefinition ?? '');
  return (
    sameDefinition(wanted.definition, running.definition) && sameTags(wanted.tags, running.tags)
  );
}
