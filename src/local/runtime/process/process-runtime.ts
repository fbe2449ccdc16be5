/** Runs containers as processes of this machine, each under a keeper that outlives the control plane. */
import { mkdirSync, realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Clock, Timer } from '../../../base/clock.ts';
import { messageOf, systemCode } from '../../../base/errors.ts';
import type { Random } from '../../../base/random.ts';
import type { ImageSource } from '../images.ts';
import type {
  AdoptedContainer,
  ContainerExit,
  ContainerSpec,
  HealthCheckResult,
  Runtime,
  StartedContainer,
} from '../runtime.ts';
import { adoptContainers } from './adoption.ts';
import { cannotStart } from './command-line.ts';
import { ContainerFolder } from './container-folder.ts';
import { containerUsage } from './container-usage.ts';
import { containerRecord } from './container-record.ts';
import { runHealthCheck } from './health-check.ts';
import { launch } from './launch.ts';
import { endProcesses, leftoversOf } from './leftovers.ts';
import { healthCheckMark } from './mark.ts';
import { OutputCap } from './output-cap.ts';
import { PortLease } from './port-lease.ts';
import { ephemeralRange, leaseRange } from './port-range.ts';
import { ProcessContainer } from './process-container.ts';
import { PulledImages } from './pulled-images.ts';
import type { ProcessTable } from './process-table.ts';
import { systemProcessTable } from './system-process-table.ts';
import { StartQueue } from './start-queue.ts';
import { stopAll } from './stop-all.ts';

/** How often containers are looked at that are not our children, or whose keeper somebody else ended. */
const POLL_MS = 200;
/** So many containers start at the same time; thousands at once would starve the control plane and those that run. */
const STARTS_AT_ONCE = 32;

/** What a process runtime is made of. */
export interface ProcessRuntimeOptions {
  /** The control plane's state folder; containers live in `containers/` in it. Held by one control plane at a time. */
  readonly stateDir: string;
  readonly images: ImageSource;
  /** Real time: health checks and stops are never scaled. */
  readonly clock: Clock;
  readonly random: Random;
  /** The environment of the control plane, of which programs get PATH, HOME, TMPDIR and LANG. */
  readonly hostEnvironment: Readonly<Record<string, string | undefined>>;
}

/** The runtime of `--runtime process`, on Linux and macOS. */
export class ProcessRuntime implements Runtime {
  readonly kind = 'process';
  readonly #options: ProcessRuntimeOptions;
  readonly #clock: Clock;
  /** The folder of all containers, without symbolic links: marks are compared with it. */
  readonly #root: string;
  readonly #table: ProcessTable;
  readonly #ports: PortLease;
  readonly #images: PulledImages;
  readonly #queue = new StartQueue(STARTS_AT_ONCE);
  readonly #outputs: OutputCap;
  readonly #starting = new Map<string, Promise<unknown>>();
  readonly #running = new Map<string, ProcessContainer>();
  /** Containers whose end is being handled; settled when nothing is left of them. */
  readonly #ending = new Map<string, Promise<void>>();
  readonly #listeners: ((containerId: string, exit: ContainerExit) => void)[] = [];
  #pollTimer: Timer | undefined;
  #closed = false;

  /** @throws UserError PLATFORM_UNSUPPORTED elsewhere than on Linux and macOS */
  constructor(options: ProcessRuntimeOptions) {
    this.#options = options;
    this.#clock = options.clock;
    this.#images = new PulledImages(options.images);
    this.#table = systemProcessTable(process.platform);
    const root = join(resolve(options.stateDir), 'containers');
    mkdirSync(root, { recursive: true, mode: 0o700 });
    this.#root = realpathSync(root);
    this.#outputs = new OutputCap(this.#clock, () =>
      Array.from(this.#running.values(), ({ folder }) => folder),
    );
    this.#ports = new PortLease(leaseRange(ephemeralRange(process.platform)), options.random);
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- an image that is not known is a rejection, not a throw
  async pull(image: string): ReturnType<Runtime['pull']> {
    return this.#images.pull(image);
  }

  async start(spec: ContainerSpec): Promise<StartedContainer> {
    if (!/^[A-Za-z0-9-]+$/.test(spec.id))
      throw new TypeError(`a container id is made of [A-Za-z0-9-], not ${JSON.stringify(spec.id)}`);
    if (this.#running.has(spec.id) || this.#starting.has(spec.id))
      throw new Error(`container ${spec.id} was started before`);
    const start = this.#queue.run(() => this.#start(spec));
    // Signals and the end of the runtime wait for it; how it ends is the caller's to handle.
    this.#starting.set(
      spec.id,
      start.catch(() => undefined),
    );
    try {
      return { ports: (await start).ports };
    } finally {
      this.#starting.delete(spec.id);
    }
  }

  async #start(spec: ContainerSpec): Promise<ProcessContainer> {
    if (this.#closed) throw cannotStart('the local ECS is stopping');
    const image = this.#images.definition(spec.image);
    const ports = await this.#ports.lease(spec.id, spec.ports);
    const folder = new ContainerFolder(this.#root, spec.id);
    let created = false;
    try {
      const record = containerRecord(spec, image, ports, this.#options.hostEnvironment);
      await folder.create(record);
      created = true;
      const { started, keeper: child } = await launch(folder, record, this.#clock);
      const table = this.#table;
      const container = new ProcessContainer({ folder, record, started, child, table });
      this.#running.set(spec.id, container);
      this.#outputs.watch();
      if (container.isWatched) child.once('exit', () => void this.#look(container));
      else void this.#look(container);
      return container;
    } catch (error) {
      if (created) {
        await this.#endLeftovers(spec.id, undefined);
        await folder.remove();
      }
      this.#ports.release(spec.id);
      // A full disk fails the task, as it would on a real host; it does not end the control plane.
      throw systemCode(error) === undefined ? error : cannotStart(messageOf(error), error);
    }
  }

  async signal(containerId: string, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    await this.#starting.get(containerId);
    const container = this.#running.get(containerId);
    await (signal === 'SIGTERM' ? container?.terminate() : container?.kill());
  }

  async checkHealth(
    containerId: string,
    command: readonly string[],
    timeoutMs: number,
  ): Promise<HealthCheckResult> {
    const container = this.#running.get(containerId);
    if (container === undefined) return 'unhealthy';
    const { cwd, environment } = container.record;
    return runHealthCheck({
      ...{ command, cwd, timeoutMs, clock: this.#clock, signal: container.over.signal },
      environment: { ...environment, ...healthCheckMark(container.folder.path) },
    });
  }

  logs(containerId: string, tailBytes: number): Promise<string> {
    return new ContainerFolder(this.#root, containerId).tail(tailBytes);
  }

  usage(): ReturnType<NonNullable<Runtime['usage']>> {
    return containerUsage(this.#running.values(), this.#table);
  }

  async adopt(ids: readonly string[], ended: readonly string[] = []): ReturnType<Runtime['adopt']> {
    const context = { root: this.#root, table: this.#table, clock: this.#clock };
    const answers = new Map<string, AdoptedContainer>();
    for (const [id, what] of await adoptContainers(ids, ended, context)) {
      const runs = what instanceof ProcessContainer;
      answers.set(id, runs ? { kind: 'running', ports: what.ports } : what);
      if (!runs) continue;
      this.#running.set(id, what);
      this.#ports.claim(id, what.ports);
    }
    this.#outputs.watch();
    this.#pollLater();
    return answers;
  }

  async remove(containerId: string): Promise<void> {
    if (this.#running.has(containerId))
      throw new Error(`container ${containerId} still runs and cannot be removed`);
    await new ContainerFolder(this.#root, containerId).remove();
  }

  onExit(listener: (containerId: string, exit: ContainerExit) => void): void {
    this.#listeners.push(listener);
  }

  async close(how: Parameters<Runtime['close']>[0]): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#starting.values(), ...this.#ending.values()]);
    if (how.kind === 'stop') {
      this.#pollLater();
      await stopAll(this.#running, how.graceMs, this.#clock);
    }
    this.#pollTimer?.cancel();
    await this.#outputs.close();
    for (const container of this.#running.values()) {
      container.over.abort();
      container.child?.removeAllListeners('exit');
      container.child?.unref();
    }
    this.#running.clear();
  }

  /** Handles the container's end, if it has ended; looks again later if it has not. */
  async #look(container: ProcessContainer): Promise<void> {
    const { id } = container;
    if (this.#ending.has(id) || this.#running.get(id) !== container) return;
    const exit = await container.ending();
    if (exit === undefined) {
      this.#pollLater();
      return;
    }
    // Another look may have been quicker.
    if (this.#ending.has(id) || this.#running.get(id) !== container) return;
    const ended = this.#end(container, exit);
    this.#ending.set(id, ended);
    await ended;
    this.#ending.delete(id);
  }

  async #end(container: ProcessContainer, exit: ContainerExit): Promise<void> {
    container.over.abort();
    await this.#endLeftovers(container.id, container.started.keeper.pid);
    await container.folder.capOutput();
    this.#ports.release(container.id);
    this.#running.delete(container.id);
    for (const listener of this.#listeners) listener(container.id, exit);
  }

  #endLeftovers(containerId: string, groupId: number | undefined): Promise<void> {
    const choose = leftoversOf(containerId, groupId);
    return endProcesses({ table: this.#table, root: this.#root, clock: this.#clock, choose });
  }

  /** Looks every now and then at the containers whose end nobody tells us. */
  #pollLater(): void {
    if (this.#pollTimer !== undefined) return;
    this.#pollTimer = this.#clock.setTimer(POLL_MS, () => {
      this.#pollTimer = undefined;
      const unwatched = Array.from(this.#running.values()).filter(({ isWatched }) => !isWatched);
      if (unwatched.length === 0) return;
      for (const container of unwatched) void this.#look(container);
      this.#pollLater();
    });
  }
}
