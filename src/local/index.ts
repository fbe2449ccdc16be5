/** `fairlead/local`: starts a local ECS from a program or a test. */
import { readFileSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import { systemClock, type Clock } from '../base/clock.ts';
import { messageOf } from '../base/errors.ts';
import { idSource } from '../base/ids.ts';
import { systemRandom, type Random } from '../base/random.ts';
import { ECS_TIMINGS, type SchedulerTimings } from '../scheduler/rolling/snapshot.ts';
import { SimulatedDataPlane } from './balancer/simulated-data-plane.ts';
import { WorkerDataPlane } from './balancer/worker-data-plane.ts';
import type { DataPlane } from './balancer/data-plane.ts';
import { canListenOn } from './controllers/load-balancing/loopback-hosts.ts';
import { FunctionsFile } from './functions/functions-file.ts';
import { noFunctions } from './functions/functions.ts';
import { openHome, type Home } from './home.ts';
import { createControlPlane } from './control-plane.ts';
import type { MachineDescription } from './ecs/context.ts';
import { apiClock } from './api-clock.ts';
import { silentLog, type Log } from './log.ts';
import { ImagesFile, noImages } from './runtime/images.ts';
import { ProcessRuntime } from './runtime/process/process-runtime.ts';
import type { Runtime } from './runtime/runtime.ts';
import { SimulatedRuntime } from './runtime/simulated/simulated-runtime.ts';
import type { SimulationModels } from './runtime/simulated/simulation-model.ts';
import { simulatedTargets } from './simulated-targets.ts';
import { StateWriteError, Store } from './state/store.ts';
import { loadCredentials, removeNotice, writeNotice } from './state-folder.ts';
import { createWireServer, type WireServer } from './wire/server.ts';
import type { Credentials } from './wire/sigv4.ts';

/** How a local ECS is started. */
export interface LocalEcsOptions {
  /** Port of the API on 127.0.0.1; 0, the default, picks a free one. */
  readonly port?: number;
  /** Folder of the state, which survives the process. Without one the state is kept in memory. */
  readonly stateFolder?: string;
  /** What runs the tasks; `process` unless given. */
  readonly runtime?: 'process' | 'simulated';
  /** Path of the images file, for the process runtime. */
  readonly images?: string;
  /** Path of the functions file: what answers for the Lambda functions of lifecycle hooks. */
  readonly functions?: string;
  /** How containers behave, for the simulated runtime: by `repository:tag`, `repository`, or `*` for all others. */
  readonly models?: SimulationModels;
  /** False: signatures are not verified and every program of this machine is let in. */
  readonly auth?: boolean;
  /** For requests without a region of their own; us-east-1 unless given. */
  readonly region?: string;
  /** Twelve digits; 000000000000 unless given. */
  readonly accountId?: string;
  readonly log?: Log;
  readonly clock?: Clock;
  /**
   * How many times as fast long waits pass, 1-10,000: bake times, hook timeouts, metric and alarm periods, restart
   * back-off, and the times that the API shows. Health checks, grace periods, draining and stop timeouts are never shortened.
   */
  readonly timeScale?: number;
  readonly random?: Random;
  /** The environment of this process, of which programs get PATH, HOME, TMPDIR and LANG; process.env unless given. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Delays of the scheduler that ECS does not document, in ms; ECS's observed ones unless given. */
  readonly timings?: Partial<SchedulerTimings>;
}

/** A local ECS that runs. */
export interface LocalEcs {
  /** Of the API: what AWS_ENDPOINT_URL wants. */
  readonly url: string;
  readonly port: number;
  readonly region: string;
  readonly credentials: Credentials;
  /** Environment variables that point AWS clients at it. */
  readonly environment: Readonly<Record<string, string>>;
  /**
   * Stops it. `stop` (the default) ends every task: SIGTERM at once, SIGKILL after 10 s; `leave` lets them run for the next
   * start on the same state folder.
   */
  close(how?: { readonly tasks: 'stop' | 'leave' }): Promise<void>;
}

/** After it, tasks that ignore SIGTERM are killed. */
const STOP_GRACE_MS = 10_000;
const DEFAULT_REGION = 'us-east-1';
const DEFAULT_ACCOUNT = '000000000000';

/**
 * Starts a local ECS and resolves when it answers.
 * @throws UserError when the state folder is in use or broken, the images or functions file is wrong, or the port is taken
 */
export async function startLocalEcs(options: LocalEcsOptions = {}): Promise<LocalEcs> {
  const { clock = systemClock, random = systemRandom, log = silentLog } = options;
  const region = options.region ?? DEFAULT_REGION;
  const accountId = options.accountId ?? DEFAULT_ACCOUNT;
  const timeScale = options.timeScale ?? 1;
  const auth = options.auth === false ? 'none' : 'sigv4';
  const home = openHome(options.stateFolder);
  const ids = idSource(random);
  const opened: (() => Promise<void> | void)[] = [home.abandon];
  try {
    const credentials = loadCredentials(home.folder, random);
    const store = new Store(home.journal);
    const { functions: file, env: host = process.env } = options;
    const functions =
      file === undefined ? noFunctions : new FunctionsFile({ file, host, clock, log });
    const runtime = createRuntime(options, home.folder.path, clock, random);
    const dataPlane: DataPlane =
      runtime.kind === 'process'
        ? new WorkerDataPlane()
        : new SimulatedDataPlane(clock, simulatedTargets(store, options.models ?? {}));
    opened.push(() => dataPlane.close());
    const controlPlane = createControlPlane({
      store,
      runtime,
      dataPlane,
      clock: apiClock(
        clock,
        timeScale,
        options.stateFolder === undefined ? undefined : home.folder.timePath,
      ),
      timeScale,
      ids,
      log,
      publishesMetrics: true,
      machine: thisMachine(),
      functions,
      canListenOn: runtime.kind === 'process' ? canListenOn : () => Promise.resolve(true),
      timings: { ...ECS_TIMINGS, ...options.timings },
    });
    const server = createWireServer({
      apis: controlPlane.apis,
      auth,
      credentials,
      clock,
      ids,
      log,
      accountId,
      defaultRegion: region,
      timeScale,
      explain: explainFailure,
    });
    opened.push(() => runtime.close({ kind: 'leave' }));
    await controlPlane.start();
    opened.push(() => controlPlane.close());
    const { port, url } = await server.listen(options.port ?? 0);
    writeNotice(home.folder, {
      ...{ pid: process.pid, url, region, accountId, runtime: runtime.kind, auth },
      startedAt: clock.now(),
      timeScale,
      version: packageVersion(),
    });
    return running(
      { url, port, region, credentials },
      { server, controlPlane, runtime, dataPlane, home, log },
    );
  } catch (error) {
    for (const close of opened.toReversed()) await close();
    throw error;
  }
}

/** What the caller of an operation can do about its failure, where anything can be done. */
function explainFailure(error: unknown): string | undefined {
  if (!(error instanceof StateWriteError)) return undefined;
  return `The state could not be written (${messageOf(error.cause)}), so nothing was changed. Make room where the state folder is, and try again.`;
}

interface Parts {
  readonly server: WireServer;
  readonly controlPlane: ReturnType<typeof createControlPlane>;
  readonly runtime: Runtime;
  readonly dataPlane: DataPlane;
  readonly home: Home;
  readonly log: Log;
}

function running(
  facts: Pick<LocalEcs, 'url' | 'port' | 'region' | 'credentials'>,
  { server, controlPlane, runtime, dataPlane, home, log }: Parts,
): LocalEcs {
  let closing: Promise<void> | undefined;
  const close = async (tasks: 'stop' | 'leave'): Promise<void> => {
    await server.close();
    await controlPlane.publishMetrics();
    if (tasks === 'stop') {
      try {
        controlPlane.shutDown();
      } catch (error) {
        // The next start finds the tasks ended and replaces them all the same.
        log.error('the end of the tasks could not be written down', { error });
      }
      await runtime.close({ kind: 'stop', graceMs: STOP_GRACE_MS });
      controlPlane.close();
    } else {
      controlPlane.close();
      await runtime.close({ kind: 'leave' });
    }
    await dataPlane.close();
    removeNotice(home.folder);
    home.release();
  };
  return {
    ...facts,
    environment: {
      AWS_ENDPOINT_URL: facts.url,
      AWS_ACCESS_KEY_ID: facts.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: facts.credentials.secretAccessKey,
      AWS_REGION: facts.region,
      AWS_DEFAULT_REGION: facts.region,
    },
    close: (how = { tasks: 'stop' }) => (closing ??= close(how.tasks)),
  };
}

function createRuntime(
  options: LocalEcsOptions,
  stateDir: string,
  clock: Clock,
  random: Random,
): Runtime {
  if (options.runtime === 'simulated')
    return new SimulatedRuntime({ clock, random, models: options.models ?? {} });
  const env = options.env ?? process.env;
  return new ProcessRuntime({
    stateDir,
    images: options.images === undefined ? noImages : new ImagesFile(options.images, env),
    clock,
    random,
    hostEnvironment: env,
  });
}

function thisMachine(): MachineDescription {
  return {
    cpus: availableParallelism(),
    memoryMiB: Math.floor(totalmem() / 2 ** 20),
    architecture: process.arch === 'arm64' ? 'arm64' : 'x86_64',
    platform: process.platform,
  };
}

function packageVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { readonly version: string }).version;
}
