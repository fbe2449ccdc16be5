/** Reads a service's tasks, running and lately stopped. */
import {
  DescribeContainerInstancesCommand,
  DescribeTasksCommand,
  ListTasksCommand,
  type ECSClient,
  type Task,
} from '@aws-sdk/client-ecs';
import type { Api } from './api.ts';
import { ApiError } from './api-failure.ts';
import { observedTask } from '../observed/from-sdk.ts';
import type { ObservedTask } from '../observed/observation.ts';
import type { ServiceName } from './service-reader.ts';

/** DescribeTasks takes so many at once. */
const TASKS_A_CALL = 100;
/** A crash loop leaves hundreds of stopped tasks; the cause is in any of them. */
const MOST_STOPPED = 300;

/** Reads tasks and remembers those that have ended: they do not change any more. */
export class TaskReader {
  readonly #api: Api;
  readonly #ecs: ECSClient;
  readonly #name: ServiceName;
  readonly #ended = new Map<string, ObservedTask>();
  #live: readonly string[] = [];
  readonly #instanceIds = new Map<string, string>();

  constructor(api: Api, ecs: ECSClient, name: ServiceName) {
    this.#api = api;
    this.#ecs = ecs;
    this.#name = name;
  }

  /**
   * Running tasks, and every stopped one that was ever seen.
   * @param which `known`: looks for no new ones; `all`: also for those that came and went between two looks
   * @throws ApiError
   */
  async read(which: 'known' | 'live' | 'all'): Promise<readonly ObservedTask[]> {
    // What was seen alive is asked for until it has ended.
    const arns = new Set(this.#live);
    if (which !== 'known') for (const arn of await this.#list('RUNNING')) arns.add(arn);
    if (which === 'all') for (const arn of await this.#list('STOPPED')) arns.add(arn);
    const unknown = [...arns].filter((arn) => !this.#ended.has(arn));
    const tasks = await this.#describe(unknown);
    await this.#learnInstances(tasks);
    const observed = tasks.map((task) => observedTask(task, this.#instanceIds));
    const live = observed.filter((task) => task.lastStatus !== 'STOPPED');
    this.#live = live.map(({ arn }) => arn);
    for (const task of observed) {
      if (task.lastStatus === 'STOPPED') this.#ended.set(task.arn, task);
    }
    return [...live, ...this.#ended.values()];
  }

  /** `startedBy` must not be combined with another filter, so all tasks of the service are listed. */
  async #list(desiredStatus: 'RUNNING' | 'STOPPED'): Promise<readonly string[]> {
    const arns: string[] = [];
    let nextToken: string | undefined;
    do {
      const token = nextToken;
      const page = await this.#api.read('ecs', 'ListTasks', (options) =>
        this.#ecs.send(
          new ListTasksCommand({
            cluster: this.#name.cluster,
            serviceName: this.#name.service,
            desiredStatus,
            ...(token === undefined ? {} : { nextToken: token }),
          }),
          options,
        ),
      );
      arns.push(...(page.taskArns ?? []));
      nextToken = page.nextToken;
    } while (
      nextToken !== undefined &&
      (desiredStatus === 'RUNNING' || arns.length < MOST_STOPPED)
    );
    return arns;
  }

  async #describe(arns: readonly string[]): Promise<readonly Task[]> {
    const tasks: Task[] = [];
    for (let first = 0; first < arns.length; first += TASKS_A_CALL) {
      const page = await this.#api.read('ecs', 'DescribeTasks', (options) =>
        this.#ecs.send(
          new DescribeTasksCommand({
            cluster: this.#name.cluster,
            tasks: arns.slice(first, first + TASKS_A_CALL),
          }),
          options,
        ),
      );
      tasks.push(...(page.tasks ?? []));
    }
    return tasks;
  }

  /** Targets of type `instance` are EC2 instance ids, tasks only know their container instance. */
  async #learnInstances(tasks: readonly Task[]): Promise<void> {
    const arns = new Set(
      tasks
        .filter((task) => (task.containers ?? []).some((each) => each.networkBindings?.length))
        .flatMap((task) => task.containerInstanceArn ?? []),
    );
    const unknown = [...arns].filter((arn) => !this.#instanceIds.has(arn));
    if (unknown.length === 0) return;
    try {
      const { containerInstances } = await this.#api.read(
        'ecs',
        'DescribeContainerInstances',
        (options) =>
          this.#ecs.send(
            new DescribeContainerInstancesCommand({
              cluster: this.#name.cluster,
              containerInstances: unknown.slice(0, TASKS_A_CALL),
            }),
            options,
          ),
      );
      for (const { containerInstanceArn, ec2InstanceId } of containerInstances ?? []) {
        if (containerInstanceArn !== undefined && ec2InstanceId !== undefined) {
          this.#instanceIds.set(containerInstanceArn, ec2InstanceId);
        }
      }
    } catch (error) {
      // Without the ids only the health of instance targets stays unknown; tasks are worth more than that.
      if (!(error instanceof ApiError)) throw error;
    }
    // Not to be asked again, whatever came of it.
    for (const arn of unknown) if (!this.#instanceIds.has(arn)) this.#instanceIds.set(arn, '');
  }
}
