/**
 * Drives every task from PROVISIONING to STOPPED. It watches the state; whatever happens to a task puts it into a queue, and
 * each look at it applies what has happened, plans the next step, writes it down and only then acts.
 *
 * What goes wrong: a container's failure is an event of its task. An unexpected error is reported and its task told to stop; if
 * even that fails, it is tried again on the clock, and no other task is held up. While the state cannot be written (disk
 * full), nothing is done and nothing forgotten: events wait in memory, and the write is repeated on the clock.
 */
import { messageOf } from '../../../base/errors.ts';
import { repeatedSignals } from '../../../scheduler/task-lifecycle/plan-stop.ts';
import type { TaskEvent } from '../../../scheduler/task-lifecycle/transitions.ts';
import type { TaskEffect } from '../../../scheduler/task-lifecycle/view.ts';
import type { Task } from '../../state/entities.ts';
import { StateWriteError } from '../../state/store.ts';
import type { Change } from '../../state/table.ts';
import { containerSpec } from './container-spec.ts';
import { endedContainers, recoveryEvent, unsettledContainers } from './recovery.ts';
import { TargetWatch } from './target-watch.ts';
import type { TaskControllerDependencies } from './task-controller-dependencies.ts';
import { performEffect, type EffectOutcome } from './task-effects.ts';
import { TaskRecord } from './task-record.ts';
import { nextStep, writeStep } from './task-step.ts';
import { writeShutdown } from './write-shutdown.ts';

/** A write that failed is repeated after so long. */
const WRITE_AGAIN_AFTER_MS = 1_000;
/** A task that even failed to be stopped is looked at again after so long. */
const LOOK_AGAIN_AFTER_MS = 30_000;

/** The controller of all tasks. Call `recover` once, before which it only takes note. */
export class TaskController {
  readonly #dependencies: TaskControllerDependencies;
  readonly #records = new Map<string, TaskRecord>();
  /** ARNs of tasks by the runtime ids of their containers that may still end. */
  readonly #containers = new Map<string, string>();
  readonly #watch = new TargetWatch();
  /** ARNs of the tasks to look at, in order. */
  readonly #queue = new Set<string>();
  /** ARNs of the tasks whose write failed. */
  #unwritten: string[] = [];
  #isScheduled = false;
  #isActive = false;
  #isClosed = false;

  /** Begins to watch the store and the runtime. */
  constructor(dependencies: TaskControllerDependencies) {
    this.#dependencies = dependencies;
    dependencies.store.onChange((changes) => this.#onChange(changes));
    dependencies.runtime.onExit((runtimeId, exit) => {
      const taskArn = this.#containers.get(runtimeId);
      // What the runtime swept away at its start belonged to no task.
      if (taskArn === undefined) return;
      this.#containers.delete(runtimeId);
      this.#record(taskArn).ended(runtimeId);
      this.#deliver(taskArn, { kind: 'exited', runtimeId, exit });
    });
  }

  /**
   * Brings the recorded tasks in line with what really runs, then begins to act. Rejects when the runtime cannot say what
   * runs: nothing may be started then.
   */
  async recover(): Promise<void> {
    const { store, runtime } = this.#dependencies;
    const tasks = Array.from(store.tasks.values());
    const unsettled = tasks.flatMap((task) =>
      unsettledContainers(task).map((container) => ({ task, container })),
    );
    for (const { task, container } of unsettled)
      this.#containers.set(container.runtimeId, task.taskArn);
    const running = unsettled.map(({ container }) => container.runtimeId);
    const found = await runtime.adopt(running, endedContainers(tasks));
    for (const { task, container } of unsettled) {
      const state = found.get(container.runtimeId);
      if (state?.kind !== 'running') this.#containers.delete(container.runtimeId);
      const event = recoveryEvent(container, state);
      if (event !== undefined) this.#deliver(task.taskArn, event);
    }
    this.#isActive = true;
    for (const task of tasks) {
      this.#enqueue(task.taskArn);
      for (const signal of repeatedSignals(task)) this.#perform(task, signal);
    }
    this.#schedule();
  }

  /**
   * Writes down that every task ends now, without draining, because the local ECS is being stopped. The caller then closes the
   * runtime, which ends the containers, and closes the controller last: so exits are still recorded, and none of them looks
   * like a failure to the services that start again later.
   * @throws StateWriteError when it cannot be written down; the runtime can be closed all the same
   */
  shutDown(stoppedReason: string): void {
    writeShutdown(this.#dependencies.store, stoppedReason, this.#dependencies.clock.now());
  }

  /** Stops acting. Containers go on: what becomes of them is the runtime's end. */
  close(): void {
    this.#isClosed = true;
    for (const record of this.#records.values()) record.timer?.cancel();
    this.#queue.clear();
  }

  #onChange(changes: readonly Change[]): void {
    for (const { table, key, entity } of changes) {
      if (table === 'tasks') {
        if (entity === undefined || this.#records.get(key)?.written !== entity) this.#enqueue(key);
      } else if (table === 'targets') {
        for (const taskArn of this.#watch.waitingFor(key)) this.#enqueue(taskArn);
      }
    }
  }

  #deliver(taskArn: string, event: TaskEvent): void {
    const record = this.#record(taskArn);
    record.inbox = [...record.inbox, event];
    this.#enqueue(taskArn);
  }

  #enqueue(taskArn: string): void {
    if (this.#isClosed) return;
    this.#queue.add(taskArn);
    this.#schedule();
  }

  /** Looks happen outside of the transaction or callback that asked for them. */
  #schedule(): void {
    if (this.#isScheduled || !this.#isActive || this.#isClosed || this.#queue.size === 0) return;
    this.#isScheduled = true;
    queueMicrotask(() => {
      this.#isScheduled = false;
      for (const taskArn of this.#queue) {
        this.#queue.delete(taskArn);
        this.#lookSafely(taskArn);
      }
    });
  }

  #lookSafely(taskArn: string): void {
    try {
      this.#look(taskArn);
    } catch (error) {
      if (error instanceof StateWriteError) this.#writeAgain(taskArn, error);
      else this.#contain(taskArn, error);
    }
  }

  #look(taskArn: string): void {
    const { store, clock, ec2InstanceIdOf } = this.#dependencies;
    const stored = store.tasks.get(taskArn);
    if (stored === undefined) {
      this.#forget(taskArn);
      return;
    }
    const record = this.#record(taskArn);
    if (record.removed) {
      store.transaction(() => store.tasks.delete(taskArn));
      return;
    }
    const now = clock.now();
    const events = record.inbox;
    const step = nextStep({
      ...{ store, task: stored, events, activity: record, ec2InstanceIdOf, now },
      timeScale: this.#dependencies.timeScale ?? 1,
    });
    const task = writeStep(store, stored, step, now, (written) => (record.written = written));
    record.inbox = record.inbox.slice(events.length);
    this.#watch.update(task);
    this.#wakeAt(taskArn, record, step.plan.wakeAt);
    for (const effect of step.plan.effects) this.#perform(task, effect);
  }

  #perform(task: Task, effect: TaskEffect): void {
    const { runtime, clock, store } = this.#dependencies;
    const { taskArn } = task;
    const record = this.#record(taskArn);
    record.begin(effect);
    if (effect.kind === 'start') this.#containers.set(effect.runtimeId, taskArn);
    const definition = store.taskDefinitions.get(task.taskDefinitionArn);
    const outcome = performEffect(effect, {
      runtime,
      clock,
      specOf: (name, runtimeId) => containerSpec(task, definition, name, runtimeId),
    });
    void outcome.then((result) => this.#settle(taskArn, record, effect, result));
  }

  #settle(taskArn: string, record: TaskRecord, effect: TaskEffect, outcome: EffectOutcome): void {
    if (this.#isClosed) return;
    record.end(effect, this.#dependencies.clock.now());
    const { event } = outcome;
    if ('problem' in outcome) this.#report(taskArn, effect.kind, outcome.problem);
    if (event?.kind === 'start-failed') this.#containers.delete(event.runtimeId);
    if (event !== undefined) this.#deliver(taskArn, event);
    else if (effect.kind === 'remove') this.#enqueue(taskArn);
  }

  #wakeAt(taskArn: string, record: TaskRecord, wakeAt: number | undefined): void {
    if (record.wakeAt === wakeAt) return;
    record.timer?.cancel();
    record.timer = undefined;
    record.wakeAt = wakeAt;
    if (wakeAt === undefined) return;
    const { clock } = this.#dependencies;
    record.timer = clock.setTimer(wakeAt - clock.now(), () => {
      record.timer = undefined;
      record.wakeAt = undefined;
      this.#enqueue(taskArn);
    });
  }

  /** Nothing was kept of the step: its events still wait, its effects were not begun. */
  #writeAgain(taskArn: string, error: StateWriteError): void {
    this.#unwritten.push(taskArn);
    if (this.#unwritten.length > 1) return;
    this.#report(taskArn, 'write the state', error);
    this.#dependencies.clock.setTimer(WRITE_AGAIN_AFTER_MS, () => {
      const tasks = this.#unwritten;
      this.#unwritten = [];
      for (const task of tasks) this.#enqueue(task);
    });
  }

  #contain(taskArn: string, error: unknown): void {
    const record = this.#record(taskArn);
    this.#report(taskArn, 'plan the next step', error);
    if (record.failed) {
      this.#wakeAt(taskArn, record, this.#dependencies.clock.now() + LOOK_AGAIN_AFTER_MS);
      return;
    }
    record.failed = true;
    this.#deliver(taskArn, { kind: 'failed', reason: `InternalError: ${messageOf(error)}` });
  }

  #report(taskArn: string, doing: string, error: unknown): void {
    this.#dependencies.onProblem({ taskArn, doing, error });
  }

  #record(taskArn: string): TaskRecord {
    let record = this.#records.get(taskArn);
    if (record === undefined) {
      record = new TaskRecord();
      this.#records.set(taskArn, record);
    }
    return record;
  }

  #forget(taskArn: string): void {
    this.#records.get(taskArn)?.timer?.cancel();
    this.#records.delete(taskArn);
    this.#watch.forget(taskArn);
  }
}
