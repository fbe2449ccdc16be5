/**
 * A small world for the scheduler of task sets: it does what a plan says, and the tasks of each set live as its behaviour has
 * it. Time jumps from one thing that happens to the next.
 */
import { endedByItself } from '../../../src/scheduler/rolling/failures.ts';
import {
  ECS_TIMINGS,
  type TaskNote,
  type TaskSnapshot,
} from '../../../src/scheduler/rolling/snapshot.ts';
import { planTaskSets, type TaskSetPlan } from '../../../src/scheduler/task-set/plan.ts';
import type {
  ExternalServiceSnapshot,
  TaskSetSnapshot,
} from '../../../src/scheduler/task-set/snapshot.ts';

/** How the tasks of one set behave. Times in ms. */
export interface Behaviour {
  readonly startMs: number;
  /** True: a load balancer checks them. */
  readonly balanced: boolean;
  /** What becomes of a task that runs. */
  readonly fate:
    | { readonly kind: 'stays' }
    | { readonly kind: 'never-runs' }
    | { readonly kind: 'exits'; readonly afterMs: number }
    | { readonly kind: 'sickens'; readonly afterMs: number };
  readonly stopMs: number;
}

export const GROUP = 'arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/web/1';
/** After RUNNING a target is healthy so much later. */
const HEALTHY_AFTER_MS = 300;

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
interface LivingTask extends Mutable<TaskSnapshot> {
  /** What happens to it next, and when. */
  next?: { readonly at: number; readonly do: (task: LivingTask) => void } | undefined;
}

export class World {
  now = 1_000_000;
  desiredCount: number;
  status: ExternalServiceSnapshot['status'] = 'ACTIVE';
  active = true;
  taskSets: readonly TaskSetSnapshot[] = [];
  tasks: LivingTask[] = [];
  steady = false;
  readonly events: string[] = [];
  /** Called with each plan before it is done. */
  onPlan: (plan: TaskSetPlan, snapshot: ExternalServiceSnapshot) => void = () => undefined;
  wakeAt: number | undefined;
  readonly #behaviours = new Map<string, Behaviour>();
  #sets = 0;
  #tasks = 0;

  constructor(desiredCount: number) {
    this.desiredCount = desiredCount;
  }

  /** As CreateTaskSet does. */
  create(behaviour: Behaviour, scale: number): string {
    const id = `ecs-svc/${++this.#sets}`;
    this.#behaviours.set(id, behaviour);
    this.taskSets = [
      ...this.taskSets,
      {
        id,
        status: 'ACTIVE',
        scale: { value: scale },
        computedDesiredCount: 0,
        stabilityStatus: 'STABILIZING',
        throttleStep: 0,
      },
    ];
    this.settle();
    return id;
  }

  /** As UpdateTaskSet and DeleteTaskSet do. */
  change(id: string, members: Partial<TaskSetSnapshot>): void {
    this.taskSets = this.taskSets.map((each) => (each.id === id ? { ...each, ...members } : each));
    this.settle();
  }

  /** As DeleteService with force does. */
  remove(): void {
    this.status = 'DRAINING';
    this.desiredCount = 0;
    for (const { id } of this.taskSets) this.change(id, { status: 'DRAINING' });
    this.settle();
  }

  snapshot(): ExternalServiceSnapshot {
    return {
      serviceName: 'web',
      status: this.status,
      desiredCount: this.desiredCount,
      healthCheckGracePeriodMs: 0,
      taskSets: this.taskSets,
      tasks: this.tasks,
      steady: this.steady,
    };
  }

  /** Looks and acts until there is nothing more to do at this instant. */
  settle(): void {
    for (let looks = 0; this.active; looks++) {
      if (looks > 50) throw new Error('the scheduler does not come to rest');
      const snapshot = this.snapshot();
      const plan = planTaskSets(snapshot, ECS_TIMINGS, this.now);
      this.onPlan(plan, snapshot);
      this.wakeAt = plan.wakeAt;
      if (this.#isIdle(plan)) return;
      this.#apply(plan);
    }
  }

  /** Lets time pass; false when nothing will ever happen any more. */
  step(): boolean {
    const times = this.tasks.flatMap(({ next }) => next?.at ?? []);
    if (this.wakeAt !== undefined) times.push(this.wakeAt);
    if (times.length === 0) return false;
    this.now = Math.max(this.now, Math.min(...times));
    for (const task of this.tasks) {
      const { next } = task;
      if (next === undefined || next.at > this.now) continue;
      task.next = undefined;
      next.do(task);
    }
    this.settle();
    this.tasks = this.tasks.filter((task) => !isForgotten(task));
    return true;
  }

  run(ms: number): void {
    const end = this.now + ms;
    while (this.now < end && this.step());
  }

  #isIdle(plan: TaskSetPlan): boolean {
    return (
      plan.start.length + plan.stop.length + plan.notes.length + plan.events.length === 0 &&
      plan.steady === this.steady &&
      !plan.deactivate &&
      plan.taskSets.length === this.taskSets.length &&
      plan.taskSets.every((taskSet, index) => taskSet === this.taskSets[index])
    );
  }

  #apply(plan: TaskSetPlan): void {
    for (const { taskId, note } of plan.notes) {
      const task = this.#task(taskId);
      task.noted = new Set<TaskNote>([...task.noted, note]);
    }
    for (const { taskId } of plan.stop) {
      const task = this.#task(taskId);
      task.desiredStatus = 'STOPPED';
      task.lastStatus = 'STOPPING';
      task.stopCode = 'ServiceSchedulerInitiated';
      this.#later(task, this.#behaviour(task).stopMs, (each) => (each.lastStatus = 'STOPPED'));
    }
    this.taskSets = plan.taskSets;
    this.steady = plan.steady;
    this.events.push(...plan.events);
    for (const { taskSetId, count } of plan.start)
      for (let index = 0; index < count; index++) this.#start(taskSetId);
    if (plan.deactivate) this.active = false;
  }

  #start(deploymentId: string): void {
    const behaviour = this.#behaviours.get(deploymentId);
    if (behaviour === undefined) throw new Error(`there is no task set ${deploymentId}`);
    const task: LivingTask = {
      id: `t${++this.#tasks}`,
      deploymentId,
      lastStatus: 'PENDING',
      desiredStatus: 'RUNNING',
      createdAt: this.now,
      startedAt: undefined,
      stopCode: undefined,
      imageUnresolved: false,
      hasHealthCheck: false,
      healthStatus: 'UNKNOWN',
      expectedTargets: behaviour.balanced ? 1 : 0,
      targets: [],
      noted: new Set(),
    };
    this.tasks.push(task);
    this.#later(task, behaviour.startMs, (each) => this.#begin(each, behaviour));
  }

  #begin(task: LivingTask, { balanced, fate }: Behaviour): void {
    if (fate.kind === 'never-runs') {
      end(task, 'TaskFailedToStart');
      return;
    }
    task.lastStatus = 'RUNNING';
    task.startedAt = this.now;
    if (!balanced) {
      this.#await(task, fate);
      return;
    }
    task.targets = [{ targetGroupArn: GROUP, port: 80, health: 'initial' }];
    this.#later(task, HEALTHY_AFTER_MS, (each) => {
      each.targets = [{ targetGroupArn: GROUP, port: 80, health: 'healthy' }];
      this.#await(each, fate);
    });
  }

  #await(task: LivingTask, fate: Behaviour['fate']): void {
    if (fate.kind === 'exits')
      this.#later(task, fate.afterMs, (each) => end(each, 'EssentialContainerExited'));
    if (fate.kind === 'sickens')
      this.#later(task, fate.afterMs, (each) => {
        each.targets = each.targets.map((target) => ({ ...target, health: 'unhealthy' }));
      });
  }

  #later(task: LivingTask, ms: number, what: (task: LivingTask) => void): void {
    task.next = { at: this.now + ms, do: what };
  }

  #behaviour({ deploymentId }: LivingTask): Behaviour {
    const behaviour = this.#behaviours.get(deploymentId);
    if (behaviour === undefined) throw new Error(`there is no task set ${deploymentId}`);
    return behaviour;
  }

  #task(id: string): LivingTask {
    const task = this.tasks.find((each) => each.id === id);
    if (task === undefined) throw new Error(`there is no task ${id}`);
    return task;
  }
}

function end(task: LivingTask, stopCode: string): void {
  task.lastStatus = 'STOPPED';
  task.desiredStatus = 'STOPPED';
  task.stopCode = stopCode;
}

function isForgotten(task: LivingTask): boolean {
  return task.lastStatus === 'STOPPED' && (task.noted.has('ended') || !endedByItself(task));
}
