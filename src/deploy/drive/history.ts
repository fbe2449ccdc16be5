/** A service's past rollouts: what completed, and so what can be gone back to. */
import type { Service, ServiceDeploymentBrief } from '@aws-sdk/client-ecs';
import type { RevisionReference } from '../../record/entries.ts';
import { ApiError } from '../aws/api-failure.ts';
import { revisionArn, rolloutStatus } from '../observed/from-sdk.ts';
import { isTerminal } from '../observed/rollout.ts';
import { referenceOf } from '../definition/revision-reference.ts';
import { describeDefinition } from '../definition/raw-definition.ts';
import { describeServiceRevisions } from '../aws/service-reader.ts';
import type { Session } from '../session/session.ts';

/** What a rollout that is joined in the middle replaces. `arn` is a task definition's; what of it is gone is left out. */
export async function replacedRevision(
  session: Session,
  arn: string | undefined,
): Promise<RevisionReference | undefined> {
  if (arn === undefined) return undefined;
  try {
    const { definition } = await describeDefinition(
      session.api,
      session.dependencies.clients.ecs,
      arn,
    );
    return referenceOf(arn, definition, undefined);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return { taskDefinition: arn, images: [] };
  }
}

/** The rollout that runs now; undefined when none does. */
export function runningRollout(
  history: readonly ServiceDeploymentBrief[],
): ServiceDeploymentBrief | undefined {
  const [newest] = history;
  return newest !== undefined && !isTerminal(rolloutStatus(newest.status)) ? newest : undefined;
}

/**
 * The task definition of the last rollout that completed with another service revision than the given one: what ECS would
 * roll back to. Undefined when there is none.
 */
export async function completedBefore(
  session: Session,
  service: Service,
  history: readonly ServiceDeploymentBrief[],
  revision: string | undefined,
): Promise<string | undefined> {
  // A completed deployment that still runs is the surest.
  const completed = (service.deployments ?? []).find(
    (each) =>
      each.rolloutState === 'COMPLETED' &&
      each.id !== undefined &&
      revisionArn(service, each.id) !== revision,
  );
  if (completed?.taskDefinition !== undefined) return completed.taskDefinition;
  const earlier = history.find(
    (each) => each.status === 'SUCCESSFUL' && each.targetServiceRevisionArn !== revision,
  )?.targetServiceRevisionArn;
  if (earlier === undefined) return undefined;
  const { ecs } = session.dependencies.clients;
  const revisions = await describeServiceRevisions(session.api, ecs, [earlier]);
  return revisions.get(earlier)?.taskDefinition;
}
