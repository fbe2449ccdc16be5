/** A scripted ECS that runs one-off tasks: what happens to them is the test's story, in virtual time. */
import { FakeAws, FakeError, ARN, type Wire } from '../fake-aws.ts';

/** The steps of a task's life, in ms after RunTask; what is left out does not happen. */
export interface TaskLife {
  /** DescribeTasks does not know the task until then. */
  readonly visibleAfter?: number;
  readonly runsAfter?: number;
  /** The container ends, and with it the task unless `leavesOthers`. */
  readonly exits?: { readonly after: number; readonly exitCode?: number };
  /** The task goes on when the container has ended. */
  readonly leavesOthers?: boolean;
  /** It never runs. */
  readonly failsToStart?: { readonly after: number; readonly reason: string };
  /** What the container writes, by ms after RunTask. */
  readonly writes?: readonly (readonly [number, string])[];
}

/** A world in which RunTask starts tasks with such a life. */
export class TaskWorld extends FakeAws {
  life: TaskLife = { runsAfter: 1000, exits: { after: 5000, exitCode: 0 } };
  /** What RunTask answers in place of a task. */
  failures: readonly Wire[] | undefined;
  readonly started: Wire[] = [];
  readonly byToken = new Map<string, Wire>();
  container = 'web';
  /** So many lines are on a page of GetLogEvents. */
  pageSize = 2;

  constructor() {
    super();
    this.own.set('RunTask', (input) => this.#runTask(input));
    this.own.set('StopTask', (input) => this.#stopTask(input));
    this.own.set('GetLogEvents', (input) => this.#log(input));
  }

  #runTask(input: Wire): Wire {
    const token = String(input['clientToken']);
    const former = this.byToken.get(token);
    if (former !== undefined) return { tasks: [former], failures: [] };
    if (this.failures !== undefined) return { tasks: [], failures: this.failures };
    const task = this.addTask(6, {
      startedBy: input['startedBy'],
      lastStatus: 'PROVISIONING',
      startedAt: undefined,
      containers: [{ name: this.container, lastStatus: 'PENDING' }],
    });
    this.byToken.set(token, task);
    this.started.push(task);
    this.#live(task);
    return { tasks: [task], failures: [] };
  }

  #live(task: Wire): void {
    const { visibleAfter = 0, runsAfter, exits, failsToStart, leavesOthers = false } = this.life;
    if (visibleAfter > 0) {
      const arn = task['taskArn'];
      this.tasks = this.tasks.filter((each) => each['taskArn'] !== arn);
      this.after(visibleAfter, () => this.tasks.push(task));
    }
    if (runsAfter !== undefined) {
      this.after(runsAfter, () => {
        if (task['desiredStatus'] === 'STOPPED') return;
        Object.assign(task, { lastStatus: 'RUNNING', startedAt: this.clock.now() / 1000 });
      });
    }
    if (failsToStart !== undefined) {
      this.after(failsToStart.after, () => {
        this.#end(task, 'TaskFailedToStart', failsToStart.reason, undefined);
      });
    }
    if (exits !== undefined) {
      this.after(exits.after, () => {
        if (task['desiredStatus'] === 'STOPPED') return;
        if (leavesOthers) {
          task['containers'] = [
            { name: this.container, lastStatus: 'STOPPED', exitCode: exits.exitCode },
            { name: 'sidecar', lastStatus: 'RUNNING' },
          ];
          return;
        }
        this.#end(
          task,
          'EssentialContainerExited',
          'Essential container in task exited',
          exits.exitCode,
        );
      });
    }
  }

  #end(task: Wire, stopCode: string, stoppedReason: string, exitCode: number | undefined): void {
    const [container] = task['containers'] as Wire[];
    Object.assign(task, {
      lastStatus: 'STOPPED',
      desiredStatus: 'STOPPED',
      stopCode,
      stoppedReason,
      stoppedAt: this.clock.now() / 1000,
      containers: [
        { ...container, lastStatus: 'STOPPED', ...(exitCode === undefined ? {} : { exitCode }) },
      ],
    });
  }

  #stopTask(input: Wire): Wire {
    const task = this.started.find((each) => each['taskArn'] === input['task']);
    if (task === undefined) throw new FakeError('InvalidParameterException', 'no such task');
    const [container] = task['containers'] as Wire[];
    task['desiredStatus'] = 'STOPPED';
    const exitCode = container?.['exitCode'] as number | undefined;
    this.after(2000, () => {
      this.#end(task, 'UserInitiated', String(input['reason']), exitCode ?? 143);
    });
    return { task };
  }

  /** The token is the number of lines read, and comes back at the end. */
  #log(input: Wire): Wire {
    const [task] = this.started;
    const since = (task?.['createdAt'] as number) * 1000;
    const lines = (this.life.writes ?? [])
      .filter(([at]) => since + at <= this.clock.now())
      .map(([, line]) => line);
    if (lines.length === 0) throw new FakeError('ResourceNotFoundException', 'no such stream');
    const from = Number(input['nextToken'] ?? 0);
    const page = lines.slice(from, from + this.pageSize);
    return {
      events: page.map((message) => ({ message, timestamp: 1 })),
      nextForwardToken: String(from + page.length),
    };
  }
}

/** The service runs behind a network of its own. */
export const NETWORK: Wire = {
  awsvpcConfiguration: { subnets: ['subnet-1'], securityGroups: ['sg-1'] },
};

export const taskDefinitionArn = (name: string): string => `${ARN}:task-definition/${name}`;
