/** A region in virtual time: the operations, the controller and the simulated data plane, whose calls are recorded. */
import { idSource } from '../../../../src/base/ids.ts';
import { seededRandom } from '../../../../src/base/random.ts';
import { VirtualClock } from '../../../../src/base/virtual-clock.ts';
import {
  ListenerPortError,
  type DataPlane,
  type DataPlaneEvent,
  type ListenerConfig,
  type TargetGroupConfig,
  type ListenerStatistics,
} from '../../../../src/local/balancer/data-plane.ts';
import {
  SimulatedDataPlane,
  type ModelOf,
} from '../../../../src/local/balancer/simulated-data-plane.ts';
import { DataPlanePorts } from '../../../../src/local/controllers/load-balancing/listener-ports.ts';
import { LoadBalancingController } from '../../../../src/local/controllers/load-balancing/load-balancing-controller.ts';
import type { Log } from '../../../../src/local/log.ts';
import { memoryJournal, type Journal } from '../../../../src/local/state/journal.ts';
import { Store } from '../../../../src/local/state/store.ts';
import type { TargetHealth } from '@aws-sdk/client-elastic-load-balancing-v2';
import { Region } from '../../elbv2/world.ts';

/** The simulated data plane, and what it was told. */
export class RecordedDataPlane implements DataPlane {
  readonly #inner: SimulatedDataPlane;
  readonly groups: TargetGroupConfig[] = [];
  readonly listeners: ListenerConfig[] = [];
  readonly removed: string[] = [];
  /** Ports that another program has. */
  readonly busy = new Set<number>();
  /** Ports are not opened before it. */
  gate: Promise<unknown> = Promise.resolve();
  readonly #observers: ((event: DataPlaneEvent) => void)[] = [];

  constructor(inner: SimulatedDataPlane) {
    this.#inner = inner;
  }

  async putListener(listener: ListenerConfig): Promise<void> {
    this.listeners.push(listener);
    await this.gate;
    if (this.busy.has(listener.port))
      throw new ListenerPortError('EADDRINUSE', `${listener.port} is in use`);
    await this.#inner.putListener(listener);
  }

  removeListener(arn: string): Promise<void> {
    this.removed.push(arn);
    return this.#inner.removeListener(arn);
  }

  putTargetGroup(group: TargetGroupConfig): void {
    this.groups.push(group);
    this.#inner.putTargetGroup(group);
  }

  removeTargetGroup(arn: string): void {
    this.removed.push(arn);
    this.#inner.removeTargetGroup(arn);
  }

  onEvent(listener: (event: DataPlaneEvent) => void): void {
    this.#observers.push(listener);
    this.#inner.onEvent(listener);
  }

  /** Says something that the simulated one would not. */
  emit(event: DataPlaneEvent): void {
    for (const observer of this.#observers) observer(event);
  }

  statistics(): Promise<readonly ListenerStatistics[]> {
    return this.#inner.statistics();
  }

  close(): Promise<void> {
    return this.#inner.close();
  }
}

/** What one control plane is made of. */
export class ControlledRegion extends Region {
  readonly clock: VirtualClock;
  readonly store: Store;
  readonly dataPlane: RecordedDataPlane;
  readonly controller: LoadBalancingController;
  /** `LEVEL MESSAGE` of each entry. */
  readonly entries: string[] = [];

  constructor(
    options: {
      readonly clock?: VirtualClock;
      readonly store?: Store;
      readonly journal?: Journal;
      readonly modelOf?: ModelOf;
    } = {},
  ) {
    const clock = options.clock ?? new VirtualClock();
    const store = options.store ?? new Store(options.journal ?? memoryJournal);
    const modelOf = options.modelOf ?? (() => ({ health: { kind: 'passed' } }));
    const dataPlane = new RecordedDataPlane(new SimulatedDataPlane(clock, modelOf));
    const ports = new DataPlanePorts(dataPlane, store, () => Promise.resolve(true));
    super({ store, clock, ports, ids: idSource(seededRandom(1)) });
    this.clock = clock;
    this.store = store;
    this.dataPlane = dataPlane;
    const entry = (level: string) => (message: string) => this.entries.push(`${level} ${message}`);
    const log: Log = {
      debug: entry('debug'),
      info: entry('info'),
      warn: entry('warn'),
      error: entry('error'),
    };
    this.controller = new LoadBalancingController({ store, clock, dataPlane, ports, log });
  }

  /** A started one. */
  static async start(
    options?: ConstructorParameters<typeof ControlledRegion>[0],
  ): Promise<ControlledRegion> {
    const region = new ControlledRegion(options);
    await region.controller.start();
    return region;
  }

  async register(group: string, id = '10.0.0.1', port = 80): Promise<void> {
    await this.call('RegisterTargets', {
      TargetGroupArn: group,
      Targets: [{ Id: id, Port: port }],
    });
  }

  async deregister(group: string, id = '10.0.0.1', port = 80): Promise<void> {
    await this.call('DeregisterTargets', {
      TargetGroupArn: group,
      Targets: [{ Id: id, Port: port }],
    });
  }

  /** Each target's health as the API shows it. */
  async health(group: string): Promise<readonly TargetHealth[]> {
    const answer = await this.call('DescribeTargetHealth', { TargetGroupArn: group });
    return (answer.TargetHealthDescriptions ?? []).map((each) => each.TargetHealth ?? {});
  }

  /** The states of a group's targets. */
  async states(group: string): Promise<readonly (string | undefined)[]> {
    return (await this.health(group)).map((each) => each.State);
  }
}
