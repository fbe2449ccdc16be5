/** The rollout of ECS's own that runs now, for the commands that decide about it. */
import type { Service, ServiceDeploymentBrief } from '@aws-sdk/client-ecs';
import { UserError } from '../../base/errors.ts';
import type { RevisionReference } from '../../record/entries.ts';
import { ApiError } from '../aws/api-failure.ts';
import { describeServiceDeployment, listServiceDeployments } from '../aws/service-reader.ts';
import { completedBefore, replacedRevision, runningRollout } from '../drive/history.ts';
import { openPresent, type OpenService } from '../drive/open-service.ts';
import { referenceOf } from '../definition/revision-reference.ts';
import { primaryOf } from '../observed/primary.ts';
import type { Session } from '../session/session.ts';
import { rollbackCommand } from '../verdict/ending.ts';
import { observedRollout, revisionArn } from '../observed/from-sdk.ts';
import type { ObservedRollout } from '../observed/observation.ts';

/** A service in the middle of a rollout. */
export interface UnderWay {
  readonly open: OpenService;
  readonly rollout: ObservedRollout;
  /** Newest first. */
  readonly history: readonly ServiceDeploymentBrief[];
}

/**
 * Reads it, and changes nothing.
 * @throws UserError (exit code 2) when none runs, or the service's versions are task sets; ApiError
 */
export async function rolloutUnderWay(session: Session): Promise<UnderWay> {
  const open = await openPresent(session, { mends: false });
  const { api, dependencies, name } = session;
  if (open.kind === 'external') {
    throw new UserError(
      'TASK_SETS',
      `service "${open.facts.name}" has the deployment controller EXTERNAL: its versions are task sets, which pause nowhere and which ECS does not stop`,
      {
        hint: `Go on with its rollout: fairlead resume --cluster ${name.cluster} --service ${name.service}. Or go back: ${rollbackCommand(name)}`,
        exitCode: 2,
      },
    );
  }
  const { ecs } = dependencies.clients;
  const history = await listServiceDeployments(api, ecs, name, 20);
  const running = runningRollout(history)?.serviceDeploymentArn;
  const described =
    running === undefined ? undefined : await describeServiceDeployment(api, ecs, running);
  if (described === undefined) {
    const [last] = history;
    const ended =
      last === undefined ? 'none is on record' : `the last one is ${last.status ?? 'over'}`;
    throw new UserError(
      'NO_ROLLOUT',
      `service "${open.facts.name}" has no rollout under way: ${ended}`,
      {
        hint: `See how it stands: fairlead status --cluster ${name.cluster} --service ${name.service}`,
        exitCode: 2,
      },
    );
  }
  const rollout = observedRollout(described);
  session.advance({ serviceDeployment: rollout.arn });
  const underWay = { open, rollout, history };
  await tellVersions(session, underWay);
  return underWay;
}

/** What it goes from and to, as far as that can be seen: what is decided does not depend on it. */
async function tellVersions(
  session: Session,
  { open: { service, live }, rollout, history }: UnderWay,
): Promise<void> {
  const primary = primaryOf(service)?.id;
  // What runs is what the rollout brings, unless it goes back already.
  if (primary === undefined || revisionArn(service, primary) !== rollout.targetRevision) {
    session.advance({ to: undefined });
    return;
  }
  const to = referenceOf(live.arn, live.definition, rollout.targetRevision);
  const from = await formerVersion(session, service, history, rollout.targetRevision);
  session.advance({ from, to });
  session.recorder.write({
    kind: 'target',
    at: session.dependencies.clock.now(),
    ...(from === undefined ? {} : { from }),
    to,
    deploymentId: primary,
    serviceDeployment: rollout.arn,
  });
}

async function formerVersion(
  session: Session,
  service: Service,
  history: readonly ServiceDeploymentBrief[],
  revision: string,
): Promise<RevisionReference | undefined> {
  try {
    return await replacedRevision(
      session,
      await completedBefore(session, service, history, revision),
    );
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return undefined;
  }
}

/** `IN_PROGRESS at SCALE_UP`. */
export function rolloutState({ status, lifecycleStage }: ObservedRollout): string {
  return lifecycleStage === undefined ? status : `${status} at ${lifecycleStage}`;
}
