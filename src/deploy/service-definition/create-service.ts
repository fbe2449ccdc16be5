/** Creates the service that a definition describes, once, however often the answer is lost. */
import {
  CreateServiceCommand,
  TagResourceCommand,
  type CreateServiceCommandInput,
  type Service,
  type Tag,
} from '@aws-sdk/client-ecs';
import { lastPart } from '../../base/arn.ts';
import { UserError } from '../../base/errors.ts';
import { idSource } from '../../base/ids.ts';
import { ApiError, mayRetry } from '../aws/api-failure.ts';
import { findService, type ServiceName } from '../aws/service-reader.ts';
import { primaryOf } from '../observed/primary.ts';
import { sendChange } from '../session/in-doubt.ts';
import { withChanges } from '../session/progress.ts';
import type { Session } from '../session/session.ts';
import { shortDefinition } from '../observed/names.ts';
import { explainRefusal } from './refusal.ts';
import {
  controllerOf,
  TASK_SET_MEMBERS,
  type ServiceDefinition,
  type ServiceSettings,
} from './service-definition.ts';

/** What the deploy adds to the definition. */
export interface NewService {
  /** ARN; undefined under the EXTERNAL deployment controller, where task sets have it. */
  readonly taskDefinition: string | undefined;
  /** Settings that were asked for beside the file, such as `--desired-count`; they go before it. */
  readonly settings?: ServiceSettings & { readonly desiredCount?: number };
}

const ATTEMPTS = 8;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 10_000;
/** Pauses (ms) before each look for a creation whose answer was lost. */
const LOOKS_MS = [0, 2000, 4000, 8000, 16_000, 32_000];
/** So long may ECS take to show what it has created (reference: ECS semantics 1.7). */
const VISIBLE_WITHIN_MS = 120_000;

/**
 * Creates the service and waits until ECS shows it. A client token makes it one creation; while the answer is lost the session
 * says `inDoubt`.
 * @returns the service as DescribeServices shows it, with its tags
 * @throws UserError (exit code 2) with what to mend when ECS refuses; ApiError
 */
export async function createService(
  session: Session,
  definition: ServiceDefinition,
  created: NewService,
): Promise<Service> {
  const { dependencies, name } = session;
  const clientToken = idSource(dependencies.random).uuid();
  const input = { ...creationInput(name, definition, created), clientToken };
  await create(session, definition, input);
  const external = controllerOf(definition) === 'EXTERNAL';
  session.advance({
    // What has task sets has no rollout before its first one.
    ...(external ? withChanges(session.progress, 'the service was created') : { started: true }),
    inDoubt: false,
  });
  const tasks = input.desiredCount;
  session.say(
    'info',
    'created',
    `created service "${input.serviceName ?? ''}"${
      created.taskDefinition === undefined ? '' : ` with ${shortDefinition(created.taskDefinition)}`
    }${tasks === undefined ? '' : `, desired count ${tasks}`}`,
  );
  return visible(session, external);
}

/** What CreateService is given, without its token. */
export function creationInput(
  name: ServiceName,
  definition: ServiceDefinition,
  { taskDefinition, settings: asked = {} }: NewService,
): CreateServiceCommandInput {
  const { desiredCount: askedCount, ...others } = asked;
  const settings: ServiceSettings = { ...definition.settings, ...others };
  const external = controllerOf(definition) === 'EXTERNAL';
  const members = Object.entries(settings).filter(
    ([member]) => !(external && TASK_SET_MEMBERS.some((each) => each === member)),
  );
  const daemon = settings.schedulingStrategy === 'DAEMON';
  // ECS demands a count for REPLICA; one task is what CloudFormation takes, too.
  const desiredCount = askedCount ?? definition.desiredCount?.value ?? (external ? undefined : 1);
  return {
    // Members of `settings`, by their own names.
    ...(Object.fromEntries(members) as ServiceSettings),
    cluster: name.cluster,
    serviceName: lastPart(name.service),
    ...(external || taskDefinition === undefined ? {} : { taskDefinition }),
    ...(daemon || desiredCount === undefined ? {} : { desiredCount }),
    ...(definition.tags.length === 0 ? {} : { tags: [...definition.tags] }),
  };
}

/**
 * Sets tags of the service, and takes none away.
 * @throws ApiError
 */
export async function tagService(
  session: Session,
  serviceArn: string,
  tags: readonly Tag[],
): Promise<void> {
  if (tags.length === 0) return;
  const { ecs } = session.dependencies.clients;
  await session.api.change('ecs', 'TagResource', (options) =>
    sendChange(session, () =>
      ecs.send(new TagResourceCommand({ resourceArn: serviceArn, tags: [...tags] }), options),
    ),
  );
}

async function create(
  session: Session,
  definition: ServiceDefinition,
  input: CreateServiceCommandInput,
): Promise<void> {
  const { api, dependencies } = session;
  let lost = false;
  for (let attempt = 1; ; attempt++) {
    try {
      await api.changeOnce('ecs', 'CreateService', (options) =>
        dependencies.clients.ecs.send(new CreateServiceCommand(input), options),
      );
      return;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      // It may have been created although the answer is lost; the same token then brings the answer again.
      lost ||= error.kind === 'transient';
      if (lost) session.advance({ inDoubt: true });
      const last = attempt >= ATTEMPTS;
      if (!mayRetry(error.kind) || last) {
        if (lost && (last || EXISTS.test(error.message)) && (await isThere(session, input))) return;
        if (error.kind === 'refused') session.advance({ inDoubt: false });
        if (!mayRetry(error.kind))
          throw explainRefusal(error, 'create', session.name, definition.source);
        throw error;
      }
    }
    await pause(session, attempt);
  }
}

/** What ECS says to a creation of what is there already. */
const EXISTS = /not idempotent|already exists/i;

/** True when the service is there as we wanted it: our own creation, whose answer was lost. */
async function isThere(session: Session, input: CreateServiceCommandInput): Promise<boolean> {
  for (const wait of LOOKS_MS) {
    await session.dependencies.clock.sleep(wait, session.signal());
    const service = await findService(session.api, session.dependencies.clients.ecs, session.name);
    if (service?.status !== 'ACTIVE') continue;
    return input.taskDefinition === undefined
      ? service.deploymentController?.type === 'EXTERNAL' && (service.taskSets ?? []).length === 0
      : service.taskDefinition === input.taskDefinition;
  }
  return false;
}

/** A service may be MISSING just after its creation, or shown as the one of the same name that was deleted before. */
async function visible(session: Session, external: boolean): Promise<Service> {
  const { api, dependencies, name } = session;
  const { clock, clients } = dependencies;
  const start = clock.monotonic();
  for (let attempt = 1; ; attempt++) {
    const service = await findService(api, clients.ecs, name, { tags: true });
    if (service?.status === 'ACTIVE' && (external || primaryOf(service) !== undefined)) {
      return service;
    }
    if (clock.monotonic() - start >= VISIBLE_WITHIN_MS) {
      throw new UserError(
        'SERVICE_NOT_VISIBLE',
        `service "${name.service}" was created, and DescribeServices does not show it after ${VISIBLE_WITHIN_MS / 1000} s`,
        { hint: `Look at it: fairlead status --cluster ${name.cluster} --service ${name.service}` },
      );
    }
    await pause(session, attempt);
  }
}

/** Half of a pause is chance, so that many clients do not come back at once. */
function pause(session: Session, attempt: number): Promise<void> {
  const { clock, random } = session.dependencies;
  const longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (attempt - 1));
  return clock.sleep(longest * (0.5 + random.fraction() / 2), session.signal());
}
