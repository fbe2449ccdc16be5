/** The last look at a success: what went live must be what was meant. */
import type { RevisionReference } from '../../record/entries.ts';
import { ApiError } from '../aws/api-failure.ts';
import { describeServiceRevisions } from '../aws/service-reader.ts';
import { isInterruption, type Session } from '../session/session.ts';
import type { Judgement } from '../verdict/judge.ts';
import { shortDefinition } from '../observed/names.ts';
import type { RolloutTarget } from '../observed/observation.ts';

/** Reads the service revision that went live: its task definition must be ours, its image digests go into the record. */
export async function prove(
  session: Session,
  target: RolloutTarget,
  to: RevisionReference,
  success: Judgement,
): Promise<Judgement> {
  const { clients, clock } = session.dependencies;
  try {
    const revisions = await describeServiceRevisions(session.api, clients.ecs, [target.revision]);
    const revision = revisions.get(target.revision);
    if (revision === undefined) return success;
    if (
      revision.taskDefinition !== undefined &&
      revision.taskDefinition !== target.taskDefinition
    ) {
      return {
        verdict: 'error',
        reason: `service revision ${target.revision} has ${shortDefinition(revision.taskDefinition)}, not ${shortDefinition(target.taskDefinition)}`,
      };
    }
    const digests = new Map(
      (revision.containerImages ?? []).map((each) => [each.containerName, each.imageDigest]),
    );
    const proven: RevisionReference = {
      ...to,
      images: to.images.map((each) => {
        const digest = digests.get(each.container) ?? each.digest;
        return digest === undefined ? each : { ...each, digest };
      }),
    };
    session.advance({ to: proven });
    const { serviceDeployment } = session.progress;
    session.recorder.write({
      kind: 'target',
      at: clock.now(),
      to: proven,
      deploymentId: target.deploymentId,
      ...(serviceDeployment === undefined ? {} : { serviceDeployment }),
    });
  } catch (error) {
    // The service deployment has proven the success; only the digests stay unknown.
    if (isInterruption(error, session)) return success;
    if (!(error instanceof ApiError)) throw error;
    session.say('info', 'detail-lost', `image digests: ${error.permission}: ${error.message}`);
  }
  return success;
}
