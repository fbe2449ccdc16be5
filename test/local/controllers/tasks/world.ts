/** A store that survives crashes, the machine, and the task controller between them; draining is played here. */
import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import { idSource } from '../../../../src/base/ids.ts';
import { seededRandom } from '../../../../src/base/random.ts';
import { VirtualClock } from '../../../../src/base/virtual-clock.ts';
import { TaskController } from '../../../../src/local/controllers/tasks/task-controller.ts';
import type { TaskProblem } from '../../../../src/local/controllers/tasks/task-controller-dependencies.ts';
import type { Target, TargetGroup } from '../../../../src/local/state/elbv2-entities.ts';
import type {
  Service,
  ServiceRevision,
  Task,
  TaskDefinition,
} from '../../../../src/local/state/entities.ts';
import type { Journal } from '../../../../src/local/state/journal.ts';
import { newTask, type NewTask } from '../../../../src/local/state/new-task.ts';
import { Store } from '../../../../src/local/state/store.ts';
import type { Change } from '../../../../src/local/state/table.ts';
import { Machine, MachineRuntime, type Script } from './machine.ts';

const SCOPE = 'eu-west-1:000000000000';
export const SERVICE_ARN = `arn:aws:ecs:${SCOPE}:service/default/web`;
export const REVISION_ARN = `arn:aws:ecs:${SCOPE}:service-revision/default/web/1`;
export const TARGET_GROUP_ARN = `arn:aws:elasticloadbalancing:${SCOPE}:targetgroup/web/1`;
const CLUSTER_ARN = `arn:aws:ecs:${SCOPE}:cluster/default`;

/** A journal whose content outlives its store. */
export class DurableJournal implements Journal {
  readonly rows = new Map<string, string>();
  /** Called before each write; what it throws, the write throws. */
  beforeWrite: () => void = () => undefined;

  load(): Iterable<Change> {
    return [...this.rows.values()].map((row) => JSON.parse(row) as Change);
  }

  write(changes: readonly Change[]): void {
    this.beforeWrite();
    for (const change of changes) {
      const key = `${change.table} ${change.key}`;
      if (change.entity === undefined) this.rows.delete(key);
      else this.rows.set(key, JSON.stringify(change));
    }
  }

  close(): void {
    this.beforeWrite = () => {
      throw new Error('closed');
    };
  }
}

export interface WorldOptions {
  readonly containers: readonly ContainerDefinition[];
  readonly scripts?: Readonly<Record<string, Script>>;
  readonly networkMode?: 'awsvpc' | 'bridge';
  /** The container and port behind the target group. */
  readonly balanced?: { readonly containerName: string; readonly containerPort: number };
  readonly drainMs?: number;
}

/** Everything around one task definition. */
export class World {
  readonly clock = new VirtualClock();
  readonly machine: Machine;
  readonly journal = new DurableJournal();
  readonly options: WorldOptions;
  readonly problems: TaskProblem[] = [];
  readonly #ids = idSource(seededRandom(7));
  store: Store;
  controller: TaskController;
  /** Called at each step of the control plane; false: it dies there. */
  step: () => boolean = () => true;

  constructor(options: WorldOptions) {
    this.options = options;
    this.machine = new Machine(this.clock, options.scripts ?? {});
    const store = new Store(this.journal);
    store.transaction(() => {
      store.taskDefinitions.put(this.definition.taskDefinitionArn, this.definition);
      if (options.balanced === undefined) return;
      store.targetGroups.put(TARGET_GROUP_ARN, {
        targetGroupArn: TARGET_GROUP_ARN,
        targetType: options.networkMode === 'awsvpc' ? 'ip' : 'instance',
      } as TargetGroup);
      store.serviceRevisions.put(REVISION_ARN, this.revision);
    });
    this.store = store;
    this.controller = this.#begin();
  }

  readonly #taskDefinitionArn = `arn:aws:ecs:${SCOPE}:task-definition/web:1`;

  get definition(): TaskDefinition {
    return {
      taskDefinitionArn: this.#taskDefinitionArn,
      region: 'eu-west-1',
      family: 'web',
      revision: 1,
      status: 'ACTIVE',
      definition: {
        family: 'web',
        networkMode: this.options.networkMode,
        containerDefinitions: [...this.options.containers],
      },
      compatibilities: [],
      requiresAttributes: [],
      tags: [],
      registeredAt: 0,
      registeredBy: '',
    };
  }

  get revision(): ServiceRevision {
    return {
      serviceRevisionArn: REVISION_ARN,
      serviceArn: SERVICE_ARN,
      clusterArn: CLUSTER_ARN,
      taskDefinition: this.#taskDefinitionArn,
      loadBalancers: [{ targetGroupArn: TARGET_GROUP_ARN, ...this.options.balanced }],
      serviceRegistries: [],
      containerImages: this.options.containers.map(({ name = '', image = '' }) => ({
        containerName: name,
        image,
      })),
      createdAt: 0,
    };
  }

  /** A controller on the present store. */
  #begin(): TaskController {
    const { clock, store } = this;
    const runtime = new MachineRuntime(this.machine, () => this.step());
    store.onChange((changes) => {
      for (const { table, entity } of changes)
        if (table === 'targets' && entity !== undefined) this.#drain(store, entity as Target);
    });
    for (const target of store.targets.values()) this.#drain(store, target);
    return new TaskController({
      store,
      runtime,
      clock,
      ec2InstanceIdOf: () => 'i-0123456789abcdef0',
      onProblem: (problem) => this.problems.push(problem),
    });
  }

  /** Plays the balancer: a deregistered target is gone after a while. */
  #drain(store: Store, target: Target): void {
    if (target.deregisteredAt === undefined) return;
    this.clock.setTimer(this.options.drainMs ?? 5000, () => {
      if (this.store !== store) return;
      const key = `${target.targetGroupArn}|${target.id}|${target.port}`;
      this.operate(() => store.targets.delete(key));
    });
  }

  /** Changes the state as somebody else than the task controller: such writes are not steps of it. */
  operate<T>(change: () => T): T {
    const { beforeWrite } = this.journal;
    this.journal.beforeWrite = () => undefined;
    try {
      return this.store.transaction(change);
    } finally {
      this.journal.beforeWrite = beforeWrite;
    }
  }

  /** Ends the control plane as kill -9 does; the machine goes on. */
  crash(): void {
    this.controller.close();
    this.machine.attached = undefined;
  }

  /** Starts a new control plane on what the journal has. */
  async restart(): Promise<void> {
    this.store = new Store(this.journal);
    this.controller = this.#begin();
    await this.controller.recover();
  }

  createTask(members: Partial<NewTask> = {}): string {
    const { networkMode, balanced } = this.options;
    return this.operate(() => {
      const task = newTask(
        {
          clusterArn: CLUSTER_ARN,
          taskDefinition: this.definition,
          platform: {
            launchType: 'EC2',
            containerInstanceArn: `arn:aws:ecs:${SCOPE}:container-instance/default/1`,
          },
          group: 'service:web',
          enableExecuteCommand: false,
          tags: [],
          ...(balanced === undefined ? {} : { serviceArn: SERVICE_ARN, deploymentId: 'ecs-svc/1' }),
          ...(networkMode === 'awsvpc'
            ? { networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } } }
            : {}),
          ...members,
        },
        { store: this.store, ids: this.#ids, clock: this.clock },
      );
      this.store.tasks.put(task.taskArn, task);
      return task.taskArn;
    });
  }

  task(arn: string): Task {
    const task = this.store.tasks.get(arn);
    if (task === undefined) throw new Error(`there is no task ${arn}`);
    return task;
  }

  /** As StopTask does. */
  stopTask(arn: string): void {
    this.operate(() => {
      const task = this.task(arn);
      if (task.desiredStatus === 'STOPPED') return;
      this.store.tasks.put(arn, {
        ...task,
        desiredStatus: 'STOPPED',
        stopCode: 'UserInitiated',
        stoppedReason: 'Task stopped by user',
      });
    });
  }

  /** Lets time pass until the task has the status. */
  async until(arn: string, lastStatus: Task['lastStatus'], limitMs = 3_600_000): Promise<Task> {
    await this.clock.runUntil(() => this.store.tasks.get(arn)?.lastStatus === lastStatus, limitMs);
    return this.task(arn);
  }
}

/** A service entity with one deployment, for what looks revisions up through it. */
export function serviceWith(serviceRevisionArn: string): Service {
  return {
    serviceArn: SERVICE_ARN,
    clusterArn: CLUSTER_ARN,
    deployments: [{ id: 'ecs-svc/1', serviceRevisionArn }],
  } as unknown as Service;
}
