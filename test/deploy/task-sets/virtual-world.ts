/** A service of task sets behind a load balancer in virtual time, and commands of the deployer on it. */
import {
  CreateClusterCommand,
  CreateServiceCommand,
  CreateTaskSetCommand,
  DescribeServicesCommand,
  RegisterTaskDefinitionCommand,
  UpdateServicePrimaryTaskSetCommand,
  type Service,
  type TaskSet,
} from '@aws-sdk/client-ecs';
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  DescribeListenersCommand,
  DescribeTargetHealthCommand,
  ModifyListenerCommand,
  ModifyTargetGroupAttributesCommand,
  type Action,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { seededRandom } from '../../../src/base/random.ts';
import type { AwsClients } from '../../../src/deploy/aws/aws-clients.ts';
import { describeDefinition } from '../../../src/deploy/definition/raw-definition.ts';
import {
  runCommand,
  type DeployDependencies,
  type Session,
} from '../../../src/deploy/session/session.ts';
import { deployTaskSets, type TaskSetPlan } from '../../../src/deploy/task-sets/deploy.ts';
import { describeWithTags } from '../../../src/deploy/task-sets/observe.ts';
import { resumeTaskSets, type ResumePlan } from '../../../src/deploy/task-sets/resume.ts';
import {
  rollbackTaskSets,
  type TaskSetRollbackPlan,
} from '../../../src/deploy/task-sets/rollback.ts';
import type { Ending, RolloutResult } from '../../../src/deploy/verdict/ending.ts';
import type { StrategyWish } from '../../../src/deploy/configuration/configuration.ts';
import { RolloutEntrySchema, type RolloutEntry } from '../../../src/record/entries.ts';
import { VirtualEcs, type VirtualEcsOptions } from '../../local/virtual/virtual-ecs.ts';
import { virtualClient, type FateOf } from './virtual-client.ts';

export const NAME = { cluster: 'prod', service: 'web' };
const SUBNETS = ['subnet-1'];
/** Longer than anything that is worth waiting for. */
const LIMIT_MS = 24 * 3_600_000;

/** Steps of 10 and 50 percent, each for a minute. */
export const STEPS: StrategyWish = {
  type: 'canary',
  steps: [10, 50],
  stepBakeMs: 60_000,
  finalBakeMs: 60_000,
  onClientLoss: undefined,
  traffic: {
    productionListenerRule: undefined,
    testListenerRule: undefined,
    alternateTargetGroupArn: undefined,
  },
};

/** What a command left behind. */
export interface Played {
  readonly result: RolloutResult;
  readonly entries: readonly RolloutEntry[];
  /** Names of the operations that it asked for, in order. */
  readonly requests: readonly string[];
  /** Messages of all events. */
  readonly told: readonly string[];
}

/** Where everything is. */
export interface Place {
  readonly service: Service;
  readonly taskSets: readonly TaskSet[];
  /** Percent of production traffic, by the target group's name. */
  readonly shares: Readonly<Record<string, number>>;
  /** `web:1`, …, of the primary task set. */
  readonly primary: string | undefined;
}

/** Something that somebody else does. */
export interface Incident {
  /** It happens once, as soon as this has been told. */
  readonly when: RegExp;
  readonly happens: () => void | Promise<void>;
}

export interface PlayOptions extends Partial<DeployDependencies> {
  readonly fate?: FateOf;
  readonly incidents?: readonly Incident[];
}

/** The world. */
export class VirtualWorld {
  readonly ecs: VirtualEcs;
  /** Of the test itself. */
  readonly clients: AwsClients;
  readonly blueGroup: string;
  readonly greenGroup: string;
  readonly listener: string;
  #seed = 1;

  private constructor(
    ecs: VirtualEcs,
    clients: AwsClients,
    names: Pick<VirtualWorld, 'blueGroup' | 'greenGroup' | 'listener'>,
  ) {
    this.ecs = ecs;
    this.clients = clients;
    this.blueGroup = names.blueGroup;
    this.greenGroup = names.greenGroup;
    this.listener = names.listener;
  }

  /** A cluster, a load balancer, and the service without a task set. */
  static async empty(options: VirtualEcsOptions = {}): Promise<VirtualWorld> {
    const ecs = await VirtualEcs.start(options);
    const { clients } = await virtualClient(ecs);
    const { elbv2 } = clients;
    await clients.ecs.send(new CreateClusterCommand({ clusterName: NAME.cluster }));
    const { LoadBalancers: [balancer] = [] } = await elbv2.send(
      new CreateLoadBalancerCommand({ Name: 'web', Subnets: SUBNETS }),
    );
    const group = async (Name: string): Promise<string> => {
      const { TargetGroups: [created] = [] } = await elbv2.send(
        new CreateTargetGroupCommand({
          ...{ Name, Protocol: 'HTTP', Port: 80, VpcId: 'vpc-1', TargetType: 'ip' },
          ...{ HealthCheckIntervalSeconds: 5, HealthCheckTimeoutSeconds: 2 },
        }),
      );
      const TargetGroupArn = created?.TargetGroupArn ?? '';
      await elbv2.send(
        new ModifyTargetGroupAttributesCommand({
          TargetGroupArn,
          Attributes: [{ Key: 'deregistration_delay.timeout_seconds', Value: '5' }],
        }),
      );
      return TargetGroupArn;
    };
    const [blueGroup, greenGroup] = [await group('blue'), await group('green')];
    const { Listeners: [listener] = [] } = await elbv2.send(
      new CreateListenerCommand({
        ...{ LoadBalancerArn: balancer?.LoadBalancerArn, Protocol: 'HTTP', Port: 80 },
        DefaultActions: forwardTo([
          [blueGroup, 100],
          [greenGroup, 0],
        ]),
      }),
    );
    await clients.ecs.send(
      new CreateServiceCommand({
        ...{ cluster: NAME.cluster, serviceName: NAME.service, desiredCount: 3 },
        deploymentController: { type: 'EXTERNAL' },
      }),
    );
    const world = new VirtualWorld(ecs, clients, {
      ...{ blueGroup, greenGroup, listener: listener?.ListenerArn ?? '' },
    });
    await world.register('team/web:1.0.0');
    return world;
  }

  /** The same with version 1 as the primary task set, steady behind the target group blue. */
  static async start(options: VirtualEcsOptions = {}): Promise<VirtualWorld> {
    const world = await VirtualWorld.empty(options);
    const { ecs } = world.clients;
    const { taskSet } = await ecs.send(
      new CreateTaskSetCommand({
        ...{ ...NAME, taskDefinition: 'web:1', launchType: 'FARGATE' },
        scale: { value: 100, unit: 'PERCENT' },
        networkConfiguration: { awsvpcConfiguration: { subnets: SUBNETS } },
        loadBalancers: [
          { targetGroupArn: world.blueGroup, containerName: 'web', containerPort: 80 },
        ],
        tags: [{ key: 'team', value: 'web' }],
      }),
    );
    await ecs.send(
      new UpdateServicePrimaryTaskSetCommand({ ...NAME, primaryTaskSet: taskSet?.id ?? '' }),
    );
    await world.until(({ taskSets: [set] }) => set?.stabilityStatus === 'STEADY_STATE');
    return world;
  }

  /** Registers a version; gives its ARN. */
  async register(image: string): Promise<string> {
    const { taskDefinition } = await this.clients.ecs.send(
      new RegisterTaskDefinitionCommand({
        ...{ family: 'web', networkMode: 'awsvpc', cpu: '256', memory: '512' },
        requiresCompatibilities: ['FARGATE'],
        containerDefinitions: [{ name: 'web', image, portMappings: [{ containerPort: 80 }] }],
      }),
    );
    return taskDefinition?.taskDefinitionArn ?? '';
  }

  /** Sets the listener's weights by hand. */
  async setWeights(blue: number, green: number): Promise<void> {
    await this.clients.elbv2.send(
      new ModifyListenerCommand({
        ListenerArn: this.listener,
        DefaultActions: forwardTo([
          [this.blueGroup, blue],
          [this.greenGroup, green],
        ]),
      }),
    );
  }

  async place(): Promise<Place> {
    const { services: [service] = [] } = await this.clients.ecs.send(
      new DescribeServicesCommand({
        ...{ cluster: NAME.cluster, services: [NAME.service], include: ['TAGS'] },
      }),
    );
    if (service === undefined) throw new Error('the service is gone');
    const { Listeners: [listener] = [] } = await this.clients.elbv2.send(
      new DescribeListenersCommand({ ListenerArns: [this.listener] }),
    );
    const groups = listener?.DefaultActions?.[0]?.ForwardConfig?.TargetGroups ?? [];
    const total = groups.reduce((sum, { Weight = 0 }) => sum + Weight, 0);
    const taskSets = service.taskSets ?? [];
    return {
      service,
      taskSets,
      shares: Object.fromEntries(
        groups.map(({ TargetGroupArn, Weight = 0 }) => [
          TargetGroupArn === this.blueGroup ? 'blue' : 'green',
          (Weight / total) * 100,
        ]),
      ),
      primary: taskSets
        .find((set) => set.status === 'PRIMARY')
        ?.taskDefinition?.replace(/.*\//, ''),
    };
  }

  /** Health states of a group's targets. */
  async targets(group: string): Promise<readonly (string | undefined)[]> {
    const { TargetHealthDescriptions = [] } = await this.clients.elbv2.send(
      new DescribeTargetHealthCommand({ TargetGroupArn: group }),
    );
    return TargetHealthDescriptions.map((each) => each.TargetHealth?.State);
  }

  /** Lets time pass, a little at a time, until this holds. */
  async until(condition: (place: Place) => boolean): Promise<Place> {
    for (let seconds = 0; seconds < 3600; seconds++) {
      const place = await this.place();
      if (condition(place)) return place;
      await this.ecs.clock.advance(1000);
    }
    throw new Error(`waited in vain: ${JSON.stringify(await this.place(), undefined, 2)}`);
  }

  /** The share of green, `web:2 PRIMARY 3/3` for each task set that is not being deleted, and whether the mark is there. */
  async summary(): Promise<{
    readonly green: number | undefined;
    readonly sets: readonly string[];
    readonly marked: boolean;
  }> {
    const { taskSets, shares, service } = await this.place();
    return {
      green: shares['green'],
      sets: taskSets
        .filter((set) => set.status !== 'DRAINING')
        .map(
          (set) =>
            `${set.taskDefinition?.replace(/.*\//, '') ?? ''} ${set.status ?? ''} ${set.scale?.value ?? 0} %`,
        ),
      marked: (service.tags ?? []).length > 0,
    };
  }

  deploy(
    taskDefinition: string,
    change: Partial<Omit<TaskSetPlan, 'service' | 'definition'>> = {},
    options: PlayOptions = {},
  ): Promise<Played> {
    return this.play('deploy', options, async (session, service) =>
      deployTaskSets(session, {
        service,
        definition: await describeDefinition(
          session.api,
          session.dependencies.clients.ecs,
          taskDefinition,
        ),
        strategy: STEPS,
        analysis: NO_ANALYSIS,
        options: { wait: true },
        ...change,
      }),
    );
  }

  resume(
    change: Partial<Omit<ResumePlan, 'service'>> = {},
    options: PlayOptions = {},
  ): Promise<Played> {
    return this.play('resume', options, (session, service) =>
      resumeTaskSets(session, {
        service,
        analysis: NO_ANALYSIS,
        options: { wait: true },
        ...change,
      }),
    );
  }

  rollback(
    change: Partial<Omit<TaskSetRollbackPlan, 'service'>> = {},
    options: PlayOptions = {},
  ): Promise<Played> {
    return this.play('rollback', options, (session, service) =>
      rollbackTaskSets(session, {
        service,
        options: { wait: true },
        ...change,
      }),
    );
  }

  /** Plays a command through in virtual time; rejects with what it rejects with. */
  async play(
    command: 'deploy' | 'resume' | 'rollback',
    { fate, incidents = [], ...change }: PlayOptions,
    body: (session: Session, service: Service) => Promise<Ending>,
  ): Promise<Played> {
    const entries: RolloutEntry[] = [];
    const left = new Set(incidents);
    const notice = (entry: RolloutEntry): void => {
      entries.push(entry);
      for (const incident of left) {
        if (entry.kind !== 'event' || !incident.when.test(entry.message)) continue;
        left.delete(incident);
        void this.ecs.clock.track(Promise.resolve(incident.happens()));
      }
    };
    const { clients, requests } = await virtualClient(this.ecs, fate);
    let result: RolloutResult | undefined;
    let failure: unknown;
    runCommand(
      command,
      NAME,
      {
        clients,
        clock: this.ecs.clock,
        random: seededRandom(this.#seed++),
        sinks: [notice],
        tool: { name: 'fairlead', version: '0.0.0' },
        who: 'ann@build-7',
        // Each look costs real time in a test.
        polling: { shortestMs: 2000, longestMs: 20_000 },
        ...change,
      },
      async (session) => {
        const service = await describeWithTags(session);
        if (service === undefined) throw new Error('the service is gone');
        begin(session, service);
        return body(session, service);
      },
    ).then(
      (value) => (result = value),
      (error: unknown) => (failure = error),
    );
    await this.ecs.clock.runUntil(() => result !== undefined || failure !== undefined, LIMIT_MS);
    if (result === undefined) throw failure;
    for (const entry of entries) {
      const { error } = RolloutEntrySchema.safeParse(entry);
      if (error !== undefined) throw error;
    }
    const told = entries.flatMap((entry) => (entry.kind === 'event' ? [entry.message] : []));
    return { result, entries, requests, told };
  }
}

/** Nothing is measured. */
export const NO_ANALYSIS: TaskSetPlan['analysis'] = {
  checks: [],
  measure: () => Promise.reject(new Error('nothing is to be measured')),
};

function begin(session: Session, service: Service): void {
  session.recorder.begin({
    kind: 'header',
    schema: 'fairlead.rollout/v1',
    at: session.dependencies.clock.now(),
    tool: session.dependencies.tool,
    mode: 'deploy',
    command: session.command,
    endpoint: session.endpoint(),
    region: 'eu-west-1',
    accountId: '123456789012',
    cluster: NAME.cluster,
    service: NAME.service,
    serviceArn: service.serviceArn ?? '',
    strategy: 'EXTERNAL',
    desiredCount: service.desiredCount ?? 0,
  });
}

function forwardTo(groups: readonly (readonly [string, number])[]): Action[] {
  return [
    {
      Type: 'forward',
      ForwardConfig: {
        TargetGroups: groups.map(([TargetGroupArn, Weight]) => ({ TargetGroupArn, Weight })),
      },
    },
  ];
}
