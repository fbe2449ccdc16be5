/** A container whose program has been started: its signals, its end, and what must be gone with it. */
import type { ChildProcess } from 'node:child_process';
import { systemCode } from '../../../base/errors.ts';
import type { ContainerExit, PortBinding } from '../runtime.ts';
import type { ContainerFolder, ContainerRecord, Started } from './container-folder.ts';
import type { ProcessTable } from './process-table.ts';

/** One running container, started by this control plane or taken over from an earlier one. */
export class ProcessContainer {
  readonly folder: ContainerFolder;
  readonly record: ContainerRecord;
  readonly started: Started;
  /** The keeper when it is our child. */
  readonly child: ChildProcess | undefined;
  /** Aborted at the container's end; its health checks end with it. */
  readonly over = new AbortController();
  readonly #table: ProcessTable;

  constructor(parts: {
    readonly folder: ContainerFolder;
    readonly record: ContainerRecord;
    readonly started: Started;
    readonly child: ChildProcess | undefined;
    readonly table: ProcessTable;
  }) {
    this.folder = parts.folder;
    this.record = parts.record;
    this.started = parts.started;
    this.child = parts.child;
    this.#table = parts.table;
  }

  get id(): string {
    return this.record.id;
  }

  get ports(): readonly PortBinding[] {
    return this.record.ports;
  }

  /** True while the system will tell us when the keeper ends. */
  get isWatched(): boolean {
    return this.child?.exitCode === null && this.child.signalCode === null;
  }

  /** True while the program runs, or its keeper has still to write down how it ended. */
  async isAlive(): Promise<boolean> {
    return (await this.#programRuns()) || (await this.#keeperRuns());
  }

  /** How it ended; undefined while it runs. */
  async ending(): Promise<ContainerExit | undefined> {
    return (await this.isAlive()) ? undefined : this.folder.exit();
  }

  /** Sends SIGTERM to the main program alone, as process 1 of a container gets it. */
  async terminate(): Promise<void> {
    if (await this.#programRuns()) kill(this.started.program.pid, 'SIGTERM');
  }

  /**
   * Sends SIGKILL to the whole group. That ends the keeper too, so the truth about the status is written before. When the
   * program has ended already, the keeper is about to write its status and end the rest; if somebody had halted it, it goes on.
   */
  async kill(): Promise<void> {
    if (!(await this.#programRuns())) {
      if (await this.#keeperRuns()) kill(this.started.keeper.pid, 'SIGCONT');
      return;
    }
    await this.folder.markKilled();
    // Asked again, because writing took time in which the pid may have become somebody else's.
    if (!(await this.#programRuns())) return;
    // Without its leader the group's id proves nothing: what is left then is found by its mark at the end.
    if (await this.#keeperRuns()) kill(-this.started.keeper.pid, 'SIGKILL');
    kill(this.started.program.pid, 'SIGKILL');
  }

  async #programRuns(): Promise<boolean> {
    const { pid, startTime } = this.started.program;
    return (await this.#table.startTime(pid)) === startTime;
  }

  async #keeperRuns(): Promise<boolean> {
    const { pid, startTime } = this.started.keeper;
    return (await this.#table.startTime(pid)) === startTime;
  }
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    // ESRCH: it ended a moment ago. EPERM is what macOS says of a group of zombies.
    const code = systemCode(error);
    if (code !== 'ESRCH' && code !== 'EPERM') throw error;
  }
}
