/** What a rollback goes back to: a whole service revision, or a task definition alone. */
import type { ServiceDeploymentBrief } from '@aws-sdk/client-ecs';
import { parseArn } from '../../base/arn.ts';
import { UserError } from '../../base/errors.ts';
import { ApiError } from '../aws/api-failure.ts';
import { describeDefinition } from '../definition/raw-definition.ts';
import type { RegisteredDefinition } from '../definition/task-definition.ts';
import type { OpenService } from '../drive/open-service.ts';
import type { Session } from '../session/session.ts';
import { rollbackCommand } from '../verdict/ending.ts';
import { shortDefinition } from '../observed/names.ts';
import { lastSuccessful, namedRevision, type FormerRevision } from './last-successful.ts';
import { notRestored, type RevisionChange } from './revision-change.ts';

/** What to go back to, and what the one UpdateService changes for it. */
export interface WantedRevision {
  readonly definition: RegisteredDefinition;
  readonly change: RevisionChange;
  /** What UpdateService cannot bring back, in sentences. */
  readonly notRestored: readonly string[];
}

/**
 * What `rollback` goes back to.
 * @param history newest first
 * @param to as the request has it; undefined: the last service revision that succeeded
 * @throws UserError (exit code 2) when there is no such thing; ApiError
 */
export async function wantedRevision(
  session: Session,
  open: OpenService,
  history: readonly ServiceDeploymentBrief[],
  to: string | undefined,
): Promise<WantedRevision> {
  if (to === undefined) {
    const { former, returned } = await lastSuccessful(session, open.service, history);
    if (former === undefined)
      throw returned ? nothingBefore(session, open) : nothingCompleted(open);
    return whole(session, former);
  }
  if (isRevisionArn(to)) {
    const former = await namedRevision(session, open.service, to);
    if (former === undefined) throw forgotten(to);
    return whole(session, former);
  }
  const definition = await namedDefinition(session, open.live.arn, to);
  return {
    definition,
    change: definition.arn === open.live.arn ? {} : { taskDefinition: definition.arn },
    notRestored: [],
  };
}

async function whole(
  { api, dependencies }: Session,
  { arn, revision, present, change }: FormerRevision,
): Promise<WantedRevision> {
  const { taskDefinition } = revision;
  if (taskDefinition === undefined) throw new Error(`${arn} has no task definition`);
  return {
    definition: await describeDefinition(api, dependencies.clients.ecs, taskDefinition),
    change,
    notRestored: notRestored(present, revision),
  };
}

/** There is nothing that a rollback could go back to. */
export function nothingCompleted({ facts }: OpenService): UserError {
  return new UserError(
    'NOTHING_TO_ROLL_BACK_TO',
    `service "${facts.name}" has no earlier revision that completed, so there is nothing to roll back to`,
    { hint: 'Name a revision with --to, or deploy a version that works.', exitCode: 2 },
  );
}

/** The service has gone back to its first revision already. */
function nothingBefore({ name }: Session, { facts, live }: OpenService): UserError {
  const now = shortDefinition(live.arn);
  return new UserError(
    'NOTHING_TO_ROLL_BACK_TO',
    `service "${facts.name}" went back to ${now} before, and no revision that succeeded came before that one`,
    {
      hint: `Choose one: fairlead revisions --cluster ${name.cluster} --service ${name.service}, then ${rollbackCommand(name)} --to REVISION. Or deploy a version that works.`,
      exitCode: 2,
    },
  );
}

function isRevisionArn(text: string): boolean {
  const arn = parseArn(text);
  return arn?.service === 'ecs' && arn.resource.startsWith('service-revision/');
}

function forgotten(arn: string): UserError {
  return new UserError('REVISION_NOT_FOUND', `ECS knows no service revision ${arn}`, {
    hint: 'See which there are: fairlead revisions',
    exitCode: 2,
  });
}

/**
 * The task definition that `--to` names.
 * @param live ARN of the one that runs, whose family a bare number belongs to
 * @throws UserError (exit code 2), ApiError
 */
export async function namedDefinition(
  session: Session,
  live: string,
  to: string,
): Promise<RegisteredDefinition> {
  const family = shortDefinition(live).replace(/:\d+$/, '');
  const name = /^\d+$/.test(to) ? `${family}:${to}` : to;
  if (parseArn(name) === undefined && !/^[A-Za-z0-9_-]{1,255}:\d+$/.test(name)) {
    throw new UserError('USAGE', `"${to}" is no revision`, {
      hint: 'Give a number such as 6, FAMILY:REVISION, or the ARN of a task definition or service revision.',
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
