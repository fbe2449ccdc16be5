/** A deploy that creates its service. */
import type { Service } from '@aws-sdk/client-ecs';
import { UserError } from '../../base/errors.ts';
import {
  createService,
  creationInput,
  type NewService,
} from '../service-definition/create-service.ts';
import {
  controllerOf,
  taskSetSettings,
  type ServiceDefinition,
} from '../service-definition/service-definition.ts';
import { withStrategy } from '../service-definition/with-strategy.ts';
import type { Session } from '../session/session.ts';
import { defaultTimeoutMs } from '../strategy/default-timeout.ts';
import { strategyConfiguration } from '../strategy/native-strategy.ts';
import { deployTaskSets } from '../task-sets/deploy.ts';
import type { Ending } from '../verdict/ending.ts';
import { analysisOf, taskSetOptions } from './deploy-external.ts';
import { afterwards, NO_HOOKS } from './deploy-hooks.ts';
import type { ReadRequest } from './deploy-request.ts';
import { report } from '../session/findings.ts';
import { beginRecord, preflightFacts } from './open-service.ts';
import { targetGroupsOf } from './rollout-target.ts';
import { findWanted, register } from './register.ts';
import { joinRollout, settingsOf } from './roll-out.ts';
import { primaryOf } from '../observed/primary.ts';

/**
 * Creates the service and follows its first rollout. A first rollout has no old version: nothing is shifted, measured or gated.
 * @throws UserError (exit code 2) before anything is created, ApiError
 */
export async function deployNew(
  session: Session,
  { request, wish, serviceDefinition: written }: ReadRequest,
): Promise<Ending> {
  if (written === undefined) throw new Error('a deploy that creates needs a service definition');
  const external = controllerOf(written) === 'EXTERNAL';
  if (controllerOf(written) === 'CODE_DEPLOY') throw codeDeploy(written.source);
  const strategy =
    request.strategy === undefined || external
      ? undefined
      : strategyConfiguration(request.strategy, {
          strategy: 'ROLLING',
          bakeTimeInMinutes: undefined,
        });
  const definition = withStrategy(written, strategy);
  report(session, definition.notes);
  const hooks = request.hooks ?? NO_HOOKS;
  if (hooks.before.length > 0) {
    session.say(
      'warning',
      'hooks-before-skipped',
      'the service does not exist yet: the hooks before the rollout, which run in its network, are left out',
    );
  }
  const wanted = await findWanted(session, undefined, wish);
  const registered = await register(session, wanted);
  const service = await create(session, definition, {
    taskDefinition: external ? undefined : registered.arn,
    settings: settingsOf(request),
  });
  await beginRecord(session, service);
  const subject = { service, definition: registered, onCancel: request.onCancel };
  if (external) {
    const ending = await deployTaskSets(session, {
      service,
      definition: registered,
      strategy: request.strategy,
      analysis: analysisOf(session, request),
      options: taskSetOptions(request),
      launch: taskSetSettings(definition),
    });
    return afterwards(session, hooks, subject, ending);
  }
  const primary = primaryOf(service)?.id;
  if (primary === undefined) throw new Error('ECS created the service without a deployment');
  const ending = await joinRollout(
    session,
    {
      options: {
        ...request,
        timeoutMs: request.timeoutMs ?? defaultTimeoutMs(service.deploymentConfiguration ?? {}, 0),
      },
      open: {
        service,
        facts: preflightFacts(service),
        live: registered,
        targetGroups: targetGroupsOf(service),
        gate: undefined,
      },
      definition: registered,
      goBackTo: undefined,
    },
    primary,
  );
  return afterwards(session, hooks, subject, ending);
}

/** A creation that fails has a record, too: something was registered for it. */
async function create(
  session: Session,
  definition: ServiceDefinition,
  wanted: NewService,
): Promise<Service> {
  try {
    return await createService(session, definition, wanted);
  } catch (error) {
    await beginRecord(session, creationInput(session.name, definition, wanted));
    throw error;
  }
}

function codeDeploy(source: string): UserError {
  return new UserError(
    'CONTROLLER',
    `${source} asks for the deployment controller CODE_DEPLOY, which Fairlead does not drive`,
    {
      hint: 'Use deploymentController {"type": "ECS"} with a strategy, or {"type": "EXTERNAL"}.',
      exitCode: 2,
    },
  );
}
