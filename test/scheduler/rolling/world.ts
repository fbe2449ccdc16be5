/**
 * A small world for the rolling scheduler: it does what a plan says, and its tasks live as their revision's behaviour has
 * it. Time jumps from one thing that happens to the next.
 */
import { endedByItself } from '../../../src/scheduler/rolling/failures.ts';
import { planService } from '../../../src/scheduler/plan-service.ts';
import type { ServicePlan } from '../../../src/scheduler/rolling/service-plan.ts';
import type { ShiftProgress } from '../../../src/scheduler/traffic-shift/progress.ts';
import type { ShiftSnapshot } from '../../../src/scheduler/traffic-shift/shift-snapshot.ts';
import {
  startReconciliation,
  startShift,
} from '../../../src/scheduler/traffic-shift/start-shift.ts';
import {
  ECS_TIMINGS,
  type DeploymentRules,
  type DeploymentSnapshot,
  type ServiceDeploymentSnapshot,
  type ServiceSnapshot,
  type TaskNote,
  type TaskSnapshot,
} from '../../../src/scheduler/rolling/snapshot.ts';

/** How a deployment shifts traffic. */
export type Shifting = Omit<ShiftSnapshot, 'progress'>;

/** How the tasks of one revision behave. Times in ms. */
export interface Behaviour {
  readonly startMs: number;
  readonly checked: boolean;
  readonly fate:
    | { readonly kind: 'healthy'; readonly afterMs: number }
    | { readonly kind: 'never-runs' }
    | { readonly kind: 'exits'; readonly afterMs: number }
    | { readonly kind: 'unhealthy'; readonly afterMs: number };
  readonly stopMs: number;
}

export const GOOD: Behaviour = {
  startMs: 500,
  checked: true,
  fate: { kind: 'healthy', afterMs: 1000 },
  stopMs: 700,
};

interface Happening {
  readonly at: number;
  readonly order: number;
  readonly do: () => void;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

export const RULES: DeploymentRules = {
  minimumHealthyPercent: 100,
  maximumPercent: 200,
  circuitBreaker: {
    enable: false,
    rollback: false,
    resetOnHealthyTask: true,
    threshold: { type: 'BOUNDED_PERCENT', value: 50 },
  },
};

export class World {
  now = 1_000_000;
  desiredCount: number;
  rules: DeploymentRules;
  status: ServiceSnapshot['status'] = 'ACTIVE';
  deployments: readonly DeploymentSnapshot[] = [];
  serviceDeployment: ServiceDeploymentSnapshot | undefined;
  /** Set for a deployment that shifts traffic, and kept after its end. */
  shift: ShiftSnapshot | undefined;
  alarms: ServiceSnapshot['alarms'];
  readonly outcomes: ServiceDeploymentSnapshot['status'][] = [];
  readonly events: string[] = [];
  tasks: Mutable<TaskSnapshot>[] = [];
  steady = false;
  active = true;
  wakeAt: number | undefined;
  /** True: after each step entities come back from the journal as equal, not as the same, and are looked at again. */
  crashes = false;
  /** True: nothing is looked at again after a plan that is final, as the controller does. */
  trustsFinalPlans = false;
  /** Called with each plan before it is done. */
  onPlan: (plan: ServicePlan, snapshot: ServiceSnapshot) => void = () => undefined;
  readonly #behaviours = new Map<string, Behaviour>();
  #happenings: Happening[] = [];
  #count = 0;

  constructor(desiredCount: number, rules: Partial<DeploymentRules> = {}) {
    this.desiredCount = desiredCount;
    this.rules = { ...RULES, ...rules };
  }

  /** Starts a deployment as UpdateService does. */
  deploy(behaviour: Behaviour, shifting?: Shifting): string {
    const id = `ecs-svc/${++this.#count}`;
    const former = this.isShifting ? this.shift?.progress : undefined;
    const before = {
      deployments: this.deployments,
      ...(former === undefined ? {} : { progress: former }),
    };
    const { strategy = { type: 'ROLLING' }, bakeMs = 0, hooks = [] } = shifting ?? {};
    const progress =
      shifting === undefined
        ? startReconciliation(id, before, this.now)
        : startShift(id, before, strategy, this.now);
    this.shift =
      progress === undefined ? undefined : { ...shifting, strategy, bakeMs, hooks, progress };
    this.#behaviours.set(id, behaviour);
    const status = this.serviceDeployment?.status;
    if (status !== undefined && !isTerminal(status)) this.outcomes.push('STOPPED');
    this.deployments = [
      {
        id,
        status: 'PRIMARY',
        desiredCount: 0,
        failedTasks: 0,
        rolloutState: 'IN_PROGRESS',
        rolloutStateReason: `ECS deployment ${id} in progress.`,
        throttleStep: 0,
      },
      ...this.deployments.map((former) => ({ ...former, status: 'ACTIVE' as const })),
    ];
    this.serviceDeployment = { status: 'PENDING' };
    this.steady = false;
    return id;
  }

  /** True while a deployment that shifts traffic is under way. */
  get isShifting(): boolean {
    const status = this.serviceDeployment?.status;
    return this.shift !== undefined && status !== undefined && !isTerminal(status);
  }

  /** Changes the progress of the shift as something outside of the scheduler does: the answer of a hook. */
  changeProgress(change: (progress: ShiftProgress) => ShiftProgress): void {
    if (this.shift !== undefined)
      this.shift = { ...this.shift, progress: change(this.shift.progress) };
  }

  /** Does something after a while. */
  later(delayMs: number, action: () => void): void {
    this.#at(delayMs, action);
  }

  /** Lets the scheduler and the tasks go on until nothing happens any more or the condition holds. */
  run(until: () => boolean = () => false, limitMs = 3_600_000, steps = 20_000): void {
    const end = this.now + limitMs;
    for (let step = 0; step < steps; step++) {
      this.settle();
      // Ended tasks that were taken note of change nothing any more; the real store forgets them after an hour.
      this.tasks = this.tasks.filter(
        (task) =>
          task.lastStatus !== 'STOPPED' || (endedByItself(task) && !task.noted.has('ended')),
      );
      if (until()) return;
      const next = Math.min(this.#happenings[0]?.at ?? Infinity, this.wakeAt ?? Infinity);
      if (next > end) return;
      this.now = Math.max(this.now, next);
      while ((this.#happenings[0]?.at ?? Infinity) <= this.now) this.#happenings.shift()?.do();
    }
    throw new Error(`no end after ${steps} steps`);
  }

  /** Plans and does at one instant until the scheduler has nothing more to do. */
  settle(): void {
    let final = false;
    for (let round = 0; round < 500; round++) {
      const { changed, plan } = this.#step();
      if (final && changed) throw new Error('a plan that was final was followed by another');
      if (!changed) return;
      final = plan?.final === true;
      if (final && this.trustsFinalPlans) return;
    }
    throw new Error('the scheduler does not come to rest at one instant');
  }

  snapshot(): ServiceSnapshot {
    return {
      serviceName: 'web',
      status: this.status,
      desiredCount: this.desiredCount,
      rules: this.rules,
      healthCheckGracePeriodMs: 0,
      deployments: this.deployments,
      ...(this.serviceDeployment === undefined
        ? {}
        : { serviceDeployment: this.serviceDeployment }),
      tasks: this.tasks.map((task) => ({ ...task })),
      steady: this.steady,
      ...(this.isShifting && this.shift !== undefined ? { shift: this.shift } : {}),
      ...(this.alarms === undefined ? {} : { alarms: this.alarms }),
    };
  }

  /** Stops a task as StopTask does. */
  userStops(task: Mutable<TaskSnapshot>): void {
    this.#stop(task, 'UserInitiated');
  }

  /** Ends a task as a crash of its essential container does. */
  crash(task: Mutable<TaskSnapshot>): void {
    task.stopCode ??= 'EssentialContainerExited';
    this.#end(task);
  }

  existing(deploymentId?: string): readonly TaskSnapshot[] {
    return this.tasks.filter(
      (task) =>
        task.lastStatus !== 'STOPPED' &&
        (deploymentId === undefined || task.deploymentId === deploymentId),
    );
  }

  #step(): { readonly changed: boolean; readonly plan?: ServicePlan } {
    if (!this.active) return { changed: false };
    const snapshot = this.snapshot();
    const plan = planService(snapshot, ECS_TIMINGS, this.now);
    this.onPlan(plan, snapshot);
    this.wakeAt = plan.wakeAt;
    const changed =
      plan.start.length > 0 ||
      plan.stop.length > 0 ||
      plan.notes.length > 0 ||
      plan.serviceDeployment !== undefined ||
      plan.shift !== undefined ||
      plan.deactivate ||
      plan.steady !== this.steady ||
      plan.deployments.length !== this.deployments.length ||
      plan.deployments.some((deployment, index) => deployment !== this.deployments[index]);
    this.deployments = plan.deployments;
    const { shift } = plan;
    if (shift === 'over') this.shift = undefined;
    else if (shift !== undefined) this.changeProgress(() => shift);
    this.steady = plan.steady;
    for (const message of plan.events)
      if (this.events.at(-1) !== message) this.events.push(message);
    for (const { taskId, note } of plan.notes) {
      const task = this.#task(taskId);
      task.noted = new Set<TaskNote>([...task.noted, note]);
    }
    for (const { taskId } of plan.stop) this.#stop(this.#task(taskId), 'ServiceSchedulerInitiated');
    for (const { deploymentId, count } of plan.start) {
      for (let i = 0; i < count; i++) this.#start(deploymentId);
    }
    if (plan.serviceDeployment !== undefined) {
      this.serviceDeployment = { status: plan.serviceDeployment.status };
      if (isTerminal(plan.serviceDeployment.status))
        this.outcomes.push(plan.serviceDeployment.status);
    }
    if (plan.deactivate) this.active = false;
    if (this.crashes) {
      this.deployments = structuredClone(this.deployments);
      this.shift = structuredClone(this.shift);
    }
    return { changed, plan };
  }

  #start(deploymentId: string): void {
    const behaviour = this.#behaviours.get(deploymentId) ?? GOOD;
    const task: Mutable<TaskSnapshot> = {
      id: `t${++this.#count}`,
      deploymentId,
      lastStatus: 'PENDING',
      desiredStatus: 'RUNNING',
      createdAt: this.now,
      startedAt: undefined,
      stopCode: undefined,
      hasHealthCheck: behaviour.checked,
      healthStatus: 'UNKNOWN',
      expectedTargets: 0,
      targets: [],
      noted: new Set(),
      imageUnresolved: false,
    };
    this.tasks.push(task);
    const { fate } = behaviour;
    if (fate.kind === 'never-runs') {
      this.#at(behaviour.startMs, () => {
        if (task.desiredStatus === 'STOPPED') return;
        task.stopCode = 'TaskFailedToStart';
        this.#end(task);
      });
      return;
    }
    this.#at(behaviour.startMs, () => {
      if (task.desiredStatus === 'STOPPED') return;
      task.lastStatus = 'RUNNING';
      task.startedAt = this.now;
      this.#at(fate.afterMs, () => {
        if (task.desiredStatus === 'STOPPED' || task.lastStatus === 'STOPPED') return;
        if (fate.kind === 'healthy') task.healthStatus = 'HEALTHY';
        else if (fate.kind === 'unhealthy') task.healthStatus = 'UNHEALTHY';
        else this.crash(task);
      });
    });
  }

  #stop(task: Mutable<TaskSnapshot>, stopCode: string): void {
    if (task.desiredStatus === 'STOPPED') return;
    task.desiredStatus = 'STOPPED';
    task.stopCode = stopCode;
    this.#at(this.#behaviours.get(task.deploymentId)?.stopMs ?? 0, () => this.#end(task));
  }

  #end(task: Mutable<TaskSnapshot>): void {
    task.desiredStatus = 'STOPPED';
    task.lastStatus = 'STOPPED';
  }

  #at(delayMs: number, action: () => void): void {
    this.#happenings.push({ at: this.now + delayMs, order: this.#count++, do: action });
    this.#happenings.sort((a, b) => a.at - b.at || a.order - b.order);
  }

  #task(id: string): Mutable<TaskSnapshot> {
    const task = this.tasks.find((candidate) => candidate.id === id);
    if (task === undefined) throw new Error(`no task ${id}`);
    return task;
  }
}

export function isTerminal(status: ServiceDeploymentSnapshot['status']): boolean {
  return ['SUCCESSFUL', 'STOPPED', 'ROLLBACK_SUCCESSFUL', 'ROLLBACK_FAILED'].includes(status);
}
