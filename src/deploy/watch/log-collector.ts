/** Collects the last log lines of a few dead containers: enough to see why, few enough to read. */
import type { LogTail } from '../verdict/cause.ts';
import { readLogTail } from '../aws/log-tail.ts';
import { culpritOf, failureOf, isHealthy, ourTasks } from '../observed/tasks.ts';
import { shortTask } from '../observed/names.ts';
import type { Observation, ObservedTask, RolloutTarget } from '../observed/observation.ts';
import type { Session } from '../session/session.ts';
import type { ContainerFacts } from '../definition/task-definition.ts';

/** So many tasks' logs are read in a rollout. */
const MOST_TAILS = 2;

/** Reads and remembers log tails. */
export class LogCollector {
  readonly #session: Session;
  readonly #containers: readonly ContainerFacts[];
  readonly #tails: LogTail[] = [];
  readonly #asked = new Set<string>();
  readonly #lost = new Set<string>();

  constructor(session: Session, containers: readonly ContainerFacts[]) {
    this.#session = session;
    this.#containers = containers;
  }

  tails(): readonly LogTail[] {
    return this.#tails;
  }

  lost(): readonly string[] {
    return [...this.#lost];
  }

  /**
   * Reads the log of a newly failed task.
   * @param last at the end of a failed rollout, when the log of a task that runs but is not healthy is better than none
   */
  async collect(seen: Observation, target: RolloutTarget, last: boolean): Promise<void> {
    const tasks = ourTasks(seen, target);
    const failed = tasks.filter(
      (task) => task.lastStatus === 'STOPPED' && hasRun(task) && failureOf(task) !== undefined,
    );
    const sick =
      last && this.#tails.length === 0 && failed.length === 0
        ? tasks.filter((task) => hasRun(task) && !isHealthy(task, seen, target)).slice(0, 1)
        : [];
    for (const task of [...failed, ...sick]) {
      if (this.#tails.length >= MOST_TAILS || this.#asked.size >= 2 * MOST_TAILS) return;
      // Nobody misses the log of a task that may be well.
      if (!this.#asked.has(task.arn)) await this.#read(task, failed.includes(task));
    }
  }

  async #read(task: ObservedTask, missed: boolean): Promise<void> {
    this.#asked.add(task.arn);
    const container = this.#containerOf(task);
    if (container === undefined) return;
    const { api, dependencies } = this.#session;
    const result = await readLogTail(api, dependencies.clients.logs, task.arn, container);
    if (result.kind === 'lost') {
      if (missed) this.#lost.add(result.why);
      return;
    }
    if (result.lines.length === 0) return;
    this.#tails.push({ taskArn: task.arn, container: container.name, lines: result.lines });
    this.#session.say(
      'info',
      'container-log',
      [
        `last log lines of ${container.name} in task ${shortTask(task.arn)}:`,
        ...result.lines.map((line) => `    ${line}`),
      ].join('\n'),
    );
  }

  #containerOf(task: ObservedTask): ContainerFacts | undefined {
    const culprit = culpritOf(task)?.name;
    return (
      this.#containers.find((container) => container.name === culprit) ??
      this.#containers.find((container) => container.essential)
    );
  }
}

/** A task that never ran has written nothing. */
function hasRun(task: ObservedTask): boolean {
  return task.startedAt !== undefined;
}
