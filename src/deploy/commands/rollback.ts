/**
 * `fairlead rollback`: ends the rollout that runs, or goes back to the last revision that completed, or to a named one. What was
 * asked for and done is a success: exit code 0.
 */
import type { ServiceDeploymentBrief } from '@aws-sdk/client-ecs';
import { parseArn } from '../../base/arn.ts';
import { UserError } from '../../base/errors.ts';
import { ApiError } from '../aws/api-failure.ts';
import { waitCommand, type Ending, type RolloutResult } from '../verdict/ending.ts';
import { follow, stopRollout } from '../drive/follow.ts';
import { revisionArn, rolloutStatus } from '../watch/from-sdk.ts';
import { completedBefore, runningRollout } from '../drive/history.ts';
import { isRollingBack, shortDefinition } from '../watch/observation.ts';
import {
  hideSecrets,
  openService,
  referenceOf,
  report,
  targetOf,
  type OpenService,
} from '../drive/open-service.ts';
import { checkRollout } from '../drive/preflight.ts';
import { describeDefinition } from '../definition/raw-definition.ts';
import { rollOut } from '../drive/roll-out.ts';
import {
  describeServiceRevisions,
  listServiceDeployments,
  type ServiceName,
} from '../aws/service-reader.ts';
import { runCommand, type DeployDependencies, type Session } from '../session/session.ts';
import { primaryOf } from '../drive/start-deployment.ts';
import { containersOf, type RegisteredDefinition } from '../definition/task-definition.ts';

export interface RollbackRequest extends ServiceName {
  /** Revision number of the service's family, FAMILY:REVISION or ARN; by default the last that completed. */
  readonly to?: string;
  /** Milliseconds until the verdict `timed-out`. */
  readonly timeoutMs: number;
  /** False: begin the rollback and answer `started`. */
  readonly wait: boolean;
}

/**
 * Goes back. Expected failures are verdicts of the result, not exceptions.
 * @throws only for bugs
 */
export function rollback(
  request: RollbackRequest,
  dependencies: DeployDependencies,
): Promise<RolloutResult> {
  return runCommand('rollback', request, dependencies, (session) => run(session, request));
}

async function run(session: Session, request: RollbackRequest): Promise<Ending> {
  const open = await openService(session);
  const { ecs } = session.dependencies.clients;
  const history = await listServiceDeployments(session.api, ecs, session.name);
  const running = runningRollout(history);
  if (running?.serviceDeploymentArn !== undefined && request.to === undefined) {
    return endRunning(session, request, open, history, running);
  }
  const definition =
    request.to === undefined
      ? await lastCompleted(session, open, history)
      : await named(session, open, request.to);
  if (definition.arn === open.live.arn && running === undefined) {
    session.advance({ to: session.progress.from });
    session.say('info', 'no-change', `the service already runs ${shortDefinition(definition.arn)}`);
    return { verdict: 'no-change', cause: [], next: [] };
  }
  hideSecrets(session, definition.definition);
  report(
    session,
    checkRollout(open.facts, {
      desiredCount: undefined,
      healthCheckGracePeriodSeconds: undefined,
      containers: containersOf(definition.definition),
      definitionStatus: definition.status,
      definitionName: shortDefinition(definition.arn),
    }),
  );
  session.say(
    'info',
    'going-back',
    `going back from ${shortDefinition(open.live.arn)} to ${shortDefinition(definition.arn)}`,
  );
  return rollOut(session, {
    // Undoing a rollback that fails would bring back what was fled from.
    options: { ...request, rollback: false },
    open,
    definition,
    goBackTo: undefined,
  });
}

/** Stops the rollout that runs; ECS itself goes back. */
async function endRunning(
  session: Session,
  request: RollbackRequest,
  open: OpenService,
  history: readonly ServiceDeploymentBrief[],
  running: ServiceDeploymentBrief,
): Promise<Ending> {
  const { live, service, targetGroups } = open;
  const arn = running.serviceDeploymentArn ?? '';
  const revision = running.targetServiceRevisionArn ?? '';
  const goBackTo = await completedBefore(session, service, history, revision);
  if (goBackTo === undefined) throw nothingCompleted(open);
  const id = `ecs-svc/${revision.slice(revision.lastIndexOf('/') + 1)}`;
  const { ecs } = session.dependencies.clients;
  if (isRollingBack(rolloutStatus(running.status))) {
    session.say('info', 'already-rolling-back', 'a rollback is in progress: following it');
  } else {
    session.say(
      'warning',
      'rolling-back',
      `stopping the rollout; the service goes back to ${shortDefinition(goBackTo)}`,
    );
    await stopRollout(session, arn);
  }
  const old = await describeDefinition(session.api, ecs, goBackTo);
  const to = referenceOf(old.arn, old.definition, undefined);
  session.advance({ started: true, serviceDeployment: arn, to });
  session.recorder.write({
    kind: 'target',
    at: session.dependencies.clock.now(),
    to,
    deploymentId: id,
    serviceDeployment: arn,
  });
  if (!request.wait) {
    const follow = `Follow it: ${waitCommand(session.name)} (it ends with rolled-back, exit code 3)`;
    return { verdict: 'started', cause: [], next: [follow] };
  }
  const revisions = await describeServiceRevisions(session.api, ecs, [revision]);
  const ending = await follow(session, {
    target: targetOf(service, id, [live, old], {
      taskDefinition: revisions.get(revision)?.taskDefinition ?? live.arn,
      timeoutMs: request.timeoutMs,
      goBackTo,
    }),
    to,
    targetGroups,
    rolloutArn: arn,
    containers: containersOf(live.definition),
    onCertainFailure: 'ignore',
  });
  return asAsked(ending);
}

/** A rollout that was rolled back is what a rollback is for; one that completed before it could be stopped is not. */
function asAsked(ending: Ending): Ending {
  if (ending.verdict === 'rolled-back') return { verdict: 'succeeded', cause: [], next: [] };
  if (ending.verdict !== 'succeeded') return ending;
  return {
    verdict: 'failed',
    cause: ['the rollout completed before it could be stopped'],
    next: ['Roll back again to leave the new version.'],
  };
}

/** The last revision that completed with another definition than the present one. */
async function lastCompleted(
  session: Session,
  open: OpenService,
  history: readonly ServiceDeploymentBrief[],
): Promise<RegisteredDefinition> {
  const { api, dependencies } = session;
  const { ecs } = dependencies.clients;
  const primary = primaryOf(open.service);
  const present = primary?.id === undefined ? undefined : revisionArn(open.service, primary.id);
  const completed = history
    .filter((each) => each.status === 'SUCCESSFUL')
    .flatMap((each) => each.targetServiceRevisionArn ?? [])
    .filter((arn) => arn !== present);
  const revisions = await describeServiceRevisions(api, ecs, completed);
  const definition = completed
    .map((arn) => revisions.get(arn)?.taskDefinition)
    .find((arn) => arn !== undefined && arn !== open.live.arn);
  if (definition === undefined) throw nothingCompleted(open);
  return describeDefinition(api, ecs, definition);
}

function nothingCompleted({ facts }: OpenService): UserError {
  return new UserError(
    'NOTHING_TO_ROLL_BACK_TO',
    `service "${facts.name}" has no earlier revision that completed, so there is nothing to roll back to`,
    { hint: 'Name a revision with --to, or deploy a version that works.', exitCode: 2 },
  );
}

async function named(
  session: Session,
  { live }: OpenService,
  to: string,
): Promise<RegisteredDefinition> {
  const family = shortDefinition(live.arn).replace(/:\d+$/, '');
  const name = /^\d+$/.test(to) ? `${family}:${to}` : to;
  if (parseArn(name) === undefined && !/^[A-Za-z0-9_-]{1,255}:\d+$/.test(name)) {
    throw new UserError('USAGE', `"${to}" is no revision`, {
      hint: 'Give a number such as 6, FAMILY:REVISION or an ARN.',
      exitCode: 2,
    });
  }
  try {
    return await describeDefinition(session.api, session.dependencies.clients.ecs, name);
  } catch (error) {
    if (!(error instanceof ApiError) || error.kind !== 'refused') throw error;
    throw new UserError(
      'TASK_DEFINITION_NOT_FOUND',
      `there is no task definition "${name}": ${error.message}`,
      {
        hint: `See which there are: aws ecs list-task-definitions --family-prefix ${family}`,
        exitCode: 2,
        cause: error,
      },
    );
  }
}
