/** `fairlead status`: what a service is doing now. */
import { lastPart, parseArn } from '../../base/arn.ts';
import { briefEvent } from '../verdict/cause.ts';
import { observedRollout, observedService } from '../watch/from-sdk.ts';
import type { ObservedDeployment, ObservedRollout } from '../watch/observation.ts';
import { query, type QueryDependencies } from '../session/query.ts';
import {
  describeService,
  describeServiceDeployment,
  listServiceDeployments,
  type ServiceName,
} from '../aws/service-reader.ts';

/** A service at one moment. */
export interface ServiceStatus {
  readonly endpoint: string;
  readonly region: string;
  readonly accountId: string;
  readonly cluster: string;
  readonly service: string;
  /** ACTIVE, DRAINING, INACTIVE. */
  readonly status: string;
  readonly desired: number;
  readonly pending: number;
  readonly running: number;
  /** PRIMARY first. */
  readonly deployments: readonly ObservedDeployment[];
  /** The newest service deployment, running or ended. */
  readonly rollout: ObservedRollout | undefined;
  /** Newest first. */
  readonly events: readonly { readonly at: number | undefined; readonly message: string }[];
}

/** So many events tell what a service is about. */
const EVENTS = 10;

/** @throws UserError when the service cannot be read */
export function status(name: ServiceName, dependencies: QueryDependencies): Promise<ServiceStatus> {
  return query(name, dependencies, async ({ api, endpoint }) => {
    const { ecs } = dependencies.clients;
    const service = await describeService(api, ecs, name);
    const observed = observedService(service);
    // Task sets have no service deployments.
    const native = (service.deploymentController?.type ?? 'ECS') === 'ECS';
    const [newest] = native ? await listServiceDeployments(api, ecs, name, 1) : [];
    const rollout =
      newest?.serviceDeploymentArn === undefined
        ? undefined
        : await describeServiceDeployment(api, ecs, newest.serviceDeploymentArn);
    const arn = parseArn(service.serviceArn ?? '');
    return {
      endpoint: endpoint(),
      region: arn?.region ?? '',
      accountId: arn?.accountId ?? '',
      cluster: lastPart(service.clusterArn ?? name.cluster),
      service: service.serviceName ?? name.service,
      status: observed.status,
      desired: observed.desired,
      pending: observed.pending,
      running: observed.running,
      deployments: observed.deployments,
      rollout: rollout === undefined ? undefined : observedRollout(rollout),
      events: (service.events ?? []).slice(0, EVENTS).map((event) => ({
        at: event.createdAt?.getTime(),
        message: briefEvent(event.message ?? ''),
      })),
    };
  });
}
