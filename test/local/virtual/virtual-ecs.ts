/** A whole control plane in virtual time: simulated tasks and targets, operations called in-process, a clock that never waits. */
import type * as CloudWatch from '@aws-sdk/client-cloudwatch';
import type * as Ecs from '@aws-sdk/client-ecs';
import type * as Elbv2 from '@aws-sdk/client-elastic-load-balancing-v2';
import { idSource } from '../../../src/base/ids.ts';
import { seededRandom } from '../../../src/base/random.ts';
import { VirtualClock } from '../../../src/base/virtual-clock.ts';
import { SimulatedDataPlane } from '../../../src/local/balancer/simulated-data-plane.ts';
import { createControlPlane, type ControlPlane } from '../../../src/local/control-plane.ts';
import type { Functions } from '../../../src/local/functions/functions.ts';
import { silentLog, type Log } from '../../../src/local/log.ts';
import { SimulatedRuntime } from '../../../src/local/runtime/simulated/simulated-runtime.ts';
import type { SimulationModels } from '../../../src/local/runtime/simulated/simulation-model.ts';
import { simulatedTargets } from '../../../src/local/simulated-targets.ts';
import { memoryJournal, type Journal } from '../../../src/local/state/journal.ts';
import { Store } from '../../../src/local/state/store.ts';
import type { Call, Handler } from '../../../src/local/wire/operation.ts';

/** The operations that virtual tests call, with their inputs and outputs. */
interface Operations {
  CreateCluster: [Ecs.CreateClusterRequest, Ecs.CreateClusterResponse];
  RegisterTaskDefinition: [Ecs.RegisterTaskDefinitionRequest, Ecs.RegisterTaskDefinitionResponse];
  CreateService: [Ecs.CreateServiceRequest, Ecs.CreateServiceResponse];
  UpdateService: [Ecs.UpdateServiceRequest, Ecs.UpdateServiceResponse];
  DeleteService: [Ecs.DeleteServiceRequest, Ecs.DeleteServiceResponse];
  DescribeServices: [Ecs.DescribeServicesRequest, Ecs.DescribeServicesResponse];
  ListServiceDeployments: [Ecs.ListServiceDeploymentsRequest, Ecs.ListServiceDeploymentsResponse];
  DescribeServiceDeployments: [
    Ecs.DescribeServiceDeploymentsRequest,
    Ecs.DescribeServiceDeploymentsResponse,
  ];
  ContinueServiceDeployment: [
    Ecs.ContinueServiceDeploymentRequest,
    Ecs.ContinueServiceDeploymentResponse,
  ];
  DescribeServiceRevisions: [
    Ecs.DescribeServiceRevisionsRequest,
    Ecs.DescribeServiceRevisionsResponse,
  ];
  StopServiceDeployment: [Ecs.StopServiceDeploymentRequest, Ecs.StopServiceDeploymentResponse];
  CreateTaskSet: [Ecs.CreateTaskSetRequest, Ecs.CreateTaskSetResponse];
  UpdateTaskSet: [Ecs.UpdateTaskSetRequest, Ecs.UpdateTaskSetResponse];
  DeleteTaskSet: [Ecs.DeleteTaskSetRequest, Ecs.DeleteTaskSetResponse];
  DescribeTaskSets: [Ecs.DescribeTaskSetsRequest, Ecs.DescribeTaskSetsResponse];
  UpdateServicePrimaryTaskSet: [
    Ecs.UpdateServicePrimaryTaskSetRequest,
    Ecs.UpdateServicePrimaryTaskSetResponse,
  ];
  ListTasks: [Ecs.ListTasksRequest, Ecs.ListTasksResponse];
  DescribeTasks: [Ecs.DescribeTasksRequest, Ecs.DescribeTasksResponse];
  StopTask: [Ecs.StopTaskRequest, Ecs.StopTaskResponse];
  PutMetricAlarm: [CloudWatch.PutMetricAlarmInput, object];
  PutMetricData: [CloudWatch.PutMetricDataInput, object];
  SetAlarmState: [CloudWatch.SetAlarmStateInput, object];
  CreateLoadBalancer: [Elbv2.CreateLoadBalancerInput, Elbv2.CreateLoadBalancerOutput];
  CreateTargetGroup: [Elbv2.CreateTargetGroupInput, Elbv2.CreateTargetGroupOutput];
  ModifyTargetGroupAttributes: [
    Elbv2.ModifyTargetGroupAttributesInput,
    Elbv2.ModifyTargetGroupAttributesOutput,
  ];
  CreateRule: [Elbv2.CreateRuleInput, Elbv2.CreateRuleOutput];
  DescribeRules: [Elbv2.DescribeRulesInput, Elbv2.DescribeRulesOutput];
  CreateListener: [Elbv2.CreateListenerInput, Elbv2.CreateListenerOutput];
}

const CALL: Call = {
  region: 'eu-west-1',
  accountId: '123456789012',
  requestId: '00000000-0000-4000-8000-000000000000',
  principalArn: 'arn:aws:iam::123456789012:user/test',
};

/** What a virtual ECS is made of. */
export interface VirtualEcsOptions {
  /** How containers behave, by image. */
  readonly models?: SimulationModels;
  /** Everything that is left open follows from it. */
  readonly seed?: number;
  readonly journal?: Journal;
  readonly log?: Log;
  /** What answers for Lambda functions; they go on forever unless given. */
  readonly functions?: Functions;
  /** How many times as fast the virtual clock runs as that of the programs; 1 unless given. */
  readonly timeScale?: number;
  /** Of a crashed one: its clock goes on, its containers still run. */
  readonly after?: VirtualEcs;
}

const ENDLESS: Functions = { invoke: () => Promise.resolve('{"hookStatus":"IN_PROGRESS"}') };

/** A control plane on a virtual clock. */
export class VirtualEcs {
  readonly clock: VirtualClock;
  readonly store: Store;
  readonly runtime: SimulatedRuntime;
  readonly dataPlane: SimulatedDataPlane;
  readonly controlPlane: ControlPlane;
  readonly #handlers: ReadonlyMap<string, Handler>;

  private constructor(options: VirtualEcsOptions) {
    const {
      models = {},
      seed = 1,
      journal = memoryJournal,
      log = silentLog,
      functions = ENDLESS,
      after,
    } = options;
    const random = seededRandom(seed);
    this.clock = after?.clock ?? new VirtualClock();
    this.store = new Store(journal);
    this.runtime = after?.runtime ?? new SimulatedRuntime({ clock: this.clock, random, models });
    this.dataPlane = new SimulatedDataPlane(this.clock, simulatedTargets(this.store, models));
    this.controlPlane = createControlPlane({
      store: this.store,
      runtime: this.runtime,
      dataPlane: this.dataPlane,
      clock: this.clock,
      ids: idSource(random),
      log,
      // Large enough for a hundred thousand tasks.
      machine: { cpus: 4096, memoryMiB: 2 ** 24, architecture: 'x86_64', platform: 'linux' },
      canListenOn: () => Promise.resolve(true),
      functions,
      timeScale: options.timeScale ?? 1,
    });
    this.#handlers = new Map(this.controlPlane.apis.flatMap(({ handlers }) => [...handlers]));
  }

  /** Starts one; its clock stands still until the test lets time pass. */
  static async start(options: VirtualEcsOptions = {}): Promise<VirtualEcs> {
    const ecs = new VirtualEcs(options);
    await ecs.controlPlane.start();
    return ecs;
  }

  /** Calls an operation. Rejects with the AwsError that the API would answer. */
  async call<Name extends keyof Operations>(
    name: Name,
    input: Operations[Name][0],
  ): Promise<Operations[Name][1]> {
    const handler = this.#handlers.get(name);
    if (handler === undefined) throw new Error(`there is no operation ${name}`);
    // The handler of an operation takes its input; the table of operations says which.
    return await handler(input as never, CALL);
  }
}
