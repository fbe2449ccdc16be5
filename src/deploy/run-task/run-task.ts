/** Runs a one-off task to its end: a migration before a rollout, a smoke test after it, a command of an operator. */
import { DescribeTasksCommand, StopTaskCommand, type Task } from '@aws-sdk/client-ecs';
import { lastPart } from '../../base/arn.ts';
import { formatDuration } from '../../base/duration.ts';
import { idSource } from '../../base/ids.ts';
import { ApiError, mayRetry } from '../aws/api-failure.ts';
import { describeApiError } from '../aws/api-failure-text.ts';
import { containersOf } from '../definition/task-definition.ts';
import { interruptedBy } from '../session/interruption.ts';
import { isInterruption, type Session } from '../session/session.ts';
import { observedTask } from '../observed/from-sdk.ts';
import { shortTask } from '../observed/names.ts';
import type { ObservedTask } from '../observed/observation.ts';
import { LogFollower } from './log-follower.ts';
import { MAYBE_STARTED, startTask, type TaskStart, type TaskWish } from './start-task.ts';
import { exited, judgeTask, type TaskOutcome } from './task-outcome.ts';

/** What is told while it runs. */
export interface TaskListener {
  started(taskArn: string): void;
  /** `RUNNING`, … as ECS says; each once. */
  status(lastStatus: string): void;
  /** What the container wrote, oldest first. */
  lines(lines: readonly string[]): void;
  /** Of Fairlead's own. */
  warning(message: string): void;
}

export interface TaskOptions {
  /** Milliseconds from the call on; then the task is stopped. */
  readonly timeoutMs: number;
  /** False: answers as soon as the task is started. */
  readonly wait: boolean;
  /** What an interruption does to the task. */
  readonly onInterrupt: 'stop' | 'leave';
}

const DEFAULT_POLLING = { shortestMs: 1000, longestMs: 5000 };
const POLL_GROWTH = 1.5;
/** DescribeTasks may not know a new task for a while (reference: ECS semantics 1.7). */
const NOT_YET_VISIBLE_MS = 300_000;

/**
 * Starts the task and waits for its end. After an interruption the session is released: a second one leaves at once.
 * @throws ApiError with credentials or an endpoint that are wrong; everything else is an outcome
 */
export async function runTask(
  session: Session,
  wish: TaskWish,
  options: TaskOptions,
  listener: TaskListener,
): Promise<TaskOutcome> {
  const { clock, random } = session.dependencies;
  const startedAt = clock.monotonic();
  const start: TaskStart = { clientToken: idSource(random).uuid(), inDoubt: false };
  let taskArn: string | undefined;
  try {
    const started = await startTask(session, wish, start);
    if (started.kind !== 'started') return started;
    ({ taskArn } = started);
    listener.started(taskArn);
    if (!options.wait) return started;
    return await followTask(session, wish, taskArn, options.timeoutMs, startedAt, listener);
  } catch (error) {
    if (isInterruption(error, session)) {
      return interrupted(session, wish, taskArn ?? start, options.onInterrupt);
    }
    if (!(error instanceof ApiError) || taskArn === undefined) throw error;
    const { message, hint } = describeApiError(error);
    return {
      kind: 'lost',
      taskArn,
      why: [
        message,
        ...(hint === undefined ? [] : [hint]),
        `task ${shortTask(taskArn)} was started; what becomes of it is not known here`,
      ],
    };
  }
}

async function followTask(
  session: Session,
  wish: TaskWish,
  taskArn: string,
  timeoutMs: number,
  startedAt: number,
  listener: TaskListener,
): Promise<TaskOutcome> {
  const { clients, clock, polling = DEFAULT_POLLING } = session.dependencies;
  const facts = containersOf(wish.definition.definition).find(
    (each) => each.name === wish.container,
  );
  const essential = facts?.essential ?? true;
  const log =
    facts === undefined ? undefined : new LogFollower(session.api, clients.logs, taskArn, facts);
  let pause = polling.shortestMs;
  let last: ObservedTask | undefined;
  let leftoversStopped = false;

  for (;;) {
    const elapsed = clock.monotonic() - startedAt;
    const seen = await look(session, wish.cluster, taskArn, listener);
    if (seen === 'missing' && (last !== undefined || elapsed >= NOT_YET_VISIBLE_MS)) {
      return { kind: 'lost', taskArn, why: ['ECS does not know the task any more'] };
    }
    if (typeof seen === 'object') {
      const changed = seen.lastStatus !== last?.lastStatus;
      if (changed) listener.status(seen.lastStatus);
      last = seen;
      const judgement = judgeTask(seen, wish.container, essential);
      await readLog(judgement.kind !== 'goes-on' && judgement.kind !== 'leftovers');
      if (judgement.kind === 'leftovers' && !leftoversStopped) {
        leftoversStopped = true;
        const why = `container ${wish.container} has ended`;
        const { stopped, text } = await stopTask(session, wish.cluster, taskArn, why);
        if (!stopped) listener.warning(text);
      } else if (judgement.kind !== 'goes-on' && judgement.kind !== 'leftovers') {
        return judgement;
      }
      pause = changed ? polling.shortestMs : Math.min(polling.longestMs, pause * POLL_GROWTH);
    }
    const left = timeoutMs - (clock.monotonic() - startedAt);
    if (left <= 0) return timedOut(session, wish, taskArn, timeoutMs, last);
    await clock.sleep(Math.max(1, Math.min(pause, left)), session.signal());
  }

  async function readLog(ended: boolean): Promise<void> {
    if (log === undefined || last?.startedAt === undefined) return;
    try {
      tell(await log.read(ended));
      // The lines of a short task may come a moment after its end.
      if (ended && !log.heard() && log.lost() === undefined) {
        await clock.sleep(polling.shortestMs, session.signal());
        tell(await log.read(true));
      }
    } catch (error) {
      // The end is known: an interruption now only costs log lines.
      if (!ended || !isInterruption(error, session)) throw error;
    }
    const lost = log.lost();
    if (ended && lost !== undefined) listener.warning(`not shown: ${lost}`);
  }

  function tell(lines: readonly string[]): void {
    if (lines.length > 0) listener.lines(lines);
  }
}

/** `missing` where ECS does not know the task (yet); undefined where ECS cannot be reached for the moment. */
async function look(
  session: Session,
  cluster: string,
  taskArn: string,
  listener: TaskListener,
): Promise<ObservedTask | 'missing' | undefined> {
  const { ecs } = session.dependencies.clients;
  let task: Task | undefined;
  try {
    const { tasks } = await session.api.read('ecs', 'DescribeTasks', (options) =>
      ecs.send(new DescribeTasksCommand({ cluster, tasks: [taskArn] }), options),
    );
    task = tasks?.[0];
  } catch (error) {
    if (!(error instanceof ApiError) || !mayRetry(error.kind)) throw error;
    listener.warning(`${error.permission} keeps failing (${error.code}); trying again`);
    return undefined;
  }
  return task === undefined ? 'missing' : observedTask(task, new Map());
}

/** Our container may have ended just before: then its exit code counts. */
async function timedOut(
  session: Session,
  wish: TaskWish,
  taskArn: string,
  timeoutMs: number,
  last: ObservedTask | undefined,
): Promise<TaskOutcome> {
  const exitCode = last?.containers.find((each) => each.name === wish.container)?.exitCode;
  if (last !== undefined && exitCode !== undefined) return exited(last, exitCode);
  const waited = formatDuration(timeoutMs);
  const { text } = await stopTask(session, wish.cluster, taskArn, `it took longer than ${waited}`);
  return {
    kind: 'timed-out',
    taskArn,
    why: [`the task was still ${last?.lastStatus ?? 'unknown to ECS'} after ${waited}`, text],
  };
}

async function interrupted(
  session: Session,
  wish: TaskWish,
  task: string | TaskStart,
  onInterrupt: TaskOptions['onInterrupt'],
): Promise<TaskOutcome> {
  const signal = session.signal();
  const by = signal === undefined ? 'SIGINT' : interruptedBy(signal);
  session.release();
  if (typeof task !== 'string') {
    const why = task.inDoubt ? MAYBE_STARTED : 'no task was started';
    const begun = task.inDoubt;
    return { kind: 'interrupted', taskArn: undefined, by, begun, goesOn: false, why: [why] };
  }
  if (onInterrupt === 'leave') {
    const why = [`task ${lastPart(task)} goes on`];
    return { kind: 'interrupted', taskArn: task, by, begun: true, goesOn: true, why };
  }
  const reason = `fairlead was interrupted by ${by}`;
  const { stopped, text } = await stopTask(session, wish.cluster, task, reason);
  return { kind: 'interrupted', taskArn: task, by, begun: true, goesOn: !stopped, why: [text] };
}

/** That a task cannot be stopped changes no outcome; it is said. */
async function stopTask(
  session: Session,
  cluster: string,
  task: string,
  reason: string,
): Promise<{ readonly stopped: boolean; readonly text: string }> {
  const { ecs } = session.dependencies.clients;
  try {
    await session.api.change('ecs', 'StopTask', (options) =>
      ecs.send(new StopTaskCommand({ cluster, task, reason: `Fairlead: ${reason}` }), options),
    );
    return { stopped: true, text: `task ${shortTask(task)} was told to stop` };
  } catch (error) {
    const why = error instanceof ApiError ? describeApiError(error).message : undefined;
    if (why === undefined && !isInterruption(error, session)) throw error;
    return {
      stopped: false,
      text: `task ${shortTask(task)} could not be stopped and may go on: ${why ?? 'interrupted again'}`,
    };
  }
}
