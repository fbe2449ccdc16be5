/**
 * What runs containers, behind one interface: host processes (process/), a model on the clock (simulated/), and later a
 * container engine. A runtime decides nothing: order, health, restarts and stop time-outs are the task controller's.
 */

/** A port that a container offers and where it really listens. */
export interface PortBinding {
  readonly containerPort: number;
  readonly protocol: 'tcp' | 'udp';
  /** Loopback address of the host. */
  readonly host: string;
  readonly hostPort: number;
}

/** Everything that is needed to start one container. */
export interface ContainerSpec {
  /** Unique for each start, of [A-Za-z0-9-]: the same container of a task restarted gets a new one. */
  readonly id: string;
  readonly taskArn: string;
  readonly name: string;
  /** As the task definition has it: `my-repo/my-app:1.2.0`. */
  readonly image: string;
  /** Of the container definition (with overrides); absent: the image's own. */
  readonly entryPoint?: readonly string[];
  readonly command?: readonly string[];
  readonly workingDirectory?: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Secrets of the container definition: the runtime has their values, or cannot start the container. */
  readonly secrets?: readonly { readonly name: string; readonly valueFrom: string }[];
  /** hostPort 0: any free port. */
  readonly ports: readonly {
    readonly containerPort: number;
    readonly hostPort: number;
    readonly protocol: 'tcp' | 'udp';
  }[];
}

/** What `start` answers. */
export interface StartedContainer {
  readonly ports: readonly PortBinding[];
}

/** How a container ended. `lost`: it is gone and nobody saw its exit status, which is never reported as 0. */
export type ContainerExit =
  | { readonly kind: 'exited'; readonly exitCode: number; readonly outOfMemory: boolean }
  | { readonly kind: 'lost' };

/** What became of a container that a former control plane had started. */
export type AdoptedContainer =
  | ({ readonly kind: 'running' } & StartedContainer)
  /** The intent was stored, but it never began to run. */
  | { readonly kind: 'never-started' }
  | { readonly kind: 'ended'; readonly exit: ContainerExit };

/** Why an image cannot be had or a container not started. The message begins with ECS's class of error. */
export class ContainerError extends Error {
  override readonly name = 'ContainerError';
  /** `CannotPullContainerError`, `CannotStartContainerError`, `ResourceInitializationError`, ... */
  readonly errorClass: string;
  /** True when a later try cannot end otherwise: the image is not known. */
  readonly permanent: boolean;

  constructor(
    errorClass: string,
    detail: string,
    options: { readonly permanent?: boolean; readonly cause?: unknown } = {},
  ) {
    super(`${errorClass}: ${detail}`, { cause: options.cause });
    this.errorClass = errorClass;
    this.permanent = options.permanent ?? false;
  }
}

/** What a running container has used since its program started. Real time, never scaled. */
export interface ContainerUsage {
  readonly cpuMs: number;
  readonly elapsedMs: number;
  /** Now. */
  readonly memoryBytes: number;
}

/** The outcome of one run of a health check's command. */
export type HealthCheckResult = 'healthy' | 'unhealthy';

/** Runs containers. All times are in milliseconds. */
export interface Runtime {
  /** `process`, `simulated`. */
  readonly kind: string;

  /**
   * Makes the image available and resolves its tag.
   * @returns the digest (`sha256:<64 hex>`) and the image's own health check command, which replaces the definition's
   * @throws ContainerError CannotPullContainerError
   */
  pull(
    image: string,
  ): Promise<{ readonly digest: string; readonly healthCheckCommand?: readonly string[] }>;

  /**
   * Starts a container; resolves when its program runs.
   * @throws ContainerError CannotStartContainerError (program missing, folder missing, port taken) or
   *   ResourceInitializationError (a secret that is not known)
   */
  start(spec: ContainerSpec): Promise<StartedContainer>;

  /** Sends a signal: SIGTERM to the main program, SIGKILL to everything in the container. Harmless when it has ended. */
  signal(containerId: string, signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;

  /**
   * Runs a health check's command (`['CMD', ...]` or `['CMD-SHELL', '...']`) in the container's environment.
   * A run that takes longer than `timeoutMs` is ended and counts as unhealthy.
   */
  checkHealth(
    containerId: string,
    command: readonly string[],
    timeoutMs: number,
  ): Promise<HealthCheckResult>;

  /** The container's output so far, stdout and stderr as written; at most the last `tailBytes` bytes. */
  logs(containerId: string, tailBytes: number): Promise<string>;

  /** What the running containers use, by id; a runtime, or a container, of which that is not known says nothing. */
  usage?(): Promise<ReadonlyMap<string, ContainerUsage>>;

  /**
   * Called once, before anything is started: says what became of the containers that an earlier control plane recorded,
   * takes over those that run, and ends every container of this state folder that is not among them.
   * @param endedIds containers whose end is recorded: their output is kept until `remove`, what is left of them ended
   */
  adopt(
    containerIds: readonly string[],
    endedIds?: readonly string[],
  ): Promise<ReadonlyMap<string, AdoptedContainer>>;

  /** Forgets a container that has ended and frees what it held (log files, folder). */
  remove(containerId: string): Promise<void>;

  /** Calls the listener once for each container that ends, including adopted ones. */
  onExit(listener: (containerId: string, exit: ContainerExit) => void): void;

  /**
   * Ends the runtime. `stop`: SIGTERM to every container at once, SIGKILL after `graceMs`; resolves when all are gone.
   * `leave`: lets them run for the next control plane to adopt.
   */
  close(
    how: { readonly kind: 'stop'; readonly graceMs: number } | { readonly kind: 'leave' },
  ): Promise<void>;
}
