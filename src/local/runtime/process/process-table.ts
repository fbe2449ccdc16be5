/** The processes of this machine, as far as the process runtime has to know them. */

/**
 * One process and no other: a pid is given out again, but not at the same start time within one boot of the machine (the boot
 * id is kept beside it).
 */
export interface ProcessIdentity {
  readonly pid: number;
  /** As the system writes it: clock ticks since boot on Linux, a date on macOS. Only ever compared. */
  readonly startTime: string;
}

/** A live process of this machine. */
export interface ListedProcess {
  readonly pid: number;
  readonly groupId: number;
  /** The container whose mark its environment or command line carries; undefined when it carries none. */
  readonly containerId: string | undefined;
  /** True when it belongs to a run of the container's health check. */
  readonly healthCheck: boolean;
}

/** What a live process has used. */
export interface ProcessUsage {
  readonly pid: number;
  readonly groupId: number;
  /** With its children that have ended. */
  readonly cpuMs: number;
  /** Since it started. */
  readonly elapsedMs: number;
  /** Resident. */
  readonly memoryBytes: number;
}

/** What the process runtime asks the system. Processes that have ended and wait to be reaped do not count as live. */
export interface ProcessTable {
  /** Changes with every boot of the machine. */
  bootId(): Promise<string>;
  /** When the live process with this pid started; undefined when there is none. */
  startTime(pid: number): Promise<string | undefined>;
  /**
   * All live processes.
   * @param root the folder of all containers: marks of other state folders do not count
   */
  list(root: string): Promise<readonly ListedProcess[]>;
  /** What the live processes of some groups have used. */
  usage(groupIds: ReadonlySet<number>): Promise<readonly ProcessUsage[]>;
}
