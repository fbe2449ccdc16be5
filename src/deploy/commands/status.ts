/** `fairlead status`: what a service is doing now. */
import type { Service, ServiceDeploymentBrief, TaskSet } from '@aws-sdk/client-ecs';
import { lastPart, parseArn } from '../../base/arn.ts';
import { openGate } from '../observed/open-gate.ts';
import { foundGate } from '../gates/place-gate.ts';
import { findUnfinished, type UnfinishedRollout } from '../task-sets/unfinished.ts';
import { briefEvent } from '../verdict/cause.ts';
import { observedRollout, observedService } from '../observed/from-sdk.ts';
import type { ObservedDeployment, ObservedRollout } from '../observed/observation.ts';
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
  /** The gate that a rollout of Fairlead's put into the service's configuration. */
  readonly gate: ShownGate | undefined;
  /** Under the EXTERNAL controller; empty otherwise. */
  readonly taskSets: readonly ShownTaskSet[];
  /** A rollout by task sets that was begun and not ended. */
  readonly unfinished: ShownUnfinished | undefined;
  /** Newest first. */
  readonly events: readonly { readonly at: number | undefined; readonly message: string }[];
}

/** `stale`: its rollout is over, and the next command that changes the service takes it out. */
export interface ShownGate {
  readonly by: string;
  readonly state: 'in-use' | 'stale';
  /** Hook id, where the rollout waits at it now. */
  readonly waiting: string | undefined;
}

/** A task set. */
export interface ShownTaskSet {
  readonly id: string;
  /** PRIMARY, ACTIVE, DRAINING. */
  readonly status: string;
  readonly stability: string;
  readonly taskDefinition: string;
  readonly desired: number;
  readonly pending: number;
  readonly running: number;
  /** Percent of the desired count. */
  readonly scale: number;
}

/** Who began it, how far it is. */
export interface ShownUnfinished {
  readonly by: string;
  /** Epoch ms. */
  readonly startedAt: number | undefined;
  readonly direction: 'forward' | 'back';
  /** Percent of production traffic on the new task set, where it can be seen. */
  readonly weight: number | undefined;
  readonly taskDefinition: string;
}

/** So many events tell what a service is about. */
const EVENTS = 10;

/** @throws UserError when the service cannot be read */
export function status(name: ServiceName, dependencies: QueryDependencies): Promise<ServiceStatus> {
  return query(name, dependencies, async (session) => {
    const { api, endpoint } = session;
    const { ecs } = dependencies.clients;
    const service = await describeService(api, ecs, name, { tags: true });
    const observed = observedService(service);
    // Task sets have no service deployments.
    const native = (service.deploymentController?.type ?? 'ECS') === 'ECS';
    const [newest] = native ? await listServiceDeployments(api, ecs, name, 1) : [];
    const rollout =
      newest?.serviceDeploymentArn === undefined
        ? undefined
        : await describeServiceDeployment(api, ecs, newest.serviceDeploymentArn);
    const seen = rollout === undefined ? undefined : observedRollout(rollout);
    const left = native ? undefined : await findUnfinished(session, service);
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
      rollout: seen,
      gate: shownGate(service, newest, seen),
      taskSets: (service.taskSets ?? []).map(shownTaskSet),
      unfinished: left === undefined ? undefined : shownUnfinished(left),
      events: (service.events ?? []).slice(0, EVENTS).map((event) => ({
        at: event.createdAt?.getTime(),
        message: briefEvent(event.message ?? ''),
      })),
    };
  });
}

function shownGate(
  service: Service,
  newest: ServiceDeploymentBrief | undefined,
  rollout: ObservedRollout | undefined,
): ShownGate | undefined {
  const gate = foundGate(service, newest);
  if (gate === undefined) return undefined;
  const open =
    rollout === undefined || gate.mark === undefined ? undefined : openGate(rollout, gate.mark);
  return { by: gate.mark?.by ?? 'somebody', state: gate.kind, waiting: open?.hookId };
}

function shownTaskSet(set: TaskSet): ShownTaskSet {
  return {
    id: set.id ?? '',
    status: set.status ?? '',
    stability: set.stabilityStatus ?? '',
    taskDefinition: set.taskDefinition ?? '',
    desired: set.computedDesiredCount ?? 0,
    pending: set.pendingCount ?? 0,
    running: set.runningCount ?? 0,
    scale: set.scale?.value ?? 0,
  };
}

function shownUnfinished(left: UnfinishedRollout): ShownUnfinished {
  return {
    by: left.by,
    startedAt: left.since,
    direction: left.direction,
    weight: left.weight,
    taskDefinition: left.green.taskDefinition ?? '',
  };
}
