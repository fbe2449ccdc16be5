/** The one UpdateService of a rollout. Two calls would make two deployments, so it is never repeated blindly. */
import { primaryOf } from '../observed/primary.ts';
import {
  UpdateServiceCommand,
  type Service,
  type UpdateServiceCommandInput,
} from '@aws-sdk/client-ecs';
import { ApiError, mayRetry } from '../aws/api-failure.ts';
import { findService } from '../aws/service-reader.ts';
import type { Session } from '../session/session.ts';

const ATTEMPTS = 6;
const FIRST_PAUSE_MS = 500;
/**
 * Pauses (ms) before each look for a change whose answer was lost: what ECS tells may be some seconds behind. Only where a
 * second UpdateService would begin a second deployment; else ECS finds nothing to change in it.
 */
const LOOKS_MS = [0, 1000, 2000, 4000, 8000];

/**
 * Changes the service, once. When the answer is lost, the service itself is asked whether the change arrived.
 * @param before the id of the PRIMARY deployment before
 * @returns the service as it is after the change
 * @throws ApiError
 */
export async function updateService(
  session: Session,
  input: UpdateServiceCommandInput,
  before: string | undefined,
): Promise<Service> {
  const { api, dependencies, name } = session;
  const { clients, clock, random } = dependencies;
  for (let attempt = 1; ; attempt++) {
    try {
      const { service } = await api.changeOnce('ecs', 'UpdateService', (options) =>
        clients.ecs.send(new UpdateServiceCommand(input), options),
      );
      if (service === undefined) throw new Error('UpdateService answered without the service');
      session.advance({ inDoubt: false });
      return service;
    } catch (error) {
      if (!(error instanceof ApiError) || !mayRetry(error.kind)) throw error;
      if (error.kind === 'transient') {
        // It may have been done although the answer is lost.
        session.advance({ inDoubt: true });
        const looks = input.forceNewDeployment === true ? LOOKS_MS : LOOKS_MS.slice(0, 1);
        for (const pause of looks) {
          await clock.sleep(pause, session.signal());
          const service = await findService(api, clients.ecs, name);
          const primary = service === undefined ? undefined : primaryOf(service);
          if (
            service !== undefined &&
            primary?.id !== before &&
            primary?.taskDefinition === input.taskDefinition
          ) {
            return service;
          }
        }
        // Settings alone show in no deployment; and what was sent last may arrive yet.
        const settled = input.taskDefinition !== undefined && attempt < ATTEMPTS;
        if (settled) session.advance({ inDoubt: false });
      }
      if (attempt >= ATTEMPTS) throw error;
    }
    // Half of the pause is chance, so that many clients do not come back at once.
    const longest = FIRST_PAUSE_MS * 2 ** attempt;
    await clock.sleep(longest * (0.5 + random.fraction() / 2), session.signal());
  }
}
