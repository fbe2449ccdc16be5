/** `fairlead deploy`: a new image, or a new definition, onto a service; followed to its one verdict. */
import { UserError } from '../../base/errors.ts';
import { listServiceDeployments } from '../aws/service-reader.ts';
import type { AnalysisCheck, Hook, StrategyWish } from '../configuration/configuration.ts';
import { parseImageOption } from '../definition/image-reference.ts';
import type { JsonObject } from '../definition/json.ts';
import { registerDefinition } from '../definition/raw-definition.ts';
import { containersOf, type RegisteredDefinition } from '../definition/task-definition.ts';
import { wantedDefinition, type WantedDefinition } from '../definition/wanted-definition.ts';
import { completedBefore } from '../drive/history.ts';
import { keep } from '../drive/keep.ts';
import { hideSecrets, openService, report } from '../drive/open-service.ts';
import { refuseSecondRollout } from '../drive/one-rollout.ts';
import { checkRollout } from '../drive/preflight.ts';
import { rollOut, type RolloutOptions } from '../drive/roll-out.ts';
import { planStrategy } from '../drive/strategy-change.ts';
import { runCommand, type DeployDependencies, type Session } from '../session/session.ts';
import type { Ending, RolloutResult } from '../verdict/ending.ts';
import { shortDefinition } from '../watch/observation.ts';

/** What to deploy and how. What is left undefined is left alone. */
export interface DeployRequest extends RolloutOptions {
  /** `[CONTAINER=]REF`, one for each container that changes. */
  readonly images?: readonly string[];
  /** A file, FAMILY, FAMILY:REVISION or an ARN, or the definition itself; by default what the service runs. */
  readonly taskDefinition?: string | JsonObject;
  /** Takes images whose tag may move. */
  readonly allowMutableTag: boolean;
  /** How traffic and tasks move; by default as the service is configured. */
  readonly strategy?: StrategyWish;
  /** What decides at the gates of a traffic shift. */
  readonly analysis?: readonly AnalysisCheck[];
  readonly hooks?: { readonly before: readonly Hook[]; readonly after: readonly Hook[] };
  /** True: takes the place of a rollout that runs. */
  readonly supersede?: boolean;
}

/**
 * Deploys. Expected failures are verdicts of the result, not exceptions.
 * @throws only for bugs
 */
export function deploy(
  request: DeployRequest,
  dependencies: DeployDependencies,
): Promise<RolloutResult> {
  return runCommand('deploy', request, dependencies, (session) => run(session, request));
}

async function run(session: Session, request: DeployRequest): Promise<Ending> {
  checkRequest(request);
  const images = (request.images ?? []).map(parseImageOption);
  const { before = [] } = request.hooks ?? {};
  const open = await openService(session);
  const strategy = planStrategy(
    session,
    open,
    request,
    before.some((hook) => hook.oneWay),
  );
  const { ecs } = session.dependencies.clients;
  const history = await listServiceDeployments(session.api, ecs, session.name);
  const wanted = await wantedDefinition(session, open.live, {
    images,
    taskDefinition: request.taskDefinition,
    allowMutableTag: request.allowMutableTag,
  });
  const definition = wanted.kind === 'new' ? wanted.definition : wanted.registered.definition;
  hideSecrets(session, definition);
  const options: RolloutOptions = { ...request, timeoutMs: strategy.timeoutMs };
  const unchanged =
    wanted.kind === 'registered' &&
    wanted.registered.arn === open.live.arn &&
    request.forceNewDeployment !== true;
  if (unchanged) return keep(session, { options, open, history, gate: strategy.gate });
  await refuseSecondRollout(session, open, history, request.supersede ?? false);
  report(
    session,
    checkRollout(open.facts, {
      desiredCount: request.desiredCount,
      healthCheckGracePeriodSeconds: request.healthCheckGracePeriodSeconds,
      strategy: strategy.change?.strategy,
      containers: containersOf(definition),
      definitionStatus: wanted.kind === 'new' ? undefined : wanted.registered.status,
      definitionName:
        wanted.kind === 'new' ? 'the new task definition' : shortDefinition(wanted.registered.arn),
    }),
  );
  const goBackTo = await completedBefore(session, open.service, history, undefined);
  const registered = await register(session, wanted);
  return rollOut(session, {
    options,
    open,
    definition: registered,
    goBackTo,
    gate: strategy.gate,
    ...(strategy.change === undefined
      ? {}
      : { change: { deploymentConfiguration: strategy.change } }),
  });
}

function checkRequest(request: DeployRequest): void {
  const { desiredCount, healthCheckGracePeriodSeconds: grace } = request;
  const asked =
    (request.images?.length ?? 0) > 0 ||
    request.taskDefinition !== undefined ||
    request.forceNewDeployment === true ||
    desiredCount !== undefined ||
    grace !== undefined ||
    request.enableExecuteCommand !== undefined;
  if (!asked) {
    throw new UserError('NOTHING_TO_DEPLOY', 'there is nothing to deploy', {
      hint: 'Give --image [CONTAINER=]REF, --task-definition or --force-new-deployment.',
      exitCode: 2,
    });
  }
  for (const [option, value] of [
    ['--desired-count', desiredCount],
    ['--health-check-grace-period-seconds', grace],
  ] as const) {
    if (value === undefined || (Number.isInteger(value) && value >= 0)) continue;
    throw new UserError('USAGE', `${option} ${value} is no whole number from 0 up`, {
      hint: `Write ${option} 4.`,
      exitCode: 2,
    });
  }
}

async function register(session: Session, wanted: WantedDefinition): Promise<RegisteredDefinition> {
  if (wanted.kind === 'registered') return wanted.registered;
  const { ecs } = session.dependencies.clients;
  const { definition, tags } = wanted;
  const arn = await registerDefinition(session.api, ecs, definition, tags);
  session.advance({ registered: arn });
  session.say('info', 'registered', `registered ${shortDefinition(arn)}`);
  return { arn, status: 'ACTIVE', definition, tags };
}
