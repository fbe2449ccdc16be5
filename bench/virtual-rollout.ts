/**
 * Services of ten simulated tasks each, created and rolled to a new revision on the virtual clock: wall time, time a task and
 * memory at 1,000, 10,000 and 100,000 tasks, each size in a process of its own. Once with the simulation's default model, by
 * which the tasks of a service live in step, and once with tasks that each take their own time, which is one event after the
 * other. Run alone by `node bench/virtual-rollout.ts`; with a model and a number of services it measures that in this process.
 */
import { execFileSync } from 'node:child_process';
import { silentLog } from '../src/local/log.ts';
import type { SimulationModels } from '../src/local/runtime/simulated/simulation-model.ts';
import type { ServiceDeployment } from '../src/local/state/entities.ts';
import { VirtualEcs } from '../test/local/virtual/virtual-ecs.ts';

const TASKS_A_SERVICE = 10;
const SIZES = [100, 1_000, 10_000];
const MODELS: Readonly<Record<string, SimulationModels>> = {
  'in step': {},
  scattered: { '*': { pullMs: [200, 800], startMs: [100, 500], stopMs: [100, 400] } },
};
const GOAL_SECONDS = 30;
const GOAL_MIB = 2048;
/** The collector of a process with much memory to spare would rather let garbage lie: here it has what the goal allows. */
const NODE_OPTIONS = ['--expose-gc', '--max-old-space-size=1700', '--max-semi-space-size=64'];

/** What one size takes. */
interface Measurement {
  readonly services: number;
  /** Wall seconds until every service has its tasks. */
  readonly createSeconds: number;
  /** Wall seconds of the rollout. */
  readonly rollSeconds: number;
  /** CPU seconds of both, which other programs on the machine lengthen less. */
  readonly cpuSeconds: number;
  /** The most memory that the process had. */
  readonly peakMib: number;
  /** What is held at the end, the stopped tasks of the last hour included; 0 where the collector cannot be called. */
  readonly heldMib: number;
  /** Virtual seconds of the rollout. */
  readonly virtualSeconds: number;
}

/** Runs the bench and prints each size and the ratio of the largest to the smallest. */
export function run(): void {
  for (const model of Object.keys(MODELS)) {
    const measurements = SIZES.map((services) => {
      const self = [...NODE_OPTIONS, import.meta.filename, model, String(services)];
      const output = execFileSync(process.execPath, self);
      const measurement = JSON.parse(output.toString()) as Measurement;
      console.log(`virtual rollout, ${model}: ${describe(measurement)}`);
      return measurement;
    });
    const [, middle, largest] = measurements;
    if (middle === undefined || largest === undefined) return;
    console.log(
      `virtual rollout, ${model}: a task among ${largest.services * TASKS_A_SERVICE} takes ` +
        `${(costOf(largest) / costOf(middle)).toFixed(2)} of the CPU time of one among ${middle.services * TASKS_A_SERVICE} (goal: flat); ` +
        `goal of the largest rollout under ${GOAL_SECONDS} s and ${GOAL_MIB} MiB`,
    );
  }
}

/** Microseconds of CPU time a task, its creation and its replacement together. */
function costOf({ services, cpuSeconds }: Measurement): number {
  return (cpuSeconds * 1e6) / (services * TASKS_A_SERVICE);
}

function describe(measurement: Measurement): string {
  const { services, createSeconds, rollSeconds, virtualSeconds, peakMib, heldMib } = measurement;
  return (
    `${services} services, ${services * TASKS_A_SERVICE} tasks: created in ${createSeconds.toFixed(2)} s, rolled in ` +
    `${rollSeconds.toFixed(2)} s (${virtualSeconds.toFixed(0)} s of virtual time), ${costOf(measurement).toFixed(0)} us of CPU a task, ` +
    `${peakMib.toFixed(0)} MiB at most, ${heldMib.toFixed(0)} MiB held`
  );
}

async function measure(models: SimulationModels, services: number): Promise<Measurement> {
  const ecs = await VirtualEcs.start({
    models,
    log: { ...silentLog, error: (message, fields) => console.error(message, fields) },
  });
  const { clock, store } = ecs;
  let open = 0;
  store.onChange((changes) => {
    for (const { table, entity, former } of changes) {
      if (table !== 'serviceDeployments') continue;
      if (former === undefined) open++;
      else if (isDone(entity) && !isDone(former)) open--;
    }
  });
  await ecs.call('CreateCluster', { clusterName: 'fleet' });
  const register = (version: string) =>
    ecs.call('RegisterTaskDefinition', {
      family: 'app',
      containerDefinitions: [
        {
          name: 'app',
          image: `my-repo/my-app:${version}`,
          memory: 128,
          portMappings: [{ containerPort: 80 }],
        },
      ],
    });
  const hour = 3_600_000;

  await register('1.0.0');
  const before = process.cpuUsage();
  const begin = performance.now();
  for (let index = 0; index < services; index++) {
    await ecs.call('CreateService', {
      cluster: 'fleet',
      serviceName: `service-${index}`,
      taskDefinition: 'app:1',
      desiredCount: TASKS_A_SERVICE,
    });
  }
  await clock.runUntil(() => open === 0, hour);
  const created = performance.now();

  await register('2.0.0');
  const virtualBegin = clock.now();
  for (let index = 0; index < services; index++) {
    await ecs.call('UpdateService', {
      cluster: 'fleet',
      service: `service-${index}`,
      taskDefinition: 'app:2',
    });
  }
  await clock.runUntil(() => open === 0, hour);
  const rolled = performance.now();
  const { user: cpu } = process.cpuUsage(before);
  check(ecs, services);
  const peakMib = process.resourceUsage().maxRSS / 1024;
  globalThis.gc?.();
  return {
    services,
    createSeconds: (created - begin) / 1000,
    rollSeconds: (rolled - created) / 1000,
    virtualSeconds: (clock.now() - virtualBegin) / 1000,
    cpuSeconds: cpu / 1e6,
    peakMib,
    heldMib: globalThis.gc === undefined ? 0 : process.memoryUsage().heapUsed / 2 ** 20,
  };
}

function isDone(entity: unknown): boolean {
  return (entity as ServiceDeployment).status === 'SUCCESSFUL';
}

/** A figure for a rollout that did not happen would be worth nothing. */
function check({ store }: VirtualEcs, services: number): void {
  let running = 0;
  for (const { taskDefinitionArn, lastStatus } of store.tasks.values()) {
    if (lastStatus === 'RUNNING' && taskDefinitionArn.endsWith('/app:2')) running++;
  }
  if (running !== services * TASKS_A_SERVICE)
    throw new Error(`${running} tasks of the new revision run after the rollout`);
}

if (import.meta.main) {
  const [model = '', services = ''] = process.argv.slice(2);
  if (model === '') run();
  else console.log(JSON.stringify(await measure(MODELS[model] ?? {}, Number(services))));
}
