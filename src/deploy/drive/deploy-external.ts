/** A deploy to a service under the EXTERNAL controller: by task sets and listener weights. */
import type { ImageOption } from '../definition/image-reference.ts';
import { taskSetSettings } from '../service-definition/service-definition.ts';
import type { Session } from '../session/session.ts';
import { deployTaskSets } from '../task-sets/deploy.ts';
import type { TaskSetOptions } from '../task-sets/carry-on.ts';
import type { Analysis } from '../task-sets/rollout.ts';
import type { Ending } from '../verdict/ending.ts';
import { NO_HOOKS, withHooks } from './deploy-hooks.ts';
import type { DeployRequest } from './deploy-request.ts';
import type { OpenExternalService } from './open-service.ts';
import { findWanted, register } from './register.ts';
import { readDefinition } from './service-change.ts';
import { measureOf } from './strategy-change.ts';

/**
 * Deploys.
 * @throws UserError (exit code 2) before anything is changed, ApiError
 */
export async function deployExternal(
  session: Session,
  request: DeployRequest,
  { service, live }: OpenExternalService,
  images: readonly ImageOption[],
): Promise<Ending> {
  const serviceDefinition = await readDefinition(session, request.serviceDefinition);
  const wanted = await findWanted(session, live, request, images);
  const definition = await register(session, wanted);
  return withHooks(session, request.hooks ?? NO_HOOKS, { service, definition }, () =>
    deployTaskSets(session, {
      service,
      definition,
      strategy: request.strategy,
      analysis: analysisOf(session, request),
      options: taskSetOptions(request),
      ...(serviceDefinition === undefined ? {} : { launch: taskSetSettings(serviceDefinition) }),
    }),
  );
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
