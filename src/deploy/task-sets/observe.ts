/** Looks at a rollout by task sets: the service, both task sets, the rules that share the traffic, targets, and tasks. */
import { DescribeServicesCommand, type Service, type TaskSet } from '@aws-sdk/client-ecs';
import { DescribeTargetHealthCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { ApiError } from '../aws/api-failure.ts';
import { TaskReader } from '../aws/task-reader.ts';
import type { Session } from '../session/session.ts';
import { observedService, observedTarget } from '../observed/from-sdk.ts';
import type {
  Observation,
  ObservedDeployment,
  ObservedTarget,
  ObservedTask,
} from '../observed/observation.ts';
import { readLease, type Lease } from './marks.ts';
import { readActions, type RuleArn } from './rule.ts';
import { splitOf } from './weights.ts';
import type { Direction, SetState, Split, World } from './world.ts';
import { primaryIn } from '../observed/primary.ts';

/** What a rollout is about: names that do not change while it lasts. */
export interface Subject {
  /** External id of green, by which it is known before its id is. */
  readonly rollout: string;
  /** Id of the task set that is replaced; undefined for a service's first. */
  readonly blue: string | undefined;
  /** ARNs. Undefined without a load balancer. */
  readonly blueGroup: string | undefined;
  readonly greenGroup: string | undefined;
  readonly production: RuleArn | undefined;
  readonly test: RuleArn | undefined;
}

/** One look, for decisions and for people. */
export interface Look {
  readonly service: Service;
  readonly world: World;
  readonly blue: TaskSet | undefined;
  readonly green: TaskSet | undefined;
  readonly lease: Lease | undefined;
  readonly observation: Observation;
}

/** Tasks are looked at while something is under way, and so often at least. */
const DETAIL_EVERY_MS = 8000;

/**
 * The service with its tags and its task sets; undefined when it is gone.
 * @throws ApiError
 */
export async function describeWithTags({
  api,
  dependencies,
  name,
}: Session): Promise<Service | undefined> {
  const { services } = await api.read('ecs', 'DescribeServices', (options) =>
    dependencies.clients.ecs.send(
      new DescribeServicesCommand({
        cluster: name.cluster,
        services: [name.service],
        include: ['TAGS'],
      }),
      options,
    ),
  );
  return services?.[0];
}

/** How many tasks a scale asks for (reference: ECS semantics 7). */
export function wantedTasks(desiredCount: number, scalePercent: number): number {
  return Math.ceil(Number(((desiredCount * scalePercent) / 100).toPrecision(12)));
}

/** Looks again and again. */
export class TaskSetObserver {
  readonly #session: Session;
  readonly #subject: Subject;
  readonly #reader: TaskReader;
  readonly #startedAt: number;
  readonly #lost = new Set<string>();
  #tasks: readonly ObservedTask[] | undefined;
  #fingerprint = '';
  #detailAt = -Infinity;
  #blueTargets: readonly ObservedTarget[] | undefined;
  #blueAt = -Infinity;

  constructor(session: Session, subject: Subject) {
    const { api, dependencies, name } = session;
    this.#session = session;
    this.#subject = subject;
    this.#reader = new TaskReader(api, dependencies.clients.ecs, name);
    this.#startedAt = dependencies.clock.monotonic();
  }

  /** What could not be read, for the cause. */
  lost(): readonly string[] {
    return [...this.#lost];
  }

  /**
   * One look; undefined when the service is gone.
   * @param direction on the way back, blue's targets decide; on the way to green an older answer about them will do
   * @throws ApiError
   */
  async look(direction: Direction): Promise<Look | undefined> {
    const subject = this.#subject;
    const service = await describeWithTags(this.#session);
    if (service?.status !== 'ACTIVE') return undefined;
    const sets = service.taskSets ?? [];
    const green = sets.find((set) => set.externalId === subject.rollout);
    const blue = sets.find((set) => set.id !== undefined && set.id === subject.blue);
    const production = await this.#split(subject.production);
    const test = await this.#split(subject.test);
    const blueTargets = await this.#blue(direction);
    const greenTargets = await this.#targets(subject.greenGroup);
    const tasks = await this.#readTasks(service);
    const { clock } = this.#session.dependencies;
    const desired = service.desiredCount ?? 0;
    const targets = [blueTargets, greenTargets].flatMap((each) => each ?? []);
    return {
      service,
      blue,
      green,
      lease: readLease(service.tags),
      world: {
        blue: blue === undefined ? undefined : setState(blue, desired, blueTargets),
        green: green === undefined ? undefined : setState(green, desired, greenTargets),
        primary: primaryIn(sets)?.id,
        production,
        test,
      },
      observation: {
        at: clock.now(),
        elapsedMs: clock.monotonic() - this.#startedAt,
        service: { ...observedService(service), deployments: sets.map(asDeployment) },
        rollout: undefined,
        successor: undefined,
        tasks,
        targets: blueTargets === undefined && greenTargets === undefined ? undefined : targets,
      },
    };
  }

  async #split(rule: RuleArn | undefined): Promise<Split | undefined> {
    const { blueGroup, greenGroup } = this.#subject;
    if (rule === undefined || greenGroup === undefined) return undefined;
    const actions = await readActions(this.#session, rule);
    return actions === undefined
      ? undefined
      : splitOf(actions, { blue: blueGroup, green: greenGroup });
  }

  async #targets(group: string | undefined): Promise<readonly ObservedTarget[] | undefined> {
    if (group === undefined) return undefined;
    const { api, dependencies } = this.#session;
    return this.#optional('target health', async () => {
      const { TargetHealthDescriptions } = await api.read(
        'elasticloadbalancing',
        'DescribeTargetHealth',
        (options) =>
          dependencies.clients.elbv2.send(
            new DescribeTargetHealthCommand({ TargetGroupArn: group }),
            options,
          ),
      );
      return (TargetHealthDescriptions ?? []).map((each) => observedTarget(group, each));
    });
  }

  async #blue(direction: Direction): Promise<readonly ObservedTarget[] | undefined> {
    const now = this.#session.dependencies.clock.monotonic();
    if (direction === 'forward' && now - this.#blueAt < DETAIL_EVERY_MS) return this.#blueTargets;
    this.#blueTargets = await this.#targets(this.#subject.blueGroup);
    this.#blueAt = now;
    return this.#blueTargets;
  }

  async #readTasks(service: Service): Promise<readonly ObservedTask[] | undefined> {
    const now = this.#session.dependencies.clock.monotonic();
    const sets = service.taskSets ?? [];
    const fingerprint = JSON.stringify([
      sets.map((set) => [set.id, set.status, set.runningCount, set.pendingCount]),
      service.events?.[0]?.id,
    ]);
    const restless = sets.some((set) => set.stabilityStatus !== 'STEADY_STATE');
    const due = restless && now - this.#detailAt >= DETAIL_EVERY_MS;
    if (fingerprint === this.#fingerprint && !due) return this.#tasks;
    this.#fingerprint = fingerprint;
    this.#detailAt = now;
    this.#tasks = await this.#optional('task details', () => this.#reader.read('all'));
    return this.#tasks;
  }

  /** A detail that may be missing: what is refused is said once. */
  async #optional<T>(
    what: string,
    read: () => Promise<readonly T[]>,
  ): Promise<readonly T[] | undefined> {
    if ([...this.#lost].some((each) => each.startsWith(what))) return undefined;
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof ApiError) || (error.kind !== 'denied' && error.kind !== 'refused')) {
        throw error;
      }
      const why =
        error.kind === 'denied'
          ? `${error.permission} is not allowed`
          : `${error.permission} answered ${error.code}: ${error.message}`;
      this.#lost.add(`${what}: ${why}`);
      this.#session.say('warning', 'detail-lost', `cannot read ${what}: ${why}`);
      return undefined;
    }
  }
}

function setState(
  set: TaskSet,
  desired: number,
  targets: readonly ObservedTarget[] | undefined,
): SetState {
  const scale = set.scale?.value ?? 0;
  return {
    id: set.id ?? '',
    status: set.status ?? '',
    scale,
    // ECS's own number follows the scale with its next pass; until then it would be taken for the new one.
    wanted: wantedTasks(desired, scale),
    running: set.runningCount ?? 0,
    pending: set.pendingCount ?? 0,
    steady: set.stabilityStatus === 'STEADY_STATE',
    healthy: targets?.filter((target) => target.state === 'healthy').length,
  };
}

/** Task sets are told of as deployments are. */
function asDeployment(set: TaskSet): ObservedDeployment {
  return {
    id: set.id ?? '',
    status: set.status ?? '',
    taskDefinition: set.taskDefinition ?? '',
    desired: set.computedDesiredCount ?? 0,
    pending: set.pendingCount ?? 0,
    running: set.runningCount ?? 0,
    failed: 0,
    rolloutState: undefined,
    rolloutStateReason: undefined,
  };
}
