/**
 * A machine whose containers follow a script on the virtual clock and outlive the control plane, and the Runtime through which
 * one control plane sees it. Unlike the simulated runtime it can be abandoned in the middle of anything and adopted.
 */
import type { VirtualClock } from '../../../../src/base/virtual-clock.ts';
import {
  ContainerError,
  type AdoptedContainer,
  type ContainerExit,
  type ContainerSpec,
  type HealthCheckResult,
  type PortBinding,
  type Runtime,
  type StartedContainer,
} from '../../../../src/local/runtime/runtime.ts';

/** How one container behaves. */
export interface Script {
  readonly pullFails?: boolean;
  readonly startMs?: number;
  readonly startFails?: boolean;
  /** Ends by itself so long after its start. */
  readonly runMs?: number;
  readonly exitCode?: number;
  readonly outOfMemory?: boolean;
  /** From SIGTERM to its end; `never`: ignores SIGTERM. */
  readonly stopMs?: number | 'never';
  /** Healthy from so long after its start; absent: at once; `never`. */
  readonly healthyAfterMs?: number | 'never';
  /** Its exit status is lost when the control plane was away at its end. */
  readonly losesStatus?: boolean;
}

export interface MachineContainer {
  readonly id: string;
  readonly spec: ContainerSpec;
  readonly script: Script;
  readonly ports: readonly PortBinding[];
  state: 'starting' | 'running' | 'ended' | 'never';
  startedAt?: number;
  exit?: ContainerExit;
  termAt?: number;
  killAt?: number;
}

/** What the control plane did, in order. */
export type MachineEvent =
  | { readonly kind: 'start' | 'remove'; readonly id: string; readonly at: number }
  | {
      readonly kind: 'signal';
      readonly id: string;
      readonly at: number;
      readonly signal: 'SIGTERM' | 'SIGKILL';
    };

/** The machine and all containers that were ever started on it. */
export class Machine {
  readonly clock: VirtualClock;
  readonly scripts: Readonly<Record<string, Script>>;
  readonly containers = new Map<string, MachineContainer>();
  readonly events: MachineEvent[] = [];
  /** The facade of the living control plane, if any. */
  attached: MachineRuntime | undefined;
  /** Called before anything is done to a container. */
  inspect: (event: MachineEvent, container: MachineContainer) => void = () => undefined;
  #port = 20_000;

  /** @param scripts by container name */
  constructor(clock: VirtualClock, scripts: Readonly<Record<string, Script>>) {
    this.clock = clock;
    this.scripts = scripts;
  }

  scriptOf(name: string): Script {
    return this.scripts[name] ?? {};
  }

  of(name: string): readonly MachineContainer[] {
    return [...this.containers.values()].filter(({ spec }) => spec.name === name);
  }

  async start(spec: ContainerSpec): Promise<StartedContainer> {
    const script = this.scriptOf(spec.name);
    const container: MachineContainer = {
      id: spec.id,
      spec,
      script,
      ports: spec.ports.map(({ containerPort, protocol, hostPort }) => ({
        containerPort,
        protocol,
        host: '127.0.0.1',
        hostPort: hostPort === 0 ? this.#port++ : hostPort,
      })),
      state: 'starting',
    };
    this.#note({ kind: 'start', id: spec.id, at: this.clock.now() }, container);
    if (this.containers.has(spec.id)) throw new Error(`${spec.id} was started twice`);
    this.containers.set(spec.id, container);
    await this.clock.sleep(script.startMs ?? 100);
    if (container.state !== 'starting') throw new Error(`${spec.id} was swept away`);
    if (script.startFails === true) {
      container.state = 'never';
      throw new ContainerError('CannotStartContainerError', 'the program is missing');
    }
    container.state = 'running';
    container.startedAt = this.clock.now();
    if (script.runMs !== undefined)
      this.#endAfter(container, script.runMs, script.exitCode ?? 0, script.outOfMemory ?? false);
    return { ports: container.ports };
  }

  signal(id: string, signal: 'SIGTERM' | 'SIGKILL'): void {
    const container = this.containers.get(id);
    if (container === undefined) throw new Error(`${id} is unknown`);
    this.#note({ kind: 'signal', id, at: this.clock.now(), signal }, container);
    if (container.state !== 'running') return;
    if (signal === 'SIGKILL') {
      container.killAt ??= this.clock.now();
      this.#endAfter(container, 1, 137, false);
    } else if (container.termAt === undefined) {
      container.termAt = this.clock.now();
      const { stopMs = 200 } = container.script;
      if (stopMs !== 'never') this.#endAfter(container, stopMs, 143, false);
    }
  }

  health(id: string): HealthCheckResult {
    const container = this.containers.get(id);
    if (container?.state !== 'running' || container.startedAt === undefined) return 'unhealthy';
    const { healthyAfterMs = 0 } = container.script;
    if (healthyAfterMs === 'never') return 'unhealthy';
    return this.clock.now() >= container.startedAt + healthyAfterMs ? 'healthy' : 'unhealthy';
  }

  remove(id: string): void {
    const container = this.containers.get(id);
    if (container === undefined) return;
    this.#note({ kind: 'remove', id, at: this.clock.now() }, container);
    if (container.state === 'running') throw new Error(`${id} still runs`);
    this.containers.delete(id);
  }

  /** As Runtime.adopt: starts under way are undone, and what nobody knows is removed. */
  adopt(
    ids: readonly string[],
    endedIds: readonly string[],
  ): ReadonlyMap<string, AdoptedContainer> {
    const answers = new Map<string, AdoptedContainer>();
    for (const container of this.containers.values()) {
      const { id, state } = container;
      if (state === 'starting') container.state = 'never';
      else if (state === 'running' && !ids.includes(id)) this.#end(container, 137, false);
      if (!ids.includes(id) && !endedIds.includes(id)) this.containers.delete(id);
    }
    for (const id of ids) {
      const container = this.containers.get(id);
      if (container === undefined || container.state === 'never')
        answers.set(id, { kind: 'never-started' });
      else if (container.exit !== undefined)
        answers.set(id, { kind: 'ended', exit: container.exit });
      else answers.set(id, { kind: 'running', ports: container.ports });
    }
    return answers;
  }

  #note(event: MachineEvent, container: MachineContainer): void {
    this.inspect(event, container);
    this.events.push(event);
  }

  #endAfter(container: MachineContainer, ms: number, exitCode: number, oom: boolean): void {
    this.clock.setTimer(ms, () => {
      if (container.state === 'running') this.#end(container, exitCode, oom);
    });
  }

  #end(container: MachineContainer, exitCode: number, outOfMemory: boolean): void {
    container.state = 'ended';
    const isSeen = this.attached !== undefined;
    container.exit =
      !isSeen && container.script.losesStatus === true
        ? { kind: 'lost' }
        : { kind: 'exited', exitCode, outOfMemory };
    this.attached?.exited(container.id, container.exit);
  }
}

/** One control plane's view of the machine. Once abandoned it does nothing and answers nothing. */
export class MachineRuntime implements Runtime {
  readonly kind = 'machine';
  readonly #machine: Machine;
  /** Called at each use; false: the control plane died there. */
  readonly #step: () => boolean;
  readonly #listeners: ((id: string, exit: ContainerExit) => void)[] = [];

  constructor(machine: Machine, step: () => boolean = () => true) {
    this.#machine = machine;
    this.#step = step;
    machine.attached = this;
  }

  exited(id: string, exit: ContainerExit): void {
    for (const listener of this.#listeners) listener(id, exit);
  }

  async pull(image: string): ReturnType<Runtime['pull']> {
    const name = image.slice(0, image.indexOf(':'));
    await this.#do(() => this.#machine.clock.sleep(50));
    if (this.#machine.scriptOf(name).pullFails === true)
      throw new ContainerError('CannotPullContainerError', `${image} not found`);
    return { digest: `sha256:${name}` };
  }

  start(spec: ContainerSpec): Promise<StartedContainer> {
    return this.#do(() => this.#machine.start(spec));
  }

  signal(id: string, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    return this.#do(() => {
      this.#machine.signal(id, signal);
    });
  }

  checkHealth(id: string): Promise<HealthCheckResult> {
    return this.#do(async () => {
      await this.#machine.clock.sleep(10);
      return this.#machine.health(id);
    });
  }

  logs(): Promise<string> {
    return Promise.resolve('');
  }

  adopt(
    ids: readonly string[],
    endedIds: readonly string[] = [],
  ): Promise<ReadonlyMap<string, AdoptedContainer>> {
    return Promise.resolve(this.#machine.adopt(ids, endedIds));
  }

  remove(id: string): Promise<void> {
    return this.#do(() => {
      this.#machine.remove(id);
    });
  }

  onExit(listener: (id: string, exit: ContainerExit) => void): void {
    this.#listeners.push(listener);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** Runs an action, and keeps its answer back when the control plane has died before it comes. */
  async #do<T>(action: () => T | Promise<T>): Promise<T> {
    if (!this.#step()) return forever();
    try {
      const result = await action();
      return this.#machine.attached === this ? result : await forever();
    } catch (error) {
      if (this.#machine.attached === this) throw error;
      return forever();
    }
  }
}

function forever(): Promise<never> {
  return new Promise(() => undefined);
}
