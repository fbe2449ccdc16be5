/** Tasks, rules and views for the examples: everything has a default, a test names what it is about. */
import type {
  ContainerRules,
  HealthCheckRules,
  LifecycleContainer,
  LifecycleTask,
} from '../../../src/scheduler/task-lifecycle/task.ts';
import type { TaskView } from '../../../src/scheduler/task-lifecycle/view.ts';

export const T0 = 1_700_000_000_000;
export const TARGET = { targetGroupArn: 'tg-1', id: '10.0.0.7', port: 80 };

export function container(
  name: string,
  members: Partial<LifecycleContainer> = {},
): LifecycleContainer {
  return {
    containerArn: `arn:${name}`,
    name,
    image: `${name}:1`,
    lastStatus: 'PENDING',
    healthStatus: 'UNKNOWN',
    healthFailures: 0,
    restartCount: 0,
    ports: [],
    ...members,
  };
}

export function running(
  name: string,
  members: Partial<LifecycleContainer> = {},
): LifecycleContainer {
  return container(name, {
    lastStatus: 'RUNNING',
    runtimeId: `t-${name}-1`,
    startRequestedAt: T0,
    startedAt: T0,
    ...members,
  });
}

export function ended(name: string, members: Partial<LifecycleContainer> = {}): LifecycleContainer {
  return running(name, { lastStatus: 'STOPPED', stoppedAt: T0, exitCode: 0, ...members });
}

export function rules(name: string, members: Partial<ContainerRules> = {}): ContainerRules {
  return { name, essential: true, dependsOn: [], stopTimeoutMs: 30_000, ...members };
}

export const CHECK: HealthCheckRules = {
  command: ['CMD', 'check'],
  intervalMs: 10_000,
  timeoutMs: 5_000,
  retries: 3,
  startPeriodMs: 0,
};

export function task(members: Partial<LifecycleTask> = {}): LifecycleTask {
  return {
    taskId: 't',
    lastStatus: 'PROVISIONING',
    desiredStatus: 'RUNNING',
    healthStatus: 'UNKNOWN',
    containers: [container('app')],
    targets: [],
    ...members,
  };
}

/** A task after its pull. */
export function pulled(members: Partial<LifecycleTask> = {}): LifecycleTask {
  return task({ lastStatus: 'PENDING', pullStartedAt: T0, pullStoppedAt: T0, ...members });
}

/** A RUNNING task, its containers as given. */
export function runningTask(members: Partial<LifecycleTask> = {}): LifecycleTask {
  return pulled({
    lastStatus: 'RUNNING',
    startedAt: T0,
    containers: [running('app')],
    ...members,
  });
}

export function view(
  of: LifecycleTask,
  members: Partial<Omit<TaskView<LifecycleTask>, 'task'>> = {},
): TaskView<LifecycleTask> {
  return {
    task: of,
    rules: of.containers.map(({ name }) => rules(name)),
    bindings: [],
    findTarget: () => undefined,
    activity: {
      pulling: false,
      checking: new Set(),
      checkedAt: new Map(),
      removing: false,
    },
    ...members,
  };
}
