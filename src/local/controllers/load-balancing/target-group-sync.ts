/** Keeps the target groups of the data plane as the state wants them; only groups that changed are told. */
import type { DataPlane, HealthCheckConfig, TargetConfig } from '../../balancer/data-plane.ts';
import type { Target, TargetGroup } from '../../state/elbv2-entities.ts';
import type { Task } from '../../state/entities.ts';
import { targetKey, type Store } from '../../state/store.ts';
import { targetAddresses } from './addresses.ts';
import { healthCheckConfig, targetConfig, targetGroupConfig } from './configuration.ts';

/** A group as the data plane was last told of it. */
interface Told {
  readonly group: TargetGroup;
  readonly healthCheck: HealthCheckConfig;
  /** By target key. What did not change stays the very same object, by which a data plane may know it. */
  readonly targets: ReadonlyMap<string, TargetConfig>;
}

/** Follows the state group by group. */
export class TargetGroupSync {
  readonly #store: Store;
  readonly #dataPlane: DataPlane;
  readonly #told = new Map<string, Told>();
  readonly #dirty = new Set<string>();

  constructor(store: Store, dataPlane: DataPlane) {
    this.#store = store;
    this.#dataPlane = dataPlane;
  }

  /** Takes note that a group changed. */
  touchGroup(targetGroupArn: string): void {
    this.#dirty.add(targetGroupArn);
  }

  /** Takes note that a target came, went or changed. */
  touchTarget(target: Target): void {
    const arn = target.targetGroupArn;
    const told = this.#told.get(arn);
    const key = targetKey(target);
    const before = told?.targets.get(key);
    const present = this.#store.targets.get(key);
    const same =
      told !== undefined &&
      (present === undefined
        ? before === undefined
        : before !== undefined && this.#next(told.group, present, before) === before);
    if (!same) this.#dirty.add(arn);
  }

  /** Takes note that a task changed: its containers may listen elsewhere. */
  touchTask(task: Task): void {
    const address = task.networkInterface?.privateIPv4Address;
    if (address === undefined) return;
    for (const target of this.#store.targets.by('id', address)) this.touchTarget(target);
  }

  /** Tells the data plane of every group that was taken note of. */
  flush(): void {
    for (const arn of this.#dirty) this.#tell(arn);
    this.#dirty.clear();
  }

  #tell(arn: string): void {
    const told = this.#told.get(arn);
    const group = this.#store.targetGroups.get(arn);
    if (group === undefined) {
      this.#told.delete(arn);
      if (told !== undefined) this.#dataPlane.removeTargetGroup(arn);
      return;
    }
    const healthCheck = told?.group === group ? told.healthCheck : healthCheckConfig(group);
    const targets = new Map<string, TargetConfig>();
    for (const target of this.#store.targets.by('targetGroup', arn)) {
      const key = targetKey(target);
      targets.set(key, this.#next(group, target, told?.targets.get(key)));
    }
    this.#told.set(arn, { group, healthCheck, targets });
    this.#dataPlane.putTargetGroup(targetGroupConfig(group, healthCheck, [...targets.values()]));
  }

  /** The target's configuration: the one before, unless it drains or listens elsewhere now. Its health is only a beginning. */
  #next(group: TargetGroup, target: Target, before: TargetConfig | undefined): TargetConfig {
    const next = targetConfig(target, targetAddresses(this.#store, group, target));
    return before !== undefined && isSame(before, next) ? before : next;
  }
}

function isSame(one: TargetConfig, other: TargetConfig): boolean {
  return (
    one.draining === other.draining &&
    sameAddress(one.address, other.address) &&
    sameAddress(one.healthCheckAddress, other.healthCheckAddress)
  );
}

function sameAddress(one: TargetConfig['address'], other: TargetConfig['address']): boolean {
  return one?.host === other?.host && one?.port === other?.port;
}
