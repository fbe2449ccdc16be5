/**
 * Runs nothing: containers follow a model on the clock. A container at rest costs a small object and no timer, so that a
 * hundred thousand of them are cheap.
 */
import type { Clock, Timer } from '../../../base/clock.ts';
import type { Random } from '../../../base/random.ts';
import { syntheticDigest } from '../image-reference.ts';
import {
  ContainerError,
  type AdoptedContainer,
  type ContainerExit,
  type ContainerSpec,
  type HealthCheckResult,
  type PortBinding,
  type Runtime,
  type StartedContainer,
} from '../runtime.ts';
import { Dice } from './dice.ts';
import { modelledUsage } from './modelled-usage.ts';
import {
  simulationModels,
  type SimulationModel,
  type SimulationModels,
} from './simulation-model.ts';

/** The exit status of a program that SIGKILL ended. */
const KILLED_STATUS = 137;

interface Container {
  readonly id: string;
  readonly model: SimulationModel;
  readonly ports: readonly PortBinding[];
  /** By the clock's monotonic time; healthy at Infinity: never. */
  readonly startedAt: number;
  readonly healthyAt: number;
  /** The next thing that happens by itself. */
  timer: Timer | undefined;
  /** Set once a signal decided how it ends. */
  stopping: 'no' | 'terminated' | 'killed';
  exit: ContainerExit | undefined;
}

/** What a simulated runtime is made of. */
export interface SimulatedRuntimeOptions {
  readonly clock: Clock;
  /** Seeded: two simulations with the same seed are the same. */
  readonly random: Random;
  /** By `repository:tag`, `repository` or `*`; what is not named starts, becomes healthy and stops when asked. */
  readonly models?: SimulationModels;
}

/** The runtime of `--runtime simulated`, of plans and of simulations. */
export class SimulatedRuntime implements Runtime {
  readonly kind = 'simulated';
  readonly #clock: Clock;
  readonly #dice: Dice;
  readonly #modelOf: (image: string) => SimulationModel;
  /** By image: the models do not change. */
  readonly #digests = new Map<string, string>();
  readonly #containers = new Map<string, Container>();
  readonly #starting = new Map<string, Promise<unknown>>();
  readonly #listeners: ((containerId: string, exit: ContainerExit) => void)[] = [];
  /** How many containers have not ended. */
  #alive = 0;
  #addresses = 0;
  #closed = false;
  #whenNoneIsAlive: (() => void) | undefined;

  /** @throws UserError SIMULATION_INVALID */
  constructor(options: SimulatedRuntimeOptions) {
    this.#clock = options.clock;
    this.#dice = new Dice(options.random);
    this.#modelOf = simulationModels(options.models ?? {});
  }

  async pull(image: string): ReturnType<Runtime['pull']> {
    const model = this.#modelOf(image);
    await this.#clock.sleep(this.#dice.duration(model.pullMs));
    if (this.#dice.happens(`pull ${image}`, model.failToPull))
      throw new ContainerError(
        'CannotPullContainerError',
        // In the words of registries, by which clients tell a missing image from a busy registry.
        model.failToPull === true
          ? `${image} not found: its simulation model lets every pull fail`
          : `${image}: i/o timeout: its simulation model lets this pull fail`,
        { permanent: model.failToPull === true },
      );
    return { digest: this.#digestOf(image, model) };
  }

  #digestOf(image: string, model: SimulationModel): string {
    let digest = this.#digests.get(image);
    if (digest === undefined) {
      digest = syntheticDigest(image, model);
      this.#digests.set(image, digest);
    }
    return digest;
  }

  async start(spec: ContainerSpec): Promise<StartedContainer> {
    if (this.#closed)
      throw new ContainerError('CannotStartContainerError', 'the local ECS is stopping');
    if (this.#containers.has(spec.id) || this.#starting.has(spec.id))
      throw new Error(`container ${spec.id} was started before`);
    const start = this.#start(spec);
    // Signals and the end of the runtime wait for it; how it ends is the caller's to handle.
    this.#starting.set(
      spec.id,
      start.catch(() => undefined),
    );
    try {
      return await start;
    } finally {
      this.#starting.delete(spec.id);
    }
  }

  async #start(spec: ContainerSpec): Promise<StartedContainer> {
    const model = this.#modelOf(spec.image);
    await this.#clock.sleep(this.#dice.duration(model.startMs));
    if (this.#dice.happens(`start ${spec.image}`, model.failToStart))
      throw new ContainerError(
        'CannotStartContainerError',
        `the simulation model of ${spec.image} lets the start fail`,
      );
    const healthyAfter =
      model.healthyAfterMs === 'never' ? Infinity : this.#dice.duration(model.healthyAfterMs);
    const startedAt = this.#clock.monotonic();
    const container: Container = {
      ...{ id: spec.id, model, startedAt },
      ports: this.#bind(spec),
      healthyAt: startedAt + healthyAfter,
      timer: undefined,
      stopping: 'no',
      exit: undefined,
    };
    this.#containers.set(spec.id, container);
    this.#alive++;
    const { exit } = model;
    if (exit !== undefined && this.#dice.happens(`exit ${spec.image}`, exit.chance))
      this.#endAfter(container, this.#dice.duration(exit.afterMs), exit.exitCode);
    return { ports: container.ports };
  }

  /** Gives each container a loopback address of its own, so that a hundred thousand may each have their port. */
  #bind(spec: ContainerSpec): readonly PortBinding[] {
    if (spec.ports.length === 0) return [];
    const number = 2 ** 16 + (this.#addresses++ % (2 ** 24 - 2 ** 17));
    const host = `127.${number >> 16}.${(number >> 8) & 255}.${number & 255}`;
    return spec.ports.map(({ containerPort, hostPort, protocol }) => ({
      containerPort,
      protocol,
      host,
      hostPort: hostPort === 0 ? containerPort : hostPort,
    }));
  }

  async signal(containerId: string, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    await this.#starting.get(containerId);
    const container = this.#containers.get(containerId);
    if (container !== undefined) this.#send(container, signal);
  }

  #send(container: Container, signal: 'SIGTERM' | 'SIGKILL'): void {
    const { exit, stopping, model } = container;
    if (exit !== undefined || stopping === 'killed') return;
    if (signal === 'SIGKILL') {
      container.stopping = 'killed';
      this.#endAfter(container, 0, KILLED_STATUS);
      return;
    }
    if (stopping === 'terminated' || model.ignoresSigterm) return;
    container.stopping = 'terminated';
    this.#endAfter(container, this.#dice.duration(model.stopMs), model.exitCodeOnSigterm);
  }

  #endAfter(container: Container, delayMs: number, exitCode: number): void {
    container.timer?.cancel();
    container.timer = this.#clock.setTimer(delayMs, () => {
      container.timer = undefined;
      container.exit = { kind: 'exited', exitCode, outOfMemory: false };
      this.#alive--;
      for (const listener of this.#listeners) listener(container.id, container.exit);
      if (this.#alive === 0) this.#whenNoneIsAlive?.();
    });
  }

  checkHealth(containerId: string): Promise<HealthCheckResult> {
    const container = this.#containers.get(containerId);
    const runs = container !== undefined && container.exit === undefined;
    const healthy = runs && this.#clock.monotonic() >= container.healthyAt;
    return Promise.resolve(healthy ? 'healthy' : 'unhealthy');
  }

  logs(containerId: string, tailBytes: number): Promise<string> {
    const output = this.#containers.get(containerId)?.model.output ?? '';
    const bytes = Buffer.from(output);
    return Promise.resolve(bytes.subarray(Math.max(0, bytes.length - tailBytes)).toString());
  }

  usage(): ReturnType<NonNullable<Runtime['usage']>> {
    return Promise.resolve(modelledUsage(this.#containers.values(), this.#clock.monotonic()));
  }

  /** A simulation lives in its process: of containers of another one nothing is known any more. */
  adopt(containerIds: readonly string[]): Promise<ReadonlyMap<string, AdoptedContainer>> {
    const answers = new Map<string, AdoptedContainer>();
    for (const id of containerIds) {
      const container = this.#containers.get(id);
      if (container === undefined) answers.set(id, { kind: 'ended', exit: { kind: 'lost' } });
      else if (container.exit !== undefined)
        answers.set(id, { kind: 'ended', exit: container.exit });
      else answers.set(id, { kind: 'running', ports: container.ports });
    }
    return Promise.resolve(answers);
  }

  remove(containerId: string): Promise<void> {
    const container = this.#containers.get(containerId);
    if (container !== undefined && container.exit === undefined)
      return Promise.reject(new Error(`container ${containerId} still runs and cannot be removed`));
    this.#containers.delete(containerId);
    return Promise.resolve();
  }

  onExit(listener: (containerId: string, exit: ContainerExit) => void): void {
    this.#listeners.push(listener);
  }

  async close(how: Parameters<Runtime['close']>[0]): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#starting.values());
    if (how.kind === 'leave') {
      for (const container of this.#containers.values()) container.timer?.cancel();
      return;
    }
    if (this.#alive === 0) return;
    await new Promise<void>((resolve) => {
      const grace = this.#clock.setTimer(how.graceMs, () => this.#sendToAll('SIGKILL'));
      this.#whenNoneIsAlive = () => {
        grace.cancel();
        resolve();
      };
      this.#sendToAll('SIGTERM');
    });
  }

  #sendToAll(signal: 'SIGTERM' | 'SIGKILL'): void {
    for (const container of this.#containers.values()) this.#send(container, signal);
  }
}
