/** A deploy to a service under the EXTERNAL controller: by task sets and listener weights. */
import { describeDefinition } from '../definition/raw-definition.ts';
import { sameDefinition, sameTags } from '../definition/same-definition.ts';
import type { WantedDefinition } from '../definition/wanted-definition.ts';
import { taskSetSettings } from '../service-definition/service-definition.ts';
import type { Session } from '../session/session.ts';
import { deployTaskSets } from '../task-sets/deploy.ts';
import { requireWaiting, type TaskSetOptions } from '../task-sets/carry-on.ts';
import { requireIdle } from '../task-sets/others.ts';
import { taskSetStrategy } from '../task-sets/strategy.ts';
import { findUnfinished, type UnfinishedRollout } from '../task-sets/unfinished.ts';
import type { Analysis } from '../task-sets/rollout.ts';
import type { Ending } from '../verdict/ending.ts';
import { afterwards, NO_HOOKS, withHooks } from './deploy-hooks.ts';
import type { DeployRequest, ReadRequest } from './deploy-request.ts';
import type { OpenExternalService } from './open-service.ts';
import { findWanted, register } from './register.ts';
import { settingsOf } from './roll-out.ts';
import { wantedChange } from './service-change.ts';
import { measureOf } from './strategy-change.ts';

/**
 * Deploys.
 * @throws UserError (exit code 2) before anything is changed, ApiError
 */
export async function deployExternal(
  session: Session,
  { request, wish, serviceDefinition }: ReadRequest,
  { service, live }: OpenExternalService,
): Promise<Ending> {
  const options = taskSetOptions(request);
  // Wrong words are told before anything is registered or run.
  requireWaiting(options);
  taskSetStrategy(request.strategy);
  const settings = settingsOf(request);
  const change = await wantedChange(session, { service }, serviceDefinition, undefined, settings);
  const found = await findUnfinished(session, service);
  const wanted = await underWay(session, found, await findWanted(session, live, wish));
  const hooks = request.hooks ?? NO_HOOKS;
  const present = found === undefined ? live?.arn : found.green.taskDefinition;
  // Nothing begins here, or whoever began it has run its hooks before.
  const keeps =
    wanted.kind === 'registered' &&
    wanted.registered.arn === present &&
    request.forceNewDeployment !== true;
  const ends = found !== undefined && !keeps;
  // Where it is refused, nothing was registered and no hook has run.
  if (ends) await requireIdle(session, found, request.supersede ?? false);
  const definition = await register(session, wanted);
  const subject = { service, definition, onCancel: request.onCancel };
  const rollout = (): Promise<Ending> =>
    deployTaskSets(session, {
      service,
      definition,
      strategy: request.strategy,
      analysis: analysisOf(session, request),
      options,
      settings: change,
      idle: ends ? found.lease : undefined,
      ...(serviceDefinition === undefined ? {} : { launch: taskSetSettings(serviceDefinition) }),
    });
  if (keeps) return afterwards(session, hooks, subject, await rollout());
  return withHooks(session, hooks, subject, rollout);
}

/** What an unfinished rollout brings is registered already, whoever began it. */
async function underWay(
  session: Session,
  found: UnfinishedRollout | undefined,
  wanted: WantedDefinition,
): Promise<WantedDefinition> {
  const arn = found?.green.taskDefinition;
  if (arn === undefined || wanted.kind === 'registered') return wanted;
  const registered = await describeDefinition(session.api, session.dependencies.clients.ecs, arn);
  return sameDefinition(wanted.definition, registered.definition) &&
    sameTags(wanted.tags, registered.tags)
    ? { kind: 'registered', registered }
    : wanted;
}

/** What is measured between the steps. */
export function analysisOf(session: Session, { analysis }: DeployRequest): Analysis {
  return { checks: analysis ?? [], measure: measureOf(session) };
}

/** How long it may take and what an interruption does. */
export function taskSetOptions(request: DeployRequest): TaskSetOptions {
  const { wait, rollback, supersede, forceNewDeployment, onCancel, timeoutMs } = request;
  return { wait, rollback, supersede, forceNewDeployment, onCancel, timeoutMs };
}
