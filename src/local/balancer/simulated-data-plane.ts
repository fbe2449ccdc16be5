/**
 * A data plane without sockets, for virtual time: targets become healthy and unhealthy by a model, and drain in a modelled
 * time. Costs one timer per target while its state may still change, none when it has come to rest.
 */
import type { Clock } from '../../base/clock.ts';
import { checkTargetGroup } from './check-config.ts';
import {
  ListenerPortError,
  type DataPlane,
  type DataPlaneEvent,
  type ListenerConfig,
  type TargetConfig,
  type TargetGroupConfig,
  type ListenerStatistics,
} from './data-plane.ts';
import { ruleMatcher } from './rule-match.ts';
import { SimulatedTarget, type TargetModel } from './simulated-target.ts';
import { targetKey } from './target-key.ts';

/** The model of a target; asked once, when the target is registered. */
export type ModelOf = (targetGroupArn: string, id: string, port: number) => TargetModel;

interface Group {
  config: TargetGroupConfig;
  readonly targets: Map<string, SimulatedTarget>;
}

/** The simulated data plane. */
export class SimulatedDataPlane implements DataPlane {
  readonly #clock: Clock;
  readonly #modelOf: ModelOf;
  readonly #groups = new Map<string, Group>();
  readonly #listeners = new Map<string, ListenerConfig>();
  readonly #observers: ((event: DataPlaneEvent) => void)[] = [];

  constructor(clock: Clock, modelOf: ModelOf) {
    this.#clock = clock;
    this.#modelOf = modelOf;
  }

  /** Holds ports as the real one does: two listeners cannot have the same one. */
  putListener(config: ListenerConfig): Promise<void> {
    return new Promise((resolve) => {
      const { arn, host, port } = config;
      ruleMatcher(config.rules);
      for (const other of this.#listeners.values()) {
        if (other.arn === arn || other.port !== port || other.host !== host) continue;
        throw new ListenerPortError(
          'EADDRINUSE',
          `port ${port} of ${host} is in use by ${other.arn}. Choose another port for the listener.`,
        );
      }
      this.#listeners.set(arn, config);
      resolve();
    });
  }

  removeListener(arn: string): Promise<void> {
    this.#listeners.delete(arn);
    return Promise.resolve();
  }

  /** @throws RangeError when the configuration has no meaning */
  putTargetGroup(config: TargetGroupConfig): void {
    checkTargetGroup(config);
    const known = this.#groups.get(config.arn);
    const group = known ?? { config, targets: new Map<string, SimulatedTarget>() };
    group.config = config;
    this.#groups.set(config.arn, group);
    const wanted = new Set<string>();
    for (const target of config.targets) {
      const key = targetKey(target);
      wanted.add(key);
      const present = group.targets.get(key);
      if (present !== undefined) present.update(target, config);
      else group.targets.set(key, this.#newTarget(target, config));
    }
    for (const [key, target] of group.targets) {
      if (wanted.has(key)) continue;
      group.targets.delete(key);
      target.remove();
    }
  }

  removeTargetGroup(arn: string): void {
    for (const target of this.#groups.get(arn)?.targets.values() ?? []) target.remove();
    this.#groups.delete(arn);
  }

  onEvent(observer: (event: DataPlaneEvent) => void): void {
    this.#observers.push(observer);
  }

  /** In virtual time nobody sends requests. */
  statistics(): Promise<readonly ListenerStatistics[]> {
    return Promise.resolve([]);
  }

  close(): Promise<void> {
    for (const arn of [...this.#groups.keys()]) this.removeTargetGroup(arn);
    this.#listeners.clear();
    return Promise.resolve();
  }

  #newTarget(target: TargetConfig, group: TargetGroupConfig): SimulatedTarget {
    const model = this.#modelOf(group.arn, target.id, target.port);
    return new SimulatedTarget(target, group, model, this.#clock, (event) => {
      for (const observer of this.#observers) observer(event);
    });
  }
}
