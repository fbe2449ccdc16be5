/** Looks at a rollout: as many calls as the look is worth, no more. */
import { DescribeTargetHealthCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Clock } from '../../base/clock.ts';
import type { Api } from '../aws/api.ts';
import { ApiError } from '../aws/api-failure.ts';
import type { AwsClients } from '../aws/aws-clients.ts';
import { observedRollout, observedService, observedTarget } from './from-sdk.ts';
import {
  isHealthy,
  isTerminal,
  type Observation,
  type ObservedService,
  type ObservedTarget,
  type ObservedTask,
  type RolloutTarget,
} from './observation.ts';
import {
  describeServiceDeployment,
  findService,
  listServiceDeployments,
  type ServiceName,
} from '../aws/service-reader.ts';
import { TaskReader } from '../aws/task-reader.ts';

export interface ObserverOptions {
  readonly api: Api;
  readonly clients: AwsClients;
  readonly clock: Clock;
  readonly name: ServiceName;
  readonly target: RolloutTarget;
  /** ARNs of the service's target groups. */
  readonly targetGroups: readonly string[];
  /** The service deployment, where it is known already. */
  readonly rolloutArn: string | undefined;
  /** Hears once of each detail that cannot be read. */
  readonly onLost: (what: string) => void;
}

/** A service with more tasks is looked at in detail less often: each look costs a call for each hundred tasks. */
const MANY_TASKS = 100;
/** Tasks and targets are looked at while something is under way, and so often at least. */
const DETAIL_EVERY_MS = 8000;

/** Looks again and again at one rollout. */
export class Observer {
  readonly #options: ObserverOptions;
  readonly #taskReader: TaskReader;
  readonly #startedAt: number;
  #rolloutArn: string | undefined;
  /** Undefined before the first look, and for good where tasks cannot be read. */
  #tasks: readonly ObservedTask[] | undefined;
  #targets: readonly ObservedTarget[] | undefined;
  #detailAt = -Infinity;
  #stoppedAt = -Infinity;
  #fingerprint = '';
  readonly #lost = new Set<string>();

  constructor(options: ObserverOptions) {
    this.#options = options;
    this.#taskReader = new TaskReader(options.api, options.clients.ecs, options.name);
    this.#startedAt = options.clock.monotonic();
    this.#rolloutArn = options.rolloutArn;
  }

  /** What could not be read, for the cause. */
  lost(): readonly string[] {
    return [...this.#lost];
  }

  /**
   * One look.
   * @param thorough reads every detail, as for a verdict
   * @throws ApiError, UserError when the cluster is gone
   */
  async look(thorough = false): Promise<Observation> {
    const { api, clients, clock, name } = this.#options;
    const found = await findService(api, clients.ecs, name);
    const service: ObservedService =
      found === undefined
        ? { status: 'INACTIVE', desired: 0, pending: 0, running: 0, deployments: [], events: [] }
        : observedService(found);
    // A service that was deleted has no rollouts and no tasks to ask for.
    const gone = service.status !== 'ACTIVE';
    const { rollout, successor } = gone
      ? { rollout: undefined, successor: undefined }
      : await this.#lookAtRollout(service);
    const over = rollout !== undefined && isTerminal(rollout.status);
    if (!gone) await this.#lookAtDetails(service, thorough || over);
    return {
      at: clock.now(),
      elapsedMs: clock.monotonic() - this.#startedAt,
      service,
      rollout,
      successor,
      tasks: this.#tasks,
      targets: this.#targets,
    };
  }

  async #lookAtRollout(
    service: ObservedService,
  ): Promise<Pick<Observation, 'rollout' | 'successor'>> {
    const { api, clients, name, target } = this.#options;
    const { ecs } = clients;
    const primary = service.deployments.find((each) => each.status === 'PRIMARY');
    const described =
      this.#rolloutArn === undefined
        ? undefined
        : await describeServiceDeployment(api, ecs, this.#rolloutArn);
    let rollout = described === undefined ? undefined : observedRollout(described);
    const ousted = primary !== undefined && primary.id !== target.deploymentId;
    // The list is needed to find ours, and to see whether another one took over.
    if (rollout !== undefined && !ousted && rollout.status !== 'STOPPED') {
      return { rollout, successor: undefined };
    }
    const listed = await listServiceDeployments(api, ecs, name, 20);
    if (rollout === undefined) {
      const ours = listed.find((each) => each.targetServiceRevisionArn === target.revision);
      this.#rolloutArn = ours?.serviceDeploymentArn;
      if (this.#rolloutArn !== undefined) {
        const first = await describeServiceDeployment(api, ecs, this.#rolloutArn);
        rollout = first === undefined ? undefined : observedRollout(first);
      }
    }
    const ours = listed.findIndex((each) => each.targetServiceRevisionArn === target.revision);
    const newer = ours === -1 ? undefined : listed.slice(0, ours).at(-1);
    return {
      rollout,
      successor:
        newer?.serviceDeploymentArn === undefined
          ? undefined
          : {
              arn: newer.serviceDeploymentArn,
              targetRevision: newer.targetServiceRevisionArn ?? '',
            },
    };
  }

  async #lookAtDetails(service: ObservedService, thorough: boolean): Promise<void> {
    const now = this.#options.clock.monotonic();
    const fingerprint = JSON.stringify([service.deployments, service.events[0]?.id]);
    const changed = thorough || fingerprint !== this.#fingerprint;
    const many = service.running + service.pending > MANY_TASKS;
    const due = now - this.#detailAt >= DETAIL_EVERY_MS;
    if (!due && (many ? !thorough : !changed && this.#settled(service))) return;
    this.#detailAt = now;
    const stopped = changed || now - this.#stoppedAt >= DETAIL_EVERY_MS;
    this.#fingerprint = fingerprint;
    if (stopped) this.#stoppedAt = now;
    if (!this.#lostAny('task details')) {
      this.#tasks = await this.#optional('task details', this.#tasks, () =>
        this.#taskReader.read(stopped),
      );
    }
    const { targetGroups } = this.#options;
    if (targetGroups.length > 0 && !this.#lostAny('target health')) {
      this.#targets = await this.#optional('target health', this.#targets, () =>
        this.#readTargets(targetGroups),
      );
    }
  }

  /** True when every task runs and is healthy: then only a change of the service is worth a closer look. */
  #settled(service: ObservedService): boolean {
    if (service.pending > 0 || this.#tasks === undefined) return false;
    const { target } = this.#options;
    const targets = this.#targets;
    const live = this.#tasks.filter((task) => task.lastStatus !== 'STOPPED');
    return live.length > 0 && live.every((task) => isHealthy(task, { targets }, target));
  }

  async #readTargets(targetGroups: readonly string[]): Promise<readonly ObservedTarget[]> {
    const { api, clients } = this.#options;
    const lists = await Promise.all(
      targetGroups.map(async (TargetGroupArn) => {
        const { TargetHealthDescriptions } = await api.read(
          'elasticloadbalancing',
          'DescribeTargetHealth',
          (options) =>
            clients.elbv2.send(new DescribeTargetHealthCommand({ TargetGroupArn }), options),
        );
        return (TargetHealthDescriptions ?? []).map((each) => observedTarget(TargetGroupArn, each));
      }),
    );
    return lists.flat();
  }

  /** A detail that may be missing: what is refused is given up and said once, what fails for now keeps its last value. */
  async #optional<T>(
    what: string,
    last: readonly T[] | undefined,
    read: () => Promise<readonly T[]>,
  ): Promise<readonly T[] | undefined> {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.kind !== 'denied' && error.kind !== 'refused') return last;
      const why =
        error.kind === 'denied'
          ? `${error.permission} is not allowed`
          : `${error.permission} answered ${error.code}: ${error.message}`;
      this.#lost.add(`${what}: ${why}`);
      this.#options.onLost(`${what}: ${why}`);
      return undefined;
    }
  }

  #lostAny(what: string): boolean {
    return [...this.#lost].some((each) => each.startsWith(what));
  }
}
