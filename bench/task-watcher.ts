/** Watches the tasks of a service through the API while a rollout replaces them. */
import { DescribeTasksCommand, ListTasksCommand, type Task } from '@aws-sdk/client-ecs';
import {
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { systemClock } from '../src/base/clock.ts';
import type { Clients } from '../test/system/world.ts';
import type { TaskLife } from './critical-path.ts';

const EVERY_KIND = ['RUNNING', 'STOPPED'] as const;

/** The tasks of one service, old and new. */
export class TaskWatcher {
  readonly #clients: Clients;
  readonly #service: { readonly cluster: string; readonly service: string };
  readonly #newDefinition: string;
  readonly #tasks = new Map<string, Task>();
  /** When each address was last seen and not yet healthy. */
  readonly #unhealthyAt = new Map<string, number>();
  readonly #healthy = new Set<string>();

  constructor(
    clients: Clients,
    service: { readonly cluster: string; readonly service: string },
    newDefinition: string,
  ) {
    this.#clients = clients;
    this.#service = service;
    this.#newDefinition = newDefinition;
  }

  /** Takes note of how all tasks and their targets are. */
  async look(): Promise<void> {
    const { cluster, service: serviceName } = this.#service;
    const { ecs, elbv2 } = this.#clients;
    const lists = await Promise.all(
      EVERY_KIND.map((desiredStatus) =>
        ecs.send(new ListTasksCommand({ cluster, serviceName, desiredStatus })),
      ),
    );
    const all = lists.flatMap(({ taskArns = [] }) => taskArns);
    // What has stopped does not change any more.
    const tasks = all.filter((arn) => this.#tasks.get(arn)?.lastStatus !== 'STOPPED');
    if (tasks.length > 0) {
      const described = await ecs.send(new DescribeTasksCommand({ cluster, tasks }));
      for (const task of described.tasks ?? []) this.#tasks.set(task.taskArn ?? '', task);
    }
    const { TargetGroups: [group] = [] } = await elbv2.send(new DescribeTargetGroupsCommand({}));
    const before = systemClock.now();
    const { TargetHealthDescriptions: targets = [] } = await elbv2.send(
      new DescribeTargetHealthCommand({ TargetGroupArn: group?.TargetGroupArn }),
    );
    for (const { Target, TargetHealth } of targets) {
      const address = Target?.Id ?? '';
      if (TargetHealth?.State === 'healthy') this.#healthy.add(address);
      else if (!this.#healthy.has(address)) this.#unhealthyAt.set(address, before);
    }
  }

  /** What is known of each task that was there since the first look. */
  lives(): readonly TaskLife[] {
    return Array.from(this.#tasks.values(), (task) => this.#life(task));
  }

  #life(task: Task): TaskLife {
    const address = task.attachments
      ?.flatMap(({ details = [] }) => details)
      .find(({ name }) => name === 'privateIPv4Address')?.value;
    const isNew = task.taskDefinitionArn === this.#newDefinition;
    return {
      id: task.taskArn ?? '',
      isNew,
      createdAt: task.createdAt?.getTime() ?? 0,
      // The time of a look would be too late by up to the time between two, and make the path longer than it is.
      healthyAt: this.#unhealthyAt.get(address ?? '') ?? task.startedAt?.getTime(),
      stoppingAt: task.stoppingAt?.getTime(),
      stoppedAt: task.stoppedAt?.getTime(),
    };
  }
}
