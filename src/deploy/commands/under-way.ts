/** The rollout of ECS's own that runs now, for the commands that decide about it. */
import type { ServiceDeploymentBrief } from '@aws-sdk/client-ecs';
import { UserError } from '../../base/errors.ts';
import { describeServiceDeployment, listServiceDeployments } from '../aws/service-reader.ts';
import { runningRollout } from '../drive/history.ts';
import { openPresent, type OpenService } from '../drive/open-service.ts';
import { referenceOf } from '../definition/revision-reference.ts';
import { primaryOf } from '../observed/primary-deployment.ts';
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
  const { service, live } = open;
  const primary = primaryOf(service)?.id;
  // What runs is what the rollout brings, unless it goes back already.
  const to =
    primary !== undefined && revisionArn(service, primary) === rollout.targetRevision
      ? referenceOf(live.arn, live.definition, rollout.targetRevision)
      : undefined;
  session.advance({ serviceDeployment: rollout.arn, to });
  return { open, rollout, history };
}

/** `IN_PROGRESS at SCALE_UP`. */
export function rolloutState({ status, lifecycleStage }: ObservedRollout): string {
  return lifecycleStage === undefined ? status : `${status} at ${lifecycleStage}`;
}
