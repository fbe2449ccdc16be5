/** Finds the service deployment that brings our service revision, reads it, and sees who took over. */
import type { ServiceDeploymentBrief } from '@aws-sdk/client-ecs';
import type { Api } from '../aws/api.ts';
import type { AwsClients } from '../aws/aws-clients.ts';
import {
  describeServiceDeployment,
  listServiceDeployments,
  type ServiceName,
} from '../aws/service-reader.ts';
import { observedRollout } from '../observed/from-sdk.ts';
import { isRollingBack } from '../observed/rollout.ts';
import type {
  Observation,
  ObservedRollout,
  ObservedService,
  RolloutTarget,
} from '../observed/observation.ts';
import { primaryIn } from '../observed/primary.ts';

/** Lists service deployments, newest first. */
export type Lister = () => Promise<readonly ServiceDeploymentBrief[]>;

export interface RolloutReaderOptions {
  readonly api: Api;
  readonly clients: AwsClients;
  readonly name: ServiceName;
  readonly target: RolloutTarget;
  /** The service deployment, where it is known already. */
  readonly rolloutArn: string | undefined;
}

/** Reads one rollout again and again. */
export class RolloutReader {
  readonly #options: RolloutReaderOptions;
  #arn: string | undefined;
  /** Service deployments that are not ours. */
  readonly #foreign = new Set<string>();
  #shifts = false;

  constructor(options: RolloutReaderOptions) {
    this.#options = options;
    this.#arn = options.rolloutArn;
  }

  /** True for a rollout that shifts traffic in stages; false while that is not known. */
  get shifts(): boolean {
    return this.#shifts;
  }

  /** One that reads at most once: for one look. */
  lister(): Lister {
    const { api, clients, name } = this.#options;
    let listed: Promise<readonly ServiceDeploymentBrief[]> | undefined;
    return () => (listed ??= listServiceDeployments(api, clients.ecs, name, 20));
  }

  /**
   * The rollout as it is now; undefined while ECS does not list it.
   * @param current ARN of what the service says that its service deployment is
   * @throws ApiError
   */
  async read(current: string | undefined, list: Lister): Promise<ObservedRollout | undefined> {
    const { target } = this.#options;
    const known = await this.#describe(this.#arn);
    if (known !== undefined) return known;
    // It may still be the one before.
    if (current !== undefined && !this.#foreign.has(current)) {
      const rollout = await this.#describe(current);
      if (rollout?.targetRevision === target.revision) {
        this.#arn = current;
        return rollout;
      }
      if (rollout !== undefined) this.#foreign.add(current);
    }
    const ours = (await list()).find((each) => each.targetServiceRevisionArn === target.revision);
    this.#arn = ours?.serviceDeploymentArn ?? this.#arn;
    return ours === undefined ? undefined : this.#describe(this.#arn);
  }

  async #describe(arn: string | undefined): Promise<ObservedRollout | undefined> {
    if (arn === undefined) return undefined;
    const { api, clients } = this.#options;
    const described = await describeServiceDeployment(api, clients.ecs, arn);
    if (described === undefined) return undefined;
    const { strategy = 'ROLLING' } = described.deploymentConfiguration ?? {};
    this.#shifts = strategy !== 'ROLLING';
    return observedRollout(described);
  }

  /**
   * Who took over, where somebody may have.
   * @throws ApiError
   */
  async successor(
    service: ObservedService,
    rollout: ObservedRollout | undefined,
    list: Lister,
  ): Promise<Observation['successor']> {
    const { target } = this.#options;
    const primary = primaryIn(service.deployments);
    const ousted = primary !== undefined && primary.id !== target.deploymentId;
    const ours = rollout?.status;
    // A rollback ousts ours as well, and makes no service deployment of its own.
    if (ours !== undefined && (isRollingBack(ours) || (!ousted && ours !== 'STOPPED'))) {
      return undefined;
    }
    const listed = await list();
    const at = listed.findIndex((each) => each.targetServiceRevisionArn === target.revision);
    const newer = at === -1 ? undefined : listed.slice(0, at).at(-1);
    return newer?.serviceDeploymentArn === undefined
      ? undefined
      : { arn: newer.serviceDeploymentArn, targetRevision: newer.targetServiceRevisionArn ?? '' };
  }
}
