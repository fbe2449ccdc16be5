/** Looks at a rollout: as many calls as the look is worth, no more. */
import { DescribeTargetHealthCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Clock } from '../../base/clock.ts';
import type { Api } from '../aws/api.ts';
import { ApiError } from '../aws/api-failure.ts';
import type { AwsClients } from '../aws/aws-clients.ts';
import { observedService, observedTarget } from '../observed/from-sdk.ts';
import { isTerminal } from '../observed/rollout.ts';
import type {
  Observation,
  ObservedRollout,
  ObservedService,
  ObservedTarget,
  ObservedTask,
  RolloutTarget,
} from '../observed/observation.ts';
import {
  closenessOf,
  hasTurned,
  pauseBeforeLook,
  readingOf,
  signsOf,
  type PaceHistory,
  type Tempo,
} from './pace.ts';
import { findService, type ServiceName } from '../aws/service-reader.ts';
import { RolloutReader } from './rollout-reader.ts';
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
  readonly tempo: Tempo;
  /** Hears once of each detail that cannot be read. */
  readonly onLost: (what: string) => void;
}

/** So many looks in a row have to miss a service before it is gone. */
const MISSING_LOOKS = 4;

const GONE: ObservedService = {
  status: 'INACTIVE',
  desired: 0,
  pending: 0,
  running: 0,
  deployments: [],
  events: [],
};

/** Looks again and again at one rollout. */
export class Observer {
  readonly #options: ObserverOptions;
  readonly #taskReader: TaskReader;
  readonly #startedAt: number;
  readonly #callsBefore: number;
  readonly #rollouts: RolloutReader;
  /** What the service says that its service deployment is. */
  #current: string | undefined;
  /** Undefined before the first look, and for good where tasks cannot be read. */
  #tasks: readonly ObservedTask[] | undefined;
  #targets: readonly ObservedTarget[] | undefined;
  #observation: Observation | undefined;
  #shown = '';
  #changedMs = 0;
  #serviceMs: number | undefined;
  #rolloutMs: number | undefined;
  #detailsMs: number | undefined;
  #troubled = false;
  readonly #lost = new Set<string>();

  constructor(options: ObserverOptions) {
    this.#options = options;
    this.#taskReader = new TaskReader(options.api, options.clients.ecs, options.name);
    this.#startedAt = options.clock.monotonic();
    this.#callsBefore = options.api.totals().total;
    this.#rollouts = new RolloutReader(options);
  }

  /** What could not be read, for the cause. */
  lost(): readonly string[] {
    return [...this.#lost];
  }

  /** Milliseconds until the next look is worth its calls. */
  pause(): number {
    return pauseBeforeLook(this.#history(), this.#options.target, this.#options.tempo);
  }

  /**
   * One look.
   * @throws ApiError, UserError when the cluster is gone
   */
  async look(): Promise<Observation> {
    const { clock, target, tempo } = this.#options;
    const reading = readingOf(this.#history(), target, tempo);
    const former = this.#observation;
    let service =
      reading.service || former === undefined ? await this.#readService() : former.service;
    // A service that was deleted has no rollouts and no tasks to ask for.
    const list = this.#rollouts.lister();
    let rollout = former?.rollout;
    if (service.status === 'ACTIVE' && (reading.rollout || hasTurned(service, target))) {
      rollout = await this.#rollouts.read(this.#current, list);
      this.#rolloutMs = this.#now();
      // What a rollout has become is judged together with what the service has.
      if (!reading.service && rollout?.status !== former?.rollout?.status) {
        service = await this.#readService();
      }
    }
    const active = service.status === 'ACTIVE';
    if (active) await this.#lookAtDetails(service, rollout);
    const observation = {
      at: clock.now(),
      elapsedMs: this.#now(),
      service,
      rollout: active ? rollout : undefined,
      successor: active ? await this.#rollouts.successor(service, rollout, list) : undefined,
      tasks: this.#tasks,
      targets: this.#targets,
    };
    this.#remember(observation);
    return observation;
  }

  #now(): number {
    return this.#options.clock.monotonic() - this.#startedAt;
  }

  #history(): PaceHistory {
    return {
      observation: this.#observation,
      nowMs: this.#now(),
      calls: this.#options.api.totals().total - this.#callsBefore,
      changedMs: this.#changedMs,
      serviceMs: this.#serviceMs,
      rolloutMs: this.#rolloutMs,
      detailsMs: this.#detailsMs,
      shifts: this.#rollouts.shifts,
      troubled: this.#troubled,
    };
  }

  #remember(observation: Observation): void {
    const { service, rollout } = observation;
    const signs = signsOf(this.#observation?.service, service, this.#options.target);
    this.#troubled ||= signs === 'trouble';
    this.#observation = observation;
    const { status, lifecycleStage, productionWeight, waitingHooks } = rollout ?? {};
    const shown = JSON.stringify([
      ...[service.deployments, service.events[0]?.id],
      ...[status, lifecycleStage, productionWeight, waitingHooks],
    ]);
    if (shown !== this.#shown) this.#changedMs = this.#now();
    this.#shown = shown;
  }

  async #readService(): Promise<ObservedService> {
    const { api, clients, clock, name, tempo } = this.#options;
    for (let look = 1; ; look++) {
      const found = await findService(api, clients.ecs, name);
      this.#serviceMs = this.#now();
      this.#current = found?.currentServiceDeployment;
      if (found !== undefined) return observedService(found);
      // A deleted service is INACTIVE for long; one that is missing may only not have reached whoever answered.
      if (look === MISSING_LOOKS) return GONE;
      await clock.sleep(2 * tempo.shortestMs);
    }
  }

  async #lookAtDetails(
    service: ObservedService,
    rollout: ObservedRollout | undefined,
  ): Promise<void> {
    const { targetGroups, target, tempo } = this.#options;
    const over = rollout !== undefined && isTerminal(rollout.status);
    const closeness = closenessOf(this.#history(), service, target, tempo, {
      ended: !over ? undefined : rollout.status === 'SUCCESSFUL' ? 'well' : 'badly',
      stage: rollout?.lifecycleStage,
      targetGroups: targetGroups.length,
    });
    if (closeness === 'none') return;
    this.#detailsMs = this.#now();
    const [tasks, targets] = await Promise.all([
      this.#lostAny('task details')
        ? undefined
        : this.#optional('task details', this.#tasks, () => this.#taskReader.read(closeness)),
      targetGroups.length === 0 || this.#lostAny('target health')
        ? undefined
        : closeness === 'known'
          ? this.#targets
          : this.#optional('target health', this.#targets, () => this.#readTargets(targetGroups)),
    ]);
    this.#tasks = tasks;
    this.#targets = targets;
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
