/** One rollout at a time: a second deploy says who runs the first, since when, and what can be done. */
import type { ServiceDeploymentBrief } from '@aws-sdk/client-ecs';
import { lastPart } from '../../base/arn.ts';
import { UserError } from '../../base/errors.ts';
import { ApiError } from '../aws/api-failure.ts';
import { describeServiceRevisions } from '../aws/service-reader.ts';
import { describeDefinition } from '../definition/raw-definition.ts';
import type { Session } from '../session/session.ts';
import { rollbackCommand, waitCommand } from '../verdict/ending.ts';
import { runningRollout } from './history.ts';
import type { OpenService } from './open-service.ts';

/**
 * Refuses where a rollout runs, unless it may be superseded.
 * @throws UserError ROLLOUT_IN_PROGRESS (exit code 2)
 */
export async function refuseSecondRollout(
  session: Session,
  open: OpenService,
  history: readonly ServiceDeploymentBrief[],
  supersede: boolean,
): Promise<void> {
  const running = runningRollout(history);
  if (running === undefined) return;
  const status = running.status ?? 'IN_PROGRESS';
  if (supersede) {
    session.say(
      'warning',
      'replaces-rollout',
      `another rollout is ${status}: this one takes its place`,
    );
    return;
  }
  const { what, who } = await describeRunning(session, open, running);
  const since = running.createdAt === undefined ? '' : ` since ${running.createdAt.toISOString()}`;
  throw new UserError('ROLLOUT_IN_PROGRESS', `another rollout${what} is ${status}${since}${who}`, {
    hint: `Wait for its end: ${waitCommand(session.name)}. Or end it: ${rollbackCommand(session.name)}. Or take its place: --supersede.`,
    exitCode: 2,
  });
}

/** What the other rollout brings and who began it, as far as ECS knows: the gate's mark; else who registered the definition. */
async function describeRunning(
  session: Session,
  { gate }: OpenService,
  running: ServiceDeploymentBrief,
): Promise<{ readonly what: string; readonly who: string }> {
  const { api, dependencies } = session;
  const { ecs } = dependencies.clients;
  const revision = running.targetServiceRevisionArn;
  try {
    const revisions =
      revision === undefined ? undefined : await describeServiceRevisions(api, ecs, [revision]);
    const arn = revision === undefined ? undefined : revisions?.get(revision)?.taskDefinition;
    if (arn === undefined) return { what: '', who: gate === undefined ? '' : `, by ${gate.by}` };
    const registeredBy =
      gate === undefined ? (await describeDefinition(api, ecs, arn)).registeredBy : undefined;
    // Who registered a version need not be who rolls it out now.
    const registered =
      registeredBy === undefined ? '' : `, registered by ${lastPart(registeredBy)}`;
    return {
      what: ` (${lastPart(arn)}${registered})`,
      who: gate === undefined ? '' : `, by ${gate.by}`,
    };
  } catch (error) {
    // Who it is only makes the refusal kinder.
    if (!(error instanceof ApiError)) throw error;
    return { what: '', who: gate === undefined ? '' : `, by ${gate.by}` };
  }
}
