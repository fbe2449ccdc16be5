/** Ends a rollout that runs: ECS goes back, or stops where it is. */
import { StopServiceDeploymentCommand } from '@aws-sdk/client-ecs';
import { ApiError, mayRetry } from '../aws/api-failure.ts';
import type { Session } from '../session/session.ts';

/**
 * Asks ECS to roll back, or with ABORT to stop. That it has ended meanwhile is no error: the next look tells how.
 * @throws ApiError where ECS refuses
 */
export async function stopRollout(
  session: Session,
  serviceDeploymentArn: string,
  stopType: 'ROLLBACK' | 'ABORT' = 'ROLLBACK',
): Promise<void> {
  const { ecs } = session.dependencies.clients;
  try {
    await session.api.change('ecs', 'StopServiceDeployment', (options) =>
      ecs.send(new StopServiceDeploymentCommand({ serviceDeploymentArn, stopType }), options),
    );
    session.advance({ started: true, ...(stopType === 'ROLLBACK' ? { goingBack: true } : {}) });
  } catch (error) {
    // Nobody knows whether it arrived.
    if (error instanceof ApiError && mayRetry(error.kind)) session.advance({ started: true });
    if (!(error instanceof ApiError) || error.code !== 'ConflictException') throw error;
    session.say('info', 'already-ended', `the rollout had ended before: ${error.message}`);
  }
}
