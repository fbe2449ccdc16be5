/** `fairlead deploy`: a new image, or a new definition, onto a service; followed to its one verdict. */
import type { ServiceDeploymentBrief } from '@aws-sdk/client-ecs';
import { UserError } from '../../base/errors.ts';
import { waitCommand, type Ending, type RolloutResult } from '../verdict/ending.ts';
import { revisionArn, rolloutStatus } from '../watch/from-sdk.ts';
import { completedBefore, replacedRevision, runningRollout } from '../drive/history.ts';
import { parseImageOption } from '../definition/image-reference.ts';
import { isRollingBack, shortDefinition } from '../watch/observation.ts';
import { hideSecrets, openService, report, type OpenService } from '../drive/open-service.ts';
import { checkRollout, checkSettings } from '../drive/preflight.ts';
import { registerDefinition } from '../definition/raw-definition.ts';
import { joinRollout, rollOut, settingsOf, type RolloutOptions } from '../drive/roll-out.ts';
import { listServiceDeployments } from '../aws/service-reader.ts';
import { runCommand, type DeployDependencies, type Session } from '../session/session.ts';
import { primaryOf, updateService } from '../drive/start-deployment.ts';
import { containersOf, type RegisteredDefinition } from '../definition/task-definition.ts';
import { wantedDefinition, type WantedDefinition } from '../definition/wanted-definition.ts';

/** What to deploy and how. What is left undefined is left alone. */
export interface DeployRequest extends RolloutOptions {
  /** `[CONTAINER=]REF`, one for each container that changes. */
  readonly images?: readonly string[];
  /** A file, FAMILY, FAMILY:REVISION or an ARN; by default what the service runs. */
  readonly taskDefinition?: string;
  /** Takes images whose tag may move. */
  readonly allowMutableTag: boolean;
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
  const open = await openService(session);
  const { ecs } = session.dependencies.clients;
  const history = await listServiceDeployments(session.api, ecs, session.name);
  const wanted = await wantedDefinition(session, open.live, {
    images,
    taskDefinition: request.taskDefinition,
    allowMutableTag: request.allowMutableTag,
  });
  const definition = wanted.kind === 'new' ? wanted.definition : wanted.registered.definition;
  hideSecrets(session, definition);
  const unchanged =
    wanted.kind === 'registered' &&
    wanted.registered.arn === open.live.arn &&
    request.forceNewDeployment !== true;
  if (unchanged) return keep(session, request, open, history);
  report(
    session,
    checkRollout(open.facts, {
      desiredCount: request.desiredCount,
      healthCheckGracePeriodSeconds: request.healthCheckGracePeriodSeconds,
      containers: containersOf(definition),
      definitionStatus: wanted.kind === 'new' ? undefined : wanted.registered.status,
      definitionName:
        wanted.kind === 'new' ? 'the new task definition' : shortDefinition(wanted.registered.arn),
    }),
  );
  const goBackTo = await completedBefore(session, open.service, history, undefined);
  sayWhatIsReplaced(session, history);
  return rollOut(session, {
    options: request,
    open,
    definition: await register(session, wanted),
    goBackTo,
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

/** The service runs what is wanted, or is about to: nothing is registered and no deployment begun. */
async function keep(
  session: Session,
  request: DeployRequest,
  open: OpenService,
  history: readonly ServiceDeploymentBrief[],
): Promise<Ending> {
  const { live, service, facts } = open;
  const primary = primaryOf(service);
  const name = shortDefinition(live.arn);
  session.advance({ to: session.progress.from });
  const running = runningRollout(history);
  if (running !== undefined && isRollingBack(rolloutStatus(running.status))) {
    throw new UserError('ROLLBACK_IN_PROGRESS', 'a rollback is in progress', {
      hint: `Wait for its end, then deploy again: ${waitCommand(session.name)}`,
      exitCode: 2,
    });
  }
  const settings = settingsOf(request);
  if (Object.keys(settings).length > 0) {
    report(session, checkSettings(facts, request));
    await updateService(session, { ...serviceKey(session), ...settings }, primary?.id);
    session.say('info', 'settings', 'the settings were changed, which starts no deployment');
  }
  const revision = primary?.id === undefined ? undefined : revisionArn(service, primary.id);
  const ours = history.find((each) => each.targetServiceRevisionArn === revision);
  const unfinished =
    primary?.rolloutState === 'IN_PROGRESS' || (running !== undefined && running === ours);
  if (unfinished && primary?.id !== undefined) {
    session.say('info', 're-attached', `a rollout of ${name} is in progress: following it`);
    const goBackTo = await completedBefore(session, service, history, revision);
    const plan = { options: request, open, definition: live, goBackTo };
    const from = await replacedRevision(session, goBackTo);
    session.advance({ from });
    return joinRollout(session, plan, primary.id, { rolloutArn: ours?.serviceDeploymentArn, from });
  }
  if (primary?.rolloutState === 'FAILED') {
    return {
      verdict: 'failed',
      cause: [
        `the service is already on ${name}, and that rollout failed`,
        ...(ours?.statusReason === undefined ? [] : [ours.statusReason]),
        ...(primary.rolloutStateReason === undefined ? [] : [primary.rolloutStateReason]),
      ],
      next: ['Mend the cause, then try the same again with --force-new-deployment.'],
    };
  }
  session.say('info', 'no-change', `the service already runs ${name}; no deployment was started`);
  return { verdict: 'no-change', cause: [], next: [] };
}

function sayWhatIsReplaced(session: Session, history: readonly ServiceDeploymentBrief[]): void {
  const running = runningRollout(history);
  if (running === undefined) return;
  session.say(
    'warning',
    'replaces-rollout',
    `another rollout is ${running.status ?? 'in progress'}: this one takes its place`,
  );
}

function serviceKey({ name }: Session): { readonly cluster: string; readonly service: string } {
  return { cluster: name.cluster, service: name.service };
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
