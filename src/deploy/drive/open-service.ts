/** The beginning of every command: read the service, say where we are, open the record. */
import type { Service } from '@aws-sdk/client-ecs';
import { lastPart, parseArn } from '../../base/arn.ts';
import { defined } from '../../base/defined.ts';
import { UserError } from '../../base/errors.ts';
import { revisionArn } from '../observed/from-sdk.ts';
import { hideSecrets } from '../definition/hide-secrets.ts';
import { report } from '../session/findings.ts';
import { checkService, type PreflightService } from './preflight.ts';
import { referenceOf } from '../definition/revision-reference.ts';
import { targetGroupsOf } from './rollout-target.ts';
import { describeDefinition } from '../definition/raw-definition.ts';
import { describeService, findService, listServiceDeployments } from '../aws/service-reader.ts';
import { GATE_TAG, type GateMark } from '../observed/gate-mark.ts';
import { hasMark } from '../gates/own-hooks.ts';
import { foundGate, removeGate, type GateRemoval } from '../gates/place-gate.ts';
import { withChanges } from '../session/progress.ts';
import type { Session } from '../session/session.ts';
import { primaryOf, primaryTaskSetOf } from '../observed/primary.ts';
import { timeScaleOf } from '../aws/time-scale.ts';
import type { RegisteredDefinition } from '../definition/task-definition.ts';

/** A service whose rollouts Fairlead can drive. */
export interface OpenService {
  readonly service: Service;
  readonly facts: PreflightService;
  /** What the PRIMARY deployment runs. */
  readonly live: RegisteredDefinition;
  readonly targetGroups: readonly string[];
  /** The gate of a rollout that runs, which some Fairlead keeps. */
  readonly gate: GateMark | undefined;
}

/** What opening a service may do to it. */
export interface OpenOptions {
  /** True for commands that change the service: a gate that a client left behind is taken out. */
  readonly mends: boolean;
}

/** A service under the EXTERNAL deployment controller: Fairlead drives its task sets. */
export interface OpenExternalService {
  readonly service: Service;
  readonly facts: PreflightService;
  /** What the primary task set runs; undefined before the first rollout. */
  readonly live: RegisteredDefinition | undefined;
}

/** A service, by who moves its tasks. */
export type OpenTarget =
  | ({ readonly kind: 'native' } & OpenService)
  | ({ readonly kind: 'external' } & OpenExternalService)
  /** There is none of this name, or it was deleted. */
  | { readonly kind: 'absent' };

/**
 * Reads a service that ECS deploys by itself, and its live definition; writes the record's header.
 * @throws UserError (exit code 2) when the service is not there or not ours to deploy; ApiError
 */
export async function openService(
  session: Session,
  options: OpenOptions = { mends: true },
): Promise<OpenService> {
  const target = await openPresent(session, options);
  if (target.kind === 'native') return target;
  throw new UserError(
    'CONTROLLER',
    `service "${target.facts.name}" has the deployment controller EXTERNAL: its versions are task sets, and ECS rolls nothing out by itself`,
    {
      hint: 'See where it stands: fairlead status. Go on with a rollout: fairlead resume.',
      exitCode: 2,
    },
  );
}

/**
 * As `openService`, for every controller that Fairlead can deploy to.
 * @throws UserError (exit code 2), ApiError
 */
export async function openPresent(
  session: Session,
  options: OpenOptions = { mends: true },
): Promise<Exclude<OpenTarget, { readonly kind: 'absent' }>> {
  const { api, dependencies, name } = session;
  const service = await describeService(api, dependencies.clients.ecs, name, { tags: true });
  return openFound(session, service, options);
}

/**
 * As `openPresent`, where the service may not exist yet.
 * @throws UserError (exit code 2), ApiError
 */
export async function openTarget(session: Session): Promise<OpenTarget> {
  const { api, dependencies, name } = session;
  const service = await findService(api, dependencies.clients.ecs, name, { tags: true });
  if (service === undefined || service.status === 'INACTIVE') return { kind: 'absent' };
  return openFound(session, service, { mends: true });
}

async function openFound(
  session: Session,
  service: Service,
  { mends }: OpenOptions,
): Promise<Exclude<OpenTarget, { readonly kind: 'absent' }>> {
  const { api, dependencies } = session;
  const { ecs } = dependencies.clients;
  const facts = preflightFacts(service);
  const external = facts.controller === 'EXTERNAL';
  const primary = primaryOf(service);
  const primarySet = primaryTaskSetOf(service);
  const running = external
    ? primarySet?.taskDefinition
    : (primary?.taskDefinition ?? service.taskDefinition);
  const live = running === undefined ? undefined : await describeDefinition(api, ecs, running);
  if (live !== undefined) hideSecrets(session, live.definition);
  const from =
    live === undefined
      ? undefined
      : referenceOf(
          live.arn,
          live.definition,
          external || primary?.id === undefined ? undefined : revisionArn(service, primary.id),
        );
  session.advance({ from });
  await beginRecord(session, service, facts);
  report(session, checkService(facts));
  if (external) return { kind: 'external', service, facts, live };
  if (live === undefined) {
    throw new UserError('NO_TASK_DEFINITION', `service "${facts.name}" has no task definition`, {
      hint: 'Deploy to a service of the ECS deployment controller.',
      exitCode: 2,
    });
  }
  const gate = await gateOf(session, service, mends);
  return { kind: 'native', service, facts, live, targetGroups: targetGroupsOf(service), gate };
}

/** Writes the record's header: where we are and what is there. */
export async function beginRecord(
  session: Session,
  service: Service,
  facts: PreflightService = preflightFacts(service),
): Promise<void> {
  const { dependencies, name, recorder, progress } = session;
  const { ecs } = dependencies.clients;
  const arn = parseArn(service.serviceArn ?? '');
  const { minimumHealthyPercent, maximumPercent } = facts.configuration;
  recorder.begin({
    kind: 'header',
    schema: 'fairlead.rollout/v1',
    at: dependencies.clock.now(),
    tool: dependencies.tool,
    mode: dependencies.mode ?? 'deploy',
    command: session.command,
    endpoint: session.endpoint(),
    region: arn?.region ?? (await ecs.config.region()),
    accountId: arn?.accountId ?? 'unknown',
    cluster: lastPart(service.clusterArn ?? name.cluster),
    service: facts.name === '' ? name.service : facts.name,
    serviceArn: service.serviceArn ?? '',
    strategy: facts.controller === 'EXTERNAL' ? 'EXTERNAL' : facts.strategy,
    desiredCount: facts.desired,
    ...(minimumHealthyPercent === undefined ? {} : { minimumHealthyPercent }),
    ...(maximumPercent === undefined ? {} : { maximumPercent }),
    ...defined({ from: progress.from, timeScale: timeScaleOf(ecs) }),
  });
}

/** Looks after the gate that the service carries, if it carries one. */
async function gateOf(
  session: Session,
  service: Service,
  mends: boolean,
): Promise<GateMark | undefined> {
  if (!hasMark(service)) return undefined;
  const { ecs } = session.dependencies.clients;
  const [newest] = await listServiceDeployments(session.api, ecs, session.name, 1);
  const gate = foundGate(service, newest);
  if (gate?.kind !== 'stale') return gate?.mark;
  const who = gate.mark === undefined ? '' : ` of a rollout by ${gate.mark.by}`;
  if (!mends) {
    session.say(
      'warning',
      'stale-gate',
      `the service still carries the pause hook${who}, whose client is gone; the next command that changes the service takes it out`,
    );
    return undefined;
  }
  session.say(
    'warning',
    'stale-gate',
    `taking out the pause hook${who}, whose client is gone: another deployment would have paused there`,
  );
  let told = false;
  await removeGate(session, (removal) => {
    // The tag is nothing beside the hook that it tells of.
    if (!told) session.advance(withChanges(session.progress, removalText(removal, who)));
    told = true;
  });
  return undefined;
}

function removalText({ part, certain }: GateRemoval, who: string): string {
  const what =
    part === 'hook'
      ? `the pause hook${who} was taken out of the service's configuration`
      : `the tag ${GATE_TAG}${who} was taken off the service`;
  return certain ? what : `the answer of ECS was lost: whether ${what} is not known`;
}

/** The service, as far as preflight looks at it. */
export function preflightFacts(service: Service): PreflightService {
  return {
    name: service.serviceName ?? '',
    status: service.status ?? 'INACTIVE',
    controller: service.deploymentController?.type ?? 'ECS',
    schedulingStrategy: service.schedulingStrategy ?? 'REPLICA',
    strategy: service.deploymentConfiguration?.strategy ?? 'ROLLING',
    desired: service.desiredCount ?? 0,
    running: service.runningCount ?? 0,
    configuration: service.deploymentConfiguration ?? {},
    loadBalancers: service.loadBalancers ?? [],
  };
}
