/** From a service and a wish to a rollout that can be driven: new, or as another client left it. */
import type { Service, TaskSet } from '@aws-sdk/client-ecs';
import { ApiError } from '../aws/api-failure.ts';
import { timeScaleOf } from '../aws/time-scale.ts';
import type { StrategyWish } from '../configuration/configuration.ts';
import { describeDefinition } from '../definition/raw-definition.ts';
import type { RegisteredDefinition } from '../definition/task-definition.ts';
import type { Session } from '../session/session.ts';
import type { Traffic } from './choose-traffic.ts';
import { findFirstTraffic, findTraffic, NO_TRAFFIC_WISH } from './find-traffic.ts';
import { createInput, firstLaunch, launchOf, type TaskSetLaunch } from './launch.ts';
import { shortDefinition } from '../observed/names.ts';
import { readGreenMarks, readLease, rolloutId, wayBackFrom, type GreenMarks } from './marks.ts';
import {
  checkGreenGroup,
  checkUnbalanced,
  checkWeights,
  noteLeftovers,
  noteStickiness,
  waitForRoom,
} from './preflight.ts';
import {
  defaultTimeoutMs,
  planOf,
  type Analysis,
  type DriveOptions,
  type Rollout,
} from './rollout.ts';
import { checkTimeout, taskSetStrategy, type TaskSetStrategy } from './strategy.ts';
import { describeTaskSets, groupOf, type UnfinishedRollout } from './unfinished.ts';
import type { Direction } from './world.ts';
import { primaryIn } from '../observed/primary.ts';

/** What a new rollout brings. */
export interface NewRollout {
  readonly definition: RegisteredDefinition;
  readonly strategy: StrategyWish | undefined;
  readonly analysis: Analysis;
  readonly options: DriveOptions;
  /** How a service's first task set is run; later ones are run as the one before. */
  readonly launch: TaskSetLaunch | undefined;
  readonly purpose: Rollout['purpose'];
}

/**
 * Plans a new rollout; nothing is changed yet.
 * @param service with its tags
 * @throws UserError (exit code 2), ApiError
 */
export async function newRollout(
  session: Session,
  service: Service,
  wish: NewRollout,
): Promise<Rollout> {
  const { definition, analysis, options, purpose } = wish;
  const strategy = taskSetStrategy(wish.strategy);
  const timeoutMs = options.timeoutMs ?? defaultTimeoutMs(strategy, analysis.checks);
  const timeScale = timeScaleOf(session.dependencies.clients.ecs) ?? 1;
  checkTimeout(strategy, timeoutMs, timeScale);
  const sets = await describeTaskSets(session);
  const blue = primaryIn(sets);
  const launch = blue === undefined ? firstLaunch(service, wish.launch) : launchOf(blue);
  const traffic = await trafficOf(session, service, { blue, launch, strategy, wish });
  noteLeftovers(session, service, blue);
  await waitForRoom(session, service, timeoutMs);
  const marks: GreenMarks = {
    ...strategy,
    // A service's first task set is all that there is: it takes everything at once.
    ...(blue === undefined ? { steps: [100] } : {}),
    replaces: blue?.id,
    replacesDefinition: blue?.taskDefinition,
    blueScale: blue?.scale?.value ?? 100,
    production: traffic?.production,
    test: traffic?.test,
    by: session.dependencies.who ?? 'somebody',
    wayBack:
      blue?.taskDefinition === undefined
        ? []
        : wayBackFrom(
            shortDefinition(definition.arn),
            shortDefinition(blue.taskDefinition),
            readGreenMarks(blue)?.wayBack,
          ),
  };
  const rollout = rolloutId(session.dependencies.random.bytes(8));
  return {
    ...common(session, service, wish, marks, timeScale),
    subject: {
      rollout,
      blue: blue?.id,
      blueGroup: blue === undefined ? undefined : groupOf(blue),
      greenGroup: traffic?.greenGroup,
      production: traffic?.production,
      test: traffic?.test,
    },
    create: createInput(session.name, launch, {
      rollout,
      taskDefinition: definition.arn,
      greenGroup: traffic?.greenGroup,
      marks,
      blueTags: blue?.tags,
    }),
    definition,
    blueDefinition: await definitionOf(session, blue?.taskDefinition),
    direction: 'forward',
    purpose,
    former: readLease(service.tags),
    known: new Set(sets.flatMap((set) => set.id ?? [])),
    timeoutMs,
  };
}

/** What carries the traffic; undefined without a load balancer. */
async function trafficOf(
  session: Session,
  service: Service,
  {
    blue,
    launch,
    strategy,
    wish,
  }: {
    readonly blue: TaskSet | undefined;
    readonly launch: TaskSetLaunch;
    readonly strategy: TaskSetStrategy;
    readonly wish: NewRollout;
  },
): Promise<Traffic | undefined> {
  const traffic = wish.strategy?.traffic ?? NO_TRAFFIC_WISH;
  const group = groupOf(launch);
  if (group === undefined) {
    checkUnbalanced(strategy);
    return undefined;
  }
  if (blue === undefined) {
    const found = await findFirstTraffic(session, group, traffic);
    await checkGreenGroup(session, service, group);
    return found;
  }
  const found = await findTraffic(session, group, traffic);
  checkWeights(found, group);
  await checkGreenGroup(session, service, found.greenGroup);
  noteStickiness(session, found, strategy.finalBakeMs);
  return found;
}

/** How somebody goes on with a rollout. */
export interface Continuation {
  readonly direction: Direction;
  readonly purpose: Rollout['purpose'];
  readonly analysis: Analysis;
  readonly options: DriveOptions;
  /** True: it was found good before, so it is neither baked nor measured again. */
  readonly accepted?: boolean;
}

/**
 * A rollout as its last client left it.
 * @throws ApiError
 */
export async function continued(
  session: Session,
  service: Service,
  { rollout, green, blue, marks, lease }: UnfinishedRollout,
  how: Continuation,
): Promise<Rollout> {
  const { direction, purpose, analysis, options, accepted = false } = how;
  const { ecs } = session.dependencies.clients;
  const effective = accepted ? { ...marks, finalBakeMs: 0 } : marks;
  const checks = accepted ? [] : analysis.checks;
  return {
    ...common(
      session,
      service,
      { options, analysis: { ...analysis, checks } },
      effective,
      timeScaleOf(ecs) ?? 1,
    ),
    subject: {
      rollout,
      blue: blue?.id ?? marks.replaces,
      blueGroup: blue === undefined ? undefined : groupOf(blue),
      greenGroup: groupOf(green),
      production: marks.production,
      test: marks.test,
    },
    create: undefined,
    definition: await describeDefinition(session.api, ecs, green.taskDefinition ?? ''),
    blueDefinition: await definitionOf(session, blue?.taskDefinition ?? marks.replacesDefinition),
    direction,
    purpose,
    former: lease,
    known: new Set((service.taskSets ?? []).flatMap((set) => set.id ?? [])),
    timeoutMs: options.timeoutMs ?? defaultTimeoutMs(marks, analysis.checks),
  };
}

function common(
  session: Session,
  service: Service,
  { analysis, options }: Pick<NewRollout, 'analysis' | 'options'>,
  marks: GreenMarks,
  timeScale: number,
): Pick<
  Rollout,
  | 'serviceArn'
  | 'marks'
  | 'plan'
  | 'earlierEvents'
  | 'analysis'
  | 'onCancel'
  | 'rollback'
  | 'timeScale'
> {
  return {
    serviceArn: service.serviceArn ?? session.name.service,
    marks,
    plan: planOf(marks, analysis, timeScale),
    earlierEvents: new Set((service.events ?? []).flatMap((event) => event.id ?? [])),
    analysis,
    onCancel: options.onCancel ?? 'detach',
    rollback: options.rollback ?? true,
    timeScale,
  };
}

/** A definition that may be gone by now. */
async function definitionOf(
  session: Session,
  arn: string | undefined,
): Promise<RegisteredDefinition | undefined> {
  if (arn === undefined) return undefined;
  try {
    return await describeDefinition(session.api, session.dependencies.clients.ecs, arn);
  } catch (error) {
    if (!(error instanceof ApiError) || error.kind !== 'refused') throw error;
    return undefined;
  }
}
