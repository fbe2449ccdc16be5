/** The parts of the local ECS put together: state, controllers, data plane and APIs, without a socket of their own. */
import type { Clock } from '../base/clock.ts';
import type { IdSource } from '../base/ids.ts';
import { ECS_TIMINGS, type SchedulerTimings } from '../scheduler/rolling/snapshot.ts';
import type { DataPlane } from './balancer/data-plane.ts';
import { cloudWatchApi } from './cloudwatch/api.ts';
import { AlarmController } from './controllers/alarms/alarm-controller.ts';
import { HookController } from './controllers/hooks/hook-controller.ts';
import { Housekeeping } from './controllers/housekeeping.ts';
import { DataPlanePorts } from './controllers/load-balancing/listener-ports.ts';
import type { HostProbe } from './controllers/load-balancing/loopback-hosts.ts';
import { LoadBalancingController } from './controllers/load-balancing/load-balancing-controller.ts';
import { MetricPublisher } from './controllers/metrics/metric-publisher.ts';
import { MetricRetention } from './controllers/metrics/metric-retention.ts';
import { ServiceController } from './controllers/services/service-controller.ts';
import { serviceTaskStarter } from './controllers/services/start-tasks.ts';
import { TaskSetController } from './controllers/task-sets/task-set-controller.ts';
import { TaskController } from './controllers/tasks/task-controller.ts';
import { ecsApi } from './ecs/api.ts';
import { ec2InstanceId } from './ecs/container-instance.ts';
import type { MachineDescription } from './ecs/context.ts';
import { elbv2Api } from './elbv2/api.ts';
import type { Functions } from './functions/functions.ts';
import type { Log } from './log.ts';
import { logsApi } from './logs/api.ts';
import type { Runtime } from './runtime/runtime.ts';
import type { Store } from './state/store.ts';
import type { ServiceApi } from './wire/operation.ts';

/** What a control plane is made of. */
export interface ControlPlaneParts {
  readonly store: Store;
  readonly runtime: Runtime;
  readonly dataPlane: DataPlane;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly log: Log;
  readonly machine: MachineDescription;
  /** Says which loopback addresses load balancers can have. */
  readonly canListenOn: HostProbe;
  /** What answers for the Lambda functions of lifecycle hooks. */
  readonly functions: Functions;
  /** In ms of the machine's time; ECS's observed ones unless given. */
  readonly timings?: SchedulerTimings;
  /** Whether load balancers and services publish metrics every minute. Not unless given: in virtual time a day has 1,440 of them. */
  readonly publishesMetrics?: boolean;
  /** How many times as fast the clock runs as the machine's; 1 unless given. */
  readonly timeScale?: number;
}

/** A control plane. */
export interface ControlPlane {
  readonly apis: readonly ServiceApi[];
  /** Reopens listeners, takes over the tasks that still run, and goes on with what is under way. */
  start(): Promise<void>;
  /** Publishes what was counted since the last minute. Before the tasks end, since only running ones are measured. */
  publishMetrics(): Promise<void>;
  /**
   * Writes down that every task ends because the local ECS does, so that no rollout blames its tasks for it. The caller then
   * closes the runtime, whose exits are still recorded, and this last.
   * @throws StateWriteError when it cannot be written down; closing goes on all the same
   */
  shutDown(): void;
  /** Stops acting. */
  close(): void;
}

/** What a task says that ended because the local ECS was stopped. */
const STOPPED_WITH_US = 'The local ECS was stopped';

/** Puts the parts together. */
export function createControlPlane(parts: ControlPlaneParts): ControlPlane {
  const { store, runtime, dataPlane, clock, ids, log, machine, timeScale = 1 } = parts;
  const ports = new DataPlanePorts(dataPlane, store, parts.canListenOn);
  const balancing = new LoadBalancingController({ store, dataPlane, clock, log, ports });
  const tasks = new TaskController({
    store,
    runtime,
    clock,
    timeScale,
    ec2InstanceIdOf: remembered(ec2InstanceIdOfContainerInstance),
    onProblem: ({ taskArn, doing, error }) =>
      log.error(`could not ${doing}`, { task: taskArn, error }),
  });
  const scheduling = {
    store,
    clock,
    ids,
    log,
    startTasks: serviceTaskStarter({ store, clock, ids, machine }),
    timings: scaled(parts.timings ?? ECS_TIMINGS, timeScale),
    timeScale,
  };
  const services = new ServiceController(scheduling);
  const taskSets = new TaskSetController(scheduling);
  const hooks = new HookController({
    ...{ store, clock, log, timeScale },
    functions: parts.functions,
  });
  const housekeeping = new Housekeeping({ store, clock });
  const alarms = new AlarmController({ store, clock, ids, log });
  const retention = new MetricRetention({ store, clock, log });
  const metrics = new MetricPublisher({ store, clock, ids, log, dataPlane, runtime, machine });
  return {
    apis: [
      ecsApi({ store, clock, ids, machine }),
      elbv2Api({ store, clock, ids, ports }),
      logsApi({
        store,
        clock,
        readLogs: (containerId, tailBytes) => runtime.logs(containerId, tailBytes),
      }),
      cloudWatchApi({ store, clock, ids }),
    ],
    async start() {
      await balancing.start();
      await tasks.recover();
      services.start();
      taskSets.start();
      hooks.start();
      housekeeping.start();
      retention.start();
      alarms.start();
      if (parts.publishesMetrics === true) metrics.start();
    },
    publishMetrics: () => metrics.flush(),
    shutDown() {
      services.close();
      taskSets.close();
      hooks.close();
      tasks.shutDown(STOPPED_WITH_US);
    },
    close() {
      services.close();
      taskSets.close();
      hooks.close();
      housekeeping.close();
      metrics.close();
      alarms.close();
      retention.close();
      tasks.close();
      balancing.close();
    },
  };
}

/** How long a program has to prove itself is not shortened: it starts no faster. */
function scaled(timings: SchedulerTimings, timeScale: number): SchedulerTimings {
  return {
    healthyAfterMs: timings.healthyAfterMs * timeScale,
    completesAfterMs: timings.completesAfterMs * timeScale,
  };
}

/** The instance of a cluster is named after it: `container-instance/CLUSTER/ID`. */
function ec2InstanceIdOfContainerInstance(containerInstanceArn: string): string {
  const clusterArn = containerInstanceArn
    .replace(':container-instance/', ':cluster/')
    .replace(/\/[^/]+$/, '');
  return ec2InstanceId(clusterArn);
}

/** The same function, which works each answer out once. */
function remembered(answer: (question: string) => string): (question: string) => string {
  const known = new Map<string, string>();
  return (question) => {
    let found = known.get(question);
    if (found === undefined) {
      found = answer(question);
      known.set(question, found);
    }
    return found;
  };
}
