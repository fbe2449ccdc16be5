/** A deploy to a service that ECS deploys by itself: rolling, blue/green, canary, linear. */
import { listServiceDeployments } from '../aws/service-reader.ts';
import { containersOf } from '../definition/task-definition.ts';
import type { Session } from '../session/session.ts';
import type { Ending } from '../verdict/ending.ts';
import { shortDefinition } from '../observed/names.ts';
import { afterwards, NO_HOOKS, withHooks } from './deploy-hooks.ts';
import type { ReadRequest } from './deploy-request.ts';
import { completedBefore, replacedRevision, runningRollout } from './history.ts';
import { keep } from './keep.ts';
import { refuseSecondRollout } from './one-rollout.ts';
import { report } from '../session/findings.ts';
import type { OpenService } from './open-service.ts';
import { checkRollout, updated } from './preflight.ts';
import { definitionOf, findWanted, register } from './register.ts';
import { rollOut, settingsOf, type RolloutOptions } from './roll-out.ts';
import { onlyAsked, wantedChange } from './service-change.ts';
import { setTags } from '../service-definition/change-settings.ts';
import { planStrategy } from './strategy-change.ts';

/**
 * Deploys.
 * @throws UserError (exit code 2) before anything is changed, ApiError
 */
export async function deployNative(
  session: Session,
  { request, wish, serviceDefinition }: ReadRequest,
  open: OpenService,
): Promise<Ending> {
  const { ecs } = session.dependencies.clients;
  const hooks = request.hooks ?? NO_HOOKS;
  const subject = { service: open.service, onCancel: request.onCancel };
  const oneWay = hooks.before.some((hook) => hook.oneWay);
  const strategy = planStrategy(
    session,
    open,
    { ...request, written: serviceDefinition?.settings.deploymentConfiguration },
    oneWay,
  );
  const options: RolloutOptions = { ...request, timeoutMs: strategy.timeoutMs };
  const history = await listServiceDeployments(session.api, ecs, session.name);
  const wanted = await findWanted(session, open.live, wish);
  const asked = settingsOf(request);
  const change = await wantedChange(session, open, serviceDefinition, strategy.change, asked);
  const unchanged =
    wanted.kind === 'registered' &&
    wanted.registered.arn === open.live.arn &&
    request.forceNewDeployment !== true &&
    !change.startsDeployment;
  if (unchanged) {
    // Whoever began it has run its hooks before.
    if (oneWay) session.advance({ oneWay });
    const ending = await keep(session, {
      ...{ options, open, history, gate: strategy.gate },
      // The strategy is that of the next rollout, unless the service definition has it.
      change: serviceDefinition === undefined ? onlyAsked(change, asked) : change,
    });
    return afterwards(session, hooks, { ...subject, definition: open.live }, ending);
  }
  await refuseSecondRollout(session, open, history, request.supersede ?? false);
  report(
    session,
    checkRollout(updated(open.facts, change.update), {
      desiredCount: request.desiredCount,
      healthCheckGracePeriodSeconds: request.healthCheckGracePeriodSeconds,
      strategy: strategy.change?.strategy,
      containers: containersOf(definitionOf(wanted)),
      definitionStatus: wanted.kind === 'new' ? undefined : wanted.registered.status,
      definitionName:
        wanted.kind === 'new' ? 'the new task definition' : shortDefinition(wanted.registered.arn),
    }),
  );
  const goBackTo = await completedBefore(session, open.service, history, undefined);
  // A rollout whose place is taken ran nothing yet that this one could replace.
  const replaced =
    runningRollout(history) === undefined ? undefined : await replacedRevision(session, goBackTo);
  if (replaced !== undefined) session.advance({ from: replaced });
  await setTags(session, open.service, change);
  const definition = await register(session, wanted);
  return withHooks(session, hooks, { ...subject, definition }, () =>
    rollOut(session, {
      options,
      open,
      definition,
      goBackTo,
      from: replaced,
      gate: strategy.gate,
      change: change.update,
      changeTexts: change.texts,
    }),
  );
}
