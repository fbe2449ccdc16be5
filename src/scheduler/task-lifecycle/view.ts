/** What planTask sees of a task, and what it answers. */
import type { LifecycleTask, TaskRules, TaskTarget } from './task.ts';

/** A load balancer entry of the task's service revision. */
export interface TargetBinding {
  readonly targetGroupArn: string;
  /** `missing`: the target group does not exist any more. */
  readonly targetType: 'ip' | 'instance' | 'missing';
  readonly containerName: string;
  readonly containerPort: number;
}

/** A row of the target table. */
export interface TargetRow {
  readonly registeredAt: number;
  /** Set while it drains. */
  readonly deregisteredAt?: number;
}

/** Effects that were begun for the task by this process and have not come back; lost in a crash, and then begun again. */
export interface TaskActivity {
  readonly pulling: boolean;
  /** Runtime ids of containers whose health check runs. */
  readonly checking: ReadonlySet<string>;
  /** When a container's last health check ended (epoch ms), by runtime id. */
  readonly checkedAt: ReadonlyMap<string, number>;
  readonly removing: boolean;
}

/** A task with everything that decides its next step. */
export interface TaskView<T extends LifecycleTask> {
  readonly task: T;
  readonly rules: TaskRules;
  /** Why the task's resources cannot be had: `ResourceInitializationError: …`. */
  readonly resourceError?: string;
  readonly bindings: readonly TargetBinding[];
  /** The id under which the task's container instance is registered as a target (target type instance). */
  readonly ec2InstanceId?: string;
  /** The row of a target as it is now. */
  readonly findTarget: (target: TaskTarget) => TargetRow | undefined;
  readonly activity: TaskActivity;
}

/** Something to do outside of the state, after the plan's task was stored. */
export type TaskEffect =
  /** Pull these images; answer with `pulled` or `pull-failed`. */
  | { readonly kind: 'pull'; readonly images: readonly string[] }
  /** Start a container; answer with `started` or `start-failed`. */
  | { readonly kind: 'start'; readonly containerName: string; readonly runtimeId: string }
  | {
      readonly kind: 'signal';
      readonly runtimeId: string;
      readonly signal: 'SIGTERM' | 'SIGKILL';
    }
  /** Run a health check; answer with `health-checked`. */
  | {
      readonly kind: 'check-health';
      readonly runtimeId: string;
      readonly command: readonly string[];
      readonly timeoutMs: number;
    }
  /** Forget these ended containers and then the task itself. */
  | { readonly kind: 'remove'; readonly runtimeIds: readonly string[] };

/** The next step of a task. */
export interface TaskPlan<T extends LifecycleTask> {
  /** To be stored before any effect, in one transaction with the targets; the view's own object when nothing changes. */
  readonly task: T;
  readonly register: readonly TaskTarget[];
  readonly deregister: readonly TaskTarget[];
  readonly effects: readonly TaskEffect[];
  /** When time alone may call for another step (epoch ms). */
  readonly wakeAt?: number;
}

/** The earliest of some times; undefined when there is none. */
export function earliest(times: readonly (number | undefined)[]): number | undefined {
  const least = Math.min(...times.filter((time) => time !== undefined));
  return least === Infinity ? undefined : least;
}

/** A plan with only the parts that are there. */
export function planOf<T extends LifecycleTask>(
  task: T,
  parts: {
    readonly register?: readonly TaskTarget[];
    readonly deregister?: readonly TaskTarget[];
    readonly effects?: readonly TaskEffect[];
    readonly wakeAt?: number | undefined;
  } = {},
): TaskPlan<T> {
  const { register = [], deregister = [], effects = [], wakeAt } = parts;
  return { task, register, deregister, effects, ...(wakeAt === undefined ? {} : { wakeAt }) };
}
