/** Gives a gate its answer, and tells what came of it. */
import { ContinueServiceDeploymentCommand } from '@aws-sdk/client-ecs';
import { ApiError, classifyFailure, mayRetry } from '../aws/api-failure.ts';
import type { Session } from '../session/session.ts';

/**
 * What came of an answer: `receipt-lost`: it was refused after one whose receipt was lost, so most likely that one counts;
 * `too-late`: the gate's time was out, or somebody else had answered it; `failing`: ECS does not answer for the moment.
 */
export type Answered = 'sent' | 'receipt-lost' | 'too-late' | 'failing';

/** True where the gate has our answer. */
export function hasArrived(answered: Answered): boolean {
  return answered === 'sent' || answered === 'receipt-lost';
}

/**
 * Answers it.
 * @param serviceDeploymentArn of the rollout that waits
 * @throws ApiError when it is denied
 */
export async function answerGate(
  session: Session,
  serviceDeploymentArn: string,
  hookId: string,
  action: 'CONTINUE' | 'ROLLBACK',
): Promise<Answered> {
  const { api, dependencies } = session;
  const receipt = { lost: false };
  try {
    await api.change('ecs', 'ContinueServiceDeployment', async (options) => {
      try {
        const input = { serviceDeploymentArn, hookId, action };
        const command = new ContinueServiceDeploymentCommand(input);
        return await dependencies.clients.ecs.send(command, options);
      } catch (error) {
        receipt.lost ||= classifyFailure(error) === 'transient';
        throw error;
      }
    });
    return 'sent';
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (mayRetry(error.kind)) {
      const failing = `${error.permission} keeps failing (${error.code})`;
      session.say('warning', 'unreachable', `${failing}; the gate waits, trying again`);
      return 'failing';
    }
    if (error.kind !== 'refused') throw error;
    if (receipt.lost) return 'receipt-lost';
    session.say('info', 'gate-gone', `the gate was answered already: ${error.message}`);
    return 'too-late';
  }
}
