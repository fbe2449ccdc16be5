/** What differs between a service on ECS and its definition, with the little that the service itself does not tell. */
import type { Service } from '@aws-sdk/client-ecs';
import { describeServiceRevisions } from '../aws/service-reader.ts';
import { primaryOf } from '../observed/primary.ts';
import { ownHooksOf } from '../gates/own-hooks.ts';
import type { Session } from '../session/session.ts';
import { revisionArn } from '../observed/from-sdk.ts';
import { serviceChange, type PresentContext, type ServiceChange } from './service-change.ts';
import type { ServiceDefinition } from './service-definition.ts';

/**
 * Compares; the service revision is asked for only where the definition names what it alone knows.
 * @param service as DescribeServices shows it with its tags (include TAGS)
 * @throws ApiError
 */
export async function readChange(
  session: Session,
  service: Service,
  definition: ServiceDefinition,
): Promise<ServiceChange> {
  const { monitoring, gatewayConnectors } = definition.settings;
  const needed = monitoring !== undefined || gatewayConnectors !== undefined;
  return serviceChange(service, definition, {
    own: ownHooksOf(service),
    revision: needed ? await presentRevision(session, service) : undefined,
  });
}

async function presentRevision(
  { api, dependencies }: Session,
  service: Service,
): Promise<PresentContext['revision']> {
  const id = primaryOf(service)?.id;
  const arn = id === undefined ? undefined : revisionArn(service, id);
  if (arn === undefined) return undefined;
  return (await describeServiceRevisions(api, dependencies.clients.ecs, [arn])).get(arn);
}
