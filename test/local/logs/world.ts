/** A region with tasks whose containers log, and the output that they wrote. */
import { VirtualClock } from '../../../src/base/virtual-clock.ts';
import type { LogsContext } from '../../../src/local/logs/context.ts';
import { logsOperations } from '../../../src/local/logs/handlers.ts';
import type { Container, TaskDefinition } from '../../../src/local/state/entities.ts';
import { memoryJournal } from '../../../src/local/state/journal.ts';
import { Store } from '../../../src/local/state/store.ts';
import { storedTask } from '../ecs/fresh-context.ts';

type Operations = typeof logsOperations;

/** A region. */
export class LogsWorld {
  readonly store = new Store(memoryJournal);
  readonly clock = new VirtualClock();
  /** By container id. */
  readonly output = new Map<string, string>();
  readonly context: LogsContext = {
    store: this.store,
    clock: this.clock,
    readLogs: (id, tailBytes) => {
      const bytes = Buffer.from(this.output.get(id) ?? '');
      return Promise.resolve(bytes.subarray(Math.max(0, bytes.length - tailBytes)).toString());
    },
    call: {
      region: 'eu-west-1',
      accountId: '000000000000',
      requestId: '00000000-0000-4000-8000-000000000000',
      principalArn: 'arn:aws:iam::000000000000:root',
    },
  };

  async call<N extends keyof Operations>(
    name: N,
    input: Parameters<Operations[N]>[0],
    region = 'eu-west-1',
  ): Promise<Awaited<ReturnType<Operations[N]>>> {
    const operation: (input: never, context: LogsContext) => object | Promise<object> =
      logsOperations[name];
    const call = { ...this.context.call, region };
    const answer = await operation(input as never, { ...this.context, call });
    // The record maps each name to the operation with this very input and output.
    return answer as Awaited<ReturnType<Operations[N]>>;
  }

  /** A definition whose container `app` logs with these awslogs options. */
  definition(family: string, options: Record<string, string>): string {
    const taskDefinitionArn = `arn:aws:ecs:eu-west-1:000000000000:task-definition/${family}:1`;
    const row: TaskDefinition = {
      taskDefinitionArn,
      region: 'eu-west-1',
      family,
      revision: 1,
      status: 'ACTIVE',
      definition: {
        family,
        containerDefinitions: [
          { name: 'app', image: 'app:1', logConfiguration: { logDriver: 'awslogs', options } },
          { name: 'quiet', image: 'quiet:1' },
        ],
      },
      compatibilities: [],
      requiresAttributes: [],
      tags: [],
      registeredAt: 1000,
      registeredBy: 'somebody',
    };
    this.store.transaction(() => this.store.taskDefinitions.put(taskDefinitionArn, row));
    return taskDefinitionArn;
  }

  /** A task of the definition; its container's id is `TASKID-app`. */
  task(
    taskDefinitionArn: string,
    taskId: string,
    output: string,
    members: Partial<Container> = {},
  ): void {
    const container = (name: string): Container => ({
      containerArn: `container/${name}`,
      name,
      image: `${name}:1`,
      runtimeId: `${taskId}-${name}`,
      lastStatus: 'RUNNING',
      startedAt: 5000,
      healthStatus: 'UNKNOWN',
      healthFailures: 0,
      restartCount: 0,
      ports: [],
      ...members,
    });
    const cluster = 'arn:aws:ecs:eu-west-1:000000000000:cluster/c';
    const containers = [container('app'), container('quiet')];
    const task = storedTask(cluster, taskId, { taskDefinitionArn, containers });
    this.store.transaction(() => this.store.tasks.put(task.taskArn, task));
    this.output.set(`${taskId}-app`, output);
  }
}
