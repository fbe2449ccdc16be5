/** The balancer in the thread that calls it: listeners in front, target groups behind. The worker thread runs one. */
import type { Clock } from '../../base/clock.ts';
import { idSource } from '../../base/ids.ts';
import type { Random } from '../../base/random.ts';
import { checkTargetGroup } from './check-config.ts';
import type {
  DataPlane,
  DataPlaneEvent,
  ListenerConfig,
  ListenerStatistics,
  TargetGroupConfig,
} from './data-plane.ts';
import { Listener } from './listener.ts';
import type { RoutingHost } from './request-router.ts';
import { TargetGroup } from './target-group.ts';
import { ListenerCounts } from './traffic-counts.ts';
import { traceIds } from './trace-id.ts';

/** A data plane of real sockets. Its time must be the system clock's: sockets know no other. */
export class Balancer implements DataPlane {
  readonly #host: RoutingHost;
  readonly #clock: Clock;
  readonly #groups = new Map<string, TargetGroup>();
  readonly #listeners = new Map<string, Listener>();
  /** By the listener's ARN: a listener that is opened anew goes on counting. */
  readonly #counts = new Map<string, ListenerCounts>();
  /** Removed listeners whose last requests are not over. */
  readonly #retired = new Set<Listener>();
  readonly #observers: ((event: DataPlaneEvent) => void)[] = [];
  /** Listener calls one after another: each sees what the one before has done. */
  #queue: Promise<unknown> = Promise.resolve();

  constructor(clock: Clock, random: Random) {
    this.#clock = clock;
    this.#host = {
      clock,
      traceIds: traceIds(() => clock.now(), idSource(random).hex(16)),
      group: (arn) => this.#groups.get(arn),
    };
  }

  /** @throws RangeError when a rule's condition has no meaning */
  putListener(config: ListenerConfig): Promise<void> {
    return this.#inTurn(async () => {
      const known = this.#listeners.get(config.arn);
      if (known?.config.host === config.host && known.config.port === config.port) {
        known.update(config);
        return;
      }
      // The new port first: when it cannot be bound, the old one goes on serving.
      const counts = this.#counts.get(config.arn) ?? new ListenerCounts();
      const listener = await Listener.open(config, this.#host, counts);
      this.#counts.set(config.arn, counts);
      this.#listeners.set(config.arn, listener);
      this.#retire(known);
    });
  }

  removeListener(arn: string): Promise<void> {
    return this.#inTurn(() => {
      this.#retire(this.#listeners.get(arn));
      this.#listeners.delete(arn);
    });
  }

  /** @throws RangeError when the configuration has no meaning */
  putTargetGroup(config: TargetGroupConfig): void {
    checkTargetGroup(config);
    const known = this.#groups.get(config.arn);
    if (known !== undefined) known.update(config);
    else {
      const group = new TargetGroup(config, this.#clock, (event) => {
        for (const observer of this.#observers) observer(event);
      });
      this.#groups.set(config.arn, group);
    }
  }

  removeTargetGroup(arn: string): void {
    this.#groups.get(arn)?.remove();
    this.#groups.delete(arn);
  }

  onEvent(observer: (event: DataPlaneEvent) => void): void {
    this.#observers.push(observer);
  }

  statistics(): Promise<readonly ListenerStatistics[]> {
    const statistics = Array.from(this.#counts, ([arn, counts]) => counts.statistics(arn));
    const serving = [...this.#listeners.values(), ...this.#retired];
    const arns = new Set(serving.map(({ config }) => config.arn));
    for (const arn of [...this.#counts.keys()]) if (!arns.has(arn)) this.#counts.delete(arn);
    return Promise.resolve(statistics);
  }

  close(): Promise<void> {
    return this.#inTurn(async () => {
      const listeners = [...this.#listeners.values(), ...this.#retired];
      await Promise.all(listeners.map((listener) => listener.destroy()));
      await Promise.all([...this.#groups.values()].map((group) => group.destroy()));
      this.#listeners.clear();
      this.#groups.clear();
    });
  }

  #retire(listener: Listener | undefined): void {
    if (listener === undefined) return;
    this.#retired.add(listener);
    void listener.ended.then(() => this.#retired.delete(listener));
    listener.close();
  }

  #inTurn<T>(work: () => T | Promise<T>): Promise<T> {
    const result = this.#queue.then(work);
    // The caller hears of a failure; the next call does not care.
    this.#queue = result.catch(() => undefined);
    return result;
  }
}
