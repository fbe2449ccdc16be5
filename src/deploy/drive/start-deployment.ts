/** The one UpdateService of a rollout. Two calls would make two deployments, so it is never repeated blindly. */
import {
  UpdateServiceCommand,
  type Deployment,
  type Service,
  type UpdateServiceCommandInput,
} from '@aws-sdk/client-ecs';
import { ApiError, mayRetry } from '../aws/api-failure.ts';
import { findService } from '../aws/service-reader.ts';
import type { Session } from '../session/session.ts';

const ATTEMPTS = 6;
const FIRST_PAUSE_MS = 500;

/** The service's PRIMARY deployment: the newest. */
export function primaryOf(service: Service): Deployment | undefined {
  return service.deployments?.find((deployment) => deployment.status === 'PRIMARY');
}

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
  const { clients, clock } = dependencies;
  for (let attempt = 1; ; attempt++) {
    try {
      const { service } = await api.changeOnce('ecs', 'UpdateService', (options) =>
        clients.ecs.send(new UpdateServiceCommand(input), options),
      );
      if (service === undefined) throw new Error('UpdateService answered without the service');
      return service;
    } catch (error) {
      if (!(error instanceof ApiError) || !mayRetry(error.kind)) throw error;
      if (error.kind === 'transient') {
        // It may have been done although the answer is lost.
        session.advance({ inDoubt: true });
        const service = await findService(api, clients.ecs, name);
        const primary = service === undefined ? undefined : primaryOf(service);
        if (
          service !== undefined &&
          primary?.id !== before &&
          primary?.taskDefinition === input.taskDefinition
        ) {
          return service;
        }
        session.advance({ inDoubt: false });
      }
      if (attempt >= ATTEMPTS) throw error;
    }
    await clock.sleep(FIRST_PAUSE_MS * 2 ** (attempt - 1), session.signal());
  }
}
